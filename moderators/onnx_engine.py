"""Scores texts with a compiled bundle: tokenizers and onnxruntime, no torch in the process.

A score is evidence, so it must repeat, to the last bit, whatever stands beside its text: the fast graph's steps are fixed for each
channel or found for each token by itself (plain dynamic int8 depends on the batch: measured, shared research/PERFORMANCE.md). Windows
are scored together only with others of their length, and each run uses one thread. Where a critical label is uncertain, the window is
scored by the exact fp32 graph, alone.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from moderators.base import CouldNotAssess
from moderators.bundle import EXACT, FAST, TOKENIZER, Bundle
from moderators.windows import (
    CLOSE,
    CLOSE_OVERLAP,
    MAX_WINDOWS,
    TOO_LONG,
    cut,
    discounted,
    undiscounted,
    wants_close_reading,
)

Scores = Mapping[str, float]
_Row = npt.NDArray[np.float32]
_Window = tuple[str, bool]
"""A piece of text, and whether it is of the close reading."""

THREADS: Final = min(4, os.cpu_count() or 1)
"""Windows that are scored side by side unless the engine is told otherwise."""

_BATCH: Final = 8  # windows of one length in a run: more is no faster (measured)
_TOGETHER: Final = 100_000  # characters that the tokenizer gets at once: its answer is many times as large
_MAX_DRIFT: Final = 0.1
"""Where int8 and fp32 differ by more on the probes, this processor's int8 arithmetic saturates: int8 is not used."""

