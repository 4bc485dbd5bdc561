"""A fake of the YouTube Data API v3 (revision 20261104), as far as comments go.

Where the reference is silent, the harder answer was chosen: a reply that is held is told below its parent only in the list
of what is held; who asks by id gets no state and whatever page the comment is of; a list shows the newest five replies.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import FakeGoogle, Question, etagged, part_of, refusal

CHANNEL = "UCroom12room12room12room"
OTHERS = "UCstrangerstrangerstrang"
SHOWN_REPLIES = 5
BEGIN = datetime(2026, 10, 5, 16, tzinfo=UTC)


@dataclass
class Spoken:
    """One comment as YouTube keeps it."""

    id: str
    text: str
    published: datetime
    parent: str = ""
    video: str = "volcano_wk1"
    author: str = "UCbluebluebluebluebluebl"
    name: str = "@bluepencil"
    status: str = "published"
    updated: datetime | None = None
    image: str = ""
    channel: str = CHANNEL


@dataclass
class Video:
    """One video."""

    id: str
    title: str
    privacy: str = "public"
    comments_off: bool = False
    made_for_kids: bool = False
    channel: str = CHANNEL


def planted() -> list[Spoken]:
    """Two threads and four single comments, one of them held, one taken for spam."""

    def at(minutes: int) -> datetime:
        return BEGIN + timedelta(minutes=minutes)

    return [
        Spoken("UgxA", "Lava cools into igneous rock. 3 < 4 &amp; more", at(0)),
        Spoken("UgxA.1", "Same here 🌋 so cool", at(5), parent="UgxA", author="UCgreen", name="@greencrayon"),
        Spoken("UgxB", "rock.gif", at(120), image="https://yt3.example.test/rock.gif"),
        Spoken("UgxC", "this class is sooo dumb", at(180), status="heldForReview"),
        Spoken("UgxD", "Best cheap shoes http://shoes.example.test/buy", at(240), status="likelySpam"),
        Spoken("UgxE", "¿Dónde está la página 12?\nمرحبا", at(300)),
        Spoken("UgxE.1", "Page 12 is torn, sorry", at(400), parent="UgxE", author=CHANNEL, name="@room12"),
        Spoken("UgxF", "Nobody likes you", at(24 * 60)),
    ]


class FakeYouTube(FakeGoogle):
    """One channel, signed in as its owner."""

    def __init__(self, platform: FakePlatform, spoken: Iterable[Spoken] = ()) -> None:
        super().__init__(platform)
        self.spoken = {each.id: each for each in (list(spoken) or planted())}
        self.videos = [Video("volcano_wk1", "Volcano week"), Video("closed_vid2", "Assembly", comments_off=True)]
        self.account = CHANNEL
        self.privacy = "public"
        self.tells_rejected = True
        self._sorted: list[Spoken] = []

    def add(self, *spoken: Spoken) -> None:
        """Post comments."""
        self.spoken |= {each.id: each for each in spoken}
        self._sorted = []

    def delete(self, id: str) -> None:
        """What its author deletes is gone, with the replies below it."""
        self.spoken = {each.id: each for each in self.spoken.values() if id not in {each.id, each.parent}}
        self._sorted = []

    @property
    def is_owner(self) -> bool:
        """Whether the account is the channel itself."""
        return self.account == CHANNEL

    def reply(self, question: Question) -> Reply:
        routes = {
            "/youtube/v3/commentThreads": self._threads,
            "/youtube/v3/comments": self._comments,
            "/youtube/v3/comments/setModerationStatus": self._moderate,
            "/youtube/v3/channels": self._channels,
            "/youtube/v3/videos": self._videos,
            "/youtube/v3/playlistItems": self._uploads,
        }
        route = routes.get(question.path)
        return route(question) if route else refusal(404, "notFound")

    # comments

    def _threads(self, question: Question) -> Reply:
        query = question.query
        status = query.get("moderationStatus", "published")
        if status != "published" and not self.is_owner:
            return refusal(403, "forbidden")
        video = query.get("videoId")
        if video and (refused := self._no_comments(video)):
            return refused
        if not video and query.get("allThreadsRelatedToChannelId") != CHANNEL:
            return refusal(404, "channelNotFound")
        open_videos = {each.id for each in self.videos if not each.comments_off}
        wanted = {video} if video else open_videos
        listed = self._listed(status)
        tops = [each for each in self._newest_first() if not each.parent and each.video in wanted and each.id in listed]
        part, following = part_of(tops, query.get("pageToken", ""), int(query.get("maxResults", "20")))
        items = [self._thread(each, status) for each in part if isinstance(each, Spoken)]
        return etagged(_listing("youtube#commentThreadListResponse", items, following), question)

    def _no_comments(self, video: str) -> Reply | None:
        found = next((each for each in self.videos if each.id == video), None)
        if found is None or (found.privacy == "private" and not self.is_owner):
            return refusal(404, "videoNotFound")
        return refusal(403, "commentsDisabled") if found.comments_off else None

    def _listed(self, status: str) -> set[str]:
        """Published: by the first comment alone. Held or spam: by the first comment or any reply."""
        hits = [each for each in self.spoken.values() if each.status == status]
        return {each.id if status == "published" else each.parent or each.id for each in hits}

    def _newest_first(self) -> list[Spoken]:
        if not self._sorted:
            self._sorted = sorted(self.spoken.values(), key=lambda each: (each.published, each.id), reverse=True)
        return self._sorted

    def _thread(self, top: Spoken, status: str) -> Mapping[str, object]:
        replies = [each for each in self._newest_first() if each.parent == top.id and each.status == status]
        shown = [self._comment(each, "plainText") for each in replies[:SHOWN_REPLIES]]
        snippet = {
            "channelId": top.channel,
            "videoId": top.video,
            "topLevelComment": self._comment(top, "plainText"),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": top.status == "published",
        }
        body = {"kind": "youtube#commentThread", "id": top.id, "snippet": snippet}
        return {**body, "replies": {"comments": shown}} if shown else body

    def _comments(self, question: Question) -> Reply:
        query, form = question.query, question.query.get("textFormat", "html")
        if "parentId" in query:
            parent = self.spoken.get(query["parentId"])
            if parent is None:
                return refusal(404, "commentNotFound")
            found = [
                e for e in self._newest_first() if e.parent == parent.id and e.status == parent.status == "published"
            ]
            part, following = part_of(found, query.get("pageToken", ""), int(query.get("maxResults", "20")))
        else:
            wanted = [self.spoken[id] for id in query["id"].split(",") if id in self.spoken]
            part = [each for each in wanted if self.tells_rejected or each.status != "rejected"]
            following = ""
        items = [self._comment(each, form, by_id="id" in query) for each in part if isinstance(each, Spoken)]
        return reply_json(_listing("youtube#commentListResponse", items, following))

    def _comment(self, said: Spoken, form: str, *, by_id: bool = False) -> Mapping[str, object]:
        snippet = {
            "channelId": said.channel,
            "videoId": said.video,
            "textDisplay": said.text if form == "plainText" else html.escape(said.text).replace("\n", "<br>"),
            "authorDisplayName": said.name,
            "authorProfileImageUrl": f"https://yt3.example.test/{said.author}.jpg",
            "authorChannelUrl": f"http://www.youtube.com/{said.name}",
            "authorChannelId": {"value": said.author},
            "canRate": True,
            "viewerRating": "none",
            "likeCount": 0,
            "publishedAt": _stamp(said.published),
            "updatedAt": _stamp(said.updated or said.published),
        }
        if self.is_owner and not by_id:
            snippet["moderationStatus"] = said.status
        if said.image:  # signed anew for each answer
            snippet["imageUrl"] = f"{said.image}?expire=21600&sig={len(self.asked)}"
        if said.parent:
            snippet["parentId"] = said.parent
        return {"kind": "youtube#comment", "etag": "x", "id": said.id, "snippet": snippet}

    def _moderate(self, question: Question) -> Reply:
        status, said = question.query.get("moderationStatus", ""), self.spoken.get(question.query.get("id", ""))
        if question.method != "POST" or status not in {"heldForReview", "published", "rejected"}:
            return refusal(400, "processingFailure")
        if not self.is_owner:
            return refusal(403, "forbidden")
        if said is None:
            return refusal(404, "commentNotFound")
        if said.status == "rejected" and status == "published":
            return refusal(400, "processingFailure")
        said.status = status
        return Reply(204, b"")

    # the channel and its videos

    def _channels(self, question: Question) -> Reply:
        query = question.query
        known = {CHANNEL: "Room 12 videos", OTHERS: "Somebody else"}
        wanted = self.account if query.get("mine") == "true" else query.get("id", "")
        if query.get("forHandle", "").lower() == "@room12" or query.get("forUsername") == "room12":
            wanted = CHANNEL
        answer: dict[str, object] = {"kind": "youtube#channelListResponse", "pageInfo": {}}
        if wanted in known:  # left out where nothing is found
            body = {
                "id": wanted,
                "snippet": {"title": known[wanted], "description": ""},
                "status": {"privacyStatus": self.privacy, "isLinked": True},
                "contentDetails": {"relatedPlaylists": {"uploads": "UU" + wanted[2:]}},
            }
            answer["items"] = [body]
        return reply_json(answer)

    def _videos(self, question: Question) -> Reply:
        wanted = question.query.get("id", "").split(",")
        found = [each for each in self.videos if each.id in wanted and (self.is_owner or each.privacy != "private")]
        return reply_json(_listing("youtube#videoListResponse", [self._video(each) for each in found], ""))

    def _video(self, video: Video) -> Mapping[str, object]:
        count = str(sum(each.video == video.id for each in self.spoken.values()))
        return {
            "kind": "youtube#video",
            "id": video.id,
            "snippet": {"title": video.title, "channelId": video.channel},
            "status": {"privacyStatus": video.privacy, "madeForKids": video.made_for_kids},
            "statistics": {"viewCount": "30", **({} if video.comments_off else {"commentCount": count})},
        }

    def _uploads(self, question: Question) -> Reply:
        if not self.videos:
            return refusal(404, "playlistNotFound")
        part, following = part_of(self.videos, "", int(question.query.get("maxResults", "5")))
        items = [{"contentDetails": {"videoId": each.id}} for each in part if isinstance(each, Video)]
        return reply_json(_listing("youtube#playlistItemListResponse", items, following))


def _listing(kind: str, items: Sequence[Mapping[str, object]], following: str) -> dict[str, object]:
    body: dict[str, object] = {"kind": kind, "pageInfo": {"totalResults": len(items)}, "items": items}
    return {**body, "nextPageToken": following} if following else body


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
