"""What a page's settings mean by the policy."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.class_pages import ClassPage, Person, RoleName
from bot.domain.findings import Finding
from bot.domain.page_findings import judge
from connectors.base import CHANGES_STATE, ActionKind, Capabilities, PageSettings
from connectors.base import Finding as Told

PAGE = ClassPage(
    id="p",
    title="P",
    site="s",
    teacher="a@s.example",
    connector="wordpress",
    url="https://b.example/",
    schedule="every 2 hours",
)
REYES = Person(
    email="reyes@s.example",
    name="Dana Reyes",
    roles=(RoleName.ADMINISTRATOR,),
    sites=("s",),
    accounts={"wordpress": ("dr7",)},
)
WHOLE = Capabilities(CHANGES_STATE)
BEST: dict[str, Any] = {
    "title": "P", "account": "hm", "may_moderate": True, "comments_open": True, "public": False, "waits_for_approval": True,
    "administrators": ("Dana Reyes (dana)", "Kim (k)"),
}  # fmt: skip


def found(subject: str, capabilities: Capabilities = WHOLE, told: tuple[Told, ...] = (), **other: Any) -> list[Finding]:
    settings = PageSettings(**{**BEST, **other, "findings": told})
    return [each for each in judge(PAGE, settings, capabilities, [REYES]) if each.subject == subject]


def one(subject: str, capabilities: Capabilities = WHOLE, told: tuple[Told, ...] = (), **other: Any) -> tuple[str, str]:
    """How the one finding about it stands (well, look, serious), and its clause."""
    (finding,) = found(subject, capabilities, told, **other)
    return ("well" if finding.well else "serious" if finding.serious else "look"), finding.clause


@pytest.mark.parametrize(("public", "stands"), [(True, "look"), (False, "well"), (None, "look")])
def test_privacy(public: bool | None, stands: str) -> None:
    assert one("privacy", public=public) == (stands, "III")


@pytest.mark.parametrize(
    ("names", "stands"),
    [
        (("Dana Reyes (dana)",), "well"),  # by name
        (("D. (dr7)", "Kim (k)"), "well"),  # by an account that people.yaml names
        (("dr7",), "well"),
        (("Reyes@s.example", "k@s.example"), "well"),
        (("Inez Alvarado (inez)",), "serious"),  # nobody but the teacher
        (("dr77",), "serious"),
        (("Jordana Reyes (jr)",), "serious"),  # another one, whose name holds hers
        (("Dana Reyes-Ortiz (dro)",), "serious"),
        (("ann.reyes@s.example",), "serious"),
        (("Inez (i)", "Kim (k)"), "look"),
        ((), "look"),
    ],
)
def test_who_administers(names: tuple[str, ...], stands: str) -> None:
    assert one("administrators", administrators=names) == (stands, "III")


@pytest.mark.parametrize(
    ("is_open", "waits", "public", "stands", "words"),
    [
        (False, None, True, "well", "closed"),
        (True, True, True, "well", "each waits for approval"),
        (True, False, True, "look", "anybody sees them at once"),
        (True, False, None, "look", "anybody sees them at once"),
        (True, False, False, "well", "read every 2 hours"),
        (True, None, True, "well", "read every 2 hours"),
        (None, None, True, "look", "does not tell whether comments are open"),
    ],
)
def test_comments_open_without_moderation(
    is_open: bool | None, waits: bool | None, public: bool | None, stands: str, words: str
) -> None:
    (finding,) = found("comments", comments_open=is_open, waits_for_approval=waits, public=public)
    assert words in finding.fact
    assert one("comments", comments_open=is_open, waits_for_approval=waits, public=public) == (stands, "III")


@pytest.mark.parametrize(
    ("actions", "may", "told", "stands", "words"),
    [
        (CHANGES_STATE, True, (), "well", "may hide"),
        (CHANGES_STATE, False, (), "serious", "may not moderate"),
        (
            CHANGES_STATE,
            False,
            (Told("may_moderate", "It may not. Give it the role Editor.", problem=True),),
            "serious",
            "It may not",
        ),
        (frozenset(), False, (), "look", "can only be read"),
        (frozenset({ActionKind.REMOVE}), True, (), "look", "can be deleted"),
        (frozenset({ActionKind.REPORT}), True, (), "look", "can be reported"),
    ],
)
def test_what_may_be_done(
    actions: frozenset[ActionKind], may: bool, told: tuple[Told, ...], stands: str, words: str
) -> None:
    (finding,) = found("moderation", Capabilities(actions), told, may_moderate=may)
    assert words in finding.fact
    assert one("moderation", Capabilities(actions), told, may_moderate=may) == (stands, "III")


def test_retention_and_the_account_are_for_a_person_to_confirm() -> None:
    assert one("retention") == ("look", "IV.A.4")
    assert one("account") == ("look", "II.1")
    assert found("account", account="") == []


@pytest.mark.parametrize(
    ("told", "fact", "mend", "stands"),
    [
        (Told("registration", "Not told. Please look: Settings > General."), "Not told", "look: Settings > General", "look"),
        (Told("search_visibility", "Shown in lists. To change it: Preferences > Reach."), "Shown in lists", "Preferences > Reach", "look"),
        (Told("subreddit_type", "Anybody can read it."), "Anybody can read it", "", "well"),
        (Told("scopes", "It may not. Make one with `read`.", problem=True), "It may not", "Make one with `read`", "serious"),
        (Told("account", "Suspended.", problem=True), "Suspended", "mend it on the platform, and check again", "serious"),
        (Told("limits", "A tenth of the requests would do."), "A tenth of the requests would do", "", "well"),
        (Told("two_factor", "Not asked for."), "Not asked for", "", "well"),
    ],
)  # fmt: skip
def test_what_the_connector_tells_is_what_is_and_what_to_do(told: Told, fact: str, mend: str, stands: str) -> None:
    (finding,) = [
        each for each in judge(PAGE, PageSettings(**BEST, findings=(told,)), WHOLE, [REYES]) if each.fact == fact
    ]
    assert finding.mend == mend
    assert (finding.well, finding.serious and not finding.well) == (stands == "well", stands == "serious")
    assert finding.clause == {"account": "II.1", "limits": ""}.get(told.field, "III")


@pytest.mark.parametrize("field", ["public", "administrators", "comments_open"])
def test_where_the_connector_has_a_sentence_of_its_own_ours_is_not_said_too(field: str) -> None:
    told = (Told(field, "It does not tell. Please look: there."),)
    unknown: dict[str, Any] = {"public": None, "administrators": (), "comments_open": None}
    subject = {"public": "privacy", "administrators": "administrators", "comments_open": "comments"}[field]
    assert [each.fact for each in found(subject, told=told, **unknown)] == ["It does not tell"]


def test_one_account_that_several_may_have_the_password_of_is_a_question_and_no_verdict() -> None:
    told = (Told("administrators", "Whoever knows the password runs the page. Please look: Sessions."),)
    assert [each.serious for each in found("administrators", told=told, administrators=("Room 12",))] == [False]
    fact = (Told("administrators", "The account hm is none of the administrators."),)
    assert [
        each.fact for each in found("administrators", told=fact, administrators=("Inez (i)",)) if not each.well
    ] == ["nobody but Inez (i) administers the page"]


def test_the_serious_comes_first_and_what_is_well_last() -> None:
    settings = PageSettings(**{**BEST, "public": True, "administrators": ("Inez (i)",)})
    order = [(each.well, each.serious) for each in judge(PAGE, settings, WHOLE, [REYES])]
    assert order[0] == (False, True)
    assert [well for well, _ in order] == sorted(well for well, _ in order)
