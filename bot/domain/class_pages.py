"""What a class page, a site and a person are, as their YAML files say it (DESIGN.md 6)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from bot.domain.durations import Duration
from bot.domain.duty import OnCall, QuietHours
from bot.domain.fields import Accounts, Email, Line, Slug, Strict, check_variable
from bot.domain.schedule import Schedule
from bot.domain.webhooks import Webhooks

_ASKED_ELSEWHERE = {"blogger": "blogger.googleapis.com", "youtube": "youtube.googleapis.com"}
"""Platforms whose pages have hosts of their own (each blog one), and which are all read at one."""


class Severity(StrEnum):
    """How urgent a rule is; `rank` orders the queue, 0 first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical up to 3 for low."""
        return list(Severity).index(self)


class RuleChange(Strict):
    """What a page may make stricter of one rule."""

    severity: Severity | None = None
    answer_within: Duration | None = None
    threshold: float | None = Field(default=None, gt=0, lt=1)


class ClassPage(Strict):
    """One class page on one platform: the file that a teacher writes.

    `accounts` says which account on the platform is whose: by full name or student number, and of employees by work address or name.
    """

    id: Slug
    title: Line
    site: Slug
    teacher: Email
    connector: str
    url: str = Field(min_length=1)
    credentials: str = ""
    roster: str = ""
    schedule: str = "daily at 06:00"
    hold_until_reviewed: tuple[Severity, ...] = ()
    vocabulary: tuple[str, ...] = ()
    accounts: Accounts = Field(default_factory=dict)
    rules: dict[str, RuleChange] = Field(default_factory=dict)

    @field_validator("schedule")
    @classmethod
    def _readable(cls, written: str) -> str:
        return Schedule.parse(written).written

    @field_validator("credentials")
    @classmethod
    def _no_secret_in_a_file(cls, written: str) -> str:
        return check_variable(written) if written else written

    @field_validator("accounts")
    @classmethod
    def _each_of_one(cls, written: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        every = [account for accounts in written.values() for account in accounts]
        if len(set(every)) < len(every):
            raise ValueError("one account stands twice; it belongs to one person")
        return written

    @property
    def host(self) -> str:
        """Where its platform is asked; the connector's name where that is no host. What all its pages have to share."""
        if self.connector in _ASKED_ELSEWHERE:
            return _ASKED_ELSEWHERE[self.connector]
        try:
            return urlsplit(self.url).hostname or self.connector
        except ValueError:
            return self.connector

    @property
    def credential_variable(self) -> str:
        """The environment variable that holds the secret, or empty."""
        return self.credentials.removeprefix("env:")


class RoleName(StrEnum):
    """What a person is at a site."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    TEACHER = "teacher"
    OPERATOR = "operator"


class Language(StrEnum):
    """In which language a school or a person is spoken to."""

    ENGLISH = "en"
    SPANISH = "es"


class Person(Strict):
    """Somebody who works with Hallmonitor, known by a work e-mail address.

    `accounts` are their own on a platform where one account serves for all pages, by the connector's name. In their `quiet` hours, by
    the clock of their first site, they are called for nothing but what is critical. Without a `language` they are spoken to in their
    school's.
    """

    email: Email
    name: Line
    roles: tuple[RoleName, ...] = Field(min_length=1)
    sites: tuple[Slug, ...] = Field(min_length=1)
    accounts: Accounts = Field(default_factory=dict)
    quiet: QuietHours | None = None
    language: Language | None = None


class Site(Strict):
    """One school. `supervisor` answers what the administrators may not (Section V). `telephone` is the Local District's (V.F).

    `contact` is the district's, above the supervisor. `discord_channel` is the id of its review channel, `language` the one in which its
    cards are written; `webhooks` are told of its flags. `on_call` says who is on duty when; without it all administrators are, always.
    """

    id: Slug
    title: Line
    time_zone: str
    supervisor: Email | None = None
    contact: Email | None = None
    telephone: str = ""
    discord_channel: int | None = Field(default=None, gt=0)
    language: Language = Language.ENGLISH
    webhooks: Webhooks = ()
    on_call: OnCall | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError("no such time zone; write one such as America/Los_Angeles") from unknown
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The school's time zone."""
        return ZoneInfo(self.time_zone)


class People(Strict):
    """`people.yaml`: the sites, and who works at them."""

    sites: tuple[Site, ...]
    people: tuple[Person, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.sites or not self.people:
            raise ValueError("name one site and one person at least")
        known = {site.id for site in self.sites}
        emails = {person.email for person in self.people}
        for person in self.people:
            if strangers := sorted(set(person.sites) - known):
                raise ValueError(f"{person.email} works at {strangers[0]}, which is not among the sites")
        for site in self.sites:
            if site.supervisor and site.supervisor not in emails:
                raise ValueError(f"the supervisor of {site.id}, {site.supervisor}, is not among the people")
        for ids in ([site.id for site in self.sites], [person.email for person in self.people]):
            if doubled := [id for id in ids if ids.count(id) > 1]:
                raise ValueError(f"{doubled[0]} stands twice in this file; remove one of the two")
        return self


def looser_than(severity: Severity, within: timedelta, threshold: float, change: RuleChange) -> list[str]:
    """The words for each way in which `change` would loosen a rule; empty when it is stricter or equal (DESIGN.md 6)."""
    looser: list[str] = []
    if change.severity is not None and change.severity.rank > severity.rank:
        looser.append(f"severity {change.severity} is below the policy's {severity}")
    if change.answer_within is not None and change.answer_within > within:
        looser.append("answer_within is longer than the policy's")
    if change.threshold is not None and change.threshold > threshold:
        looser.append(f"threshold {change.threshold} is above the policy's {threshold}")
    return looser
