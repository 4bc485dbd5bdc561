"""`discord run|check|test-alarm`: the review channel."""

from __future__ import annotations

import typer

from bot.cli.alarms import send_test_alarm
from bot.cli.frame import console, house


def register(app: typer.Typer) -> None:
    """Add these commands."""
    discord = typer.Typer(
        no_args_is_help=True, help="The review channel on Discord: a card a flag, a press a decision."
    )
    discord.command("run")(run)
    discord.command("check")(check)
    discord.command("test-alarm")(send_test_alarm)
    app.add_typer(discord, name="discord")


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


def check(context: typer.Context) -> None:
    """See whether token, channels and rights are as they have to be. Exit 1 where something is to be done."""
    from bot.discord_ui import running

    found = running.check(house(context))
    for problem in found:
        console().print(f"[red]!![/] {problem}", soft_wrap=True)
    if found:
        raise typer.Exit(1)
    console().print("[green]ok[/] the bot sees its channels, and may write there.")
