"""Take a picture of each kind of message, on a phone and on a desk, into bot/discord_ui/pictures/."""

from __future__ import annotations

from pathlib import Path

from tests.pictures.browser import Chromium
from tests.pictures.kinds import KINDS, message_of, name_of
from tests.pictures.page import WIDTHS, to_page

FOLDER = Path(__file__).parents[2] / "bot" / "discord_ui" / "pictures"
MOST = 60_000
"""Bytes of a picture: they are read on phones, and lie in the repository for ever."""


README = FOLDER.parent / "README.md"
_BEGIN, _END = "<!-- the pictures, by `make cards` -->\n", "<!-- the end of the pictures -->"


def gallery() -> str:
    """What the documentation shows of each kind: what it is, and its two pictures."""
    return "\n".join(
        f'**{kind.__doc__}**\n\n<img src="pictures/{name_of(kind)}-phone.png" width="290" alt="on a phone">'
        f' <img src="pictures/{name_of(kind)}-desktop.png" width="530" alt="on a desk">\n'
        for kind in KINDS
    )


def with_gallery(document: str) -> str:
    """The document with the pictures of today."""
    before, _, rest = document.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{gallery()}\n{_END}{rest.partition(_END)[2]}"


async def take() -> None:
    """Take all pictures, and forget those of kinds that are no more."""
    wanted = [
        (f"{name_of(kind)}-{width}.png", to_page(message_of(kind), width), WIDTHS[width])
        for kind in KINDS
        for width in WIDTHS
    ]
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with Chromium() as chromium:
        taken = chromium.pictures([(html, width) for _, html, width in wanted], scale=1.5)
        for (file, _, _), picture in zip(wanted, [each async for each in taken], strict=True):
            (FOLDER / file).write_bytes(picture)
            print(f"{file}: {len(picture) // 1000} kB{'  TOO LARGE' if len(picture) > MOST else ''}")
    README.write_text(with_gallery(README.read_text()))
