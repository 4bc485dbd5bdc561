"""What setting up a channel or a video takes (`pages add`)."""

from __future__ import annotations

import httpx

from connectors.google_setup import sign_in
from connectors.setup import Match, Setup
from connectors.youtube_page import HOSTS, target_of

FORMS = {
    "video": "https://www.youtube.com/watch?v={}",
    "channel": "https://www.youtube.com/channel/{}",
    "handle": "https://www.youtube.com/{}",
    "user": "https://www.youtube.com/user/{}",
}
ONE_VIDEO = "Only this video's comments are read. The address of the channel stands for all its videos."


def by_address(url: httpx.URL) -> Match | None:
    """YouTube's own hosts. Raises `BadConfig` for what is neither a channel nor a video."""
    if url.host not in HOSTS:
        return None
    target = target_of(str(url))
    return Match(FORMS[target.kind].format(target.name), ONE_VIDEO if target.kind == "video" else "")


SETUP = Setup(
    platform="a channel or a video on YouTube",
    first=(
        "The district makes an OAuth client once, with the YouTube Data API v3 switched on (connectors/README.md, A sign-in with"
        " Google)."
    ),
    secret=sign_in("the channel's owner", "https://www.googleapis.com/auth/youtube.force-ssl"),
    by_address=by_address,
)
