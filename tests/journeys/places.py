"""Three class pages on real platforms, as those who write there and as strangers find them: no connector of ours has a part in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import httpx

from tests.journeys.blog import Blog
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer


@dataclass(frozen=True)
class Standing:
    """How a comment stands: what its platform says of it, and whether a stranger reads its words there."""

    state: str
    is_shown: bool


@dataclass(frozen=True)
class Posted:
    """A comment by the id that its connector gives it, and its address for people."""

    id: str
    permalink: str


class Place(ABC):
    """One class page. `hidden` is how its platform calls a comment that nobody can read any more."""

    id: ClassVar[str]
    platform: ClassVar[str]
    words: ClassVar[str]
    hidden: ClassVar[str]
    can_hide: ClassVar[bool]

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret

    @abstractmethod
    def post(self) -> Posted:
        """Somebody writes `words` below what stands there."""

    @abstractmethod
    def standing(self, comment: Posted) -> Standing:
        """Ask the platform."""

    def has_arrived(self, comment: Posted) -> bool:
        """Whether the teacher's own account is shown it."""
        return self.standing(comment).is_shown

    def take_away(self, comment: Posted) -> None:
        """What a person does there by hand, where no program can."""
        raise NotImplementedError(f"on {self.platform} a program can")


class BlogPage(Place):
    """A class blog on WordPress."""

    id, platform, can_hide, hidden = "garden", "WordPress", True, "status hold"
    words = "You are a disgusting stupid pig and everybody hates you"

    def __init__(self, server: WordPressServer) -> None:
        super().__init__(server.url, server.secret())
        self._blog = Blog(server)

    def post(self) -> Posted:
        id = self._blog.post(self.words)
        return Posted(id, _ask(f"{self.url}/wp-json/wp/v2/comments/{id}").json()["link"])

    def standing(self, comment: Posted) -> Standing:
        post, _, _ = comment.permalink.partition("#")
        return Standing(f"status {self._blog.status(comment.id)}", self.words in _ask(f"{post}feed/").text)


class TalkPage(Place):
    """The talk page of a wiki on MediaWiki."""

    id, platform, can_hide, hidden = "pools", "MediaWiki", True, "revision texthidden"
    words = "nobody wants you in our group, go away"

    def __init__(self, server: MediaWikiServer) -> None:
        super().__init__(server.page(), server.secret())
        self._server = server

    def post(self) -> Posted:
        (id,) = self._server.play({"do": "add", "user": "Barnacle", "text": f":{self.words} ~~~~"})
        return Posted(str(id), f"{self._server.url}/index.php?diff={id}&oldid=prev")

    def standing(self, comment: Posted) -> Standing:
        asked = f"action=query&prop=revisions&revids={comment.id}&rvprop=ids|content&rvslots=main&formatversion=2"
        (page,) = _ask(f"{self._server.url}/api.php?{asked}&format=json").json()["query"]["pages"]
        (revision,) = page["revisions"]
        main: Mapping[str, Any] = revision["slots"]["main"]
        shown = any(self.words in _ask(address).text for address in (self.url, comment.permalink))
        return Standing(f"revision {'texthidden' if main.get('texthidden') else 'public'}", shown)


class Account(Place):
    """A class account on snac, which speaks Mastodon's language: nobody can hide there what another account has written."""

    id, platform, can_hide, hidden = "volcano", "snac", False, "HTTP 404"
    words = "shut up you ugly loser, nobody likes you"

    def __init__(self, server: SnacServer) -> None:
        super().__init__(f"{server.url}/teacher", server.tokens["teacher"])
        self._server = server
        self._status = ""

    def post(self) -> Posted:
        self._status = self._server.post("moss", f"@teacher {self.words}", self._server.posts["week"])
        status = self._server.status("teacher", self._status)
        return Posted(f"0000000000{self._status[10:]}", str(status["url"]))

    def standing(self, comment: Posted) -> Standing:
        answer = _ask(comment.permalink)
        return Standing(f"HTTP {answer.status_code}", self.words in answer.text)

    def has_arrived(self, comment: Posted) -> bool:
        """snac delivers between two accounts as between two servers: it takes seconds."""
        return self._server.is_told("teacher", self._status)

    def take_away(self, comment: Posted) -> None:
        """Whoever runs the server can."""
        self._server.delete(self._status)


def _ask(address: str) -> httpx.Response:
    """As a stranger does: without any credential."""
    return _stranger().get(address)


@cache
def _stranger() -> httpx.Client:
    return httpx.Client(timeout=60, trust_env=False)
