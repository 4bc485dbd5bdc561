from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from moderators.base import BrokenModerator, CouldNotAssess, ModeratorSettings, PageContext
from moderators.bundle import Bundle, read_bundle
from moderators.detoxify_checkpoint import write_checkpoint
from moderators.detoxify_engine import DetoxifyEngine
from moderators.models.training.compile import compile_bundle
from moderators.models.training.data import LABELS
from moderators.onnx_engine import OnnxEngine
from moderators.toxicity import Toxicity
from moderators.windows import TOO_LONG
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

TEXTS = ["i will hurt you", "see the bus friday", "hello " * 300 + "kill", "kill lunch today class " * 90, "", "  "]


@dataclass(frozen=True)
class Author:
    id: str = ""
    name: str = ""
    is_staff: bool | None = None


@dataclass(frozen=True)
class Comment:
    text: str
    id: str = "c1"
    author: Author = field(default_factory=Author)
    media: tuple[()] = ()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("tiny")
    tiny.tokenizer(folder)
    compile_bundle(
        tiny.network().state_dict(),
        tiny.config(),
        folder / "tokenizer.json",
        folder / "out",
        LABELS,
        {"sources": {}},
        TEXTS,
    )
    return read_bundle(folder / "out")


def test_long_and_short_texts_get_the_scores_of_the_compiled_engine(bundle: Bundle) -> None:
    package, compiled = DetoxifyEngine.from_bundle(bundle), OnnxEngine(bundle)
    compiled._fast = None
    assert package.labels == compiled.labels
    for mine, theirs in zip(package.score(TEXTS), compiled.score(TEXTS), strict=True):
        assert not isinstance(mine, CouldNotAssess)
        assert not isinstance(theirs, CouldNotAssess)
        assert mine == pytest.approx(theirs, abs=1e-4)


def test_a_text_that_is_too_long_is_not_read_in_part(bundle: Bundle) -> None:
    words = " ".join(f"{a} {b} {c}" for a in tiny.WORDS for b in tiny.WORDS for c in tiny.WORDS)
    assert DetoxifyEngine.from_bundle(bundle).score([words, "hello"])[0] == CouldNotAssess(TOO_LONG)


def test_a_checkpoint_file_and_a_compiled_folder_can_both_be_chosen(bundle: Bundle, tmp_path: Path) -> None:
    path = write_checkpoint(bundle, tmp_path)
    page = PageContext("p")
    chosen = [
        Toxicity(ModeratorSettings(options={"engine": "detoxify", "model": model})).assess([Comment("kill you")], page)
        for model in (str(path), str(bundle.folder))
    ]
    assert chosen[0] == chosen[1]
    assert not isinstance(chosen[0][0], CouldNotAssess)


def test_versions_tell_the_engines_apart(bundle: Bundle, tmp_path: Path) -> None:
    path = write_checkpoint(bundle, tmp_path)
    options: list[dict[str, object]] = [
        {"model": str(bundle.folder)},
        {"engine": "detoxify", "model": str(bundle.folder)},
        {"engine": "detoxify", "model": str(path)},
    ]
    assert len({Toxicity(ModeratorSettings(options=chosen)).version for chosen in options}) == 3


def test_a_missing_checkpoint_is_a_broken_moderator_with_advice(tmp_path: Path) -> None:
    broken = Toxicity(ModeratorSettings(options={"engine": "detoxify", "model": str(tmp_path / "gone.ckpt")}))
    with pytest.raises(BrokenModerator, match="check the path"):
        broken.canary()


def test_an_untrained_network_fails_the_canary(bundle: Bundle) -> None:
    with pytest.raises(BrokenModerator):
        Toxicity(ModeratorSettings(options={"model": str(bundle.folder)})).canary()
