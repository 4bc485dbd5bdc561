"""A network of transformers' in memory, and how it is asked: one window at a time, so that a score depends on nothing beside its text.

Only `moderators.huggingface` comes here, and only when it is used: this file imports torch.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

import httpx
import huggingface_hub
import numpy as np
import torch
import transformers

from moderators.base import BrokenModerator, CouldNotAssess
from moderators.huggingface import PROBLEM_TYPES, Choice
from moderators.windows import (
    CLOSE,
    CLOSE_OVERLAP,
    MAX_WINDOWS,
    READING,
    TOO_LONG,
    cut,
    discounted,
    wants_close_reading,
)

Scores = Mapping[str, float]

_WINDOW: Final = 94
_SPARE: Final = (
    8  # a window that is cut out of its text may become a few tokens longer, and some kinds count places from 2
)
_MIN_UNREADABLE: Final = 3
_MULTI, _SINGLE = PROBLEM_TYPES


class Network:
    """One model, loaded. Safe to use from several threads: they wait for each other, so that memory stays that of one window."""

    def __init__(self, choice: Choice) -> None:
        """Load the model, and see that it has every label that the configuration maps.

        Raises:
            BrokenModerator: it cannot be loaded, or is not what the configuration says; the message says what to do.
        """
        torch.set_num_threads(choice.threads)
        self._alone = Lock()
        self._tokenizer, self._network = _loaded(choice)
        config = self._network.config
        self._is_single = _is_single(choice, config)
        self._places = _places(choice.labels, config.id2label)
        self._accepts = frozenset(inspect.signature(self._network.forward).parameters)
        self._longest = min(self._tokenizer.model_max_length, getattr(config, "max_position_embeddings", 512))
        self._window = min(_WINDOW, self._longest - _SPARE)
        if self._window <= CLOSE_OVERLAP:
            raise BrokenModerator(f"huggingface: {choice.model} reads {self._longest} tokens at once, which is too few")
        self.version = _version(choice, self._network, self._tokenizer, self._window)

    def score(self, texts: Sequence[str]) -> list[Scores | CouldNotAssess]:
        """Score each text for every signal; same length and order. The highest of a long text's windows counts."""
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Scores | CouldNotAssess:
        tokens = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        offsets: list[tuple[int, int]] = tokens["offset_mapping"]
        if not offsets:
            return dict.fromkeys(self._places, 0.0)
        if self._is_unreadable(text, tokens["input_ids"], offsets):
            return CouldNotAssess("written in signs that the model does not know")
        whole = cut(text, offsets, self._window, self._window // 4)
        close = cut(text, offsets, CLOSE, CLOSE_OVERLAP) if len(offsets) > CLOSE and self._window > CLOSE else []
        if len(whole) + len(close) > MAX_WINDOWS:
            return CouldNotAssess(TOO_LONG)
        found = self._highest(whole)
        near = self._highest(close if wants_close_reading(found.values()) else [])
        if not all(map(math.isfinite, [*found.values(), *near.values()])):
            return CouldNotAssess("the model gave no usable score")
        return {signal: max(found[signal], discounted(near[signal])) for signal in self._places}

    def _highest(self, parts: Sequence[str]) -> Scores:
        rows = [self._ask(part) for part in parts] or [dict.fromkeys(self._places, 0.0)]
        # numpy's maximum, since Python's loses a score that is no number
        return {signal: float(np.max([row[signal] for row in rows])) for signal in self._places}

    def _ask(self, part: str) -> Scores:
        encoded = self._tokenizer(part, return_tensors="pt", truncation=False, verbose=False)
        if encoded["input_ids"].shape[1] > self._longest:
            return dict.fromkeys(self._places, math.nan)  # never read in part: the whole text says that it has no score
        with self._alone, torch.inference_mode():
            logits = self._network(**{name: value for name, value in encoded.items() if name in self._accepts}).logits[
                0
            ]
        scores: list[float] = (torch.softmax(logits, 0) if self._is_single else torch.sigmoid(logits)).tolist()
        # labels that exclude each other add up: either of them is the signal
        together = sum if self._is_single else max
        return {signal: together([scores[at] for at in places]) for signal, places in self._places.items()}

    def _is_unreadable(self, text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> bool:
        """Whether most of the text is in unknown signs. Signs are counted: a whole sentence of them may be one token."""
        places = zip(ids, offsets, strict=True)
        unknown = sum(len(text[a:b].strip()) for token, (a, b) in places if token == self._tokenizer.unk_token_id)
        return unknown >= _MIN_UNREADABLE and unknown * 2 > len("".join(text.split()))


def _loaded(choice: Choice) -> tuple[Any, Any]:
    """Tokenizer and network, as transformers' own classes: it says no types that would hold for all of them."""
    try:
        where = {"revision": choice.revision, "trust_remote_code": False}
        place = choice.model if choice.fetch else _folder(choice)
        tokenizer = transformers.AutoTokenizer.from_pretrained(place, use_fast=True, **where)
        network, told = transformers.AutoModelForSequenceClassification.from_pretrained(
            place, output_loading_info=True, **where
        )
    except (OSError, ValueError, LookupError, RuntimeError, ImportError, httpx.HTTPError) as problem:
        raise BrokenModerator(
            f"huggingface: model {choice.model} cannot be loaded ({type(problem).__name__}): look at `model`, and whether it is on this "
            "computer; `fetch: true` allows it to be fetched from the hub"
        ) from problem
    if told["missing_keys"]:  # transformers fills them by chance
        raise BrokenModerator(
            f"huggingface: {choice.model} was never trained to classify: choose a model with a head of its own"
        )
    if not tokenizer.is_fast:
        raise BrokenModerator(f"huggingface: {choice.model} has no tokenizer.json; choose a model that has one")
    return tokenizer, network.float().eval()


def _folder(choice: Choice) -> str:
    """The folder of the model on this computer. Not by `local_files_only`: with it the hub's client still asks a server (measured, 2.4)."""
    if Path(choice.model).is_dir():
        return choice.model
    found = huggingface_hub.try_to_load_from_cache(choice.model, "config.json", revision=choice.revision)
    if not isinstance(found, str):
        raise FileNotFoundError
    return str(Path(found).parent)


def _is_single(choice: Choice, config: Any) -> bool:
    """Whether the labels exclude each other, by the option or the model's own word; without either as transformers takes it."""
    kind = choice.problem_type or config.problem_type or (_SINGLE if config.num_labels > 1 else _MULTI)
    if kind not in PROBLEM_TYPES:
        raise BrokenModerator(
            f"huggingface: {choice.model} gives no probabilities ({kind}); say `problem_type`, or choose another model"
        )
    return bool(kind == _SINGLE)


def _places(labels: Mapping[str, str], names: Mapping[int, str]) -> dict[str, list[int]]:
    """Each signal with the numbers of the model's outputs that mean it."""
    known = {name: number for number, name in names.items()}
    if strange := [label for label in labels if label not in known]:
        raise BrokenModerator(f"huggingface: labels: the model has no {strange[0]}; it has {', '.join(known)}")
    found: dict[str, list[int]] = {}
    for label, signal in labels.items():
        found.setdefault(signal, []).append(known[label])
    return found


def _version(choice: Choice, network: Any, tokenizer: Any, window: int) -> str:
    settings = [sorted(choice.labels.items()), choice.problem_type or network.config.problem_type, window, READING]
    digest = hashlib.sha256(json.dumps(settings).encode())
    digest.update(tokenizer.backend_tokenizer.to_str().encode())
    for name, value in sorted(network.state_dict().items()):
        digest.update(f"{name} {tuple(value.shape)} {value.dtype}".encode())
        digest.update(value.contiguous().reshape(-1).view(torch.uint8).numpy())
    return f"huggingface-{digest.hexdigest()[:12]}"
