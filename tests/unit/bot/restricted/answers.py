"""All that the program says to one person, and to the channel that they may read, at one moment; ids and messages' numbers are named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, is_dataclass, replace
from datetime import datetime
from functools import partial
from pprint import pformat
from typing import Any

from bot import actions, bundles, cases, channel, consents, decisions, evaluation, explaining, queue, reports, webhooks
from bot.bundles import BundleView
from bot.discord_ui.answering import Asker
from bot.discord_ui.opening import in_answer
from bot.discord_ui.telling import ANSWERS
from bot.domain.bundle_presses import BundleChoice
from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.domain.review import Choice
from bot.records import new_id
from tests.houses import SUPERVISOR, Town, rows
from tests.unit.bot.restricted.living import Life, flags_by_id
from tests.unit.bot.restricted.schools import ACCOUNTS

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def answers(life: Life, at: datetime) -> dict[str, str]:
    """What the school's person is told, by what they ask or by the way on which it comes to them."""
    town, who = life.town, life.school.who
    house, messages = town.house, town.house.messages(Language.ENGLISH)
    asker = Asker(who, messages, "America/Los_Angeles")
    asked: dict[str, Callable[[], Any]] = {
        "queue": lambda: queue.queue(house, who, now=at),
        "lines": lambda: [_line(line) for line in bundles.lines(house, who, now=at)],
        "counts": lambda: queue.waiting(house),
        "cases": lambda: cases.list_open(house, who, at),
        "steps": lambda: actions.manual_steps(house, who, at),
        "consents": lambda: consents.list_consents(house, who, at),
        "choices": lambda: channel.flags_to_name(house, who, at),
        "pages": lambda: [reports.pages_of(house, who, at), reports.page_stands(house, who, None, at)],
        "reports": lambda: reports.site_reports(house, who, at),
        "hooks": lambda: webhooks.states(house, at),
    }
    for command, work in ANSWERS.items():
        asked[f"/{command}"] = partial(lambda work: list(work(house, asker, "")), work)
    for flag, name in flags_by_id(town).items():
        if name.partition("/")[2] not in life.school.hidden_from(who, at):
            asked[f"/flag {name}"] = partial(_opened, life, flag, at)
            asked[f"review {name}"] = partial(queue.open_flag, house, flag, who, now=at)
    told = {what: _said(town, work) for what, work in asked.items()}
    mine = [f"{m['Subject']}\n{m.get_content()}" for m in life.box.messages if str(m["To"]) == who]
    direct = [text for accounts, text in life.board.direct if ACCOUNTS[who] in accounts]
    came = {
        "e-mail": sorted(mine),
        "direct": direct,
        "channel": sorted(life.board.messages.values()),
        "webhooks": [asked.body.decode() for asked in life.receiver.asked],
    }
    return told | {way: _named(town, json.dumps(texts, indent=1)) for way, texts in came.items()}


def threads(life: Life, at: datetime) -> str:
    """Everything that the school's person is shown around the flags that they may open."""
    house, who = life.town.house, life.school.who
    seen = [flag for flag in flags_by_id(life.town) if queue.open_flag(house, flag, who, now=at) is not None]
    return "\n".join(_said(life.town, partial(channel.open_thread, house, flag, who, at)) for flag in seen)


