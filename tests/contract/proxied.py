"""A connector that speaks to its platform through a proxy that breaks things, and what a scan keeps of what it reads."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connectors.base import Checkpoint, Comment, ConnectorError
from tests.contract.example import MODULES, Example
from tests.servers.faults import FaultProxy
from tests.servers.outside import heard, unheard

MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp4|webm|mov|mp3|ogg|wav|pdf)(?:[?#]|$)", re.IGNORECASE)


@dataclass
class Proxied:
    """A connector and the proxy that it asks. `hosts` is where it may connect to."""

    example: Example
    proxy: FaultProxy
    hosts: set[str]


@contextmanager
def proxied_example(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[Proxied]:
    """Put the proxy between. Whatever the test does: no request goes elsewhere, and none asks for media."""
    with unheard():
        example = MODULES[kind].example(request, folder)
    assert example.through
    assert example.upstream
    with FaultProxy(example.upstream) as proxy:
        example = replace(example, address=example.through(proxy.url))
        found = Proxied(example, proxy, {proxy.netloc})
        with heard() as told:
            yield found
    assert set(told) == found.hosts
    assert [asked.path for asked in proxy.asked if MEDIA.search(asked.path)] == []


@dataclass
class Kept:
    """What scans have stored of a page: its comments, and the checkpoint behind the last whole batch."""

    comments: dict[str, Comment] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None

    def scan(self, example: Example) -> ConnectorError | None:
        """Read on from the checkpoint, and give what ended it. Nothing may come twice in one scan, nor out of order."""
        came: list[Comment] = []
        try:
            for batch in example.connect().fetch(self.checkpoint):
                came += batch.comments
                self.comments.update({comment.id: comment for comment in batch.comments})
                assert batch.checkpoint
                self.checkpoint = Checkpoint(json.loads(json.dumps(dict(batch.checkpoint.value))))
        except ConnectorError as error:
            return error
        finally:
            assert len({comment.id for comment in came}) == len(came), "a comment came twice"
            assert [c.created for c in came] == sorted(c.created for c in came), "not the oldest first"
        return None

    @property
    def told(self) -> dict[str, tuple[object, ...]]:
        """Each comment without what may be unknown for a while: whether its author is of the staff."""
        return {
            c.id: (c.text, c.media, c.created, c.parent, c.author.id, c.author.name, c.state)
            for c in self.comments.values()
        }


def problems(error: ConnectorError, example: Example, texts: list[str]) -> list[str]:
    """What is wrong with an error's words: a teacher reads them, and a log may keep them with all that led to it."""
    said, whole = str(error), "".join(traceback.format_exception(error)) + repr(error)
    found = [f"shows the secret {secret!r}" for secret in example.secrets if secret and secret in whole]
    found += [f"quotes the comment {text!r}" for text in texts if len(text) > 5 and text in whole]
    if not 15 <= len(said) <= 300 or "\n" in said:
        found.append("is no sentence")
    if re.search(r"Traceback|\w+\.\w+Error|object at 0x|[{}<]|(?<! )>|>(?! )|\bNone\b|b'", said):
        found.append("is written for programmers")
    return [f"{type(error).__name__}({said!r}) {problem}" for problem in found]
