from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.base import BadConfig, PageAddress
from connectors.sample import Sample
from connectors.wordpress import WordPress

ADDRESS = PageAddress("pond", "https://pond.example.test", secret="wren:pw")


def test_ours_are_there_by_name() -> None:
    assert isinstance(registry.make("wordpress", ADDRESS, {}), WordPress)
    assert isinstance(registry.make("sample", ADDRESS, {}), Sample)
    assert {kind: registry.load(path) for kind, path in registry.OURS.items()}


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("wordpres", "did you mean 'wordpress'"),
        ("WordPress", "did you mean 'wordpress'"),
        ("samples", "did you mean 'sample'"),
        ("pondbook", "did you mean 'pond_book'"),
        ("facebook", "there are: by_hand, pond_book, sample, wordpress"),
        ("", "there are"),
    ],
)
def test_an_unknown_kind_gets_a_hint(kind: str, hint: str) -> None:
    with pytest.raises(BadConfig, match=hint) as caught:
        registry.make(kind, ADDRESS, {"pond_book": "connectors.sample:Sample"})
    assert caught.value.field == "connector"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("", "no import path"),
        ("connectors.sample", "no import path"),
        (":Sample", "no import path"),
        ("connectors.sample:", "no import path"),
        ("connectors.nowhere:Sample", "cannot be imported"),
        ("..sample:Sample", "cannot be imported"),
        ("connectors.sample:Nobody", "no class Nobody"),
        ("connectors.sample:STATES", "no class STATES"),
        ("connectors.registry:make", "no class make"),
        ("connectors.base:Comment", "lacks check, fetch, get, act"),
        ("pathlib:Path", "lacks"),
    ],
)
def test_a_path_that_leads_to_no_connector_is_explained(path: str, named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        registry.load(path)


def test_a_module_that_fails_while_it_is_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "district_broken.py").write_text("raise RuntimeError('no licence file')")
    with pytest.raises(BadConfig, match="district_broken cannot be imported: RuntimeError: no licence file"):
        registry.load("district_broken:Gradebook")


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a connector, installed after this process has begun."""
    told = tmp_path / "gradebook-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: gradebook\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{registry.GROUP}]\ngradebook = connectors.sample:Sample\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry._packaged.cache_clear()
    yield
    registry._packaged.cache_clear()


@pytest.mark.usefixtures("_installed")
def test_a_district_and_a_package_add_their_own() -> None:
    assert isinstance(registry.make("gradebook", ADDRESS, {}), Sample)
    # the configuration has the last word
    assert isinstance(registry.make("gradebook", ADDRESS, {"gradebook": "connectors.wordpress:WordPress"}), WordPress)
    assert isinstance(registry.make("wordpress", ADDRESS, {"wordpress": "connectors.sample:Sample"}), Sample)


def test_what_is_wrong_with_the_address_is_told_as_it_is() -> None:
    with pytest.raises(BadConfig) as caught:
        registry.make("wordpress", PageAddress("pond", "https://pond.example.test"), {})
    assert caught.value.field == "secret"
