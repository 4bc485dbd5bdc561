"""What is well and what is not in Discord itself: the application, the servers, the channels, who can see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import discord

from bot.channel import CHAT, Place, Written, doubled
from bot.discord_ui.rights import everybody_reads, invitation, missing_rights
from bot.domain.display import on_one_line
from bot.domain.findings import Finding
from bot.people import KnownPerson

_MOST = 25  # channels that are listed of one server
_EDIT = "Discord: the wheel beside the channel's name, Permissions"
_ID_OF = (
    "Their id: Discord, User Settings, Advanced, Developer Mode on; then right click (on a phone: press long) on their name, "
    "Copy User ID. Or they press the test card, and its answer holds the line"
)


async def look(client: discord.Client, places: Sequence[Place], written: Written) -> AsyncIterator[Finding]:
    """All that can be seen from outside, step by step. What is not well says what to do."""
    for finding in _application(client):
        yield finding
    for finding in _servers(client):
        yield finding
    for finding in doubled(places):
        yield finding
    for place in places:
        async for finding in look_at(client, place, written):
            yield finding


async def look_at(client: discord.Client, place: Place, written: Written) -> AsyncIterator[Finding]:
    """One school's channel, and its administrators there."""
    if place.channel is None:
        yield _without_channel(client, place, written)
        return
    found = client.get_channel(int(place.channel))
    subject = f"channel of {place.site}"
    if found is None:
        yield Finding(subject, f"the bot does not see the channel {place.channel}", _unseen(client, place, written))
    elif not isinstance(found, discord.TextChannel):
        advice = f"name a text channel at `discord_channel` ({written.at_site(place.site)}), and apply it"
        yield Finding(subject, f"{place.channel} is no text channel", advice)
    else:
        for finding in _channel(subject, found):
            yield finding
        for person in place.administrators:
            yield await _administrator(found, person, written, len(place.administrators) == 1)


def usable(client: discord.Client, place: Place) -> discord.TextChannel | None:
    """The school's channel, where the bot can write a card."""
    found = client.get_channel(int(place.channel)) if place.channel else None
    return found if isinstance(found, discord.TextChannel) and not missing_rights(found) else None


def _application(client: discord.Client) -> Iterator[Finding]:
    application = client.application
    if application is None:
        return
    yield Finding("token", f'it is the bot\'s of the application "{_name(application)}" ({application.id})')
    yield Finding("invitation", invitation(application.id))
    if application.bot_require_code_grant:
        advice = "switch off Requires OAuth2 Code Grant at https://discord.com/developers/applications, Bot"
        yield Finding("invitation", "it cannot work like this", advice)
    flags = application.flags
    names = {
        "Message Content": flags.gateway_message_content or flags.gateway_message_content_limited,
        "Server Members": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "Presence": flags.gateway_presence or flags.gateway_presence_limited,
    }
    if switched_on := [name for name, on in names.items() if on]:
        advice = "switch them off at https://discord.com/developers/applications, Bot, unless this bot does something else too"
        yield Finding("intents", f"not needed, and on: {', '.join(switched_on)}", advice, serious=False)
    else:
        yield Finding("intents", "none with privileges, and none is needed")


def _servers(client: discord.Client) -> Iterator[Finding]:
    if not client.guilds:
        advice = f"open {invitation(client.application_id or 0)}\nas somebody who may manage the school's server, and choose that server"
        yield Finding("servers", "the bot is in none", advice)
        return
    yield Finding("servers", ", ".join(sorted(_name(guild) for guild in client.guilds)))
    for guild in client.guilds:
        if guild.me.guild_permissions.administrator:
            advice = "take it away: Server Settings, Roles; it needs no right but those of the invitation"
            yield Finding("servers", f"in {_name(guild)} the bot has the right Administrator", advice, serious=False)


def _without_channel(client: discord.Client, place: Place, written: Written) -> Finding:
    listed, private = [], []
    for guild in client.guilds:
        channels = sorted(guild.text_channels, key=lambda each: (everybody_reads(each), each.position))
        for each in channels[:_MOST]:
            is_open = everybody_reads(each)
            private += [] if is_open else [each]
            who = "everybody can read it: not for reviews" if is_open else "private"
            listed.append(f"  {each.id}  #{_name(each)} in {_name(guild)} ({who})")
    id = str(private[0].id) if len(private) == 1 else "ID"
    choose = ["Text channels that the bot sees:", *listed] if listed else []
    if not private:
        choose.append("Make a private text channel for the reviews, and let the bot and the administrators see it.")
    write = f"Write at the site {place.site} in {written.at_site(place.site)}:\n    discord_channel: {id}"
    hint = "(the bot leaves a server that holds no channel of a school: write the line before `hallmonitor discord run` starts)"
    return Finding(
        f"channel of {place.site}", "people.yaml names none", "\n".join([*choose, write, f"and apply it {hint}"])
    )


def _unseen(client: discord.Client, place: Place, written: Written) -> str:
    correct = f"see whether the id is right (discord_channel, {written.at_site(place.site)})"
    return f"invite the bot to the channel's server: {invitation(client.application_id or 0)}\nIf it is there already, {correct}"


def _channel(subject: str, found: discord.TextChannel) -> Iterator[Finding]:
    where = f"#{_name(found)} in {_name(found.guild)}"
    if missing := missing_rights(found):
        advice = f"{_EDIT}: add {_name(found.guild.me)}, and allow {', '.join(missing)}"
        yield Finding(subject, f"{where}: the bot lacks {', '.join(missing)}", advice)
    else:
        yield Finding(subject, f"{where}: the bot has every right that it needs")
    if everybody_reads(found):
        advice = f"{_EDIT}: switch on Private Channel, and add the bot and the administrators"
        yield Finding(subject, f"{where}: everybody in the server can read it", advice)


async def _administrator(
    found: discord.TextChannel, person: KnownPerson, written: Written, is_only_one: bool
) -> Finding:
    accounts = person.accounts.get(CHAT, ())
    where = written.at_person(person.email)
    if not accounts:
        advice = (
            f'Add to the line of {person.email} ({where}):\n    accounts: {{discord: ["ID"]}}\nand apply it. {_ID_OF}.'
        )
        return Finding(person.email, "has no chat account: cannot decide in the channel", advice, serious=is_only_one)
    for account in accounts:
        member = await _member(found.guild, account)
        if member is not None and found.permissions_for(member).read_messages:
            return Finding(person.email, f"sees #{_name(found)} as {_name(member)}")
        if member is not None:
            return Finding(
                person.email, f"cannot see #{_name(found)}", f"{_EDIT}: add {_name(member)}", serious=is_only_one
            )
    advice = f"invite them to the server, or mend the id ({where})"
    return Finding(
        person.email, f"is not in {_name(found.guild)} with the account {accounts[0]}", advice, serious=is_only_one
    )


async def _member(guild: discord.Guild, account: str) -> discord.Member | None:
    if not account.isdecimal():
        return None
    try:
        return await guild.fetch_member(int(account))
    except discord.HTTPException:
        return None


def _name(what: discord.Guild | discord.Member | discord.TextChannel | discord.AppInfo) -> str:
    """A name of theirs, harmless to a terminal."""
    return on_one_line(getattr(what, "display_name", what.name), 60)
