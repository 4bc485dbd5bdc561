"""The script that `pg_restore` writes: statements, and blocks of rows after `COPY ... FROM stdin;`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import psycopg

_COPY = re.compile(
    rb'COPY (?:"(?:[^"]|"")+"|[^."\s]+)\.(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>\S+)) \(.*\) FROM stdin;\s*'
)
_END = b"\\.\n"
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one table, one a line. They are read once, before the next part."""

    table: str
    statement: bytes
    rows: Iterator[bytes]


def parts(lines: Iterable[bytes]) -> Iterator[bytes | Block]:
    """Statements and blocks, in their order. What is meant for psql alone, and not for the server, is left out."""
    stream, statements = iter(lines), list[bytes]()
    for line in stream:
        if found := _COPY.fullmatch(line):
            yield b"".join(statements)
            statements.clear()
            block = Block(_name(found), line, takewhile(lambda row: row != _END, stream))
            yield block
            for _ in block.rows:
                pass
        elif not line.startswith(b"\\"):  # \restrict
            statements.append(line)
    yield b"".join(statements)


def count(lines: Iterable[bytes]) -> dict[str, int]:
    """How many rows of each table the script holds."""
    blocks = (part for part in parts(lines) if isinstance(part, Block))
    return {block.table: sum(1 for _ in block.rows) for block in blocks}


def play(connection: psycopg.Connection[Any], lines: Iterable[bytes]) -> None:
    """Do what the script says, in the transaction that is open on this connection.

    Raises:
        psycopg.Error: the server refuses a part of it.
    """
    with connection.cursor() as cursor:
        for part in parts(lines):
            if isinstance(part, bytes):
                cursor.execute(part)
                continue
            with cursor.copy(part.statement) as copy:
                for chunk in _chunks(part.rows):
                    copy.write(chunk)


def _chunks(rows: Iterator[bytes]) -> Iterator[bytes]:
    chunk = bytearray()
    for row in rows:
        chunk += row
        if len(chunk) >= _CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def _name(found: re.Match[bytes]) -> str:
    if found["plain"]:
        return found["plain"].decode()
    return found["quoted"].decode().replace('""', '"')
