"""The toxicity moderator: Detoxify's labels and the classroom's, by a bundled model (DESIGN.md 5; MATRIX.md, rules).

It reads the text with the roster's names masked: given names of some groups raise a score by themselves (measured,
shared research/DETECTION.md). It gives one score a label and decides nothing.

Options of the configuration: `engine` is `onnx` (default) or `detoxify`; `model` is `classroom` (default), one that
`hallmonitor models get` has fetched (`original`, `unbiased`, `multilingual`), a folder with a compiled model, and for `detoxify`
also the path of a checkpoint; `threads` is how many windows the `onnx` engine scores side by side (default: as many as there are
processors, at most 4). `hallmonitor models use` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Protocol

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
from moderators.bundle import CLASSROOM, DESCRIPTION, read_bundle
from moderators.model_text import FORM, model_text
from moderators.models.official.names import OFFICIAL
from moderators.windows import READING

WHY: Final[Mapping[str, str]] = {
    "toxicity": "The words are rude or hostile in a way that drives people out of a conversation.",
    "severe_toxicity": "The words are very hateful or aggressive.",
    "obscene": "The words are obscene.",
    "threat": "The words read as a wish or a plan to hurt somebody or to attack a place.",
    "insult": "The words insult somebody.",
    "identity_attack": "The words attack people for who they are.",
    "sexual_explicit": "The words are sexually explicit.",
    "self_harm": "The words read as if somebody may hurt themselves or is saying goodbye.",
    "sexualized_minor": "The words read as if pictures of a student's body are asked for or passed on, or as a sexual approach.",
    "child_abuse": "The words read as if a child is hurt or neglected.",
    "harassment": "The words bully, exclude or intimidate somebody.",
    "hate": "The words attack people for their race, religion, origin, disability, gender or orientation.",
    "disparagement": "The words put somebody down.",
    "inappropriate_language": "The words are swearing or vulgar.",
    "sexual_content": "The words are sexual talk.",
    "personal_contact": "The words ask for or offer contact between an adult and a student on a private account.",
    "off_topic_promotion": "The words advertise or sell something that serves no instruction.",
    "record_told": "The words tell a grade, an absence, a punishment, an illness or another school record of somebody.",
    "personnel_told": "The words tell something of an employee's record, such as an evaluation, a leave or pay.",
    "private_told": "The words tell private circumstances of somebody, such as orientation, papers or trouble at home.",
}
"""What a label means, for a person. Nothing of the comment is in it."""

_OTHER_WHY: Final = "The model that this school chose gives the comment this label."

# Each must reach .5 on one of the labels, where the model has it; the harmless ones must stay below on every label.
_BAD: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("I am going to kill you after school tomorrow, you are dead", frozenset({"threat", "toxicity"})),
    ("you are a stupid ugly idiot and everybody hates you", frozenset({"insult", "disparagement", "toxicity"})),
)
_GOOD: Final = (
    "The lab report is due on Friday. Thank you for helping with the slides!",
    "Great job on the science fair, see you all at practice tomorrow",
)
_CANARY_SCORE: Final = 0.5


class Engine(Protocol):
    """What turns texts into scores: `moderators.onnx_engine` or `moderators.detoxify_engine`."""

    labels: tuple[str, ...]
    version: str

    def score(self, texts: Sequence[str]) -> Sequence[Mapping[str, float] | CouldNotAssess]:
        """One answer a text, in order; a score is 0 to 1, calibrated."""
        ...


class Toxicity:
    """Scores each comment with the chosen model. The model is loaded at the first use (half a second)."""

    name: str = "toxicity"
    reads: Literal["text", "masked"] = "masked"

    def __init__(self, settings: ModeratorSettings) -> None:
        """Read the options and, for a compiled model, verify its files.

        Raises:
            ValueError: an option is wrong; the message names it.
            BrokenModerator: the model's files are missing or were changed.
        """
        self._loading = Lock()
        self._loaded: Engine | None = None
        self._engine_name = str(settings.options.get("engine", "onnx"))
        self._model = str(settings.options.get("model", "classroom"))
        if self._engine_name not in {"onnx", "detoxify"}:
            raise ValueError("toxicity: engine must be onnx or detoxify")
        self._threads = _threads(settings.options.get("threads"))
        self._compiled = not self._model.endswith(".ckpt")
        if self._compiled:
            self._bundle = read_bundle(_folder(self._model, settings.models))
        elif self._engine_name == "onnx":
            raise ValueError(f"toxicity: model {self._model} needs engine: detoxify")

    @property
    def version(self) -> str:
        """Hash of the model's files, number of the text form and of the way of reading: the same version gives the same scores."""
        model = self._bundle.version if self._compiled and self._engine_name == "onnx" else self._engine.version
        return f"{model}-f{FORM}r{READING}"

    @property
    def signals(self) -> frozenset[str]:
        """The labels of the model."""
        return frozenset(self._bundle.labels if self._compiled else self._engine.labels)

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:  # noqa: ARG002
        """Score the comments; a comment that cannot be scored says so, and the others do not feel it."""
        scored = self._engine.score([model_text(comment.text) for comment in comments])
        return [found if isinstance(found, CouldNotAssess) else _signals(found) for found in scored]

    def canary(self) -> None:
        """Score known-bad and known-good texts."""
        bad = self._engine.score([model_text(text) for text, _ in _BAD])
        for found, (_, labels) in zip(bad, _BAD, strict=True):
            known = labels.intersection(self.signals)
            if isinstance(found, CouldNotAssess) or max((found[n] for n in known), default=0.0) < _CANARY_SCORE:
                raise BrokenModerator("toxicity: the model no longer knows a known-bad text; reinstall Hallmonitor")
        for found in self._engine.score([model_text(text) for text in _GOOD]):
            if isinstance(found, CouldNotAssess) or max(found.values()) >= _CANARY_SCORE:
                raise BrokenModerator("toxicity: the model flags a harmless text; reinstall Hallmonitor")

    @property
    def _engine(self) -> Engine:
        with self._loading:  # several pages may begin at the same time: a model is large
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Engine:
        # Imported here: a command that scores nothing loads no model library, and only this choice loads torch.
        if self._engine_name == "onnx":
            from moderators.onnx_engine import THREADS, OnnxEngine

            return OnnxEngine(self._bundle, self._threads or THREADS)
        try:
            return self._load_detoxify()
        except (ImportError, OSError, KeyError, RuntimeError, ValueError) as problem:
            raise BrokenModerator(
                f"toxicity: the detoxify engine could not load model {self._model} ({type(problem).__name__}); install "
                "hallmonitor[detoxify], and check the path, or fetch it again (`hallmonitor models get`)"
            ) from problem

    def _load_detoxify(self) -> Engine:
        from moderators.detoxify_engine import DetoxifyEngine

        if self._compiled:
            return DetoxifyEngine.from_bundle(self._bundle)
        return DetoxifyEngine.from_checkpoint(Path(self._model))


def _folder(model: str, fetched: Path | None) -> Path:
    """Where a compiled model lies, by its name or path."""
    if model == "classroom":
        return CLASSROOM
    if fetched is not None and (fetched / model / DESCRIPTION).is_file():
        return fetched / model
    if model in OFFICIAL:
        raise ValueError(f"toxicity: model {model} is not on this computer; run `hallmonitor models get {model}` here")
    return Path(model)


def _threads(option: object) -> int | None:
    """How many threads the configuration asks for; None where it does not say."""
    if option is None:
        return None
    if not isinstance(option, int) or isinstance(option, bool) or option < 1:
        raise ValueError("toxicity: threads must be a whole number, 1 or more")
    return option


def _signals(scores: Mapping[str, float]) -> list[Signal]:
    return [
        Signal(label, min(1.0, score), why=WHY.get(label, _OTHER_WHY))
        for label, score in scores.items()
        if score >= MIN_SCORE
    ]
