"""Wikitext as a visitor reads it, without the signature that `~~~~` leaves; what hangs on it; and who signed a line."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from connectors.base import Media, Unavailable
from connectors.http_answers import Row
from connectors.markup import KIND_OF_ENDING, media_in, words_in
from connectors.mediawiki_diff import SAYS, Spans
from connectors.mediawiki_tags import TAGS, shown
from connectors.mediawiki_trace import HEADING

# All are linear: what repeats cannot begin again inside itself.
LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
OUTSIDE = re.compile(r"\[((?:[a-z][a-z+.-]{1,20}:|//)[^\s\[\]<>\"]+)(?:[ \t]+([^\[\]\n]*))?\]", re.IGNORECASE)
LISTED = re.compile(r"^[:*#;]+[ \t]*", re.MULTILINE)
PICTURE_OPTION = re.compile(
    r"(?:thumb(?:nail)?|frame(?:d|less)?|border|left|right|center|none|baseline|sub|super|top|middle|bottom"
    r"|upright(?:=[\d.]+)?|\d*(?:x\d+)?px|(?:link|lang|page|class)=.*)$"
)
ALT = re.compile(r"alt=", re.IGNORECASE)
MONTHS = (
    "January February March April May June July August September October November December"
    " ene feb mar abr may jun jul ago sep oct nov dic"
)
TIME = rf"\d{{1,2}}:\d{{2}},? \d{{1,2}} (?:{'|'.join(MONTHS.split())}) \d{{4}} \([A-Z]{{2,5}}\)"
SIGNED_AT = re.compile(r"\d{4} \([A-Z]{2,5}\)")
SUMMARY = "Edit summary: "
NO_TITLE = re.compile(r"[<>{}\n]")
"""What stands in no title: a link with it is no link, and the wiki shows all of it."""

SCHEMES = (
    "bitcoin ftp ftps geo git gopher irc ircs magnet mailto matrix mms news nntp redis sftp sip sips sms ssh svn tel telnet urn"
    " worldwind xmpp"
)
"""Beginnings of addresses, beside those of pages, that a wiki makes a link of."""

AUTOMATIC = re.compile(r"/\*(.*?)\*/")
GAP = " … "


@dataclass(frozen=True, slots=True)
class Names:
    """What this wiki calls the pages of files and of users, in its own language and in English, in lower case."""

    files: frozenset[str]
    users: frozenset[str]
    special: frozenset[str]
    page_address: str
    """The address of a page, with `$1` for its title."""
    tags: frozenset[str] = TAGS
    """What the wiki takes for a tag; anything else between `<` and `>` it shows."""

    def owners(self, lines: Sequence[str]) -> list[str]:
        """Who signed what stands in each line: the first signature from there on, in the same section."""
        found: list[str] = []
        signer = ""
        for text in reversed(lines):
            is_heading = HEADING.match(text) is not None
            signed = None if is_heading else SIGNED_AT.search(text)
            if signed and (links := [name for name in map(self._user, LINK.finditer(text[: signed.end()])) if name]):
                signer = links[-1]
            found.append(signer)
            if is_heading:  # what stands before it is another section's
                signer = ""
        return found[::-1]

    def media(self, text: str) -> tuple[Media, ...]:
        """Pictures and other files of the wiki, and addresses outside. None of them is ever requested."""
        found = {(media.kind, media.url): media.count for media in media_in(text)}
        for link in re.finditer(r"(?:\[\[|^)[ _]*([^\[\]|:\n]{1,40}):([^\[\]|\n]{1,255})", text, re.MULTILINE):
            if link[1].strip().lower() in self.files:
                title = f"File:{link[2].strip().replace(' ', '_')}"
                kind = KIND_OF_ENDING.get(title.rpartition(".")[2].lower(), "file")
                key = (kind, self.page_address.replace("$1", quote(title, safe=":/")))
                found[key] = found.get(key, 0) + 1
        return tuple(Media(kind, url, count) for (kind, url), count in sorted(found.items()))

    def words(self, text: str, author: str) -> str:
        """Give wikitext as a visitor reads it: links by their labels, entities decoded, no marks of bold or of lists."""
        text = shown(text, self.tags)
        for _ in range(4):  # a caption may hold a link
            text, count = LINK.subn(self._label, text)
            if not count:
                break
        text = OUTSIDE.sub(_outside, text)
        text = re.sub(r"'{2,}", "", LISTED.sub("", text))
        text = "\n".join(line.strip().strip("= ") if HEADING.match(line) else line for line in text.split("\n"))
        signature = rf"(?<![ \t])[ \t]*(?:{re.escape(author)} (?:\((?:talk|discusión)\) )?)?{TIME}[ \t]*$"
        return re.sub(signature, "", words_in(text), flags=re.MULTILINE).strip()

    def _label(self, link: re.Match[str]) -> str:
        target, label = link[1].strip(), link[2]
        if label is not None and NO_TITLE.search(html.unescape(target)):
            return f"{target}|{label}"
        if target.partition(":")[0].strip().lower() not in self.files or target.startswith(":"):
            return label if label is not None and label.strip() else target.lstrip(":")
        pieces = [piece.strip() for piece in (label or "").split("|")]
        return " ".join(ALT.sub("", piece) for piece in pieces if not PICTURE_OPTION.match(piece.lower()))

    def _user(self, link: re.Match[str]) -> str:
        space, _, name = link[1].partition(":")
        space = space.strip().replace("_", " ").lower()
        if space in self.special:
            name = name.partition("/")[2]
        elif space not in self.users:
            return ""
        name = re.split(r"[/#]", name, maxsplit=1)[0].replace("_", " ").strip()
        return name[:1].upper() + name[1:]


def names_of(info: Row, page_address: str) -> Names:
    """Read them from an answer of `siprop=namespaces|namespacealiases|extensiontags`. Raises `Unavailable` for any other shape."""
    spaces, aliases, tags = info.get("namespaces"), info.get("namespacealiases"), info.get("extensiontags", [])
    if not isinstance(spaces, Mapping) or not isinstance(aliases, Sequence):
        raise Unavailable("the wiki leaves out `namespaces` of its own description; try again later")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Unavailable("the wiki gives no good `extensiontags` in its own description; try again later")
    named: dict[object, set[str]] = {}
    for space in [*spaces.values(), *aliases]:
        if isinstance(space, Mapping) and isinstance(space.get("id"), int):
            words = {str(space.get(key) or "").lower() for key in ("name", "canonical", "alias")}
            named.setdefault(space.get("id"), set()).update(words - {""})
    return Names(
        files=frozenset(named.get(6, set()) | {"file", "image"}),
        users=frozenset(named.get(2, set()) | named.get(3, set()) | {"user", "user talk"}),
        special=frozenset(named.get(-1, set()) | {"special"}),
        page_address=page_address,
        tags=TAGS | {tag.strip("<>").lower() for tag in tags},
    )


def said(lines: Sequence[str], mine: Mapping[int, Spans]) -> str:
    """Put together what a revision wrote: whole lines, and pieces of others' lines with a mark between them."""
    return "\n".join(GAP.join(lines[j][a:b].strip() for a, b in spans) for j, spans in sorted(mine.items()))


