"""`explain`: why a text would be flagged, or why a flag was raised."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, complain, configured, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE

if TYPE_CHECKING:
    from bot.explaining import Explanation, FlagExplained

_WHOLE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENDING = re.compile(r"(?=.*[0-9])[0-9a-f-]{6,36}")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(explain)


def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|FLAG", help="The words, or a flag's id or its ending; - reads the words from standard input."
        ),
    ],
    page: Annotated[
        str | None,
        typer.Option("--page", help="The class page: its roster, staff and stricter rules. It needs --by."),
    ] = None,
    author: Annotated[str, typer.Option("--author", help="The name that the words are signed with.")] = "",
    by: Annotated[
        str | None,
        typer.Option("--by", help="For a flag or with --page: who wants to know.", envvar=PERSON_VARIABLE),
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="Show also words that nobody should read without need.")
    ] = False,
    json: Json = False,
) -> None:
    """Explain a text or a flag: which detector found what, where, with which score, against which threshold of which rule.

    It says also what fell short of its threshold, and which words carry the score of a model: each is left out once and the rest is
    scored again, which is an approximation. A flag is shown to whoever may see it, and the showing is recorded. With --page the answer
    tells which names stand on its roster: it is for whoever may see the page's flags. What looks like the ending of a flag's id (6 or
    more of 0-9 a-f, with a digit) is taken for one: give such a text on standard input. What is typed as an argument stays in the
    shell's history. Exit 0, whether anything is flagged or not.
    """
    if _WHOLE_ID.fullmatch(what) or _ENDING.fullmatch(what):
        if page is not None or author:
            complain(
                f"{what} is a flag's id, and a flag has its page and author: leave out --page and --author, or give a text by -"
            )
            raise typer.Exit(2)
        _explain_flag(context, what, by, with_words=words, json=json)
        return
    from bot import explaining, serve

    who = _named(by, "whom a roster names") if page is not None else ""
    text = sys.stdin.read() if what == "-" else what
    if page is None:
        found = explaining.explain_text(serve.open_panel(configured(context)), text, author=author)
    else:
        found = explaining.explain_on_page(house(context), page, text, who, now(), author=author)
    if json:
        print_json(_document(found))
        return
    from bot.cli.explanation_tables import print_explanation

    print_explanation(found)


def _explain_flag(context: typer.Context, flag: str, by: str | None, *, with_words: bool, json: bool) -> None:
    from bot import explaining

    who = _named(by, "a flag")
    found = explaining.explain_flag(house(context), flag, who, now(), with_words=with_words)
    if json:
        print_json(_flag_document(found))
        return
    from bot.cli.explanation_tables import print_flag

    print_flag(found)


def _named(by: str | None, what: str) -> str:
    if by is None:
        complain(f"not everybody sees {what}: say who you are with --by PERSON, or set {PERSON_VARIABLE}")
        raise typer.Exit(2)
    return by


def _document(found: Explanation) -> dict[str, object]:
    document = asdict(found)
    for rule in document["raised"]:
        rule["within"] = rule["within"].total_seconds()
    for weighed in (*document["short"], *(w for rule in document["raised"] for w in rule["by"])):
        weighed["margin"] = round(weighed["score"] - weighed["threshold"], 4)
    return document | {"unused": dict(found.unused)}


def _flag_document(found: FlagExplained) -> dict[str, object]:
    return {
        "flag": found.flag,
        "policy_version": found.policy_version,
        "same_policy": found.same_policy,
        "withheld": found.withheld,
        "recorded": [asdict(rule) for rule in found.recorded],
        "not_by_words": [rule.rule for rule in found.not_by_words],
        "now": _document(found.explanation),
    }
