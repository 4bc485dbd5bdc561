"""Says where a comment carries photographs or videos that may show students (II.3).

Never requests anything: an address is read as text (policy/MATRIX.md). What it shows is guessed from the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import urlsplit

import re2

from moderators.assessing import Attachment, Canary, assess_each, matches, sing, version_of
from moderators.base import Assessment, CommentView, MediaView, ModeratorSettings, PageContext, Signal
from moderators.folding import Folded, fold
from moderators.roster_index import word_set

_CODE = 1
_LINK = re2.compile(r"\bhttps?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|\b[a-z0-9][a-z0-9.\-]{1,80}\.[a-z]{2,12}/[^\s<>\"]+")
_FILE = re2.compile(r"\b[a-z0-9_\-()]{1,80}\.(?:jpe?g|png|gif|heic|webp|bmp|mp4|mov|avi|mkv|webm|m4v)\b")
_PICTURE = re2.compile(r"\.(?:jpe?g|png|gif|heic|webp|bmp|mp4|mov|avi|mkv|webm|m4v)(?:$|[?#])")
# Names of hosts, or of a part of them: places where people put photographs and clips of each other, and their files.
_ALBUMS = word_set(
    """
    photos photo album albums gallery flickr imgur shutterfly smugmug snapfish instagram instagr tiktok snapchat vsco bereal snap
    icloud gopro picasa photobucket seesaw classdojo
    """
)
_DRIVES = word_set("drive dropbox onedrive box wetransfer mega 1drv sharepoint files")
_LIVE = word_set("twitch kick live livestream stream streaming periscope")
_LESSON_VIDEO = word_set(
    """
    youtube youtu vimeo edpuzzle khanacademy ted loom screencast nearpod brainpop pbs nasa loc
    """
)
_ALBUM_PATH = re2.compile(r"/(?:photos?|albums?|gallery|galleries|pics?|reels?|stories)(?:/|$|\b)")

_PEOPLE = re2.compile(
    r"\b(?:us|we|me|him|her|them|he|she|they|ur|you|selfie|kids?|class photo|students?|team|everybody|everyone"
    r"|graders?|girls?|boys?|"
    r"son|daughter|child|children|baby|classmates?|partner|dance|dancing|solo|recital|performance|skit"
    r"|field ?(?:day|trip)|party|"
    r"portraits?|yearbook|prom|retreat|game highlights|our|ninos|ninas|hijo|hija|foto de|fotos de|pics of|profile)\b"
)
_THINGS = re2.compile(
    r"\b(?:diagram|scan(?:ned)?|cover|rubric|recipe|worksheet|chart|map|screenshot|slides?|notes|microscope"
    r"|hamster|plant|specimen|"
    r"timelapse|time-lapse|poster|flyer|schedule|calendar|syllabus|textbook|page|poem|article|reading"
    r"|documentary|lecture|tutorial|"
    r"eagle|owl|frog|bird|butterfly|cat|dog|lizard|mold|cell|cells|model|board|whiteboard|graph|answer key"
    r"|instructions|formula|"
    r"painting|portrait of (?:a|the) (?:author|poet|king|queen)|library of congress|archive|meme|logo|map"
    r"|dibujo|portada|receta|mapa|horario)\b"
)
_CLASS_VIDEO = re2.compile(
    r"\b(?:our (?:class|skit|dance|recital|team|play|performance|video)|(?:my|the) (?:kids|students"
    r"|class) (?:singing|dancing|in)|"
    r"of (?:us|the class|the kids|my class|our class)|we (?:made|filmed|recorded)|i filmed|field day"
    r"|talent show|caught (?:it|him|her|them) on)\b"
)


class MediaPresent:
    """Signal `student_media`, one for each attachment or link."""

    name = "media"
    signals = frozenset({"student_media"})
    reads: Literal["text", "masked"] = "text"

    def __init__(self, settings: ModeratorSettings) -> None:  # noqa: ARG002 - every detector is made in one way
        self.version = version_of(_CODE, ())

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:  # noqa: ARG002 - as above
        """Look at the attachments and the links of each comment, without requesting them."""
        return assess_each(comments, _look)

    def canary(self) -> None:
        """Try texts of our own. Raises `BrokenModerator`."""
        sing(self.name, self.assess, _CANARIES, PageContext("canary"))


def _look(comment: CommentView) -> list[Signal]:
    folded = fold(comment.text)
    words = _words_without_links(folded.text)
    found = [signal for media in comment.media for signal in _attachment(media, words)]
    return [*found, *_links(folded, words)]


def _attachment(media: MediaView, words: str) -> Iterator[Signal]:
    address = fold(media.url).text
    if media.kind in {"image", "video"} or (media.kind == "file" and _PICTURE.search(address)):
        score = _weigh(0.7, words, address)
        why = "Carries a photograph or video that may show students"
        yield Signal("student_media", score, why=why, traits=frozenset({"attachment"}))
    elif media.kind in {"link", "file"}:
        score = _link_score(address, words)
        if score:
            yield Signal("student_media", score, why=_WHY_LINK, traits=frozenset({"link"}))


def _links(folded: Folded, words: str) -> Iterator[Signal]:
    for match in matches(_LINK, folded.text) if _may_link(folded.text) else ():
        score = _link_score(match[0], words)
        if score:
            yield Signal("student_media", score, *folded.span(*match.span()), _WHY_LINK, traits=frozenset({"link"}))
    if "." not in folded.text:
        return
    for match in matches(_FILE, _words_without_links(folded.text, keep_length=True)):
        score = _weigh(0.5, words, match[0])
        yield Signal("student_media", score, *folded.span(*match.span()), _WHY_FILE, traits=frozenset({"file_name"}))


_WHY_LINK = "Links to a place where photographs or videos are kept"
_WHY_FILE = "Names a photograph or video file"


def _link_score(address: str, words: str) -> float:
    """0 for a link to no picture; below .5 for a lesson's video, unless the words say that it shows the class."""
    host, path = _host_and_path(address)
    labels = {part for label in host.split(".") for part in (label, *label.split("-"))}
    if labels & _LESSON_VIDEO:
        return 0.7 if _CLASS_VIDEO.search(words) else 0.2
    if labels & (_ALBUMS | _LIVE) or _ALBUM_PATH.search(path):
        return _weigh(0.7, words, path)
    if _PICTURE.search(path):
        return _weigh(0.6, words, path)
    if labels & _DRIVES:
        return 0.7 if _CLASS_VIDEO.search(words) or _PICTURED.search(words) else 0.2
    return 0.0


