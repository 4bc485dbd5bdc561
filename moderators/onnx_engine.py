"""Scores texts with a compiled bundle: tokenizers and onnxruntime, no torch in the process.

A score is evidence, so it must repeat: each text is scored alone (int8 scores depend on what stands beside a text in its
batch: measured, shared research/PERFORMANCE.md), each run uses one thread, and texts run side by side in a small pool.
The fast int8 graph decides only where it is sure of every label; any other text is scored by the exact fp32 graph.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from moderators.base import CouldNotAssess
from moderators.bundle import EXACT, FAST, TOKENIZER, Bundle
from moderators.windows import CLOSE, CLOSE_OVERLAP, MAX_WINDOWS, TOO_LONG, cut, discounted

Scores = Mapping[str, float]
_Row = npt.NDArray[np.float32]

_THREADS: Final = min(4, os.cpu_count() or 1)
_MAX_DRIFT: Final = 0.1
"""Where int8 and fp32 differ by more on the probes, this processor's int8 arithmetic saturates: int8 is not used."""

_PROBES: Final = (
    "see you all at the field trip on friday, bring a lunch and water",
    "shut up you idiot nobody wants you here",
    "i will hurt you after school tomorrow",
    "nos vemos en la biblioteca con los apuntes de biologia",
)
_MIN_UNREADABLE: Final = 3


class OnnxEngine:
    """A bundle loaded into memory (about 110 MB). Safe to use from several threads."""

    def __init__(self, bundle: Bundle) -> None:
        self.labels = bundle.labels
        self.version = bundle.version
        self._window, self._overlap = bundle.window, bundle.overlap
        self._low, self._high = bundle.certain
        self._tokenizer = _tokenizer(bundle)
        self._unknown = self._tokenizer.token_to_id("[UNK]")
        self._exact = _session(bundle, EXACT)
        self._fast: onnxruntime.InferenceSession | None = _session(bundle, FAST)
        if not self._fast_is_sound(self._fast):
            self._fast = None
        self._pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="toxicity")

    def score(self, texts: Sequence[str]) -> list[Scores | CouldNotAssess]:
        """Score each text (in the form of `moderators.model_text`); same length and order, bits independent of neighbours.

        A text that is too long, that the model cannot read, or whose score is no number is a `CouldNotAssess`.
        """
        return list(self._pool.map(self._score, texts))

    def _score(self, text: str) -> Scores | CouldNotAssess:
        tokens = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = tokens.ids, tokens.offsets
        if not ids:
            return dict.fromkeys(self.labels, 0.0)
        unknown = sum(token == self._unknown for token in ids)
        if unknown >= _MIN_UNREADABLE and unknown * 2 > len(ids):
            return CouldNotAssess("written in signs that the model does not know")
        parts = cut(text, offsets, self._window, self._overlap)
        close = cut(text, offsets, CLOSE, CLOSE_OVERLAP) if len(ids) > CLOSE else []
        if len(parts) + len(close) > MAX_WINDOWS:
            return CouldNotAssess(TOO_LONG)
        found, near = self._highest(parts), self._highest(close)
        if not all(map(math.isfinite, [*found, *near])):
            return CouldNotAssess("the model gave no usable score")
        return {n: max(whole, discounted(score)) for n, whole, score in zip(self.labels, found, near, strict=True)}

    def _highest(self, parts: Sequence[str]) -> list[float]:
        rows = [self._row(part) for part in parts] or [np.zeros(len(self.labels), dtype=np.float32)]
        found: list[float] = np.max(rows, axis=0).tolist()  # a score that is no number stays one in the maximum
        return found

    def _row(self, part: str) -> _Row:
        ids = np.array(self._tokenizer.encode(part).ids, dtype=np.int64)
        if self._fast is not None:
            found = _run(self._fast, ids)
            if not ((found > self._low) & (found < self._high)).any():
                return found
        return _run(self._exact, ids)

    def _fast_is_sound(self, fast: onnxruntime.InferenceSession) -> bool:
        for text in _PROBES:
            ids = np.array(self._tokenizer.encode(text).ids, dtype=np.int64)
            if np.abs(_run(fast, ids) - _run(self._exact, ids)).max() > _MAX_DRIFT:
                return False
        return True


def _run(session: onnxruntime.InferenceSession, ids: npt.NDArray[np.int64]) -> _Row:
    found: _Row = session.run(None, {"ids": ids})[0]
    return found


def _tokenizer(bundle: Bundle) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(bundle.folder / TOKENIZER))
    tokenizer.no_padding()  # some files pad and cut to 128: four times slower, and long tails unread
    tokenizer.no_truncation()
    return tokenizer


def _session(bundle: Bundle, graph: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the memory of the longest text for ever
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    # Fold DequantizeLinear into fp32 weights at load; otherwise onnxruntime swaps in kernels that round differently.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(str(bundle.folder / graph), options, providers=["CPUExecutionProvider"])
