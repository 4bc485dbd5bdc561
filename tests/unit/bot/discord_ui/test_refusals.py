"""Who presses or asks in vain is told why and what to do, in their language, and not by commands of a terminal that they do not have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot import bundles, channel, decisions, people, reports
from bot.domain.class_pages import Language
from bot.domain.errors import Advice
from bot.evaluation import NoSuchRule
from bot.settings import load_messages
from bot.store import StoreProblem
from bot.vault import KeyProblem
from tests.houses import Town, flagged
from tests.unit.bot.discord_ui.test_opening import said
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, damage, live  # noqa: F401

BOT = Path(channel.__file__).parents[1]
ENGLISH, SPANISH = (load_messages(Path("none"), language) for language in Language)
_STORIES = (
    "domain/rights.py", "domain/review.py", "bundles/deciding.py", "bundles/finding.py", "channel/taking.py", "decisions/finding.py",
    "decisions/story.py", "evaluation/naming.py",
)  # fmt: skip
_ASKED_ANEW = ("add a note",)  # the face asks for words: `answers.reason_needed`


def test_a_refusal_is_told_in_spanish_and_names_nothing_of_a_terminal(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        told = said(await chat.ask(chat.admin, "flag", id="nothing"))
        assert told == "Aquí no hay ninguna alerta `nothing` para usted. `/queue` muestra lo que le espera."
        assert "nadie decide una alerta de su propia página" in await chat.press(chat.teacher, "Ocultar")
        damage(town, flag)
        told = await chat.press(chat.admin, "Ocultar")
        assert told.startswith("Lo que se guarda de esto no se puede abrir")

    live(town, story, language="es")


def test_whoever_may_only_look_reads_why_in_their_language(town: Town) -> None:
    flag = flagged(town)

    async def story(chat: Chat) -> None:
        told = said(await chat.ask(chat.teacher, "flag", id=flag[-8:]))
        assert "nadie decide una alerta de su propia página" in told

    live(town, story, language="es")


@pytest.mark.parametrize(
    "advice",
    [
        decisions.NoSuchFlag("x" * 36), decisions.RuleNeeded(), decisions.FlagChanged(), bundles.NoSuchBundle("abcdef"),
        people.NoSuchPerson("a@b.example"), KeyProblem("set HALLMONITOR_KEYS"), StoreProblem("run `hallmonitor init`"),
        NoSuchRule("the policy has no rule x"), reports.NoSuchPageHere("none", key="no_page", page="p"),
    ],
    ids=lambda advice: type(advice).__name__,
)  # fmt: skip
def test_what_reaches_the_chat_is_said_for_the_chat(advice: Advice) -> None:
    for messages in (ENGLISH, SPANISH):
        told = messages.refused(advice)
        assert "hallmonitor " not in told
        assert "HALLMONITOR" not in told
    assert ENGLISH.refused(advice) != SPANISH.refused(advice)


@pytest.mark.parametrize("file", _STORIES)
def test_every_reason_is_translated_by_its_text(file: str) -> None:
    tree = ast.parse((BOT / file).read_text())
    calls = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call)]
    texts = [text for call in calls if call.args and not call.keywords for text in _texts(call.args[0])]
    reasons = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and f.name.startswith("why_")]
    texts += [
        text for f in reasons for n in ast.walk(f) if isinstance(n, ast.Return) and n.value for text in _texts(n.value)
    ]
    said = [text for text in texts if not any(part in text for part in _ASKED_ANEW) and "{" not in text]
    assert [text for text in said if ENGLISH.plain(text) != text or SPANISH.plain(text) == text] == []


def _texts(node: ast.expr) -> list[str]:
    """The sentence of an expression, with the days of an undo filled in; what else is filled in stands as a brace."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = [
            ast.unparse(v.value) if isinstance(v, ast.FormattedValue) else str(getattr(v, "value", ""))
            for v in node.values
        ]
        return ["".join("30" if part == "UNDO_WITHIN.days" else part if " " in part else "{" for part in parts)]
    return []
