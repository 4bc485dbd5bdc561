"""The questions of `pages add`, one step after the other. Whatever an option has answered is not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from bot.cli.adding_place import Finder
from bot.cli.adding_questions import Asker
from bot.cli.adding_sign_in import SignIn
from bot.cli.page_findings import show_findings
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.adding import Recognised, School
    from bot.cli.adding_given import Given
    from bot.cli.adding_sign_in import Tried
    from bot.domain.class_pages import ClassPage
    from bot.domain.findings import Finding
    from bot.house import House


@dataclass(frozen=True, slots=True)
class Added:
    """A page whose file is written."""

    page: ClassPage
    file: Path
    findings: Sequence[Finding]
    form: str
    is_secret_new: bool


class Dialogue:
    """One page that is being added. `file` is where it goes, as soon as that is known."""

    def __init__(self, house: House, given: Given) -> None:
        self._house, self._given = house, given
        self._asker = Asker(may_ask=not given.yes, quiet=given.quiet)
        self._finder = Finder(house, given, self._asker)
        self.file: Path | None = None

    def lead(self) -> Added:
        """From the address to the file.

        Raises:
            Stopped, Advice: as their names say; nothing was written.
            typer.Abort, KeyboardInterrupt: whoever was asked went away.
        """
        from bot import adding

        say = self._asker.say
        say("Five steps connect a class page. Ctrl-C ends it at any time, and then nothing is written.")
        self._asker.step(1, "The page")
        place = self._finder.place(self._given.url)
        self._asker.step(2, "The school")
        school, teacher = self._school()
        self._asker.step(3, "How Hallmonitor signs in")
        tried = self._signed_in(place, school, teacher)
        self._asker.step(4, "What the page's settings say, by clause of BUL-5688.1")
        if not self._given.quiet:
            show_findings(tried.checked.findings)
        self._asker.step(5, "The page's file")
        page = self._named(tried)
        form = "" if tried.secret.variable else tried.place.setup.form
        self.file = adding.file_of(self._house, page.id)
        say(adding.text_of(page, form), indent=3, plain=True)
        if not self._asker.agrees(f"Write {self.file.name}?", default=tried.checked.well):
            raise typer.Abort
        file = adding.write_page(self._house, page, tried.secret.value, form)
        is_new = bool(page.credentials) and not tried.secret.variable
        return Added(page, file, tried.checked.findings, form, is_new)

    def _school(self) -> tuple[School, str]:
        from bot import adding

        known = adding.schools(self._house)
        if self._given.site or len(known) == 1:
            school = adding.school_named(known, self._given.site or known[0].site.id)
        else:
            named = [(each.site.id, each.site.title) for each in known]
            id = self._asker.one_of("At which school?", named, option="--site")
            school = adding.school_named(known, id)
        self._asker.say(school.site.title, indent=3)
        if self._given.teacher:
            return school, adding.checked("teacher", self._given.teacher)
        people = [(person.email, f"{person.name} ({person.email})") for person in school.people]
        teacher = self._asker.one_of(
            "Whose page is it?", people, option="--teacher", other=lambda said: adding.checked("teacher", said)
        )
        return school, teacher

    def _signed_in(self, place: Recognised, school: School, teacher: str) -> Tried:
        from bot.domain.class_pages import ClassPage

        def draft_of(where: Recognised) -> ClassPage:
            return ClassPage(
                id="page", title="Page", site=school.site.id, teacher=teacher, connector=where.kind, url=where.url
            )

        return SignIn(self._house, self._given, self._asker).lead(place, draft_of, lambda: self._finder.place(None))

    def _named(self, tried: Tried) -> ClassPage:
        from bot import adding
        from bot.domain.fields import is_one_line

        draft, secret, checked = tried.draft, tried.secret, tried.checked
        ask, given = self._asker.checked, self._given
        proposed = " ".join("".join(c for c in checked.settings.title if is_one_line(c)).split())[:200] or draft.title
        title = ask(
            "Title, as people know the page", given.title or "", lambda said: adding.checked("title", said), proposed
        )
        id = ask("Short name, for commands and files", given.id or "", self._free, adding.free_id(self._house, title))
        variable = secret.variable or (adding.variable_for(id, draft.connector) if secret.value else "")
        more = {"credentials": f"env:{variable}"} if variable else {}
        said = {**draft.model_dump(include={"site", "teacher", "connector", "url", "schedule"}), **more}
        return type(draft)(id=id, title=title, **said)

    def _free(self, written: str) -> str:
        from bot import adding

        id = adding.checked("id", written)
        if adding.is_taken(self._house, id):
            raise Advice(f"there is a page {id} already: choose another name")
        return id
