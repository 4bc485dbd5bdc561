"""A press, a form that is handed in, or a slash command, from the person's side: what was asked, and what came back when.

Discord's own word for it is "interaction".
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.servers.discord.limits import FIRST_ANSWER, TOKEN_LIFE, Refused, check_message, check_modal
from tests.servers.discord.state import EPHEMERAL, Channel, Json, Message, User, World, find, new_id, parts_of

COMMAND, PRESS, FORM = 2, 3, 5
_MESSAGE, _LATER, _LATER_SAME, _SAME, _MODAL = 4, 5, 6, 7, 9
_LOADING: Final = 1 << 7


@dataclass
class Interaction:
    """What one person asked of the bot, and what came of it.

    `failed`: in three seconds there was no answer, and the person reads "This interaction failed". `late`: an answer came after
    that, and was refused. `modal`: the form that was opened.
    """

    kind: int
    user: User
    channel: Channel
    data: Json
    message: Message | None = None
    id: int = field(default_factory=new_id)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    asked: float = field(default_factory=time.monotonic)
    first: float | None = None
    """Seconds until the first answer."""
    last: float | None = None
    """Seconds until the person had all: words, a form, or a changed card."""
    late: bool = False
    thinking: bool = False
    modal: Json | None = None
    answers: list[Message] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    _began: threading.Event = field(default_factory=threading.Event)

    @property
    def failed(self) -> bool:
        """Whether the person reads "This interaction failed"."""
        return self.first is None and time.monotonic() - self.asked > FIRST_ANSWER

    @property
    def text(self) -> str:
        """All that this person was told."""
        return "\n".join(message.text for message in self.answers if not message.sent.get("loading"))

    @property
    def ephemeral(self) -> bool:
        """Whether nobody else saw it."""
        return all(message.only_for == self.user.id for message in self.answers)

    def wait(self, patience: float = 20) -> Interaction:
        """Wait until all has come, until it has failed, or for so many seconds."""
        if self._began.wait(FIRST_ANSWER + 0.1):
            self.done.wait(patience)
        return self

    def told(self, world: World) -> Json:
        """As INTERACTION_CREATE tells of it."""
        told: Json = {
            "id": str(self.id), "application_id": str(world.bot.id), "type": self.kind, "token": self.token, "version": 1,
            "data": self.data, "channel_id": str(self.channel.id), "channel": self.channel.told(world.bot), "locale": "en-US",
            "entitlements": [], "authorizing_integration_owners": {}, "attachment_size_limit": 10485760,
        }  # fmt: skip
        if self.message is not None:
            told["message"] = self.message.told()
        if self.channel.guild is None:
            return told | {"user": self.user.told(), "context": 1, "app_permissions": "0"}
        guild = world.guilds[self.channel.guild]
        return told | {
            "guild_id": str(guild.id), "guild_locale": "en-US", "context": 0, "member": self.user.member(guild.rights),
            "app_permissions": str(guild.rights & ~self.channel.denied),
        }  # fmt: skip

    def answered(self, world: World, body: Json) -> Json:
        """The first answer. A refused one leaves the interaction unanswered.

        Raises:
            Refused: it comes late, twice, or breaks a limit.
        """
        if self.first is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        seconds = time.monotonic() - self.asked
        if seconds > FIRST_ANSWER:
            self.late = True
            raise Refused(404, 10062, "Unknown interaction")
        kind = int(body["type"])
        self._take(world, kind, dict(body.get("data") or {}))
        self.first = seconds
        self._began.set()
        if kind not in (_LATER, _LATER_SAME):
            self._all_came()
        said = {"id": str(self.id), "type": self.kind, "response_message_loading": kind == _LATER}
        said["response_message_ephemeral"] = bool(self.answers) and self.ephemeral
        return {"interaction": said | ({"response_message_id": str(self.answers[-1].id)} if self.answers else {})}

    def _take(self, world: World, kind: int, data: Json) -> None:
        if kind == _MODAL:
            check_modal(data)
            self.modal = data
        elif kind == _MESSAGE:
            check_message(data)
            self._say(world, data)
        elif kind == _LATER:
            self.thinking = True
            self._say(world, {"flags": int(data.get("flags") or 0) | _LOADING, "loading": True})
        elif kind == _SAME and self.message is not None:
            edit(self.message, data)
        elif kind != _LATER_SAME:
            raise Refused(400, 50035, f"Invalid Form Body: callback of type {kind}")

    def followed_up(self, world: World, body: Json) -> Message:
        """A further answer by the token; the first one after "thinking" takes that one's place, and its privacy.

        Raises:
            Refused: the token is too old, nothing was answered before, or a limit is broken.
        """
        if self.first is None or time.monotonic() - self.asked > TOKEN_LIFE:
            raise Refused(404, 10015, "Unknown Webhook")
        if self.thinking:
            return self.edited(self.answers[0], body)
        check_message(body)
        said = self._say(world, body)
        self._all_came()
        return said

    def edited(self, message: Message, body: Json) -> Message:
        """An answer is changed.

        Raises:
            Refused: a limit is broken.
        """
        edit(message, body)
        if self.thinking and message is self.answers[0]:
            self.thinking = False
            message.sent.pop("loading", None)
        self._all_came()
        return message

    def _say(self, world: World, sent: Json) -> Message:
        hidden = self.user.id if int(sent.get("flags") or 0) & EPHEMERAL else None
        message = self.channel.say(Message(self.channel.id, world.bot, sent, only_for=hidden))
        self.answers.append(message)
        return message

    def _all_came(self) -> None:
        self.last = time.monotonic() - self.asked
        self.done.set()


def edit(message: Message, body: Json) -> None:
    """Change what a message says; what is not named stays.

    Raises:
        Refused: a limit is broken.
    """
    kept = {name: value for name, value in message.sent.items() if name != "loading"}
    changed = kept | body | {"flags": int(kept.get("flags") or 0) & ~_LOADING | int(body.get("flags") or 0)}
    check_message(changed)
    message.earlier.append(message.text)
    message.sent = changed | ({"loading": True} if message.sent.get("loading") else {})
    message.edits += 1


def pressed(message: Message, label: str, custom_id: str, values: tuple[str, ...]) -> Json:
    """What a press on a button, or a choice of a select, sends.

    Raises:
        LookupError: there is nothing of that name on the message.
    """
    part = message.control(label=label, custom_id=custom_id)
    data: Json = {"custom_id": part["custom_id"], "component_type": part["type"]}
    return data | ({"values": list(values)} if part["type"] != 2 else {})


def filled(modal: Json, written: Mapping[str, Any]) -> Json:
    """A form with what was written into it, by the label, placeholder or custom id of each field.

    Raises:
        LookupError: it has no such field; it says which it has.
    """
    fields = [part for part in parts_of(modal["components"]) if part["type"] in (3, 4)]
    names = {label_of(modal, part): part for part in fields} | {part["custom_id"]: part for part in fields}
    if unknown := set(written) - set(names):
        raise LookupError(f"no field {unknown} in this form: {sorted(names)}")
    values = {names[name]["custom_id"]: value for name, value in written.items()}
    return {"custom_id": modal["custom_id"], "components": [_filled(part, values) for part in modal["components"]]}


def label_of(modal: Json, field: Json) -> str:
    """The words above a field: its own label, or that of the frame around it."""
    frames = (part for part in parts_of(modal["components"]) if part.get("component") is field)
    return str(field.get("label") or next(frames, field).get("label", ""))


def _filled(part: Json, values: Mapping[str, Any]) -> Json:
    told: Json = {"type": part["type"], "id": part.get("id", 0)}
    if "components" in part:
        return told | {"components": [_filled(inner, values) for inner in part["components"]]}
    if "component" in part:
        return told | {"component": _filled(part["component"], values)}
    if part["type"] == 4:
        return told | {
            "custom_id": part["custom_id"],
            "value": str(values.get(part["custom_id"], part.get("value") or "")),
        }
    return told | (
        {"custom_id": part["custom_id"], "values": list(values.get(part["custom_id"], ()))} if part["type"] == 3 else {}
    )


def typed(path: str, commands: list[Json], options: Mapping[str, Any]) -> Json:
    """What a slash command sends. An option for a person takes a `User`.

    Raises:
        LookupError: there is no such command, an option is unknown, or one that it needs is missing.
    """
    command, known = find(path, commands)
    missing = {name for name, option in known.items() if option.get("required")} - set(options)
    if missing or set(options) - set(known):
        raise LookupError(f"/{path}: missing {missing}, unknown {set(options) - set(known)}")
    people = [value for value in options.values() if isinstance(value, User)]
    given = [
        {"name": name, "type": known[name]["type"], "value": str(value.id) if isinstance(value, User) else value}
        for name, value in options.items()
    ]
    for name in reversed(path.split()[1:]):
        given = [{"name": name, "type": 1 if name == path.split()[-1] else 2, "options": given}]
    resolved = {"users": {str(p.id): p.told() for p in people}, "members": {str(p.id): p.member(0) for p in people}}
    data = {"id": command["id"], "name": command["name"], "type": 1, "options": given}
    return data | ({"resolved": resolved} if people else {})
