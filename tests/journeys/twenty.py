"""Twenty class pages of a school on seven platforms, fakes over loopback; before those that fail stands a proxy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import yaml

from tests.journeys.desk import Desk
from tests.servers import faults
from tests.servers.blogger import FRONT, FakeBlogger
from tests.servers.canvas import TOKEN, UNAUTHORIZED, FakeCanvas
from tests.servers.canvas import planted as plant_canvas
from tests.servers.course import COURSE, START
from tests.servers.fake import FakePlatform, Reply, reply_html, reply_json
from tests.servers.faults import Fault, FaultProxy, instead
from tests.servers.feed import FakeFeed
from tests.servers.feed import planted as plant_feed
from tests.servers.google import SECRET, options_of
from tests.servers.mastodon import CLASS, FakeMastodon
from tests.servers.mastodon import TOKEN as MASTODON_TOKEN
from tests.servers.mastodon import planted as plant_mastodon
from tests.servers.reddit import SCRIPT, FakeReddit
from tests.servers.youtube import CHANNEL, FakeYouTube

WRONG_TOKEN = "4511~thisTokenWasRevoked"
OF_A_QUARTER = {"Retry-After": "900"}


def _with_a_number_for_a_time(ask: Callable[[], Reply]) -> Reply:
    reply = ask()
    changed = _changed(json.loads(reply.body))
    return replace(reply, body=json.dumps(changed).encode())


def _changed(data: object) -> object:
    if isinstance(data, dict):
        return {name: 7 if name == "created_at" else _changed(value) for name, value in data.items()}
    return [_changed(value) for value in data] if isinstance(data, list) else data


@dataclass(frozen=True)
class Trouble:
    """One way to fail. Which requests it hits is said by a piece of their address; `words` is what the teacher has to read."""

    fault: Fault
    hits: str
    words: tuple[str, ...]


TROUBLES: Mapping[str, Trouble] = {
    "canvas-1": Trouble(lambda ask: ask(), "", ("does not accept the access token", "revoked", "New Access Token")),
    "canvas-2": Trouble(instead(UNAUTHORIZED), COURSE, ("lacks a right in the course", "make it one of its teachers")),
    "canvas-3": Trouble(faults.cut, "/view", ("cannot be reached", "try again later")),
    "feed-1": Trouble(instead(Reply(404)), "", ("is not there any more",)),
    "mastodon-1": Trouble(_with_a_number_for_a_time, "/statuses", ("no usable `created_at`", "another version")),
    "mastodon-2": Trouble(
        instead(reply_json({}, 429, **OF_A_QUARTER)),
        "/notifications",
        ("it was asked too much", "asks to wait 900 seconds"),
    ),
    "blogger": Trouble(
        instead(reply_json({}, 503)), "/comments", ("Google answered 503", "in trouble itself", "try again later")
    ),
    "youtube": Trouble(instead(reply_html()), "/commentThreads", ("something that is not data", "try again later")),
}


@dataclass
class Page:
    """One class page: its lines in its file, and how many comments its platform shows. `post` is somebody writing one more."""

    lines: dict[str, str]
    count: int
    post: Callable[[], object] = lambda: None


class Twenty:
    """The platforms, while they run. `desk` is the school's terminal, with all pages in its folder."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._running = running
        self.pages: dict[str, Page] = {}
        self.proxies: dict[str, FaultProxy] = {}
        self.options: dict[str, dict[str, object]] = {}
        for n in range(1, 7):
            self._canvas(f"canvas-{n}")
        for n in range(1, 5):
            self._mastodon(f"mastodon-{n}")
        for n in range(1, 5):
            self._feed(f"feed-{n}")
        for n in range(1, 3):
            self._reddit(f"reddit-{n}")
        self._youtube("youtube")
        self._blogger("blogger")
        self.desk = Desk(folder / "home", folder / "school", {
            "CANVAS": TOKEN, "CANVAS_1": WRONG_TOKEN, "MASTODON": MASTODON_TOKEN, "REDDIT": SCRIPT, "GOOGLE": SECRET,
        })  # fmt: skip
        for n in range(1, 3):
            self._sample(f"sample-{n}")

    def set_up(self) -> None:
        """As the README says: a school, and a file for each page."""
        self.desk.must(
            "init", str(self.desk.config), answers="Pond School\nAmerica/Los_Angeles\np@pond.example\nP. Principal\n"
        )
        for id, page in self.pages.items():
            written = {"id": id, "title": id, "site": "pond-school", "teacher": "t@pond.example", **page.lines}
            (self.desk.config / "classes" / f"{id}.yaml").write_text(yaml.safe_dump(written))
        (self.desk.config / "plugins.yaml").write_text(yaml.safe_dump({"options": self.options}))
        self.desk.must("pages", "apply")

    def break_down(self) -> None:
        """Eight pages fail from now on, each in another way."""
        for id, proxy in self.proxies.items():
            trouble = TROUBLES[id]
            proxy.plan(lambda _, asked, t=trouble: t.fault if t.hits in asked.path else None)  # type: ignore[misc]

    def repair(self) -> None:
        """All is well again, and the teacher has made a new token."""
        self.desk.secrets["CANVAS_1"] = TOKEN
        for proxy in self.proxies.values():
            proxy.repair()

    def _through(self, id: str, url: str) -> str:
        """The address at which a platform is asked: by way of a proxy where the page is to fail."""
        if id not in TROUBLES:
            return url
        self.proxies[id] = self._running.enter_context(FaultProxy(url))
        return self.proxies[id].url

    def _canvas(self, id: str) -> None:
        fake = self._running.enter_context(FakeCanvas())
        plant_canvas(fake)
        (week, *_) = fake.topics.values()
        variable = "CANVAS_1" if id == "canvas-1" else "CANVAS"
        lines = {
            "connector": "canvas",
            "url": f"{self._through(id, fake.url)}/{COURSE}",
            "credentials": f"env:{variable}",
        }
        self.pages[id] = Page(lines, 10, lambda: fake.say(week, "one more", START + timedelta(days=5)))

    def _mastodon(self, id: str) -> None:
        fake = self._running.enter_context(FakeMastodon())
        week = plant_mastodon(fake)["week"]
        lines = {
            "connector": "mastodon",
            "url": f"{self._through(id, fake.url)}/@{CLASS}",
            "credentials": "env:MASTODON",
        }
        self.pages[id] = Page(lines, 8, lambda: fake.post("fern", "one more", START + timedelta(days=5), week))

    def _feed(self, id: str) -> None:
        fake = self._running.enter_context(FakeFeed())
        plant_feed(fake)
        url = fake.url.replace(fake.platform.url, self._through(id, fake.platform.url))
        self.pages[id] = Page(
            {"connector": "feed", "url": url}, 8, lambda: fake.post("one more", START + timedelta(days=5))
        )

    def _reddit(self, id: str) -> None:
        fake = self._running.enter_context(FakeReddit())
        for n in range(7):
            fake.page.say(f"Pond note {n}")
        lines = {"connector": "reddit", "url": fake.address, "credentials": "env:REDDIT"}
        self.pages[id] = Page(lines, 7, lambda: fake.page.say("one more"))

    def _youtube(self, id: str) -> None:
        fake = FakeYouTube(self._running.enter_context(FakePlatform()))
        self.options["youtube"] = options_of(self._through(id, fake.url))
        url = f"https://www.youtube.com/channel/{CHANNEL}"
        self.pages[id] = Page({"connector": "youtube", "url": url, "credentials": "env:GOOGLE"}, len(fake.spoken))

    def _blogger(self, id: str) -> None:
        fake = FakeBlogger(self._running.enter_context(FakePlatform()))
        self.options["blogger"] = options_of(self._through(id, fake.url))
        shown = sum(remark.status != "EMPTIED" for remark in fake.remarks.values())
        self.pages[id] = Page({"connector": "blogger", "url": FRONT, "credentials": "env:GOOGLE"}, shown)

    def _sample(self, id: str) -> None:
        file = self.desk.config.parent / f"{id}.json"
        rows = [
            {"id": f"c{n}", "author": "sprout", "text": f"bed {n}", "created": f"2026-11-01T10:0{n}:00Z"}
            for n in range(6)
        ]
        file.write_text(
            json.dumps({"title": id, "comments_open": True, "public": False, "administrators": [], "comments": rows})
        )
        self.pages[id] = Page({"connector": "sample", "url": str(file)}, 6)
