"""How a course of Canvas is read: oldest first, out of topics that are read one by one.

A topic is read whole, by its cached view together with what that does not hold yet; where there is none, or it is very long, entry by
entry. A run notes the time of whatever it will yield and keeps the first comments themselves, up to `KEPT`; what does not fit is asked for
again.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Comment, Gone, Unavailable
from connectors.canvas_comments import Key, Place, Writer, begun, is_deleted, moment_or_null
from connectors.canvas_site import FIELDS, PER_PAGE, NotBuilt, Query, Site
from connectors.http_answers import Row

KEPT = 1_500_000
"""Bytes of comments that a run holds in memory: a thousand or more of the usual length."""

AT_ONCE = 50
"""Ids in one address."""

LARGE = 1_000
"""Replies of a topic beyond which its view is not read unless it has to be: it is one answer."""

BUILT_IN_S = 60.0
Names = Mapping[int, str]
Rows = Callable[[Site, Place], Iterator[tuple[Row, Names | None]]]
ANNOUNCEMENTS: Query = (("only_announcements", "true"),)


@dataclass(frozen=True, slots=True)
class Topic:
    """What the list of topics says of one: how many replies it has that are not deleted, and when the last one came."""

    place: Place
    count: int
    last: datetime | None
    has_groups: bool

    @classmethod
    def of(cls, row: Row, context: str) -> Topic:
        """Read a topic of a list. Raises `Unavailable`."""
        place = Place(context, FIELDS.number(row, "id"))
        count, last = FIELDS.number(row, "discussion_subentry_count"), moment_or_null(row, "last_reply_at")
        return cls(place, count, last, has_groups=bool(_children(row)))

    def may_hold(self, start: datetime | None) -> bool:
        """Whether anything may have been said in it since then."""
        return self.count > 0 and (start is None or self.last is None or self.last >= start)


class Found:
    """What a run will yield: the time of each comment, and of the first ones all that they say."""

    def __init__(self, site: Site, writer: Writer) -> None:
        self._site, self._writer = site, writer
        self._places: list[Place] = []
        self._times, self._place_of, self._entries = array("d"), array("L"), array("q")
        self._kept: dict[int, Comment] = {}
        self._size = 0

    def enter(self, place: Place) -> None:
        """What is added from now on stands there."""
        self._places.append(place)

    def add(self, comment: Comment, entry: int = 0) -> None:
        """One comment of the place at hand; without an `entry` the topic itself."""
        self._size += sys.getsizeof(comment.text) + 1_000
        if self._size <= KEPT:
            self._kept[len(self._times)] = comment
        self._times.append(comment.created.timestamp())
        self._place_of.append(len(self._places) - 1)
        self._entries.append(entry)

    def in_order(self, size: int) -> Iterator[list[Comment]]:
        """All of them, oldest first, in parts of that size; one that went away meanwhile is left out."""
        order = sorted(range(len(self._times)), key=self._entries.__getitem__)
        order.sort(key=self._times.__getitem__)  # in two steps: pairs to sort by would take more memory than all else
        for start in range(0, len(order), size):
            part = order[start : start + size]
            self._recall([n for n in part if n not in self._kept])
            yield [comment for n in part if (comment := self._kept.pop(n, None))]

    def _recall(self, missing: Sequence[int]) -> None:
        by_place: defaultdict[Place, dict[str, int]] = defaultdict(dict)
        for n in missing:
            place = self._places[self._place_of[n]]
            by_place[place][str(Key(place, self._entries[n] or None))] = n
        for place, numbers in by_place.items():
            keys = [self._entries[n] or None for n in numbers.values()]
            for comment in by_id(self._site, self._writer, place, keys):
                if comment.id in numbers:
                    self._kept[numbers[comment.id]] = comment


def read(site: Site, writer: Writer, start: datetime | None, *, announcements: bool, since_edit: bool) -> Found:
    """Look through the topics for what was said since `start` (None: ever), or edited where that counts too."""
    found = Found(site, writer)
    for row, context in _topics(site, announcements=announcements):
        topic = Topic.of(row, context)
        found.enter(topic.place)
        if writer.is_students(row) and (start is None or begun(row) >= start):
            found.add(writer.topic(row, topic.place))
        if topic.may_hold(start):
            for comment, entry in _said(site, writer, topic):
                when = max(comment.created, comment.edited or comment.created) if since_edit else comment.created
                if start is None or when >= start:
                    found.add(comment, entry)
    return found


def by_id(site: Site, writer: Writer, place: Place, entries: Sequence[int | None]) -> Iterator[Comment]:
    """Those entries of a topic that are still there; None among them is the topic itself."""
    numbers = [entry for entry in entries if entry is not None]
    if len(numbers) < len(entries):
        try:
            yield writer.topic(site.read(place.route).row(), place)
        except Gone:
            return
    for start in range(0, len(numbers), AT_ONCE):
        for row in _known(site, place, numbers[start : start + AT_ONCE]):
            if not is_deleted(row):
                yield writer.entry(row, place)


def _known(site: Site, place: Place, ids: Sequence[int]) -> list[Row]:
    """Canvas answers 404 for all when it does not know one of them: then half of them are asked for."""
    query: Query = [*(("ids[]", id) for id in ids), ("per_page", PER_PAGE)]
    try:
        return site.read(f"{place.route}/entry_list", query).rows()
    except Gone:
        if len(ids) == 1 or not site.has(place.route):
            return []
    half = len(ids) // 2
    return [*_known(site, place, ids[:half]), *_known(site, place, ids[half:])]


def _topics(site: Site, *, announcements: bool) -> Iterator[tuple[Row, str]]:
    """Every topic with the course or group that it is in: a discussion in groups has one for each, and groups begin their own."""
    children: dict[Place, None] = {}
    for row in _listed_in(site, site.course, announcements=announcements):
        yield row, site.course
        for child in _children(row):
            children[Place(f"groups/{FIELDS.number(child, 'group_id')}", FIELDS.number(child, "id"))] = None
    for group in site.groups() or ():  # `check` says so where we are not shown them
        try:
            for row in _listed_in(site, group, announcements=True):  # there students write them
                children.pop(Place(group, FIELDS.number(row, "id")), None)
                yield row, group
        except Gone:  # the group was taken away meanwhile, if it is not the course
            site.read(site.course)
    for place in children:
        try:
            yield site.read(place.route).row(), place.context
        except Gone:
            site.read(site.course)


def _listed_in(site: Site, context: str, *, announcements: bool) -> Iterator[Row]:
    queries: list[Query] = [(), ANNOUNCEMENTS] if announcements else [()]
    for query in queries:
        for page in site.pages(f"{context}/discussion_topics", query):
            yield from page


def _children(row: Row) -> list[Row]:
    numbers = FIELDS.field(row, "topic_children")
    if not isinstance(numbers, list):
        raise FIELDS.changed("topic_children")
    return FIELDS.rows(row, "group_topic_children") if numbers else []


def _said(site: Site, writer: Writer, topic: Topic) -> Iterator[tuple[Comment, int]]:
    """Every entry of a topic that is not deleted, once. One way of reading after the other, until there are as many as Canvas counts.

    Raises:
        Unavailable: Canvas counts more than it shows. Replies to what was deleted stand in the view alone, which may not be built yet.

    """
    seen: set[int] = set()
    try:
        for rows in _ways(topic):
            try:
                for row, names in rows(site, topic.place):
                    number = FIELDS.number(row, "id")
                    if number not in seen and not is_deleted(row):
                        seen.add(number)
                        yield writer.entry(row, topic.place, names), number
            except NotBuilt:
                continue
            if len(seen) >= topic.count or len(seen) >= _counted(site, topic.place):
                return
    except Gone:  # deleted while we read, if it is not the course
        site.read(site.course)
        return
    raise Unavailable("Canvas counts more replies in a discussion than it shows; try again in a minute", BUILT_IN_S)


def _ways(topic: Topic) -> Sequence[Rows]:
    """How to read a topic: by its view, which is one answer however long, or by its lists."""
    if topic.has_groups:  # its lists hold those of the groups too
        return (_viewed,)
    return (_listed, _viewed) if topic.count > LARGE else (_viewed, _listed)


def _counted(site: Site, place: Place) -> int:
    return FIELDS.number(site.read(place.route).row(), "discussion_subentry_count")


def _viewed(site: Site, place: Place) -> Iterator[tuple[Row, Names | None]]:
    """The cached view with all replies, deleted ones too, and what it does not hold yet."""
    view = site.read(f"{place.route}/view", [("include_new_entries", 1)]).row()
    names = {FIELDS.number(row, "id"): FIELDS.text(row, "display_name") for row in FIELDS.rows(view, "participants")}
    waiting = [*FIELDS.rows(view, "view"), *FIELDS.rows(view, "new_entries")]
    while waiting:
        row = waiting.pop()
        waiting += FIELDS.rows_if_any(row, "replies")
        yield row, names


def _listed(site: Site, place: Place) -> Iterator[tuple[Row, Names | None]]:
    """Entry by entry, without replies to what was deleted; each says itself who wrote it."""
    return ((row, None) for row in _entries(site, place))


def _entries(site: Site, place: Place) -> Iterator[Row]:
    """Entries with their latest ten replies, or with all where there are more."""
    for page in site.pages(f"{place.route}/entries"):
        for row in page:
            yield row
            if row.get("recent_replies") is None:
                continue
            if FIELDS.flag(row, "has_more_replies"):
                for replies in site.pages(f"{place.route}/entries/{FIELDS.number(row, 'id')}/replies"):
                    yield from replies
            else:
                yield from FIELDS.rows(row, "recent_replies")
