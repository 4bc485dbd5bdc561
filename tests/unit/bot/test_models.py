"""`models list`, `get` and `use` as stories: on a tiny checkpoint in Detoxify's format, served on loopback or copied from a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.models import ModelState, get_model, list_models, use_model
from bot.models.choosing import NotChosen
from bot.models.fetching import NotFetched
from bot.settings import BadConfiguration, Environment, load_plugins
from moderators.bundle import DESCRIPTION
from moderators.models.official.names import OFFICIAL
from tests.servers.fake import FakePlatform, Reply
from tests.unit.moderators.checkpoints import published

pytestmark = pytest.mark.model

WRITTEN = "# the district's\nconnectors: {}   # none\noptions:\n  toxicity:\n    threads: 2  # cores\n"


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published("bert", tmp_path_factory.mktemp("published"), OFFICIAL["original"].labels, 6)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "plugins.yaml").write_text(WRITTEN)
    return Environment.read(tmp_path / "config", {"HALLMONITOR_HOME": str(tmp_path / "home"), "USER": "tester"})


@pytest.fixture(scope="session")
def fetched_once(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder's models, with `original` among them."""
    home = tmp_path_factory.mktemp("home")
    get_model(Environment.read(home, {"HALLMONITOR_HOME": str(home)}), "original", file=checkpoint)
    return home / "models"


@pytest.fixture
def fetched(environment: Environment, fetched_once: Path) -> Environment:
    shutil.copytree(fetched_once, environment.models)
    return environment


