"""`discord setup|run|check|test-alarm`: the review channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.alarms import send_test_alarm
from bot.cli.frame import Json, console, house, print_json

if TYPE_CHECKING:
    from bot.domain.findings import Finding


def register(app: typer.Typer) -> None:
    """Add these commands."""
    discord = typer.Typer(
        no_args_is_help=True, help="The review channel on Discord: a card a flag, a press a decision."
    )
    discord.command("setup")(setup)
    discord.command("run")(run)
    discord.command("check")(check)
    discord.command("test-alarm")(send_test_alarm)
    app.add_typer(discord, name="discord")


def setup(
    context: typer.Context,
    site: Annotated[str | None, typer.Option("--site", help="This school alone, by its id in people.yaml.")] = None,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Post the test card, and do not wait for its press.")
    ] = False,
) -> None:
    """Set the review channel up, step by step; run it again after each step. Exit 1 where something is to be done."""
    from bot.discord_ui import setup as setting_up

    found: list[Finding] = []

    def say(finding: Finding) -> None:
        found.append(finding)
        _print(finding)

    ask = lambda what: console().print(f"[bold]-> {what}[/]", soft_wrap=True)  # noqa: E731
    listener = setting_up.Listener(say, ask)
    setting_up.guide(house(context), listener, site=site, wait=None if no_wait else setting_up.WAIT)
    _sum_up(found)


def run(context: typer.Context) -> None:
    """Show each flag in its school's channel and answer presses. Ends on SIGTERM or Ctrl-C."""
    from bot import serve as building
    from bot.discord_ui import running

    opened = house(context)
    running.token_of(opened)
    building.read_messages(opened)
    building.stop_on_signals(opened)
    console(to_stderr=True).print("The review channel is on duty. Stop it with Ctrl-C.")
    running.run(opened)


def check(context: typer.Context, json: Json = False) -> None:
    """See whether token, channels, rights and people are as they have to be, for scripts. Exit 1 where something is to be done."""
    from bot.discord_ui import setup as setting_up

    found = setting_up.check(house(context))
    if json:
        print_json([{"subject": f.subject, "fact": f.fact, "mend": f.mend, "well": f.well} for f in found])
    for finding in () if json else found:
        _print(finding)
    if any(not f.well and f.serious for f in found):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    from rich.text import Text

    mark, style = ("ok", "green") if finding.well else ("!!", "red") if finding.serious else (" !", "yellow")
    line = Text.assemble((mark, style), f" {finding.subject}: {finding.fact}")
    console().print(line, soft_wrap=True)
    for advice in finding.mend.splitlines():
        console().print(Text(f"     {advice}"), soft_wrap=True)


def _sum_up(found: list[Finding]) -> None:
    from rich.text import Text

    to_do = [f for f in found if not f.well and f.serious]
    later = [f for f in found if not f.well and not f.serious]
    out = console()
    out.print()
    out.print(f"Well: {sum(f.well for f in found)} of {len(found)} things.")
    for heading, rest in (("To be done, as said above:", to_do), ("Good to do:", later)):
        if rest:
            out.print(heading)
        for number, finding in enumerate(rest, start=1):
            out.print(Text(f"  {number}. {finding.subject}: {finding.fact}"), soft_wrap=True)
    if to_do:
        out.print("Then run `hallmonitor discord setup` again.")
        raise typer.Exit(1)
    out.print("The review channel works.")
