"""From a checkpoint to a model that Hallmonitor can use: made ready, compiled, compared with the package, put in its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
import transformers

from moderators.base import CouldNotAssess
from moderators.bundle import DESCRIPTION, TOKENIZER, read_bundle
from moderators.detoxify_engine import CHECKPOINTS, DetoxifyEngine
from moderators.model_text import model_text
from moderators.models.official.bert_form import bert_form
from moderators.models.official.checkpoint import Checkpoint, read_checkpoint, write_checkpoint, write_offline
from moderators.models.official.names import OFFICIAL, NoModel
from moderators.models.official.sentences import COMPARED, SHOWN, of
from moderators.models.training.compile import compile_bundle
from moderators.onnx_engine import OnnxEngine

MOST: Final = 0.1
"""What the two engines may differ by in any score of the compared sentences."""

UNKNOWN: Final = "[UNK]"
"""What the fast engine calls a sign that a model does not know: it says so of a text that is full of them."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that is in its place. `difference` is the largest between the two engines; `exact_only`: int8 does not suit it."""

    version: str
    labels: tuple[str, ...]
    difference: float
    exact_only: bool


def install(
    name: str,
    checkpoint: Path,
    folder: Path,
    *,
    source: str,
    encoder: str | None = None,
    most: float = MOST,
    told: Callable[[str], None] = lambda _step: None,
) -> Installed:
    """Make the official model `name` of its checkpoint, and put it at `folder` in place of an earlier one.

    `source` says where the checkpoint comes from. `encoder` is a folder with config.json and tokenizer.json of its encoder; without
    it the model hub is asked. `most` is what the engines may differ by. `told` hears each step.

    Raises:
        NoModel: the checkpoint or its encoder is not to be used, or the engines disagree. Whatever was in the place stays.
    """
    _hush()
    told("reading the checkpoint")
    read = read_checkpoint(checkpoint)
    work = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(work, ignore_errors=True)
    try:
        write_offline(read, encoder or read.encoder, work / CHECKPOINTS)
        done = _compiled(name, read, work, source, most, told)
        told("putting it in its place")
        write_checkpoint(read, _file(work, name, read), folder / CHECKPOINTS)
        _take_place(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return done


def _compiled(
    name: str, read: Checkpoint, work: Path, source: str, most: float, told: Callable[[str], None]
) -> Installed:
    file = _file(work, name, read)
    write_checkpoint(read, file, work / CHECKPOINTS)
    package = DetoxifyEngine.from_checkpoint(file)
    _check_all_came(package.network, read)
    told("compiling it for the fast engine")
    state, config = bert_form(package.network.state_dict(), package.network.config, len(package.labels))
    tokenizer = work / "tokenizer.whole.json"
    tokenizer.write_text(_naming_unknown(work / CHECKPOINTS), encoding="utf-8")
    notes = {"source": source, "sha256": read.sha256, "licence": OFFICIAL[name].licence, "detoxify": read.encoder}
    shown = [model_text(sentence) for sentence in of(SHOWN, OFFICIAL[name].languages)]
    for exact_only in (False, True):
        version = compile_bundle(
            state, config, tokenizer, work, package.labels, notes, shown, name=name, exact_only=exact_only
        )
        told("comparing the two engines")
        difference = compare(package, OnnxEngine(read_bundle(work)), of(COMPARED, OFFICIAL[name].languages))
        if difference <= most:
            tokenizer.unlink()
            _note(work / DESCRIPTION, difference)
            return Installed(version, package.labels, difference, exact_only)
    raise NoModel(
        f"{name}: compiled, its scores differ by up to {difference:.3f} from the package's, more than {most}: it is not used; "
        "the checkpoint may be another than expected, or this processor computes wrongly"
    )


def compare(package: DetoxifyEngine, compiled: OnnxEngine, sentences: Sequence[str]) -> float:
    """The largest difference between the scores of the two engines, over all labels of all sentences.

    Raises:
        NoModel: one of them cannot read a sentence.
    """
    texts = [model_text(sentence) for sentence in sentences]
    largest = 0.0
    for ours, theirs in zip(compiled.score(texts), package.score(texts), strict=True):
        if isinstance(ours, CouldNotAssess) or isinstance(theirs, CouldNotAssess):
            raise NoModel("the model cannot read plain sentences: its tokenizer does not belong to it")
        largest = max(largest, *(abs(ours[label] - theirs[label]) for label in theirs))
    return largest


def _hush() -> None:
    """The package warns of what is checked here, and draws bars of its own into ours."""
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the package says no types here
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _file(work: Path, name: str, read: Checkpoint) -> Path:
    return work / CHECKPOINTS / f"{name}-{read.sha256[:12]}.ckpt"


def _check_all_came(network: torch.nn.Module, read: Checkpoint) -> None:
    """The package fills what a checkpoint lacks by chance, and only warns."""
    missing = sorted({name for name, _ in network.named_parameters()} - read.state.keys())
    if missing:
        raise NoModel(f"the checkpoint lacks {len(missing)} of the network's parts, such as {missing[0]}")


def _naming_unknown(encoder: Path) -> str:
    """The encoder's tokenizer, in which the piece for an unknown sign has the name that the fast engine looks for."""
    said = json.loads((encoder / TOKENIZER).read_text(encoding="utf-8"))
    theirs = json.loads((encoder / "tokenizer_config.json").read_text(encoding="utf-8")).get("unk_token", UNKNOWN)
    for piece in said["added_tokens"]:
        if piece["content"] == theirs:
            piece["content"] = UNKNOWN
    vocabulary = said["model"]["vocab"]
    if isinstance(vocabulary, dict):
        said["model"]["vocab"] = {UNKNOWN if piece == theirs else piece: at for piece, at in vocabulary.items()}
    else:
        said["model"]["vocab"] = [[UNKNOWN if piece == theirs else piece, score] for piece, score in vocabulary]
    if said["model"].get("unk_token") == theirs:
        said["model"]["unk_token"] = UNKNOWN
    return json.dumps(said, ensure_ascii=False)


def _note(description: Path, difference: float) -> None:
    said = json.loads(description.read_text(encoding="utf-8"))
    said |= {"engines_differ": round(difference, 4), "made_with": {"torch": torch.__version__}}
    description.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _take_place(work: Path, folder: Path) -> None:
    before = folder.with_name(f".{folder.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.replace(before)
    work.replace(folder)
    shutil.rmtree(before, ignore_errors=True)