_PROBES: Final = (
    "see you all at the field trip on friday, bring a lunch and water",
    "shut up you idiot nobody wants you here",
    "i will hurt you after school tomorrow",
    "nos vemos en la biblioteca con los apuntes de biologia",
)
_MIN_UNREADABLE: Final = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be scored of a text: its windows, those of the close reading, and its tokens where it is one window."""

    whole: Sequence[str]
    close: Sequence[str]
    tokens: Sequence[int]


class OnnxEngine:
    """A bundle loaded into memory (about 110 MB). Safe to use from several threads."""

    def __init__(self, bundle: Bundle, threads: int = THREADS) -> None:
        """Load the bundle; with one thread the caller's own does the work."""
        self.labels = bundle.labels
        self.version = bundle.version
        self._window, self._overlap = bundle.window, bundle.overlap
        self._band = bundle.certain
        self._close_band = (undiscounted(bundle.certain[0]), undiscounted(bundle.certain[1]))
        self._critical = [at for at, label in enumerate(bundle.labels) if label in bundle.critical]
        self._tokenizer = _tokenizer(bundle)
        unknown = self._tokenizer.token_to_id("[UNK]")
        self._unknown = -1 if unknown is None else unknown
        self._before, self._after = self._tokenizer.encode("").ids  # what stands around every window
        self._exact = _session(bundle, EXACT)
        self._fast: onnxruntime.InferenceSession | None = _session(bundle, FAST)
        if not self._fast_is_sound(self._fast):
            self._fast = None
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="toxicity") if threads > 1 else None

    def score(self, texts: Sequence[str]) -> list[Scores | CouldNotAssess]:
        """Score each text (in the form of `moderators.model_text`); same length and order, bits independent of neighbours.

        A text that is too long, that the model cannot read, or whose score is no number is a `CouldNotAssess`.
        """
        read = {text: self._read(text, tokens) for text, tokens in self._encoded(dict.fromkeys(texts))}
        plans = {text: plan for text, plan in read.items() if isinstance(plan, _Plan)}
        rows = self._rows(self._windows(plans, [(part, False) for plan in plans.values() for part in plan.whole]))
        unsure = [plan for plan in plans.values() if wants_close_reading(self._highest(plan.whole, False, rows))]
        rows |= self._rows(self._windows(plans, [(part, True) for plan in unsure for part in plan.close]))
        found = {text: self._judge(p, rows) if isinstance(p, _Plan) else p for text, p in read.items()}
        return [found[text] for text in texts]

    def _encoded(self, texts: Iterable[str], *, as_window: bool = False) -> Iterator[tuple[str, Encoding]]:
        """Each text with its tokens and their places; as a window with what the model wants around it, without places."""
        encode = self._tokenizer.encode_batch_fast if as_window else self._tokenizer.encode_batch
        for group in _groups(texts):
            yield from zip(group, encode(group, add_special_tokens=as_window), strict=True)

    def _read(self, text: str, tokens: Encoding) -> _Plan | Scores | CouldNotAssess:
        """What to score, or the answer where there is nothing to score."""
        ids = tokens.ids
        if not ids:
            return dict.fromkeys(self.labels, 0.0)
        if self._unknown in ids and self._is_unreadable(text, tokens):
            return CouldNotAssess("written in signs that the model does not know")
        whole = cut(text, tokens.offsets, self._window, self._overlap)
        close = cut(text, tokens.offsets, CLOSE, CLOSE_OVERLAP) if len(ids) > CLOSE else []
        if len(whole) + len(close) > MAX_WINDOWS:
            return CouldNotAssess(TOO_LONG)
        return _Plan(whole, close, [self._before, *ids, self._after] if whole == [text] else ())

    def _is_unreadable(self, text: str, tokens: Encoding) -> bool:
        """Whether most of the text is in unknown signs. Signs are counted, since a whole sentence of them may be one token."""
        places = zip(tokens.ids, tokens.offsets, strict=True)
        unknown = sum(len(text[start:end].strip()) for token, (start, end) in places if token == self._unknown)
        return unknown >= _MIN_UNREADABLE and unknown * 2 > len("".join(text.split()))

    def _windows(self, plans: Mapping[str, _Plan], wanted: Iterable[_Window]) -> dict[_Window, Sequence[int]]:
        """The tokens of every different window. A text that is one window is not read a second time."""
        known = {text: plan.tokens for text, plan in plans.items() if plan.tokens}
        windows = dict.fromkeys(wanted)
        unread = dict.fromkeys(part for part, _ in windows if part not in known)
        tokens = known | {part: read.ids for part, read in self._encoded(unread, as_window=True)}
        return {window: tokens[window[0]] for window in windows}

    def _rows(self, windows: Mapping[_Window, Sequence[int]]) -> dict[_Window, _Row]:
        """The scores of each window. The longest come first, so that no thread is left alone with one at the end."""
        order = sorted(windows, key=lambda window: len(windows[window]), reverse=True)
        lengths = groupby(order, key=lambda window: len(windows[window]))
        batches = [batch for _, alike in lengths for batch in _batches(list(alike))]
        run = map if self._pool is None else self._pool.map
        found = run(self._score_batch, [[(windows[window], window[1]) for window in batch] for batch in batches])
        return dict(zip(chain.from_iterable(batches), chain.from_iterable(found), strict=True))

    def _judge(self, plan: _Plan, rows: Mapping[_Window, _Row]) -> Scores | CouldNotAssess:
        found = self._highest(plan.whole, False, rows)
        near = self._highest(plan.close if wants_close_reading(found) else [], True, rows)
        if not all(map(math.isfinite, [*found, *near])):
            return CouldNotAssess("the model gave no usable score")
        return {n: max(whole, discounted(score)) for n, whole, score in zip(self.labels, found, near, strict=True)}

    def _highest(self, parts: Sequence[str], is_close: bool, rows: Mapping[_Window, _Row]) -> list[float]:
        if not parts:
            return [0.0] * len(self.labels)
        # numpy's maximum: a score that is no number stays one
        found: list[float] = np.max([rows[part, is_close] for part in parts], axis=0).tolist()
        return found

    def _score_batch(self, windows: Sequence[tuple[Sequence[int], bool]]) -> list[_Row]:
        """The scores of some windows of one length, each with whether it is of the close reading."""
        ids = np.array([tokens for tokens, _ in windows], dtype=np.int64)
        if self._fast is None:
            return [self._exactly(one) for one in ids]
        found = _run(self._fast, ids)
        critical = found[:, self._critical]
        low, high = np.array([self._close_band if is_close else self._band for _, is_close in windows]).T[:, :, None]
        unsure = np.any((critical > low) & (critical < high), axis=1).tolist()
        return [self._exactly(one) if again else row for one, row, again in zip(ids, found, unsure, strict=True)]

    def _exactly(self, ids: npt.NDArray[np.int64]) -> _Row:
        row: _Row = _run(self._exact, ids[None])[0]  # alone: fp32 sums may depend on how many rows there are
        return row

    def _fast_is_sound(self, fast: onnxruntime.InferenceSession) -> bool:
        for text in _PROBES:
            ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
            if np.abs(_run(fast, ids) - _run(self._exact, ids)).max() > _MAX_DRIFT:
                return False
        return True


def _batches(windows: Sequence[_Window]) -> Iterator[Sequence[_Window]]:
    return (windows[start : start + _BATCH] for start in range(0, len(windows), _BATCH))


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in their order, as many together as are not too long."""
    group: list[str] = []
    size = 0
    for text in texts:
        if group and size + len(text) > _TOGETHER:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text)
    if group:
        yield group


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
