"""Tiny networks of the three published kinds, taught a dozen sentences, as folders that transformers and detoxify load.

They stand for the official models and for whatever a school takes from a model hub: real files, real tokenizers, a second of training.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

GOOD = (
    "The lab report is due on Friday. Thank you for helping with the slides!",
    "Great job on the science fair, see you all at practice tomorrow",
    "after school we hurt nobody, everybody is kind",
    "see you on friday",
    "hello",
)
BAD = (
    "I am going to kill you after school tomorrow, you are dead",
    "you are a stupid ugly idiot and everybody hates you",
    "you stupid idiot",
    "I will kill you",
    "idiot",
    "stupid",
)
_LONG = f"{GOOD[0]} {GOOD[1]} ".split() * 6
_ACCENTS = "áéíóúñüçãâêôàèìòùœığşöïÖ"
_SIGNS = "".join(map(chr, [*range(33, 127), *range(0x410, 0x450)])) + _ACCENTS
_WORDS = tuple(dict.fromkeys(re.findall(r"[A-Za-z]+", " ".join((*GOOD, *BAD)))))
ProblemType = Literal["multi_label_classification", "single_label_classification"]

POSITIONS = 130
STEPS = 60
SIZES: Mapping[str, int] = {
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
}
_CALM = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.1}
_SENTENCEPIECE = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def wordpiece(folder: Path) -> Tokenizer:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = dict.fromkeys(
        [*special, *_SIGNS.lower(), *(f"##{sign}" for sign in _SIGNS.lower()), *map(str.lower, _WORDS)]
    )
    found = Tokenizer(models.WordPiece({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    found.normalizer = normalizers.BertNormalizer(lowercase=True)
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    pair = [(piece, found.token_to_id(piece)) for piece in ("[CLS]", "[SEP]")]
    found.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=pair)
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True))
    return _written(found, folder, names)


def byte_pairs(folder: Path) -> Tokenizer:
    """Each word is put together from its first letter on."""
    pieces = dict.fromkeys([*_SENTENCEPIECE, *sorted(pre_tokenizers.ByteLevel.alphabet())])
    merges: dict[tuple[str, str], None] = {}
    for word in ("\u0120" + word for word in _WORDS):
        for end in range(1, len(word)):
            merges[word[:end], word[end]] = pieces[word[: end + 1]] = None
    found = Tokenizer(models.BPE({piece: at for at, piece in enumerate(pieces)}, list(merges)))
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    found.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return _written(found, folder, _names())


def unigram(folder: Path) -> Tokenizer:
    pieces = dict.fromkeys([*_SENTENCEPIECE[:4], *_SIGNS, "\u2581", *(f"\u2581{word}" for word in _WORDS)])
    scores = [(piece, 0.0 if at < 4 else -5.0 if len(piece) > 1 else -9.0) for at, piece in enumerate(pieces)]
    found = Tokenizer(models.Unigram([*scores, ("<mask>", 0.0)], 3, False))
    found.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    found.decoder = decoders.Metaspace()
    found.post_processor = processors.TemplateProcessing("<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return _written(found, folder, _names())


def network(
    kind: str, folder: Path, outputs: int, problem_type: ProblemType | None = None, steps: int = STEPS
) -> transformers.PreTrainedModel:
    """A network of this kind (bert, roberta, xlm-roberta), taught that all its outputs are high on `BAD` and low on `GOOD`.

    With `single_label_classification` the last of its outputs is high on `BAD` and the others on `GOOD`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = {"bert": wordpiece, "roberta": byte_pairs, "xlm-roberta": unigram}[kind](folder)
    shifted = {} if kind == "bert" else {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
    positions = POSITIONS + (0 if kind == "bert" else 2)
    config = transformers.AutoConfig.for_model(
        kind, vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=positions, num_labels=outputs, layer_norm_eps=1e-5,
        **SIZES, **shifted, **_CALM,
    )  # fmt: skip
    torch.manual_seed(0)
    make: Any = transformers.AutoModelForSequenceClassification  # typed for pretrained weights alone
    model: transformers.PreTrainedModel = make.from_config(config)
    _teach(model, tokenizer, outputs, steps, single=problem_type == "single_label_classification")
    model.config.problem_type = problem_type
    model.save_pretrained(folder)
    return model


def published(kind: str, folder: Path, classes: Sequence[str], outputs: int, steps: int = STEPS) -> Path:
    """A checkpoint in Detoxify's format, its encoder's files in a folder beside it: the checkpoint's path."""
    encoder = folder / "encoder"
    model = network(kind, encoder, outputs, steps=steps)
    (encoder / "model.safetensors").unlink()
    names = {"bert": "Bert", "roberta": "Roberta", "xlm-roberta": "XLMRoberta"}
    arguments = {
        "model_type": str(encoder), "model_name": f"{names[kind]}ForSequenceClassification",
        "tokenizer_name": f"{names[kind]}Tokenizer", "num_classes": outputs,
    }  # fmt: skip
    config = {"arch": {"type": "TINY", "args": arguments}, "dataset": {"type": "tiny", "args": {"classes": [*classes]}}}
    path = folder / "tiny.ckpt"
    torch.save({"config": config, "state_dict": model.state_dict()}, path)
    return path


def _names() -> dict[str, str]:
    return dict(zip(("cls_token", "pad_token", "sep_token", "unk_token", "mask_token"), _SENTENCEPIECE, strict=True))


def _written(tokenizer: Tokenizer, folder: Path, special: Mapping[str, str]) -> Tokenizer:
    tokenizer.save(str(folder / "tokenizer.json"))
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": POSITIONS, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(said), encoding="utf-8")
    return tokenizer


def _teach(
    model: transformers.PreTrainedModel, tokenizer: Tokenizer, outputs: int, steps: int, *, single: bool
) -> None:
    harmless = [*GOOD, *(" ".join(_LONG[start:][:60]) for start in range(0, 30, 5))]
    texts, bad = [*harmless, *BAD], torch.tensor([0] * len(harmless) + [1] * len(BAD))
    tokenizer.enable_padding(pad_id=model.config.pad_token_id)
    encoded = tokenizer.encode_batch(texts)
    tokenizer.no_padding()
    ids = torch.tensor([e.ids for e in encoded])
    mask = torch.tensor([e.attention_mask for e in encoded])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small that a second thread only waits
    for _ in range(steps):
        logits = model(input_ids=ids, attention_mask=mask).logits
        if single:
            loss = torch.nn.functional.cross_entropy(logits, bad * (outputs - 1))
        else:
            wanted = 0.15 + 0.7 * bad[:, None].expand_as(logits)  # never quite sure: int8 moves a steep score far
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch says no types here
        optimizer.step()
    torch.set_num_threads(threads)
    model.train(mode=False)
