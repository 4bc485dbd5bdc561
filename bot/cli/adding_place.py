"""The first step of `pages add`: from what somebody pastes to a platform and an address, as they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.adding import Recognised
    from bot.cli.adding_given import Given
    from bot.cli.adding_questions import Asker
    from bot.house import House


class Finder:
    """Asks for the page's address until it is one of a class page."""

    def __init__(self, house: House, given: Given, asker: Asker) -> None:
        self._house, self._given, self._asker = house, given, asker

    def place(self, written: str | None) -> Recognised:
        """The page at the address that is `written`, or that is asked for. Raises `Advice` where nobody can be asked."""
        from bot import adding

        while True:
            written = written or self._asker.asked("Paste the page's address, as the browser shows it", option="--url")
            try:
                return self._new(self._agreed(written))
            except adding.BadAddress as trouble:
                self._asker.trouble(trouble)
                written = None

    def _new(self, place: Recognised) -> Recognised:
        """The place, where no class page is there yet, or whoever adds this one wants two."""
        from bot import adding

        if there := adding.page_at(self._house, place.kind, place.url):
            is_there = f"the class page {there} is at this address already"
            twice = adding.BadAddress(f"{is_there}: change its file, or write another address")
            question = f"   {is_there.capitalize()}; each comment would be read and flagged twice. Go on all the same?"
            if not self._asker.agrees(question, default=False, refused=twice):
                raise twice
        return place

    def _agreed(self, written: str) -> Recognised:
        """The platform of an address, where whoever pasted it agrees."""
        from bot import adding

        if self._given.connector:
            return self._told(adding.as_chosen(self._house, self._given.connector, written))
        try:
            found = adding.recognise(self._house, written)
        except adding.LeadsElsewhere as other:
            question = f"That address leads to {other.target} . Is that the page?"
            if not self._asker.agrees(question, default=None, refused=other):
                raise adding.BadAddress("then the page has another address: look for it in the browser") from None
            return self._agreed(other.target)
        except adding.NotRecognised as unknown:
            self._asker.must_ask(unknown)
            self._asker.say(f"{unknown.url} does not say which platform it is on.", indent=3)
            return self._chosen(unknown.url)
        if len(found) > 1:
            return self._chosen(written)
        place = self._told(found[0])
        return place if self._asker.agrees("   Is that right?", default=True) else self._chosen(written)

    def _told(self, place: Recognised) -> Recognised:
        self._asker.say(f"This is {place.setup.platform}:\n{place.url}", indent=3)
        if place.note:
            self._asker.say(place.note, indent=3)
        return place

    def _chosen(self, url: str) -> Recognised:
        from bot import adding

        named = [(kind, setup.platform) for kind, setup in adding.platforms(self._house).items()]
        kind = self._asker.one_of("Which is it?", named, option="--connector")
        return self._told(adding.as_chosen(self._house, kind, url))
