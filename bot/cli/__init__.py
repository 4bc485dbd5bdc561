"""The terminal: parse, call a story, print, give an exit code. No rule lives here.

Exit codes: 0 fine, 1 findings or failed pages or a lost race, 2 wrong use.
"""

from __future__ import annotations

import sys
import traceback

import typer

from bot.cli import (
    actions,
    backup,
    cases,
    consents,
    decide,
    discord,
    evaluate,
    explain,
    models,
    pages,
    people,
    queue,
    review,
    scan,
    service,
    setup,
    webhooks,
)
from bot.cli.frame import GlobalOptions, complain
from bot.domain.errors import Advice

app = typer.Typer(
    name="hallmonitor",
    help="Moderates the comments of classroom pages by the school district's own policy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(GlobalOptions.read)
for module in (
    setup,
    service,
    pages,
    people,
    scan,
    queue,
    decide,
    review,
    actions,
    cases,
    consents,
    discord,
    evaluate,
    explain,
    models,
    webhooks,
    backup,
):
    module.register(app)


def main() -> None:
    """The `hallmonitor` command. A user's mistake is one clear message, never a traceback."""
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text file: nobody has replaced it here
    try:
        app()
    except Advice as error:
        complain(str(error))
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(141)
    except OSError as error:
        complain(
            f"{error.strerror or type(error).__name__}: {error.filename or 'a file or folder'}: look whether it can be written"
        )
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  # its message and its values may quote a comment: neither is shown
        where = traceback.extract_tb(error.__traceback__)[-1]
        complain(
            f"an error of Hallmonitor's own: {type(error).__name__} in {where.filename}:{where.lineno}; please report it"
        )
        sys.exit(70)
