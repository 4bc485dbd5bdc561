from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from moderators.base import BrokenModerator, CouldNotAssess, ModeratorSettings
from moderators.bundle import DESCRIPTION, read_bundle
from moderators.detoxify_checkpoint import configuration, state_of
from moderators.detoxify_engine import CHECKPOINTS, DetoxifyEngine
from moderators.model_text import model_text
from moderators.models.official.bert_form import bert_form
from moderators.models.official.install import MOST, compare, install
from moderators.models.official.names import OFFICIAL, BadCheckpoint, NoModel, NotReached
from moderators.models.official.sentences import COMPARED, SHOWN, of
from moderators.models.training.compile import compile_bundle
from moderators.onnx_engine import OnnxEngine
from moderators.toxicity import Toxicity
from moderators.windows import CLOSE
from tests.unit.moderators.checkpoints import BAD, GOOD
from tests.unit.moderators.models.official.conftest import Made

pytestmark = pytest.mark.model

TEXTS = [*of(COMPARED, ["en"]), *GOOD, *BAD, "kill " * 200, ""]


def rows(engine: OnnxEngine | DetoxifyEngine, texts: Sequence[str] = TEXTS) -> np.ndarray[Any, np.dtype[np.float64]]:
    found = []
    for scores in engine.score([model_text(text) for text in texts]):
        assert not isinstance(scores, CouldNotAssess)
        found.append([scores[label] for label in engine.labels])
    return np.array(found)


def spoilt(made: Made, folder: Path, **changes: Any) -> Path:
    """A copy of the checkpoint in which parts of it are others."""
    loaded = torch.load(made.checkpoint, weights_only=True)
    for name, value in changes.items():
        {"args": loaded["config"]["arch"], "state_dict": loaded}.get(name, loaded)[name] = value
    torch.save(loaded, folder / "spoilt.ckpt")
    return folder / "spoilt.ckpt"


def test_the_labels_are_those_that_the_package_reads_and_no_identity_among_them(made: Made) -> None:
    assert made.installed.labels == OFFICIAL[made.name].labels
    assert read_bundle(made.folder).labels == made.installed.labels


def test_the_exact_graph_computes_what_the_network_does_with_the_same_weights_on_the_packages_tokens(
    made: Made,
) -> None:
    """The committed weights as a BERT, asked with what the package's own tokenizer makes of a text."""
    bundle = read_bundle(made.folder)
    network = transformers.BertForSequenceClassification(transformers.BertConfig.from_dict(configuration(bundle)))
    assert network.load_state_dict(state_of(bundle), strict=False).missing_keys == []
    network.train(mode=False)
    tokenizer = DetoxifyEngine.from_bundle(bundle)._model.tokenizer
    exact = OnnxEngine(bundle)
    exact._fast = None
    every = [*of(COMPARED, OFFICIAL[made.name].languages), *GOOD, *BAD]
    texts = [
        text for text in every if len(tokenizer(model_text(text))["input_ids"]) <= CLOSE
    ]  # longer ones are read twice
    wanted = []
    for text in texts:
        with torch.no_grad():
            ids = torch.tensor([tokenizer(model_text(text))["input_ids"]])
            wanted.append(torch.sigmoid(network(input_ids=ids).logits[0]).tolist())
    assert len(texts) > 12
    assert np.abs(rows(exact, texts) - np.array(wanted)).max() < 1e-4
    assert np.array(wanted).std() > 0.1


def test_both_engines_are_near_and_the_difference_is_told(made: Made) -> None:
    bundle = read_bundle(made.folder)
    difference = compare(
        DetoxifyEngine.from_bundle(bundle), OnnxEngine(bundle), of(COMPARED, OFFICIAL[made.name].languages)
    )
    assert difference == pytest.approx(made.installed.difference, abs=1e-6)
    assert difference <= MOST
    said = json.loads((made.folder / DESCRIPTION).read_text())
    assert said["engines_differ"] == pytest.approx(difference, abs=1e-4)
    assert (said["name"], said["source"], said["licence"]) == (made.name, "a test", OFFICIAL[made.name].licence)


