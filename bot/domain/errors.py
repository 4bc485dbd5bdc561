"""The root of the errors that a person is meant to read."""

from __future__ import annotations


class Advice(Exception):
    """Something is wrong that the reader can mend. The message says what to do, and quotes no comment, name or secret.

    It speaks to somebody at a terminal. Where that is of no use in the chat, `key` names what is said there (`refused.<key>` of
    `config/messages`), with `places` filled in; all else is translated by its text.
    """

    key = ""

    def __init__(self, text: str = "", *, key: str = "", **places: object) -> None:
        super().__init__(text)
        self.key, self.places = key or self.key, places
