from __future__ import annotations

from pathlib import Path

import pytest

from moderators.models.official.download import download
from moderators.models.official.names import NotReached, shown
from tests.servers.fake import Asked, FakePlatform, Reply

BODY = bytes(range(256)) * 8000


def served(asked: Asked) -> Reply:
    """A server that knows how to go on: `Range` with a fitting `If-Range`."""
    begin = asked.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
    if begin and asked.headers.get("If-Range") == '"one"':
        return Reply(206, BODY[int(begin) :], {"ETag": '"one"'})
    return Reply(200, BODY, {"ETag": '"one"'})


def test_a_file_is_fetched_and_its_bytes_are_told(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with FakePlatform() as server:
        server.script = served
        download(f"{server.url}/m.ckpt", tmp_path / "new" / "m.ckpt", lambda done, total: told.append((done, total)))
    assert (tmp_path / "new" / "m.ckpt").read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["m.ckpt"]


def test_what_broke_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    target = tmp_path / "m.ckpt"
    with FakePlatform() as server:
        server.script = lambda asked: Reply(200, BODY, {"ETag": '"one"'}, cut=True)
        with pytest.raises(NotReached):
            download(f"{server.url}/m.ckpt", target)
        half = (tmp_path / "m.ckpt.part").stat().st_size
        assert 0 < half < len(BODY)
        assert not target.exists()
        server.script = served
        download(f"{server.url}/m.ckpt", target)
        assert server.asked[-1].headers["Range"] == f"bytes={half}-"
    assert target.read_bytes() == BODY


def test_another_file_at_the_same_address_is_fetched_from_the_beginning(tmp_path: Path) -> None:
    (tmp_path / "m.ckpt.part").write_bytes(b"half of something else")
    (tmp_path / "m.ckpt.mark").write_text('"older"')
    with FakePlatform() as server:
        server.script = served
        download(f"{server.url}/m.ckpt", tmp_path / "m.ckpt")
    assert (tmp_path / "m.ckpt").read_bytes() == BODY


def test_a_part_that_is_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "m.ckpt.part").write_bytes(BODY + b"more")
    (tmp_path / "m.ckpt.mark").write_text('"one"')
    with FakePlatform() as server:
        server.script = lambda asked: Reply(416) if "Range" in asked.headers else served(asked)
        download(f"{server.url}/m.ckpt", tmp_path / "m.ckpt")
    assert (tmp_path / "m.ckpt").read_bytes() == BODY


def test_a_weak_mark_promises_nothing(tmp_path: Path) -> None:
    with FakePlatform() as server:
        server.script = lambda asked: Reply(200, BODY, {"ETag": 'W/"one"'}, cut=True)
        with pytest.raises(NotReached):
            download(f"{server.url}/m.ckpt", tmp_path / "m.ckpt")
        server.script = served
        download(f"{server.url}/m.ckpt", tmp_path / "m.ckpt")
        assert "Range" not in server.asked[-1].headers
    assert (tmp_path / "m.ckpt").read_bytes() == BODY


def test_a_redirect_is_followed(tmp_path: Path) -> None:
    with FakePlatform() as server:
        server.script = lambda asked: Reply(302, headers={"Location": "/real"}) if asked.path == "/m" else served(asked)
        download(f"{server.url}/m", tmp_path / "m.ckpt")
    assert (tmp_path / "m.ckpt").read_bytes() == BODY


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_server_that_has_none_is_told_with_its_answer(tmp_path: Path, status: int) -> None:
    with FakePlatform() as server:
        server.always(Reply(status, b"<html>"))
        with pytest.raises(NotReached, match=str(status)):
            download(f"{server.url}/m.ckpt", tmp_path / "m.ckpt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/m.ckpt", "no address", "http://["])
def test_no_server_at_all_is_one_clear_error(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotReached, match="cannot be fetched"):
        download(address, tmp_path / "m.ckpt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://models.example/a/@b/m.ckpt", "https://models.example/a/@b/m.ckpt"),
        ("https://user:s3cret@models.example:8443/m?sig=s3cret#s3cret", "https://models.example:8443/m"),
        ("http://user:s3cret@[::1]:9/m", "http://[::1]:9/m"),
        ("https://user:p/s3cret@models.example/m", "models.example/m"),
        ("user:s3cret@models.example/m?s3cret", "models.example/m"),
        ("http://[s3cret@models.example/m", "models.example/m"),
    ],
)
def test_an_address_is_told_without_what_opens_it(address: str, kept: str) -> None:
    assert shown(address) == kept


def test_a_server_that_says_no_is_told_without_the_password(tmp_path: Path) -> None:
    with FakePlatform() as server:
        server.always(Reply(403))
        with pytest.raises(NotReached, match="the server answered 403") as told:
            download(server.url.replace("//", "//u:s3cret@") + "/m", tmp_path / "m")
    assert "s3cret" not in str(told.value)
