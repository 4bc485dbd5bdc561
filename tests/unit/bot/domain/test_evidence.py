from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.evidence import FIRST_LINK, Link, commit_to, first_break, next_link


def chain(*payloads: bytes) -> list[Link]:
    links: list[Link] = []
    previous = FIRST_LINK
    for number, payload in enumerate(payloads):
        salt = bytes([number]) * 16
        commitment = commit_to(payload, salt)
        previous = next_link(previous, f"e{number}", commitment)
        links.append(Link(f"e{number}", commitment, previous, payload, salt))
    return links


WHOLE = chain(b"one", b"two", b"three")
HEAD = WHOLE[-1].link


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(WHOLE, HEAD) is None
    assert first_break([], FIRST_LINK) is None


def test_a_lawfully_destroyed_payload_leaves_the_chain_whole() -> None:
    destroyed = [WHOLE[0], replace(WHOLE[1], payload=None, salt=None), WHOLE[2]]
    assert first_break(destroyed, HEAD) is None


@pytest.mark.parametrize(
    ("tampered", "at"),
    [
        ([WHOLE[0], replace(WHOLE[1], payload=b"tw0"), WHOLE[2]], "e1"),
        ([WHOLE[0], replace(WHOLE[1], salt=b"x" * 16), WHOLE[2]], "e1"),
        ([WHOLE[0], replace(WHOLE[1], commitment="0" * 64), WHOLE[2]], "e1"),
        ([WHOLE[0], replace(WHOLE[1], payload=None), WHOLE[2]], "e1"),
        ([WHOLE[0], replace(WHOLE[1], salt=None), WHOLE[2]], "e1"),
        ([WHOLE[0], WHOLE[2]], "e2"),
        ([WHOLE[1], WHOLE[0], WHOLE[2]], "e1"),
        (WHOLE[:2], "head"),
        ([], "head"),
    ],
)
def test_any_change_shows_where_it_is(tampered: list[Link], at: str) -> None:
    assert first_break(tampered, HEAD) == at


def test_two_equal_comments_have_different_commitments() -> None:
    assert commit_to(b"ok", b"a" * 16) != commit_to(b"ok", b"b" * 16)
