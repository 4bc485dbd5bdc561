"""Fetches one large file. A download that broke off goes on where it stopped, if the server still has the same file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from moderators.models.official.names import NotReached, shown

Told = Callable[[int, int | None], None]
"""Hears how many bytes of how many are there; None: the server does not say."""

_PATIENCE: Final = httpx.Timeout(30.0)
_WHOLE, _REST, _NO_REST = 200, 206, 416

for _library in ("httpx", "httpcore"):  # they write every address at INFO, in the middle of a progress bar
    logging.getLogger(_library).setLevel(logging.WARNING)


def download(address: str, target: Path, told: Told = lambda _done, _total: None) -> None:
    """Fetch `address` to `target`. What is under way stands beside it as `.part`, with the server's mark of the file as `.mark`.

    Raises:
        NotReached: the server cannot be reached, has no such file, or broke off; the message says which.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part, mark = (target.with_name(target.name + ending) for ending in (".part", ".mark"))
    while not _fetch(address, part, mark, told):
        part.unlink()  # the server has nothing behind what is there: from the beginning
    part.replace(target)
    mark.unlink(missing_ok=True)


def _fetch(address: str, part: Path, mark: Path, told: Told) -> bool:
    """Fetch what is missing; False: what is there does not fit the server's file any more."""
    have = part.stat().st_size if part.exists() and mark.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # else the length would be that of the packed file
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark.read_text(encoding="ascii")}
    with _asked(address, headers) as answer:
        if have and answer.status_code == _NO_REST:
            return False
        if answer.status_code not in (_WHOLE, _REST):
            raise NotReached(
                f"{shown(address)}: the server answered {answer.status_code}; look whether the address is right"
            )
        rest = answer.status_code == _REST
        _write(answer, part, mark, have if rest else 0, told)
    return True


@contextmanager
def _asked(address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    try:
        with httpx.stream("GET", address, headers=headers, follow_redirects=True, timeout=_PATIENCE) as answer:
            yield answer
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise NotReached(f"{shown(address)}: cannot be fetched ({type(problem).__name__})") from problem


def _write(answer: httpx.Response, part: Path, mark: Path, have: int, told: Told) -> None:
    length = answer.headers.get("content-length", "")
    total = have + int(length) if length.isdecimal() else None
    tag = answer.headers.get("etag", "")
    if tag.isascii() and tag.startswith('"'):  # a weak mark does not promise the same bytes
        mark.write_text(tag, encoding="ascii")
    else:
        mark.unlink(missing_ok=True)
    with part.open("ab" if have else "wb") as file:
        for piece in answer.iter_raw():
            file.write(piece)
            have += len(piece)
            told(have, total)
    if total is not None and have != total:
        raise NotReached(
            f"{shown(str(answer.url))}: {have:,} of {total:,} bytes came; try again, it goes on from there"
        )