def test_a_model_is_fetched_over_the_line_compiled_and_listed(environment: Environment, checkpoint: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    body = checkpoint.read_bytes()
    with FakePlatform() as server:
        server.always(Reply(200, body, {"ETag": '"1"'}))
        got = get_model(environment, "original", address=f"{server.url}/o.ckpt", told=lambda *step: told.append(step))
    assert got.labels == OFFICIAL["original"].labels
    assert got.difference <= 0.1
    assert ("fetching", len(body), len(body)) in told
    assert next(step for step, *_ in told if step != "fetching") == "reading the checkpoint"
    assert [path.name for path in environment.models.iterdir()] == ["original"]
    assert environment.home.stat().st_mode & 0o077 == 0
    model = {model.name: model for model in list_models(environment)}["original"]
    assert (model.state, model.version, model.labels, model.engine) == (ModelState.FETCHED, got.version, got.labels, "")
    assert "Apache-2.0" in model.licence


def test_a_password_in_the_address_is_used_and_neither_kept_nor_told(
    environment: Environment, checkpoint: Path
) -> None:
    with FakePlatform() as server:
        address = server.url.replace("http://", "http://reader:s3cret@") + "/o.ckpt?sig=t0ken"
        server.always(Reply(404))
        with pytest.raises(NotFetched) as told:
            get_model(environment, "original", address=address)
        server.always(Reply(200, checkpoint.read_bytes()))
        got = get_model(environment, "original", address=address)
        assert server.asked[-1].headers["Authorization"].startswith("Basic ")
        assert server.asked[-1].path.endswith("?sig=t0ken")
        source = json.loads((got.folder / DESCRIPTION).read_text())["source"]
        assert source == f"{server.url}/o.ckpt"
    assert f"{source}: the server answered 404" in str(told.value)
    for file in (path for path in environment.models.rglob("*") if path.is_file()):
        assert not any(secret in file.read_bytes() for secret in (b"s3cret", b"t0ken")), file.name
    assert not any(secret in str(told.value) for secret in ("s3cret", "t0ken"))


def test_a_download_that_breaks_off_is_gone_on_with_and_a_wrong_one_is_begun_anew(
    environment: Environment, checkpoint: Path
) -> None:
    body = checkpoint.read_bytes()
    with FakePlatform() as server:
        server.always(Reply(200, body, {"ETag": '"1"'}, cut=True))
        with pytest.raises(NotFetched, match=r"cannot be fetched .*\n.*--from FILE"):
            get_model(environment, "original", address=f"{server.url}/o")
        assert list(environment.models.glob(".fetching/*.part"))
        server.always(Reply(200, b"<html>sign in first</html>"))
        with pytest.raises(NotFetched, match="no checkpoint of Detoxify's"):
            get_model(environment, "original", address=f"{server.url}/o")
        server.always(Reply(200, body))
        assert get_model(environment, "original", address=f"{server.url}/o").labels


def test_without_network_it_says_what_to_copy_and_where(environment: Environment) -> None:
    with pytest.raises(NotFetched) as told:
        get_model(environment, "multilingual", address="http://127.0.0.1:9/m.ckpt")
    message = str(told.value)
    assert "http://127.0.0.1:9/m.ckpt" in message
    assert "https://huggingface.co/xlm-roberta-base" in message
    assert "hallmonitor models get multilingual --from FILE" in message


def test_the_addresses_are_those_of_the_detoxify_package() -> None:
    from detoxify.detoxify import MODEL_URLS

    from moderators.models.official.checkpoint import address_of

    assert [address_of(name) for name in OFFICIAL] == [MODEL_URLS[name] for name in OFFICIAL]


@pytest.mark.parametrize(("name", "words"), [("orignal", "did you mean original"), ("original-small", "original")])
def test_an_unknown_model_gets_a_suggestion(environment: Environment, name: str, words: str) -> None:
    with pytest.raises(NotFetched, match=words):
        get_model(environment, name)
    assert not environment.home.exists()


def test_a_file_that_is_not_there_is_not_fetched_in_its_stead(environment: Environment, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="no such file"):
        get_model(environment, "original", file=tmp_path / "gone.ckpt")


def test_the_list_has_what_is_here_and_what_could_be(environment: Environment) -> None:
    found = list_models(environment)
    assert [model.name for model in found] == ["classroom", *OFFICIAL]
    assert [model.state for model in found[1:]] == [ModelState.OFFICIAL] * 3
    assert all(model.licence and model.labels and model.megabytes > 1 for model in found[1:])
    assert [model.name for model in found if model.engine] == ["classroom"]


def test_a_model_is_chosen_and_nothing_else_of_the_file_changes(fetched: Environment) -> None:
    chosen = use_model(fetched, "original")
    assert chosen.changed
    assert chosen.version.startswith("original-")
    assert chosen.file.read_text() == WRITTEN + "    model: original\n"
    assert {m.name: m.engine for m in list_models(fetched) if m.engine} == {"original": "onnx"}
    again = use_model(fetched, "original")
    assert (again.changed, again.version) == (False, chosen.version)


def test_the_engine_is_written_where_it_says_something(fetched: Environment) -> None:
    detoxify = use_model(fetched, "original", "detoxify")
    assert detoxify.version.startswith("detoxify-original-")
    assert load_plugins(fetched.config).options["toxicity"] == {"threads": 2, "model": "original", "engine": "detoxify"}
    use_model(fetched, "original")
    assert load_plugins(fetched.config).options["toxicity"]["engine"] == "onnx"


@pytest.mark.parametrize(
    ("name", "engine", "words"),
    [
        ("unbiased", "onnx", "hallmonitor models get unbiased"),
        ("orignal", "onnx", "did you mean original"),
        ("original", "tea", "onnx or detoxify"),
    ],
)
def test_what_cannot_be_chosen_leaves_the_file_alone(fetched: Environment, name: str, engine: str, words: str) -> None:
    with pytest.raises(NotChosen, match=words):
        use_model(fetched, name, engine)
    assert (fetched.config / "plugins.yaml").read_text() == WRITTEN


def test_a_model_that_does_not_know_its_canaries_is_not_chosen(environment: Environment, tmp_path: Path) -> None:
    untaught = published("bert", tmp_path / "untaught", OFFICIAL["original"].labels, 6, steps=0)
    get_model(environment, "original", file=untaught)
    with pytest.raises(NotChosen, match=r"known-bad text|harmless text"):
        use_model(environment, "original")
    assert (environment.config / "plugins.yaml").read_text() == WRITTEN


def test_a_model_that_was_changed_or_is_gone_is_told_in_the_list(fetched: Environment) -> None:
    use_model(fetched, "original")
    (fetched.models / "original" / "tokenizer.json").write_text("{}")
    listed = {model.name: model for model in list_models(fetched)}["original"]
    assert (listed.state, listed.engine) == (ModelState.UNUSABLE, "onnx")
    assert "hallmonitor models get" in listed.problem
    (fetched.models / "original" / DESCRIPTION).unlink()
    gone = {model.name: model for model in list_models(fetched)}["original"]
    assert gone.state is ModelState.OFFICIAL
    assert "not on this computer" in gone.problem


def test_a_school_that_chose_a_model_and_lacks_it_scores_nothing(environment: Environment) -> None:
    from bot import serve

    (environment.config / "plugins.yaml").write_text("options: {toxicity: {model: unbiased}}\n")
    with pytest.raises(BadConfiguration, match="hallmonitor models get unbiased"):
        serve.make_moderators(environment.config, load_plugins(environment.config), environment.models)


def test_a_model_of_the_schools_own_is_listed_by_its_path(fetched: Environment) -> None:
    own = fetched.models.parent / "own"
    shutil.copytree(fetched.models / "original", own)
    (fetched.config / "plugins.yaml").write_text(f"options: {{toxicity: {{model: {own}}}}}\n")
    last = list_models(fetched)[-1]
    assert (last.name, last.engine, last.state) == (str(own), "onnx", ModelState.FETCHED)