def said_in_summary(summary: str, words: str, lines: Sequence[str] = ()) -> str:
    """What the summary of an edit says for itself: nothing that stands in the text already, and no name of a section.

    `lines`: the page before and behind the edit. Anybody may name a section there is not, and the history shows it.
    """
    named = AUTOMATIC.search(summary)
    headings = (line for line in lines if line.lstrip().startswith("=")) if named else ()
    known = _plain(words_in(_labelled(" ".join([words, *headings]))))
    plain = AUTOMATIC.sub(lambda part: "" if _plain(part[1]) in known else part[1], summary)
    own = " ".join(html.unescape(_labelled(plain)).split())
    if not SAYS.search(own) or own.lower() in {"reply", "new topic", "new section"}:
        return ""
    return "" if own.lower() in " ".join(words.split()).lower() else SUMMARY + own


def _labelled(text: str) -> str:
    return LINK.sub(lambda link: link[2] or link[1], text)


def _plain(text: str) -> str:
    """Without marks and spaces: a heading's name in a summary has none of its marks."""
    return re.sub(r"[\s\[\]{}<>'=|:_#]", "", html.unescape(text)).casefold()


def _outside(link: re.Match[str]) -> str:
    address, label = link[1], (link[2] or "").strip()
    if not label:
        return address
    if address.lower().startswith(("http:", "https:", "//")):
        return label
    scheme, _, rest = address.partition(":")
    return f"{label} {rest}" if scheme.lower() in SCHEMES.split() else f"{address} {label}"
