"""Where pages are added in these tests: a school's folder with real connectors, and servers that answer as a WordPress or a feed does."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner, Result

from bot import serve
from bot.cli import app
from bot.house import House
from tests.houses import NOW, Town
from tests.servers.fake import Asked, FakePlatform, Reply, reply_json

NAME, PASSWORD = "alva", "qwer tyui opas dfgh"
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Comments on Room 12</title>'
    "<item><guid>1</guid><title>Fern</title><description>hello</description><pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate></item>"
    "</channel></rss>"
)


@dataclass
class Blog:
    """A WordPress of one administrator. `closed`: strangers and accounts are shown nothing. `fault`: what everybody is answered."""

    platform: FakePlatform
    closed: bool = False
    fault: Reply | None = None
    administrators: list[str] = field(default_factory=lambda: ["Inez Alva"])

    def __post_init__(self) -> None:
        self.platform.script = self._answer

    @property
    def url(self) -> str:
        return f"{self.platform.url}/"

    def _answer(self, asked: Asked) -> Reply:
        path = asked.path.partition("?")[0]
        if self.fault:
            return self.fault
        if path == "/":
            link = f'<{self.platform.url}/wp-json/>; rel="https://api.w.org/"'
            return Reply(200, b"<title>Room 12</title>", {"Content-Type": "text/html", "Link": link})
        if path == "/wp-json/":
            return reply_json(
                {"namespaces": ["wp/v2"], "name": "Room 12", "authentication": {"application-passwords": {}}}
            )
        return self._of_an_account(path.removeprefix("/wp-json/wp/v2/"), asked)

    def _of_an_account(self, route: str, asked: Asked) -> Reply:
        known = (
            asked.headers.get("Authorization") == "Basic " + base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
        )
        if route == "posts":
            return reply_json([{"id": 1}], X_WP_TotalPages="1")
        if not known:
            return reply_json({"code": "rest_not_logged_in"}, 401)
        if self.closed:
            return reply_json({"code": "rest_forbidden"}, 403)
        rights = {"moderate_comments": True}
        answers: dict[str, object] = {
            "users/me": {"id": 1, "name": "Inez Alva", "username": NAME, "capabilities": rights},
            "comments": [],
            "settings": {"title": "Room 12: Garden", "default_comment_status": "open"},
            "users": [{"name": name, "username": "x"} for name in self.administrators],
        }
        return reply_json(answers[route], X_WP_TotalPages="1") if route in answers else Reply(404)


def serve_feed(platform: FakePlatform) -> str:
    """A feed of comments; its address."""
    platform.script = lambda asked: Reply(200, FEED.encode(), {"Content-Type": "application/rss+xml"})
    return f"{platform.url}/comments.rss"


def real(town: Town, **variables: str) -> House:
    """The town's house with the connectors that the configuration names, and not the one in memory."""
    environment = town.environment
    environment = type(environment).read(town.config, {**environment.variables, **variables})
    return serve.open_house(environment, NOW)


def run(town: Town, *words: str, keys: str = "", **variables: str) -> Result:
    """A command at the school's terminal, with these keys typed and these variables set."""
    known = {name: value for name, value in town.environment.variables.items() if name.startswith("HALLMONITOR")}
    return CliRunner().invoke(app, ["--config", str(town.config), *words], input=keys, env={**known, **variables})


def said(result: Result) -> str:
    """All that was printed, on one line."""
    return " ".join(str(result.output).split())


def files(town: Town) -> set[str]:
    """Everything in the folder of class pages, hidden files too."""
    return {file.name for file in (town.config / "classes").iterdir()}


def written(town: Town, name: str) -> str:
    return Path(town.config, "classes", f"{name}.yaml").read_text()


def as_json(result: Result) -> object:
    return json.loads(result.stdout)
