"""What Discord tells of a channel's and its server's settings, for `DiscordChannel.check`; what it does not tell a person looks up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import discord

from connectors.base import Finding, PageSettings
from connectors.discord_errors import FIELDS, NO_ACCESS, UNKNOWN_GUILD, Denied, Unknown
from connectors.discord_rights import Rights
from connectors.discord_site import FORUM, NO_WORDS, Site, shows_words
from connectors.discord_words import name_of
from connectors.http_answers import Row

NEEDED: Final = {
    "view_channel": "View Channel",
    "read_message_history": "Read Message History",
    "manage_messages": "Manage Messages",
}
NOT_TOLD: Final = (
    Finding(
        "invitations",
        "Discord does not tell who holds an invitation to the server. Please look: Server Settings > Invites, for links that"
        " never end.",
    ),
    Finding(
        "members",
        "Discord does not tell this bot who the members are, nor who has which role. Please look: Server Settings > Members,"
        " whether everybody is known, and whether the administrator or a designee can delete messages.",
    ),
)


def read_settings(site: Site) -> PageSettings:
    """Ask who we are, what we may do, and how channel and server are set. Changes nothing.

    Raises:
        NotAllowed: the bot is not on the server, or cannot see the channel.
        Gone: there is no such channel any more.
    """
    me = site.ask("/users/@me").row()
    application = site.ask("/applications/@me").row()
    try:
        channel = site.read_channel()
        guild = site.ask(f"/guilds/{site.guild}").row()
        member = site.ask(f"/guilds/{site.guild}/members/{FIELDS.text(me, 'id')}").row()
    except (Denied, Unknown) as error:
        if error.code in (NO_ACCESS, UNKNOWN_GUILD):
            raise Denied(
                f"the bot cannot see the channel; invite it: {_invitation(application, site)}", error.code
            ) from None
        raise
    rights, account = Rights(guild, channel), FIELDS.text(me, "id")
    ours = rights.of(_texts(member, "roles"), account)
    lacking = [name for right, name in NEEDED.items() if not getattr(ours, right)]
    in_forum = FIELDS.number(channel, "type") in FORUM
    is_open, posting = _posting(rights, in_forum=in_forum)
    is_public, seeing = _seeing(guild, rights)
    deleting, administrators = _deleting(site, guild, rights, account)
    return PageSettings(
        title=f"#{FIELDS.text(channel, 'name')}",
        account=name_of(me),
        may_moderate=not lacking and shows_words(application),
        comments_open=is_open,
        public=is_public,
        administrators=administrators,
        findings=(
            *_reading(application, lacking),
            *_private_threads(channel, rights, ours, account),
            *seeing,
            *posting,
            *_pace(channel, in_forum=in_forum),
            *deleting,
            *_two_factor(guild),
            *_auto_mod(site, ours),
            *NOT_TOLD,
        ),
        waits_for_approval=False,
    )


def _invitation(application: Row, site: Site) -> str:
    """A link that adds the bot to the server, with the rights that it needs and no more."""
    rights = discord.Permissions(**dict.fromkeys(NEEDED, True))
    server = discord.Object(int(site.guild))
    return discord.utils.oauth_url(FIELDS.text(application, "id"), permissions=rights, guild=server, scopes=("bot",))


def _texts(row: Row, path: str) -> list[str]:
    found = FIELDS.field(row, path)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise FIELDS.changed(path)
    return found


def _reading(application: Row, lacking: list[str]) -> Iterator[Finding]:
    if not shows_words(application):
        yield Finding("message_content", f"{NO_WORDS[0].upper()}{NO_WORDS[1:]}", problem=True)
    if lacking:
        advice = f"The bot lacks in this channel: {', '.join(lacking)}. Edit Channel > Permissions: give it to the bot's role."
        yield Finding("may_moderate", advice, problem=True)


def _private_threads(channel: Row, rights: Rights, ours: discord.Permissions, account: str) -> Iterator[Finding]:
    """Only text channels have them, and who was not invited sees none without Manage Threads."""
    if FIELDS.number(channel, "type") != discord.ChannelType.text.value or ours.manage_threads:
        return
    people = [role for role in rights.roles_with("create_private_threads") if role.bot != account]
    if rights.everyone.create_private_threads or people:
        advice = (
            "Private threads can be opened here, and the bot does not see them. Take Create Private Threads away from"
            " @everyone and from all roles, or give the bot Manage Threads."
        )
        yield Finding("private_threads", advice, problem=True)


def _seeing(guild: Row, rights: Rights) -> tuple[bool, list[Finding]]:
    """Whether people can see the channel whom nobody has let onto the server."""
    features = _texts(guild, "features")
    doors = {
        "The server stands in Discord's public directory": "DISCOVERABLE" in features,
        "The server has a public address of its own (vanity URL)": bool(guild.get("vanity_url_code")),
        "The server's widget hands an invitation to anybody": guild.get("widget_channel_id") is not None
        and guild.get("widget_enabled") is True,
    }
    open_doors = [door for door, is_open in doors.items() if is_open]
    findings = [Finding("server_is_open", f"{door}: whoever likes can join.", problem=True) for door in open_doors]
    if rights.everyone.view_channel:
        findings.append(Finding("who_sees", "Every member of the server can read the channel."))
        return bool(open_doors), findings
    names = _names(rights, "view_channel")
    alone = len(rights.invited)
    more = f", and the rights of {alone} accounts are set one by one" if alone else ""
    return False, [
        Finding("who_sees", f"The channel is private: only these roles can read it: {names}{more}."),
        *findings,
    ]


def _posting(rights: Rights, *, in_forum: bool) -> tuple[bool | None, list[Finding]]:
    """Open: somebody who cannot delete messages can write one. None where rights are given to single accounts alone."""
    ways = {"send_messages": "open a post" if in_forum else "write", "send_messages_in_threads": "answer in threads"}
    is_open: bool | None = False
    findings = []
    for right, what in ways.items():
        if getattr(rights.everyone, right):
            is_open, who = True, "every member who can read the channel"
        else:
            roles = list(rights.roles_with(right))
            is_open = is_open or any(not rights.of((role.id,)).manage_messages and not role.bot for role in roles)
            who = _names(rights, right)
        findings.append(Finding("who_posts", f"Can {what}: {who}."))
    if not is_open and rights.invited:
        is_open = None
    return is_open, findings


def _pace(channel: Row, *, in_forum: bool) -> Iterator[Finding]:
    seconds = channel.get("rate_limit_per_user")
    if isinstance(seconds, int) and seconds > 0:
        what = "post" if in_forum else "message"
        yield Finding("slow_mode", f"Slow mode is on: one {what} in {seconds} seconds for each member.")
    else:
        yield Finding("slow_mode", "Slow mode is off.")
    if channel.get("nsfw") is True:
        yield Finding("age_restricted", "The channel is marked as age-restricted: no page of a class is.", problem=True)


def _deleting(site: Site, guild: Row, rights: Rights, account: str) -> tuple[list[Finding], tuple[str, ...]]:
    owner = name_of(site.ask(f"/users/{FIELDS.text(guild, 'owner_id')}").row())
    roles = [role for role in rights.roles_with("manage_messages") if role.bot != account]
    administrators = (f"{owner} (owner)", *(f"{role.name} ({'a bot' if role.bot else 'a role'})" for role in roles))
    if rights.everyone.manage_messages:
        return [Finding("who_deletes", "Every member can delete messages here.", problem=True)], administrators
    return [Finding("who_deletes", f"Can delete messages here: {', '.join(administrators)}.")], administrators


def _two_factor(guild: Row) -> Iterator[Finding]:
    if FIELDS.number(guild, "mfa_level") == 0:
        yield Finding(
            "two_factor", "Moderators need no two-factor sign-in. Server Settings > Safety Setup can ask for it."
        )


def _auto_mod(site: Site, ours: discord.Permissions) -> Iterator[Finding]:
    """Discord's own filter: told to whoever has Manage Server. Others do not ask: who is refused too often is shut out."""
    if not ours.manage_guild:
        yield Finding(
            "auto_mod",
            "Whether AutoMod is on Discord tells to those with Manage Server alone; this bot works without. Please look:"
            " Server Settings > AutoMod.",
        )
        return
    rules = site.ask(f"/guilds/{site.guild}/auto-moderation/rules").rows()
    on = [
        rule for rule in rules if FIELDS.flag(rule, "enabled") and site.channel not in _texts(rule, "exempt_channels")
    ]
    names = ", ".join(FIELDS.text(rule, "name") for rule in on)
    yield Finding(
        "auto_mod", f"AutoMod is on here: {names}." if on else "AutoMod has no rule that is on in this channel."
    )
    spared = sum(bool(_texts(rule, "exempt_roles")) for rule in on)
    if spared:
        yield Finding("auto_mod_exempt", f"Of these rules {spared} leave out some roles.")


def _names(rights: Rights, right: str) -> str:
    names = [f"{role.name} (a bot)" if role.bot else role.name for role in rights.roles_with(right)]
    return ", ".join(names) or "none"
