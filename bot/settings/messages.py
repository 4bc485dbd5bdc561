"""What Hallmonitor says to people, sentence by sentence, in their language: `messages/en.yaml` and `messages/es.yaml`.

A school's own file says only what it wants to say otherwise; what it leaves out is as it ships.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.settings.configuration import SHIPPED
from bot.settings.yaml_files import BadConfiguration, Path_, Problem, YamlFile, did_you_mean, read_yaml

_TRANSLATED: Final = ("advice.", "became.", "findings.", "receipts.", "refused.", "steps.")
"""Keys whose English is what policy, lexicons, detectors, connectors and stories say themselves: by that text they are found
(`Messages.plain`)."""

_LABEL: Final = 80
_ROOMS: Final = {"forms.": 45, "commands.": 100, "buttons.": _LABEL} | {
    f"bundle.{key}": _LABEL for key in ("hide", "clear", "covers")
}
"""Characters that Discord gives to forms, commands and buttons: with more it takes none of them."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Messages:
    """The sentences of one language."""

    def __init__(self, language: Language, texts: Mapping[str, str], english: Mapping[str, str]) -> None:
        """`texts` by key; `english` as it ships, of the same keys."""
        self.language, self._texts, self._english = language, texts, english
        by_text = {key: text for key, text in english.items() if key.startswith(_TRANSLATED) or key.endswith(".title")}
        self._keys = {text: key for key, text in by_text.items()}
        self._sentences = sorted(
            (by_text[key] for key in by_text if key.startswith("findings.")), key=len, reverse=True
        )

    def say(self, key: str, **places: object) -> str:
        """The sentence of that key, with its places filled. What is filled in is not read again as a sentence."""
        return self._texts[key].format(**places)

    def knows(self, key: str) -> bool:
        """Whether there is a sentence of that key: a rule or a detector of a district may have none."""
        return key in self._texts

    def count(self, key: str, number: int, **places: object) -> str:
        """The sentence for so many: `key.none`, `key.one` or `key.many`; without `none`, none is many."""
        form = {0: "none", 1: "one"}.get(number, "many")
        chosen = f"{key}.{form}" if self.knows(f"{key}.{form}") else f"{key}.many"
        return self.say(chosen, number=number, **places)

    def plain(self, text: str) -> str:
        """A title or sentence of the policy in this language, where it is one that ships; else as the district has written it."""
        return self._texts[self._keys[text]] if text in self._keys else text

    def title(self, rule: str, text: str) -> str:
        """The title that the policy gives a rule, likewise."""
        return self._of_rule(f"rules.{rule}.title", text)

    def advice(self, rule: str, text: str) -> str:
        """What the policy recommends for a rule, likewise."""
        return self._of_rule(f"rules.{rule}.do", text)

    def _of_rule(self, key: str, text: str) -> str:
        return self._texts[key] if self._english.get(key) == text else self.plain(text)

    def refused(self, advice: Advice) -> str:
        """What the chat says where something was refused: by the advice's key, else its own text, where it is one that ships."""
        key = f"refused.{advice.key}"
        return self.say(key, **advice.places) if self.knows(key) else self.plain(str(advice))

    def why(self, rule: str, text: str) -> str:
        """Why a rule is broken, in this language: the detectors' sentences, else what the rule means."""
        said, means = " ".join(self._translated(text)), f"rules.{rule}.means"
        if said or self.language is Language.ENGLISH or not self.knows(means):
            return said or text
        return self.say(means)

    def moment(self, when: datetime, time_zone: str) -> str:
        """A time for people, by the clock on that school's wall: `Wed 25 Nov 13:00`."""
        local = when.astimezone(ZoneInfo(time_zone))
        return self._date("time.moment", "time.days", "time.months", local.date(), clock=f"{local:%H:%M}")

    def day(self, day: date) -> str:
        """A day, written out: `Wednesday 25 November`."""
        return self._date("time.day", "time.long_days", "time.long_months", day)

    def span(self, span: timedelta) -> str:
        """About how long: in minutes up to two hours, in hours up to two days, else in days."""
        if span < 2 * _HOUR:
            return self.count("time.minutes", span // timedelta(minutes=1))
        return (
            self.count("time.hours", span // _HOUR) if span < 2 * _DAY else self.count("time.whole_days", span // _DAY)
        )

    def _date(self, key: str, days: str, months: str, day: date, **more: object) -> str:
        names, of_year = self.say(days).split(), self.say(months).split()
        return self.say(key, day=names[day.weekday()], number=day.day, month=of_year[day.month - 1], **more)

    def _translated(self, text: str) -> Iterator[str]:
        """The sentences of a text, each in this language; none, where one of them is not known."""
        said, rest = [], text
        while rest:
            known = next((sentence for sentence in self._sentences if rest.startswith(sentence)), None)
            if known is None:
                return
            own = self.plain(known)
            said.append(own if own.endswith((".", "!", "?")) else f"{own}.")
            rest = rest[len(known) :].lstrip(". ")
        yield from said


def load_messages(config: Path, language: Language) -> Messages:
    """The messages of a language: the shipped ones, with what the school's own file says in their place.

    Raises:
        BadConfiguration: the school's file is wrong: a key or a place that does not exist, or no text.
    """
    shipped, english = _texts(_shipped(language)), _texts(_shipped(Language.ENGLISH))
    own = config / "messages" / f"{language}.yaml"
    if not own.exists() or own.samefile(_path(language)):
        return Messages(language, shipped, english)
    file = read_yaml(own)
    if problems := list(_problems(file, shipped)):
        raise BadConfiguration(problems)
    return Messages(language, shipped | _texts(file), english)


def places_of(text: str) -> frozenset[str]:
    """The named places of a sentence.

    Raises:
        ValueError: a brace without its partner, or a place that is more than a name.
    """
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError("a place is a name in braces, such as {page}; a brace of its own is written twice")
        found.add(name)
    return frozenset(found)


def _path(language: Language) -> Path:
    return SHIPPED / "messages" / f"{language}.yaml"


@cache
def _shipped(language: Language) -> YamlFile:
    return read_yaml(_path(language))


def _texts(file: YamlFile) -> dict[str, str]:
    return {".".join(str(part) for part in path): str(text) for path, text in _leaves(file.data, ())}


def _leaves(data: object, path: Path_) -> Iterator[tuple[Path_, object]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, (*path, str(key)))
    else:
        yield path, data


def _problems(file: YamlFile, shipped: Mapping[str, str]) -> Iterator[Problem]:
    for path, text in _leaves(file.data, ()):
        key = ".".join(str(part) for part in path)
        line = file.line(path)
        if not path:
            yield Problem(file.name, line, "", "must be a block of `key: value` lines")
        elif key not in shipped:
            yield Problem(file.name, line, key, f"unknown key{did_you_mean(key, shipped)}")
        elif not isinstance(text, str) or not text.strip():
            yield Problem(file.name, line, key, "must be text; put it in quotes")
        else:
            yield from (Problem(file.name, line, key, wrong) for wrong in _wrong(key, text, shipped[key]))


def _wrong(key: str, text: str, shipped: str) -> Iterator[str]:
    try:
        strange = sorted(places_of(text) - places_of(shipped))
    except ValueError as error:
        yield str(error)
        return
    if strange:
        yield f"there is no place {{{strange[0]}}} here{did_you_mean(strange[0], places_of(shipped))}"
    most = min([2 * len(shipped) + 40, *(room for start, room in _ROOMS.items() if key.startswith(start))])
    if len(text) > most:
        yield f"is too long: {most} characters at most, since it stands beside others in one message"
    names = key in ("time.days", "time.long_days", "time.months", "time.long_months")
    if names and len(text.split()) != len(shipped.split()):
        yield f"needs {len(shipped.split())} names with a space between them"
