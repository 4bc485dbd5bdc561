"""The public sets that the model learns from, each with its licence: the card names them, with thanks."""

from __future__ import annotations

from typing import Final

SHARE_ALIKE: Final = {
    "jigsaw_sample": "Wikipedia talk pages, Jigsaw Toxic Comment Classification Challenge 2018 (labels CC0, text CC-BY-SA-3.0)",
    "jigsaw_binary": "the same challenge, test set (labels CC0, text CC-BY-SA-3.0)",
    "wiki_toxicity": "Wikipedia talk pages, conversationai/unintended-ml-bias-analysis (text CC-BY-SA-3.0)",
    "wiki_context": "Wikipedia talk pages, ipavlopoulos/context_toxicity (text CC-BY-SA-3.0)",
    "stormfront": "de Gibert et al. 2018, Vicomtech/hate-speech-dataset (CC-BY-SA-3.0-ES)",
    "ud_ewt_weak": "Universal Dependencies English EWT (CC-BY-SA-4.0)",
    "ud_gsd_es_weak": "Universal Dependencies Spanish GSD (CC-BY-SA-4.0)",
}
OTHER: Final = {
    "civil_spans": "Civil Comments toxic spans, ipavlopoulos/toxic_spans (CC0-1.0)",
    "convabuse": "ConvAbuse, amandacurry/convabuse (CC-BY-4.0)",
    "hatemoji_build": "HatemojiBuild, HannahKirk/Hatemoji (CC-BY-4.0)",
    "edos": "Explainable Detection of Online Sexism, rewire-online/edos (CC0-1.0)",
    "misogyny_reddit": "ellamguest/online-misogyny-eacl2021 (MIT)",
    "gab": "Gab Hate Corpus, by way of BrendanKennedy/contextualizing-hate-speech-models-with-explanations (MIT)",
    "protests_es": "training-datalab/gold-standard-toxicity (CC-BY-4.0)",
    "davidson": "Davidson et al. 2017, t-davidson/hate-speech-and-offensive-language (MIT)",
    "fox_news": "sjtuprog/fox-news-comments (MIT)",
    "mlma": "HKUST-KnowComp/MLMA_hate_speech (MIT)",
    "hatexplain": "HateXplain, hate-alert/HateXplain (MIT)",
    "madlibs_en": "conversationai/unintended-ml-bias-analysis (Apache-2.0)",
    "madlibs_es": "the same (Apache-2.0)",
    "goemotions_weak": "GoEmotions, monologg/GoEmotions-pytorch (Apache-2.0)",
}
