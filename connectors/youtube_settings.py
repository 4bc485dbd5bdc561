"""What YouTube tells of a channel's or a video's settings, for `YouTube.check`; what it does not tell a person looks up."""

from __future__ import annotations

from connectors.base import Finding, Gone, NotAllowed, PageSettings
from connectors.google import Request, field, one_row, rows, rows_if_any, text, text_if_any
from connectors.http_answers import Row
from connectors.youtube_page import Lists

UPLOADS = 50
"""So many of the newest videos are looked at, whether comments are open: one question's worth."""

NOT_TOLD = (
    Finding(
        "comment_moderation",
        "YouTube does not tell whether comments wait for approval. Please look: YouTube Studio > Settings > Community"
        " moderation > Defaults > Comments on your videos: Hold all for review.",
    ),
    Finding(
        "administrators",
        "YouTube does not tell who else manages the channel. Please look: YouTube Studio > Settings > Permissions: is the"
        " administrator or a designee there?",
    ),
)
MADE_FOR_KIDS = Finding(
    "made_for_kids",
    "The video is made for children: YouTube keeps its comments switched off, so there is nothing to read.",
)
UNLISTED = Finding(
    "unlisted",
    "It is unlisted: no search shows it, and whoever has the link can read its comments without signing in.",
)


def read_settings(lists: Lists) -> PageSettings:
    """Ask who we are, what we may do and how the page is set. Changes nothing.

    Raises:
        Gone: there is no such channel or video, or it is private and not ours.
    """
    api = lists.google.api
    answer = lists.google.ask(api.channels().list(part="snippet,status,contentDetails", mine=True))
    ours = rows_if_any(answer, "items")
    if lists.video:
        page = _the_one(lists, api.videos().list(part="snippet,status", id=lists.video), "video")
        owner = text(page, "snippet.channelId")
    else:
        owner = lists.channel()
        mine = next((row for row in ours if text(row, "id") == owner), None)
        request = api.channels().list(part="snippet,status,contentDetails", id=owner)
        page = mine or _the_one(lists, request, "channel")
    owns = owner in {text(row, "id") for row in ours}
    may_moderate, moderates = _may_moderate(lists, owns=owns)
    comments_open, opens = _video_open(lists, page) if lists.video else _channel_open(lists, page)
    privacy = text_if_any(page, "status.privacyStatus")
    public = {"public": True, "unlisted": True, "private": False}.get(privacy)
    return PageSettings(
        title=text(page, "snippet.title"),
        account=text(ours[0], "snippet.title") if ours else "",
        may_moderate=may_moderate,
        comments_open=comments_open,
        public=public,
        findings=(*moderates, *opens, *((UNLISTED,) if privacy == "unlisted" else ()), *NOT_TOLD),
    )


def _the_one(lists: Lists, request: Request, what: str) -> Row:
    found = rows_if_any(lists.google.ask(request), "items")
    if not found:
        raise Gone(f"YouTube has no such {what} any more, or it is private and the account is not its owner")
    return found[0]


def _may_moderate(lists: Lists, *, owns: bool) -> tuple[bool, tuple[Finding, ...]]:
    """The owner may, and only the owner is shown what is held."""
    try:
        next(iter(lists.threads("heldForReview", size=1)), None)
    except NotAllowed:
        owns = False
    if owns:
        return True, ()
    message = (
        "This account is not the channel's owner, and YouTube lets no other one moderate through its interface. Sign in"
        " again, and choose the channel itself when Google asks for the account."
    )
    return False, (Finding("may_moderate", message, problem=True),)


def _video_open(lists: Lists, video: Row) -> tuple[bool, tuple[Finding, ...]]:
    if field(video, "status.madeForKids") is True:
        return False, (MADE_FOR_KIDS,)
    return next(iter(lists.threads("published", size=1)), None) is not None, ()


def _channel_open(lists: Lists, channel: Row) -> tuple[bool | None, tuple[Finding, ...]]:
    """Open if one of the newest videos is; closed only when every video was looked at."""
    uploads = text_if_any(channel, "contentDetails.relatedPlaylists.uploads")
    if not uploads:
        return None, ()
    api = lists.google.api
    try:
        listed = lists.google.ask(
            api.playlistItems().list(part="contentDetails", playlistId=uploads, maxResults=UPLOADS)
        )
    except Gone:  # a channel without a video has no list of them
        return False, (Finding("comments_open", "The channel has no videos yet."),)
    ids = [text(row, "contentDetails.videoId") for row in rows(listed, "items")]
    request = api.videos().list(part="status,statistics", id=",".join(ids))
    videos = rows(lists.google.ask(request), "items") if ids else []
    # YouTube leaves the number out where comments are switched off
    is_open = [field(one_row(video, "statistics"), "commentCount") is not None for video in videos]
    closed = is_open.count(False)
    fact = Finding("videos", f"Comments are switched off on {closed} of the {len(videos)} newest videos.")
    if any(is_open):
        return True, (fact,) if closed else ()
    return (None if text_if_any(listed, "nextPageToken") else False), (fact,)
