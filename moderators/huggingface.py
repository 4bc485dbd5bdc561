"""Any sequence-classification model of transformers' as a detector: the configuration names it, and says which label is which signal.

```yaml
moderators:
  huggingface: moderators.huggingface:HuggingFace
options:
  huggingface:
    model: /srv/models/spam            # a folder, or a name of the model hub
    labels: {LABEL_1: off_topic_promotion}
```

Options: `model` and `labels` as above (labels that are not named are not looked at). A name of the hub needs `revision`, the 40 digits of
a commit, and is looked for on this computer alone unless `fetch: true` allows the hub to be asked. `canary: {SIGNAL: text}` gives a text
for which a healthy model finds the signal; without it ours are taken. `problem_type` takes the place of the model's own
(`multi_label_classification`: each label by itself; `single_label_classification`: one of them). `threads`: default at most 4.

It reads the text with the roster's names masked, and a long one in windows. It needs `pip install hallmonitor[detoxify]`; torch is
loaded when it is first used, and never where no configuration names it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from moderators.base import (
    MIN_SCORE,
    Assessment,
    BrokenModerator,
    CommentView,
    CouldNotAssess,
    ModeratorSettings,
    PageContext,
    Signal,
)
from moderators.model_text import FORM, model_text
from moderators.toxicity import WHY

if TYPE_CHECKING:
    from moderators.huggingface_network import Network

PROBLEM_TYPES: Final = ("multi_label_classification", "single_label_classification")

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_SIGNAL: Final = re.compile(r"[a-z_]{1,40}")
_OTHER_WHY: Final = "The model that this school chose gives the comment this label."
_CANARY_SCORE: Final = 0.5

# Each must give one of its signals, where the school has mapped it.
_BAD: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("I am going to kill you after school tomorrow, you are dead", frozenset({"threat", "toxicity"})),
    (
        "you are a stupid ugly idiot and everybody hates you",
        frozenset({"insult", "disparagement", "harassment", "toxicity"}),
    ),
    ("people of your religion are animals, get out of our country", frozenset({"hate", "identity_attack"})),
    ("what the fuck is this shit", frozenset({"obscene", "inappropriate_language", "profanity"})),
    ("I want to kill myself tonight, I cannot go on any more", frozenset({"self_harm"})),
    ("Buy cheap followers now! Visit our shop and get 50% off!!!", frozenset({"off_topic_promotion"})),
)
_GOOD: Final = (
    "The lab report is due on Friday. Thank you for helping with the slides!",
    "Great job on the science fair, see you all at practice tomorrow",
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the configuration chose. `labels` maps the model's labels to signals; `canary` holds texts with the signals they give."""

    model: str
    revision: str | None
    fetch: bool
    labels: Mapping[str, str]
    canary: tuple[tuple[str, frozenset[str]], ...]
    problem_type: str | None
    threads: int

    @classmethod
    def read(cls, options: Mapping[str, object]) -> Choice:
        """Read the options.

        Raises:
            ValueError: one of them is missing or wrong; the message names it.
        """
        model, revision = _option(options, "model", str), _option(options, "revision", str, "")
        if not Path(model).is_dir() and not _COMMIT.fullmatch(revision):
            raise _wrong(
                "revision",
                f"must be the 40 digits of a commit of {model}, since a name alone may mean another model tomorrow",
            )
        labels = _mapping(options, "labels")
        if bad := [signal for signal in labels.values() if not _SIGNAL.fullmatch(signal)]:
            raise _wrong("labels", f"{bad[0]!r} cannot be a signal's name: small letters and _, 40 at most")
        problem_type = _option(options, "problem_type", str, "")
        if problem_type not in ("", *PROBLEM_TYPES):
            raise _wrong("problem_type", f"must be {' or '.join(PROBLEM_TYPES)}")
        threads = _option(options, "threads", int, min(4, os.cpu_count() or 1))
        if threads < 1:
            raise _wrong("threads", "must be a whole number, 1 or more")
        return cls(
            model=model,
            revision=revision or None,
            fetch=_option(options, "fetch", bool, False),
            labels=labels,
            canary=_canary(options, frozenset(labels.values())),
            problem_type=problem_type or None,
            threads=threads,
        )


