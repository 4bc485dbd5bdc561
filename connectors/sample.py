"""JSON files for trying Hallmonitor out and for its tests: `sample/biology.json`. There is no secret.

The files are part of the checkout and never change. What is done to a comment is kept in a folder; without that option a sample
page can only be read. Options: `state_dir`, the folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.base import (
    CHANGES_STATE,
    MAX_BATCH,
    ActionKind,
    BadConfig,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    CommentState,
    Gone,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.checkpoints import not_one_of
from connectors.receipts import must_be_judged
from connectors.sample_file import read_page

STATES = {
    ActionKind.HIDE: CommentState.HELD,
    ActionKind.RESTORE: CommentState.VISIBLE,
    ActionKind.REMOVE: CommentState.REMOVED,
    ActionKind.SPAM: CommentState.SPAM,
}
LISTED = frozenset({CommentState.VISIBLE, CommentState.HELD})
"""What `fetch` shows; the rest is found by `get` alone, as on a real platform."""


class Sample:
    """One JSON file as a class page. Raises `BadConfig` when the file cannot be used (it is read at every call)."""

    capabilities = Capabilities(frozenset(STATES))  # with a folder

    def __init__(self, address: PageAddress) -> None:
        if not address.url.strip():
            raise BadConfig("url", "is empty; write the path of a JSON file, like sample/biology.json")
        self._file = address.base / address.url
        folder = address.options.get("state_dir")
        if folder is not None and not isinstance(folder, str | Path):
            raise BadConfig("options.state_dir", "must be the path of a folder")
        self._overlay = _Overlay.of(address, self._file, address.base / folder) if folder else None
        self.capabilities = Capabilities(CHANGES_STATE if self._overlay else frozenset())

    def check(self) -> PageSettings:
        """Tell what the file says of the page."""
        page = read_page(self._file)
        return PageSettings(
            title=page.title,
            account="sample",
            may_moderate=self._overlay is not None,
            comments_open=page.comments_open,
            public=page.public,
            administrators=page.administrators,
        )

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Visible and held comments, oldest first."""
        comments = [comment for comment in self._comments() if comment.state in LISTED]
        if isinstance(since, datetime):
            comments = [comment for comment in comments if comment.created >= since]
        else:
            place = _Place.of(since)
            comments = [comment for comment in comments if place.is_before(comment)]
        for start in range(0, len(comments), MAX_BATCH):
            batch = tuple(comments[start : start + MAX_BATCH])
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            place = place.behind(batch, datetime.now(UTC))
            yield Batch(batch, place.checkpoint)

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that the file still holds, in any state."""
        wanted = set(ids)
        yield from (comment for comment in self._comments() if comment.id in wanted)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Note the new state beside the others of this page. Raises `NotAllowed` without a `state_dir`."""
        if self._overlay is None:
            raise NotAllowed("this sample page can only be read; give it the option state_dir")
        if action not in STATES:
            raise NotAllowed("a sample page has nobody to report to")
        now, state = datetime.now(UTC), STATES[action]
        with self._overlay.locked():
            comment = next(self.get([id]), None)
            if comment is None:
                raise Gone("the sample file has no such comment")
            if comment.state == state:
                return Receipt(action, state, f"already {state}", comment.revision, now, already=True)
            must_be_judged(comment, seen)
            self._overlay.write(id, state)
        return Receipt(action, state, f"noted as {state}", comment.revision, now)

    def _comments(self) -> list[Comment]:
        states = self._overlay.read() if self._overlay else {}
        comments = (replace(each, state=states.get(each.id, each.state)) for each in read_page(self._file).comments)
        return sorted(comments, key=_key)


@dataclass(frozen=True, slots=True)
class _Overlay:
    """The states that differ from the file: one small JSON object, id to state."""

    path: Path

    @classmethod
    def of(cls, address: PageAddress, file: Path, folder: Path) -> _Overlay:
        """Name it after page and file: two pages may read one file, and two folders may hold files of one name."""
        mark = hashlib.sha256(json.dumps([address.page, str(file.resolve())]).encode()).hexdigest()[:16]
        return cls(folder / f"{re.sub('[^a-z0-9]+', '-', file.stem.lower())}-{mark}.json")

    def read(self) -> dict[str, CommentState]:
        try:
            return {key: CommentState(state) for key, state in json.loads(self.path.read_text()).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as error:
            raise Unavailable(f"{self.path} cannot be used ({type(error).__name__}); mend or delete it") from None

    def write(self, id: str, state: CommentState) -> None:
        draft = self.path.with_suffix(".new")
        try:
            with draft.open("w") as file:
                json.dump(self.read() | {id: state}, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)  # whole or not at all
        except OSError as error:
            raise Unavailable(f"{self.path} cannot be written ({error.strerror})") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep two processes from losing each other's states."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_suffix(".lock").open("w")
        except OSError as error:
            raise Unavailable(f"{self.path.parent} cannot be written ({error.strerror})") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _key(comment: Comment) -> tuple[datetime, str]:
    return comment.created, comment.id


@dataclass(frozen=True, slots=True)
class _Place:
    """A time, and what of that time or later was given already: more may be posted in the same second, or before a wrong clock's."""

    time: datetime
    given: Mapping[str, datetime]

    @classmethod
    def of(cls, since: Checkpoint | None) -> _Place:
        if since is None:
            return cls(datetime.min.replace(tzinfo=UTC), {})
        try:
            given = since.value["given"]
            if not isinstance(given, Mapping):
                raise TypeError
            return cls(_time(since.value["time"]), {str(id): _time(created) for id, created in given.items()})
        except (KeyError, TypeError, ValueError, OverflowError):
            raise not_one_of("a sample page") from None

    def is_before(self, comment: Comment) -> bool:
        return comment.created >= self.time and comment.id not in self.given

    def behind(self, batch: Sequence[Comment], now: datetime) -> _Place:
        # many a clock tells whole seconds: this one is not over
        time = max(self.time, min(batch[-1].created, now.replace(microsecond=0)))
        given = {**self.given, **{comment.id: comment.created for comment in batch}}
        return _Place(time, {id: created for id, created in given.items() if created >= time})

    @property
    def checkpoint(self) -> Checkpoint:
        given = {id: created.isoformat() for id, created in self.given.items()}
        return Checkpoint({"time": self.time.isoformat(), "given": given})


def _time(written: object) -> datetime:
    return datetime.fromisoformat(str(written)).astimezone(UTC)
