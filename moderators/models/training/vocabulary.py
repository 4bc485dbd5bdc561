"""Cuts the encoder's 250,000 word pieces of a hundred languages down to those that English and Spanish comments use.

A piece counts as often as it stands in the training texts and, so that words no training text holds are read well too, in the
word frequencies of the package `wordfreq` (English and Spanish). Single letters and signs always stay: any word can be spelled.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from wordfreq import get_frequency_dict

from moderators.models.training.e5 import Encoder

SIZE: Final = 31_500
"""Word pieces that are kept: with six layers in int8 the bundle stays below 25 MB."""

PAD, START, END, UNKNOWN = range(4)
SPECIAL: Final = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")
"""The special pieces, at the places 0 to 3; their vectors are those of the encoder's own."""

_SPACE: Final = "\u2581"  # how SentencePiece writes the space before a word
_WORDS: Final = 60_000  # of each language
_LANGUAGES: Final = {"en": 1.0, "es": 0.6}
_TEXTS_WEIGH: Final = 0.5  # what a piece's share in the training texts counts, against its share in the languages
_ALWAYS: Final = range(0x20, 0x250)  # letters and signs of Latin writing


def cut_vocabulary(encoder: Encoder, texts: Iterable[str], size: int = SIZE) -> npt.NDArray[np.int64]:
    """The places of the kept pieces in the encoder's vocabulary: the special ones first, then by their old order."""
    whole = make_tokenizer(list(zip(encoder.pieces, encoder.scores.tolist(), strict=True)), encoder.special["unk"])
    shares = _shares(_language_counts(whole), 1.0)
    for at, share in _shares(_text_counts(whole, texts), _TEXTS_WEIGH).items():
        shares[at] = shares.get(at, 0.0) + share
    special = [encoder.special[name] for name in ("pad", "bos", "eos", "unk")]
    always = [at for at, piece in enumerate(encoder.pieces) if _is_letter(piece)]
    ranked = [at for at in sorted(shares, key=shares.__getitem__, reverse=True) if _is_plain(encoder.pieces[at])]
    kept = dict.fromkeys(at for at in [*always, *ranked] if at not in special)
    return np.array(special + sorted(list(kept)[: size - len(special)]), dtype=np.int64)


def cut_tokenizer(encoder: Encoder, kept: npt.NDArray[np.int64]) -> Tokenizer:
    """The tokenizer of the kept pieces."""
    names = dict(zip(kept[: len(SPECIAL)].tolist(), SPECIAL, strict=True))
    pieces = [(names.get(at, encoder.pieces[at]), float(encoder.scores[at])) for at in kept.tolist()]
    return make_tokenizer(pieces, UNKNOWN)


def make_tokenizer(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    """A SentencePiece tokenizer for texts in the form of `model_text`: lower case, one space between words."""
    found = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    found.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    found.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    found.decoder = decoders.Metaspace(replacement=_SPACE, prepend_scheme="always")
    if pieces[START][0] == SPECIAL[START]:
        around = [(SPECIAL[START], START), (SPECIAL[END], END)]
        found.post_processor = processors.TemplateProcessing(
            single=f"{SPECIAL[START]} $A {SPECIAL[END]}", special_tokens=around
        )
    return found


def compact(tokenizer: Tokenizer) -> str:
    """The tokenizer's file, with scores of four digits: half the size, the same cuts."""
    said = json.loads(tokenizer.to_str())
    said["model"]["vocab"] = [[piece, round(score, 4)] for piece, score in said["model"]["vocab"]]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _language_counts(whole: Tokenizer) -> dict[int, float]:
    found: dict[int, float] = {}
    for language, weight in _LANGUAGES.items():
        words = list(get_frequency_dict(language).items())[:_WORDS]
        for tokens, (_, share) in zip(whole.encode_batch_fast([word for word, _ in words]), words, strict=True):
            for at in tokens.ids:
                found[at] = found.get(at, 0.0) + share * weight
    return found


def _text_counts(whole: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    found: Counter[int] = Counter()
    for tokens in whole.encode_batch_fast(list(texts)):
        found.update(tokens.ids)
    return found


def _shares(counts: Mapping[int, float], weight: float) -> dict[int, float]:
    total = sum(counts.values()) or 1.0
    return {at: weight * count / total for at, count in counts.items()}


def _is_letter(piece: str) -> bool:
    return len(piece.removeprefix(_SPACE)) == 1 and ord(piece[-1]) in _ALWAYS and piece == piece.lower()


def _is_plain(piece: str) -> bool:
    """Whether lower-case text of our two languages can hold the piece."""
    return piece == piece.lower() and all(
        char == _SPACE or ord(char) < 0x250 or unicodedata.category(char)[0] in "PS" for char in piece
    )