def test_it_is_used_by_name_with_either_engine_and_knows_its_canaries(made: Made) -> None:
    chosen = [
        Toxicity(ModeratorSettings(options={"model": made.name, "engine": engine}, models=made.models))
        for engine in ("onnx", "detoxify")
    ]
    for detector in chosen:
        detector.canary()
        assert detector.signals == set(OFFICIAL[made.name].labels)
    assert chosen[0].version.startswith(f"{made.name}-")
    assert chosen[1].version.startswith(f"detoxify-{made.name}-")


_NO_LINE = """
import socket, sys
def no(*a, **k): raise SystemExit("a socket was opened")
socket.socket.connect = socket.getaddrinfo = no
from pathlib import Path
from moderators.base import ModeratorSettings
from moderators.toxicity import Toxicity
Toxicity(ModeratorSettings(options={"model": "original", "engine": "detoxify"}, models=Path(sys.argv[1]))).canary()
"""


def test_the_packages_engine_asks_nobody(original: Made) -> None:
    """Also for an encoder whose name in the checkpoint is the hub's."""
    subprocess.run([sys.executable, "-c", _NO_LINE, str(original.models)], check=True, capture_output=True)


def test_the_package_gets_the_very_weights_of_the_checkpoint(made: Made) -> None:
    loaded = torch.load(made.checkpoint, weights_only=True)["state_dict"]
    network = DetoxifyEngine.from_bundle(read_bundle(made.folder)).network.state_dict()
    assert all(torch.equal(value, loaded[name]) for name, value in network.items() if name in loaded)


def test_the_tokenizer_keeps_its_whole_vocabulary(made: Made) -> None:
    theirs = json.loads((made.checkpoint.parent / "encoder" / "tokenizer.json").read_text())["model"]["vocab"]
    ours = json.loads((made.folder / "tokenizer.json").read_text())["model"]["vocab"]
    assert len(ours) == len(theirs)


def test_signs_that_the_model_does_not_know_are_told(made: Made) -> None:
    """Byte pairs spell any sign; the other two kinds have none for these."""
    (found,) = OnnxEngine(read_bundle(made.folder)).score(["\U00012000\U00012001 \U00012002\U00012003 \U00012004"])
    assert isinstance(found, CouldNotAssess) == (made.name != "unbiased")


def test_nothing_is_left_beside_it(made: Made) -> None:
    assert [file.name for file in made.models.iterdir()] == [made.name]
    assert {file.name for file in made.folder.iterdir()} == {
        "exact.onnx", "fast.onnx", "model.json", "tokenizer.json", "weights.safetensors", CHECKPOINTS,
    }  # fmt: skip


def test_encoder_files_that_were_copied_beside_a_checkpoint_are_enough(made: Made, tmp_path: Path) -> None:
    """`config.json` and `tokenizer.json`, and a name in the checkpoint that leads nowhere."""
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(made.checkpoint.parent / "encoder" / name, tmp_path / name)
    arguments = torch.load(made.checkpoint, weights_only=True)["config"]["arch"]["args"] | {"model_type": "no/where"}
    checkpoint = spoilt(made, tmp_path, args=arguments)
    done = install(made.name, checkpoint, tmp_path / "m" / made.name, source="a test", encoder=str(tmp_path))
    again, first = (OnnxEngine(read_bundle(folder)) for folder in (tmp_path / "m" / made.name, made.folder))
    assert np.abs(rows(again) - rows(first)).max() < 1e-6
    assert done.labels == made.installed.labels


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.write_text, (tmp_path / "sprung", "!"))

    torch.save({"config": Trap(), "state_dict": {}}, tmp_path / "trap.ckpt")
    with pytest.raises(BadCheckpoint, match="no checkpoint of Detoxify's"):
        install("original", tmp_path / "trap.ckpt", tmp_path / "m", source="")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"PK\x03\x04 half"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.ckpt").write_bytes(content)
    with pytest.raises(BadCheckpoint):
        install("original", tmp_path / "x.ckpt", tmp_path / "m", source="")
    with pytest.raises(BadCheckpoint, match="no such file"):
        install("original", tmp_path / "gone.ckpt", tmp_path / "m", source="")


