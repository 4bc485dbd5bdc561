"""`models list`, `models get`, `models use`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.bar import Bar
from bot.cli.frame import Json, cell, configured, console, environment, print_json

if TYPE_CHECKING:
    from bot.models import KnownModel


def register(app: typer.Typer) -> None:
    """Add these commands."""
    models = typer.Typer(
        no_args_is_help=True, help="The models of the toxicity detector: which there are, and which is used."
    )
    models.command("list")(list_models)
    models.command("get")(get)
    models.command("use")(use)
    app.add_typer(models, name="models")


def list_models(context: typer.Context, json: Json = False) -> None:
    """List the bundled model, those that were fetched and the official ones; the one in use is marked."""
    from bot import models as story

    found = story.list_models(environment(context))
    if json:
        print_json([asdict(model) | {"in_use": bool(model.engine)} for model in found])
    else:
        _print_table(found)
    if any(model.engine and model.problem for model in found):
        raise typer.Exit(1)


def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="original, unbiased or multilingual.")],
    file: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Its checkpoint, copied here; config.json and tokenizer.json of its encoder beside it."
        ),
    ] = None,
    address: Annotated[str | None, typer.Option("--url", help="Another place to fetch the checkpoint from.")] = None,
    json: Json = False,
) -> None:
    """Fetch an official model of Detoxify's and compile it for the fast engine; nothing uses it before `models use`.

    It needs network (or --from), the extra `detoxify` of this package, and disk and memory for four times the model. A download
    that broke off goes on where it stopped. Both engines are compared on plain sentences: a model for which they differ by more than
    .1 is refused.
    """
    from bot import models as story

    with Bar("bytes", says_steps=True) as bar:
        fetched = story.get_model(environment(context), name, file=file, address=address, told=bar.told)
    if json:
        print_json(asdict(fetched) | {"folder": str(fetched.folder)})
        return
    out = console()
    out.print(f"{fetched.version} is in {cell(fetched.folder)}. Labels: {', '.join(fetched.labels)}")
    out.print(f"The two engines differ by {fetched.difference:.3f} at most on the sentences that were compared.")
    if fetched.exact_only:
        out.print(
            "[yellow]int8 does not suit this network: every text is scored in fp32, which takes several times as long.[/]"
        )
    out.print(f"Use it with `hallmonitor models use {name}`.")


def use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="classroom, or a model that was fetched.")],
    engine: Annotated[str, typer.Option("--engine", help="onnx (fast), or detoxify (the package itself).")] = "onnx",
) -> None:
    """Choose the model of the toxicity detector: it is tried on its canaries, and written into plugins.yaml."""
    from bot import models as story

    chosen = story.use_model(configured(context), name, engine)
    out = console()
    if not chosen.changed:
        out.print(f"{name} is in use already, with the engine {engine} ({chosen.version}). Nothing was changed.")
        return
    out.print(f"{cell(chosen.file)} says now: {name}, engine {engine} ({chosen.version}).")
    out.print(
        "It holds from the next start of the service. The comments of the last 30 days will be looked at again with it."
    )
    out.print(
        "Thresholds in policy.yaml were chosen for the bundled model: see what `hallmonitor evaluate` says of this one."
    )
    if name != "classroom":
        out.print(f"Every computer that scans needs it: run `hallmonitor models get {name}` there too.")


def _print_table(found: list[KnownModel]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for heading in ("Model", "State", "Size", "Labels", "Licence"):
        table.add_column(heading, no_wrap=heading in ("Model", "Size"))
    for model in found:
        name = f"[bold]{cell(model.name)}[/]" + (f"\n[green]in use[/], {model.engine}" if model.engine else "")
        state = f"[red]{model.state}[/]: {cell(model.problem)}" if model.problem else f"{model.state}\n{model.version}"
        size = f"{'about ' if model.state == 'not fetched' else ''}{model.megabytes:,.0f} MB"
        table.add_row(name, state.strip(), size, cell(", ".join(model.labels)), cell(model.licence))
    console().print(table)
