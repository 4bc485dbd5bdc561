"""Scores texts with the detoxify package itself (torch), imported only when the configuration chooses this engine.

The model is the bundled one (its checkpoint rebuilt from the committed weights), a checkpoint file of the school's own,
or an official one that `hallmonitor models get` has fetched: its checkpoint stands beside the compiled model.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from detoxify import Detoxify
from transformers import PreTrainedModel

from moderators.base import CouldNotAssess
from moderators.bundle import Bundle
from moderators.detoxify_checkpoint import write_checkpoint
from moderators.windows import CLOSE, CLOSE_OVERLAP, MAX_WINDOWS, TOO_LONG, cut, discounted, wants_close_reading

Scores = Mapping[str, float]

CHECKPOINTS: Final = "detoxify"
"""The folder, inside a compiled model's, of the checkpoint that it was made from."""

_WINDOW: Final = 94
_OVERLAP: Final = 24


class DetoxifyEngine:
    """A model loaded by the detoxify package. One text at a time: its batches pad, which is slower (measured)."""

    def __init__(self, model: Detoxify, version: str, window: int = _WINDOW, overlap: int = _OVERLAP) -> None:
        self.labels = tuple(str(label) for label in model.class_names)
        self.version = version
        self._model, self._window, self._overlap = model, window, overlap

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> DetoxifyEngine:
        """A compiled model: by the checkpoint that it was made from, where that lies beside it.

        Else by way of a checkpoint in a temporary folder, which is gone when the model is loaded.
        """
        for path in sorted((bundle.folder / CHECKPOINTS).glob("*.ckpt")):
            return cls.from_checkpoint(path)
        with tempfile.TemporaryDirectory(prefix="hallmonitor-") as folder:
            path = write_checkpoint(bundle, Path(folder))
            model = Detoxify(checkpoint=str(path), huggingface_config_path=folder)
        return cls(model, f"{bundle.version}-detoxify", bundle.window, bundle.overlap)

    @classmethod
    def from_checkpoint(cls, path: Path) -> DetoxifyEngine:
        """A Detoxify checkpoint with the tokenizer and configuration files of its encoder in the same folder."""
        model = Detoxify(checkpoint=str(path), huggingface_config_path=str(path.parent))
        return cls(model, f"detoxify-{path.stem}")

    @property
    def network(self) -> PreTrainedModel:
        """The network itself."""
        found: PreTrainedModel = self._model.model
        return found

    def score(self, texts: Sequence[str]) -> list[Scores | CouldNotAssess]:
        """Score each text; same length and order. The highest of a long text's windows counts."""
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Scores | CouldNotAssess:
        if not text.strip():
            return dict.fromkeys(self.labels, 0.0)
        tokens = self._model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        offsets: list[tuple[int, int]] = tokens["offset_mapping"]
        parts = cut(text, offsets, self._window, self._overlap)
        close = cut(text, offsets, CLOSE, CLOSE_OVERLAP) if len(offsets) > CLOSE else []
        if len(parts) + len(close) > MAX_WINDOWS:
            return CouldNotAssess(TOO_LONG)
        found = self._highest(parts)
        near = self._highest(close if wants_close_reading(found.values()) else [])
        if not all(map(math.isfinite, [*found.values(), *near.values()])):
            return CouldNotAssess("the model gave no usable score")
        return {label: max(found[label], discounted(near[label])) for label in self.labels}

    def _highest(self, parts: Sequence[str]) -> dict[str, float]:
        rows = [self._model.predict(part) for part in parts] or [dict.fromkeys(self.labels, 0.0)]
        # numpy's maximum, since Python's loses a score that is no number
        return {label: float(np.max([row[label] for row in rows])) for label in self.labels}