def test_one_wrong_bit_is_found_and_the_model_before_stays(original: Made, tmp_path: Path) -> None:
    raw = bytearray(original.checkpoint.read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / "bit.ckpt").write_bytes(raw)
    before = read_bundle(original.folder).version
    with pytest.raises(BadCheckpoint):
        install("original", tmp_path / "bit.ckpt", original.folder, source="")
    assert read_bundle(original.folder).version == before


def test_weights_that_are_missing_are_not_filled_by_chance(original: Made, tmp_path: Path) -> None:
    state = torch.load(original.checkpoint, weights_only=True)["state_dict"]
    del state["bert.pooler.dense.weight"]
    with pytest.raises(NoModel, match=r"lacks 1 .* bert.pooler.dense.weight"):
        install("original", spoilt(original, tmp_path, state_dict=state), tmp_path / "m", source="")


def test_a_network_of_another_kind_is_refused(original: Made, tmp_path: Path) -> None:
    arguments = torch.load(original.checkpoint, weights_only=True)["config"]["arch"]["args"]
    checkpoint = spoilt(original, tmp_path, args=arguments | {"model_name": "AlbertForSequenceClassification"})
    with pytest.raises(BadCheckpoint, match="Albert"):
        install("original", checkpoint, tmp_path / "m", source="")


def test_an_encoder_that_cannot_be_had_is_told(original: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # what a computer without network sees
    arguments = torch.load(original.checkpoint, weights_only=True)["config"]["arch"]["args"]
    checkpoint = spoilt(original, tmp_path, args=arguments | {"model_type": "hallmonitor-test/nowhere"})
    with pytest.raises(NotReached, match="hallmonitor-test/nowhere"):
        install("original", checkpoint, tmp_path / "m", source="")
    assert not (tmp_path / "m").exists()


def test_engines_that_disagree_are_refused_and_nothing_is_left(original: Made, tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="differ by up to"):
        install("original", original.checkpoint, tmp_path / "m", source="", most=-1.0)
    assert not (tmp_path / "m").exists()
    assert list(tmp_path.iterdir()) == []


def test_an_exact_only_model_scores_everything_in_fp32(original: Made, tmp_path: Path) -> None:
    package = DetoxifyEngine.from_bundle(read_bundle(original.folder))
    state, config = bert_form(package.network.state_dict(), package.network.config, len(package.labels))
    tokenizer, shown = original.folder / "tokenizer.json", [model_text(text) for text in of(SHOWN, ["en"])]
    compile_bundle(state, config, tokenizer, tmp_path, package.labels, {}, shown, exact_only=True)
    engine, exact, usual = (OnnxEngine(read_bundle(folder)) for folder in (tmp_path, tmp_path, original.folder))
    exact._fast = None
    assert engine._fast is not None
    assert (rows(engine) == rows(exact)).all()
    assert (rows(usual) != rows(exact)).any()


def test_a_model_that_was_not_fetched_says_how(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="hallmonitor models get unbiased"):
        Toxicity(ModeratorSettings(options={"model": "unbiased"}, models=tmp_path))


def test_a_fetched_model_that_was_changed_says_how_to_mend_it(original: Made, tmp_path: Path) -> None:
    shutil.copytree(original.folder, tmp_path / "original")
    (tmp_path / "original" / "tokenizer.json").write_text("{}")
    with pytest.raises(BrokenModerator, match="hallmonitor models get"):
        Toxicity(ModeratorSettings(options={"model": "original"}, models=tmp_path))
