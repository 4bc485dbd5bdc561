"""All detectors in their order, without a database: comments a second by the size of the roster, and how the time grows with a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path as Folder

from bot.pipeline.assess import assess
from bot.pipeline.score import BATCH
from bot.serve import make_moderators
from bot.settings.configuration import Plugins
from moderators.base import Moderator, PageContext
from tests.bench import texts
from tests.bench.model import view
from tests.bench.rates import Path, Row, Size, Spread, at_least, interleave, rate
from tests.bench.stages import Watch, WatchedModerator
from tests.rosters import invented_students

_CONFIG = Folder(__file__).parents[2] / "config"
_GOALS = {35: 450.0, 3_000: 300.0}
_WRITTEN = "all detectors, a roster of 35, invented comments as on class pages"
_LONGEST_TIME = 2.0
_SIZES = (1_000, 10_000, 100_000, 1_000_000)


def measure(size: Size) -> Iterator[Row]:
    """A row a roster, with each detector's share; invented comments as on class pages; a row a kind of long text."""
    moderators = make_moderators(_CONFIG, Plugins())
    pages = {count: PageContext("bench", invented_students(count)) for count in _GOALS}
    paths = {str(count): _path(moderators, page, size) for count, page in pages.items()}
    paths[_WRITTEN] = _path(moderators, pages[35], size, texts.of_pages)
    for path in paths.values():
        path(-1)  # warm: the roster's tables are built
    rates = interleave(size.long_rounds, paths)
    for count, goal in _GOALS.items():
        found = at_least(f"all detectors, a roster of {count:,}", Spread.of(rates[str(count)]), goal, " comments/s")
        yield Row(found.figure, found.measured, found.goal, found.met, _shares(moderators, pages[count], size))
    yield Row(_WRITTEN, f"{Spread.of(rates[_WRITTEN])} comments/s")
    for kind, chosen in _long_texts(size).items():
        yield _growth(kind, chosen, moderators, pages[3_000])


def _path(
    moderators: Sequence[Moderator],
    page: PageContext,
    size: Size,
    draw: Callable[[int, int], list[str]] = texts.some,
) -> Path:
    def chain(number: int) -> float:
        comments = [view(text) for text in draw(size.journey_texts, 8_000 + number)]
        parts = [comments[start : start + BATCH] for start in range(0, len(comments), BATCH)]
        return rate(len(comments), lambda: [assess(moderators, part, page) for part in parts])

    return chain


def _shares(moderators: Sequence[Moderator], page: PageContext, size: Size) -> tuple[str, ...]:
    watch = Watch()
    _path([WatchedModerator(moderator, watch) for moderator in moderators], page, size)(-2)
    total = sum(watch.seconds.values())
    ordered = sorted(watch.seconds.items(), key=lambda pair: -pair[1])
    return tuple(
        f"{name:28} {seconds / total:6.1%} {seconds / size.journey_texts * 1e6:8,.0f} us" for name, seconds in ordered
    )


def _long_texts(size: Size) -> dict[str, list[str]]:
    """Texts of growing length, by kind. The model reads 400 windows at most: longer prose it says it could not assess."""
    longest = _SIZES[: 2 if size.journey_texts < 100 else None]
    prose = " ".join(texts.generated(max(2, longest[-1] // 60), 77))
    pieces = {
        "a sentence again and again": "so the lab is due on friday ",
        "names again and again": "Karomisen said hi to @tal.ve and k a r o s. ",
        "no space": "x7",
        "signs": "!?*. ",
    }
    made = {kind: [(piece * length)[:length] for length in longest] for kind, piece in pieces.items()}
    return {"prose, all different": [prose[:length] for length in longest], **made}


def _growth(kind: str, chosen: Sequence[str], moderators: Sequence[Moderator], page: PageContext) -> Row:
    seconds = [min(_once(moderators, text, page) for _ in range(2)) for text in chosen]
    told = ", ".join(f"{len(text):,}: {passed:.3g} s" for text, passed in zip(chosen, seconds, strict=True))
    return Row(f"one text by its characters: {kind}", told, f"< {_LONGEST_TIME:g} s", max(seconds) < _LONGEST_TIME)


def _once(moderators: Sequence[Moderator], text: str, page: PageContext) -> float:
    comment, start = view(text), time.perf_counter()
    assess(moderators, [comment], page)
    return time.perf_counter() - start
