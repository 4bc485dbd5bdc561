"""The root of the errors that a person is meant to read."""

from __future__ import annotations


class Advice(Exception):
    """Something is wrong that the reader can mend. The message says what to do, and quotes no comment, name or secret."""