_PICTURED = re2.compile(r"\b(?:photos?|pics?|pictures?|videos?|clips?|yearbook|album|portraits?|recording|fotos?)\b")


def _weigh(score: float, words: str, address: str) -> float:
    """More where the words speak of people, less where words or address speak of a thing and not of people."""
    things = _THINGS.search(_spaced(address)) or _THINGS.search(words)
    people = _PEOPLE.search(words)
    if things and (not people or _THINGS.search(_spaced(address))):
        return 0.3
    return min(0.95, score + 0.15) if people else score


def _spaced(address: str) -> str:
    return "".join(c if c.isalnum() else " " for c in address[-300:])


def _may_link(text: str) -> bool:
    """Whether the text holds what every link has."""
    return "/" in text or "www." in text


def _words_without_links(text: str, *, keep_length: bool = False) -> str:
    if not _may_link(text):
        return text
    return str(_LINK.sub(lambda match: " " * len(match[0]) if keep_length else " ", text))


def _host_and_path(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:  # "http://[broken": its words are read as a path
        return ("", address)
    return (parts.netloc, parts.path)


_CANARIES = (
    Canary("look at us", "student_media", media=(Attachment("image", "https://cdn.example/1.jpg"),)),
    Canary("retreat https://photos.example/a/2", "student_media"),
    Canary("this is the rubric", media=(Attachment("image", "https://cdn.example/rubric.png"),)),
    Canary("watch before class https://www.youtube.com/watch?v=example"),
    Canary("did you take a picture of it"),
)
