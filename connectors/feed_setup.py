"""What setting up a feed of comments takes (`pages add`): its address alone."""

from __future__ import annotations

import re

from connectors.seen import Ask, Link, Seen
from connectors.setup import Match, Setup

IS_FEED = re.compile(r"\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)
TYPES = ("application/rss+xml", "application/atom+xml")
READ_ONLY = "A feed can only be read, and shows its newest entries alone. It has to be the feed of the comments, not that of the posts."


def by_answer(page: Seen, _ask: Ask) -> Match | None:
    """A feed itself, or a web page that names one of its comments. Whatever the site is made with can do more."""
    if IS_FEED.match(page.text[:5000].removeprefix("\ufeff")):
        return Match(str(page.url), READ_ONLY, sure=False)
    found = next((link for link in page.links if _is_of_comments(link) and link.url.host == page.url.host), None)
    return Match(str(found.url), READ_ONLY, sure=False) if found else None


def _is_of_comments(link: Link) -> bool:
    return link.rel == "alternate" and link.type in TYPES and "comment" in f"{link.title} {link.url.path}".lower()


SETUP = Setup(platform="a feed of comments (RSS or Atom)", by_answer=by_answer)
