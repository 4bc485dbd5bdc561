"""The third step of `pages add`: the credential is asked for, part by part, and tried on the real platform until it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.cli.adding_given import Stopped
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from bot.adding import Recognised, Trouble
    from bot.cli.adding_given import Given
    from bot.cli.adding_questions import Asker
    from bot.domain.class_pages import ClassPage
    from bot.house import House
    from bot.pages import Checked


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """The credential: as it was typed, or out of the environment `variable` that holds it already."""

    value: str
    variable: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A page that can be read: where it is, as a first draft, the credential that works, and what was found."""

    place: Recognised
    draft: ClassPage
    secret: Secret
    checked: Checked


class SignIn:
    """Asks for what the platform needs, and tries it."""

    def __init__(self, house: House, given: Given, asker: Asker) -> None:
        self._house, self._given, self._asker = house, given, asker

    def lead(
        self, place: Recognised, draft_of: Callable[[Recognised], ClassPage], other_place: Callable[[], Recognised]
    ) -> Tried:
        """Try until it works. `other_place` asks for another address; a credential goes to the host alone that it was typed for.

        Raises:
            Stopped: it does not work, and nobody can be asked.
        """
        from bot import adding
        from bot.pages import BY_HAND

        secret = self._secret(place)
        while True:
            is_asked = place.kind != BY_HAND
            if is_asked:
                self._asker.say(f"Asking {_host(place)} ...", indent=3)
            try:
                draft, checked = adding.try_out(self._house, draft_of(place), secret.value, self._given.schedule)
            except adding.Trouble as trouble:
                place, secret = self._mended(trouble, place, secret, other_place)
                continue
            signed_in = f" as {checked.settings.account}" if checked.settings.account else ""
            if is_asked:
                self._asker.say(f"It works{signed_in}: {checked.settings.title}", indent=3)
            return Tried(place, draft, secret, checked)

    def _mended(
        self, trouble: Trouble, place: Recognised, secret: Secret, other_place: Callable[[], Recognised]
    ) -> tuple[Recognised, Secret]:
        """What to try next, after what has to be typed anew was typed."""
        from bot import adding

        if self._given.yes:
            raise Stopped(f"{trouble}; nothing was written") from None
        self._asker.trouble(trouble)
        if trouble.again is adding.Again.SECRET and place.setup.secret:
            return place, self._typed(place, secret.parts)
        if trouble.again is not adding.Again.ADDRESS:
            return place, self._after_a_pause(place, secret)
        other = other_place()
        if (
            other == place and place.setup.secret
        ):  # the address is right, so that the credential may be another account's
            return place, self._typed(place, secret.parts)
        is_same = (other.kind, _host(other)) == (place.kind, _host(place))
        return other, secret if is_same else self._secret(other)

    def _after_a_pause(self, place: Recognised, secret: Secret) -> Secret:
        """Whoever has given their account a right goes on with it, whoever has taken the wrong account takes another one."""
        if not place.setup.secret:
            self._asker.wait("   Press Enter to try again, or Ctrl-C to end")
            return secret
        words = "   Press Enter to try again, or write new for another credential, or Ctrl-C to end"
        return self._typed(place, secret.parts) if self._asker.wait(words) == "new" else secret

    def _secret(self, place: Recognised) -> Secret:
        from bot import adding

        environment = self._house.environment
        if variable := self._given.secret_env:
            if not variable.isidentifier():  # it may be the secret itself: nothing of it is quoted
                raise Advice(
                    "--secret-env names an environment variable, such as MS_BIOLOGY_WORDPRESS, and holds no secret"
                )
            return Secret(environment.secret(variable), variable)
        for variable, page in adding.known_variables(self._house, place.kind, place.url):
            question = f"   The page {page} signs in there already ({variable}). Use the same?"
            if self._asker.agrees(question, default=True):
                return Secret(environment.secret(variable), variable)
        return self._typed(place)

    def _typed(self, place: Recognised, before: tuple[str, ...] = ()) -> Secret:
        """Each part is asked for; what was typed `before` and is no secret by itself need not be typed again."""
        setup = place.setup
        if not setup.secret:
            self._asker.say("No credential is needed.", indent=3)
            return Secret("")
        if setup.first and not before:
            self._asker.say(setup.first, indent=3)
        known = before or ("",) * len(setup.secret)
        parts = tuple(self._asker.part(part, typed) for part, typed in zip(setup.secret, known, strict=True))
        return Secret(setup.joined(parts), parts=parts)


def _host(place: Recognised) -> str:
    return urlsplit(place.url).netloc or place.url
