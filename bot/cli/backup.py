"""`backup` and `restore`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, complain, console, environment, now, print_json

if TYPE_CHECKING:
    from bot.backup import Made, Manifest, Restored

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="Where the dated folders of backups lie; it is made if it is not there.")
    ],
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Remove the oldest beyond so many, once this one is proven.")
    ] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the keys out: they are kept elsewhere.")
    ] = False,
    json: Json = False,
) -> None:
    """Back up database and keys while the service runs, and prove the copy. Exit 1 when a piece of evidence does not fit."""
    from bot.backup import make_backup

    with _progress() as tell:
        made = make_backup(
            environment(context), folder.absolute(), now(), with_keys=not without_keys, keep=keep, tell=tell
        )
    _print_made_json(made) if json else _print_made(made)
    if not made.is_sound:
        complain(
            f"the evidence chain does not fit at {made.manifest.evidence}: somebody changed it. Nothing older was removed; "
            "find the last backup in which it is whole, and tell the supervisor"
        )
        raise typer.Exit(1)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder of one backup, with its manifest.json.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of the database that is there; it is kept aside.")
    ] = False,
    json: Json = False,
) -> None:
    """Restore a backup: all of it or nothing. Exit 1 when a piece of evidence did not fit when it was backed up already."""
    from bot.backup import restore as bring_back

    with _progress() as tell:
        restored = bring_back(environment(context), folder.absolute(), now(), replace=replace, tell=tell)
    _print_restored_json(restored) if json else _print_restored(restored)
    if not restored.is_sound:
        complain(f"the evidence chain does not fit at {restored.evidence}, as the backup says: tell the supervisor")
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Callable[[str], object]]:
    """What is being done now, where somebody looks on."""
    if not sys.stderr.isatty():
        yield str
        return
    with console(to_stderr=True).status("Opening the database") as status:
        yield status.update


def _print_made(made: Made) -> None:
    said = made.manifest
    print(f"Backup: {made.folder}")
    print(
        f"{_holding(said)}, {_size(made.size)}. Read again: every row is there, the keys fit, {_told(said.evidence)}."
    )
    if made.has_keys:
        print(
            "Keep the file `keys` in another place than the rest: whoever has both reads everything. Without it nothing opens."
        )
        print("Where the keys are kept already, back up with --without-keys.")
    else:
        print("The keys are not in it: without them it cannot be opened. Keep them elsewhere.")
    print("Not in it either: the configuration folder, and the passwords of the class pages.")
    for folder in made.removed:
        print(f"Removed, since it is older than the last ones to keep: {folder}")
    for folder in made.unfinished:
        print(f"Unfinished, delete it unless a backup is being made there now: {folder}")


def _print_made_json(made: Made) -> None:
    print_json(
        _as_json(made.manifest)
        | {
            "folder": str(made.folder),
            "bytes": made.size,
            "keys": made.has_keys,
            "evidence": made.manifest.evidence,
            "removed": [str(folder) for folder in made.removed],
            "unfinished": [str(folder) for folder in made.unfinished],
        }
    )


def _print_restored(restored: Restored) -> None:
    said = restored.manifest
    print(f"Restored: {_holding(said)}, as of {said.made:%Y-%m-%d %H:%M} UTC.")
    print(f"Every row is there, the keys fit, {_told(restored.evidence)}. The keys: {restored.keys}.")
    if restored.was_older:
        print(f"The backup is of an older Hallmonitor ({said.hallmonitor}): the database was brought up to date.")
    if restored.aside:
        kept = "in the schema " if said.database == "postgresql" else "as "
        print(f"What was there before is kept {kept}{restored.aside}; delete it when you are sure.")
    print(
        f"What was decided after {said.made:%Y-%m-%d %H:%M} UTC is not in it; what it changed on a page stays as it is there."
    )
    print(
        "Next: look with `hallmonitor doctor`, then start `hallmonitor serve`: what was due meanwhile is made up once."
    )


def _print_restored_json(restored: Restored) -> None:
    print_json(
        _as_json(restored.manifest)
        | {
            "keys": restored.keys,
            "evidence": restored.evidence,
            "brought_up_to_date": restored.was_older,
            "kept_aside": restored.aside,
        }
    )


def _as_json(said: Manifest) -> dict[str, object]:
    return {"made": said.made, "hallmonitor": said.hallmonitor, "database": said.database, "rows": dict(said.rows)}


def _holding(said: Manifest) -> str:
    return f"{_KINDS[said.database]}, {sum(said.rows.values())} rows in {len(said.rows)} tables"


def _told(evidence: str) -> str:
    known = {
        "whole": "the evidence is whole",
        "not checked": "the evidence is checked when it is restored (older database)",
    }
    return known.get(evidence, "but the evidence is NOT whole")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"