def attempts(life: Life, flag: str, at: datetime) -> dict[str, str]:
    """What the school's person is told who tries everything with a flag's id, or its ending; the id is named `ID`."""
    house, who = life.town.house, life.school.who
    messages, tries = house.messages(Language.ENGLISH), dict[str, Callable[[str], object]]()
    for choice in Choice:
        tries[choice] = partial(_decide, life, choice, at)
    tries |= {
        "assign": lambda typed: decisions.assign(house, typed, who, SUPERVISOR, at),
        "assign nobody": lambda typed: decisions.assign(house, typed, who, "nobody@school.example", at),
        "name a rule": lambda typed: evaluation.name_rule(house, typed, who, "threat", at),
        "name no rule": lambda typed: evaluation.name_rule(house, typed, who, "nothing", at),
        "explain": lambda typed: explaining.explain_flag(house, typed, who, at),
        "explain with words": lambda typed: explaining.explain_flag(house, typed, who, at, with_words=True),
        "/flag": lambda typed: channel.open_flag(house, typed, who, messages, at),
        "thread": lambda typed: channel.open_thread(house, typed, who, at),
        "a reason": lambda typed: channel.needs_reason(house, typed, who, at),
        "case": lambda typed: cases.find(house, typed, who, at),
        "case done": lambda typed: cases.tick(house, typed, 1, who, "", at),
        "case close": lambda typed: cases.finish(house, typed, who, at),
        "case hide": lambda typed: decisions.hide_for_case(house, typed, who, at),
        "step": lambda typed: actions.tick(house, typed, who, at),
        "together": lambda typed: bundles.is_bundle(house, typed),
        "open together": lambda typed: bundles.open_bundle(house, typed, who, at),
        "decide together": lambda typed: bundles.decide_bundle(house, typed, who, BundleChoice.HIDE, at),
        "alarm": lambda typed: channel.take_all(house, typed, who, at),
        "strange": lambda typed: decisions.decide(house, typed, "stranger@school.example", Choice.CLEAR, at),
        "strange explain": lambda typed: explaining.explain_flag(house, typed, "stranger@school.example", at),
    }
    return {
        f"{what} {len(id)}": _outcome(work, id).replace(id, "ID")
        for what, work in tries.items()
        for id in (flag, flag[-8:])
    }


def _opened(life: Life, flag: str, at: datetime) -> tuple[str, ...]:
    """A flag as `/flag` and Open show it."""
    messages = life.town.house.messages(Language.ENGLISH)
    return in_answer(channel.open_flag(life.town.house, flag, life.school.who, messages, at), messages).texts


def _decide(life: Life, choice: Choice, at: datetime, typed: str) -> object:
    return decisions.decide(life.town.house, typed, life.school.who, choice, at, note="a note")


def no_such_flag() -> str:
    """An id that no flag has."""
    return new_id()


def _outcome(work: Callable[[str], object], id: str) -> str:
    try:
        return f"answered {work(id)}"
    except Advice as refused:
        return f"{type(refused).__name__}: {refused}"


def _said(town: Town, work: Callable[[], Any]) -> str:
    try:
        return _named(town, pformat(_plain(work()), width=120))
    except Advice as refused:
        return _named(town, f"{type(refused).__name__}: {refused}")


def _plain(found: Any) -> Any:
    if isinstance(found, queue.OpenFlag):  # what stands around it is looked at by itself (`threads`)
        found = replace(found, thread=())
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    return [_plain(each) for each in found] if isinstance(found, list | tuple) else found


def _line(line: Any) -> Any:
    """A bundle as all see it: how many have ever joined says only what everybody had seen."""
    return {**asdict(line), "joined": 0, "digest": ""} if isinstance(line, BundleView) else line


def _named(town: Town, text: str) -> str:
    """The text with each id, and each ending of one, replaced by what it stands for."""
    names = {id: f"<{name}>" for id, name in flags_by_id(town).items()}
    for flag, case in rows(town, "SELECT flag_id, id FROM incident_case"):
        names[str(case)] = f"<case of {names[str(flag)]}>"
    for page, bundle in rows(town, "SELECT page_id, id FROM bundle"):
        names[str(bundle)] = f"<bundle of {page}>"
    for post, kind in rows(town, "SELECT id, kind FROM post"):
        names[str(post)] = f"<{kind}>"
    for id, name in names.items():
        for ending in (id, id[-12:], id[-8:]):
            text = text.replace(ending, name)
    return _UUID.sub("<id>", text)
