"""A fake of Discord on the wire: an HTTP and WebSocket server on loopback that speaks enough of protocol 10 for our bot.

What no simulator in the process can prove is proved with it: reconnect and RESUME, 429, lost answers, order of events, a bot that
is a process of its own. It runs in a thread of its own; every method may be called from any other thread, and those that ask the
bot something wait for its answer (in a test that is a coroutine: `await asyncio.to_thread(discord.press, ...)`).

    with Discord() as discord:
        guild = discord.add_guild()
        room, dana = discord.add_channel(guild), discord.add_person(guild, "dana")
        variables |= discord.variables     # for `hallmonitor discord run`, in this process or another
        ...
        (card,) = discord.messages(room)
        said = discord.press(dana, card, "Hide")
        assert "Done" in said.text and said.ephemeral and said.first < 1

Answers: `Interaction` (presses.py) has `text`, `ephemeral`, `modal`, `failed`, `late`, `first` and `last` (seconds).
`begin_press`, `begin_slash` and `begin_submit` do not wait: two people at once, or a bot that dies; `Interaction.wait()` waits.
Messages: `Message` (state.py) has `text`, `buttons`, `calls` (who is mentioned), `sent` (as it came), `edits`, `only_for`.
`rang` says whom it called when it was sent.

Trouble: `disturb("POST /channels", Trouble(...), times=1)` changes the answers to the next requests whose route contains these words;
`cut(resumable=..., then="slow")` cuts the gateway, which lets nobody in (or refuses: "closed") until `gateway.state = "open"`;
`delete`, `delete_channel`, `deny` and `take_away` (a whole server is out of reach) take away.
Each request stands in `log`; `count(status=429)` counts. `Discord(speed=20)` has windows of rate limits that pass 20 times faster; the
three seconds for the first answer to a press stay.

A class's channel with threads, or a forum with posts, is a `Room` (room.py), for whoever reads it without the gateway.

Not here: message events (our bot has no intent for them), threads in the gateway, reactions, voice, autocomplete, shards, rate
limits of the gateway.
"""

from tests.servers.discord.limits import Trouble
from tests.servers.discord.presses import Interaction
from tests.servers.discord.server import Discord
from tests.servers.discord.state import Channel, Guild, Message, User

__all__ = ["Channel", "Discord", "Guild", "Interaction", "Message", "Trouble", "User"]