class HuggingFace:
    """Scores each comment with the chosen model. The model is loaded at the first use."""

    name: str = "huggingface"
    reads: Literal["text", "masked"] = "masked"

    def __init__(self, settings: ModeratorSettings) -> None:
        """Read the options.

        Raises:
            ValueError: one of them is wrong; the message names it.
        """
        self._choice = Choice.read(settings.options)
        self._loading = Lock()
        self._loaded: Network | None = None
        self.signals = frozenset(self._choice.labels.values())

    @property
    def version(self) -> str:
        """Hash of the weights, the tokenizer and the mapping, and number of the text form: the same version gives the same scores."""
        return f"{self._network.version}-f{FORM}"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:  # noqa: ARG002
        """Score the comments; a comment that cannot be scored says so, and the others do not feel it."""
        scored = self._network.score([model_text(comment.text) for comment in comments])
        return [found if isinstance(found, CouldNotAssess) else _signals(found) for found in scored]

    def canary(self) -> None:
        """Score known-bad and known-good texts."""
        for text, signals in self._choice.canary:
            (found,) = self._network.score([model_text(text)])
            known = signals & self.signals
            if isinstance(found, CouldNotAssess) or max(found[signal] for signal in known) < _CANARY_SCORE:
                raise BrokenModerator(
                    f"huggingface: the model finds no {' or '.join(sorted(known))} in a text that holds it: look at `labels`, or give "
                    "a text of your own in `canary`"
                )
        for found in self._network.score([model_text(text) for text in _GOOD]):
            if isinstance(found, CouldNotAssess) or max(found.values()) >= _CANARY_SCORE:
                raise BrokenModerator(
                    "huggingface: the model flags a harmless text: look at `labels` and `problem_type`"
                )

    @property
    def _network(self) -> Network:
        with self._loading:  # several pages may begin at the same time: a model is large
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Network:
        try:
            from moderators.huggingface_network import Network  # torch: only where a configuration names this detector
        except ImportError as missing:
            raise BrokenModerator(
                "huggingface: run `pip install hallmonitor[detoxify]`, which brings torch"
            ) from missing
        return Network(self._choice)


def _signals(scores: Mapping[str, float]) -> list[Signal]:
    return [
        Signal(signal, min(1.0, score), why=WHY.get(signal, _OTHER_WHY))
        for signal, score in scores.items()
        if score >= MIN_SCORE
    ]


def _canary(options: Mapping[str, object], signals: frozenset[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    """The school's own texts, or those of ours whose signals are mapped."""
    if "canary" not in options:
        ours = tuple((text, known) for text, known in _BAD if known & signals)
        if not ours:
            raise _wrong("canary", "is missing: give a text that holds it for one signal, {SIGNAL: text}")
        return ours
    own = _mapping(options, "canary")
    if strange := sorted(own.keys() - signals):
        raise _wrong("canary", f"{strange[0]} is no signal of `labels`, which has {', '.join(sorted(signals))}")
    return tuple((text, frozenset({signal})) for signal, text in own.items())


def _mapping(options: Mapping[str, object], name: str) -> dict[str, str]:
    found = options.get(name)
    if not isinstance(found, Mapping) or not found:
        raise _wrong(name, "must be a block of `name: text` lines, one at least")
    return {str(key): str(value) for key, value in found.items()}


def _option(options: Mapping[str, object], name: str, kind: type[_T], default: _T | None = None) -> _T:
    found = options.get(name, default)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        words = {str: "text", int: "a whole number", bool: "true or false"}[kind]
        raise _wrong(name, "is missing" if found is None else f"must be {words}")
    return found


def _wrong(option: str, message: str) -> ValueError:
    return ValueError(f"huggingface: {option}: {message}")
