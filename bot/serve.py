"""The one file that knows every part: it builds the house, connects it, starts it and stops it."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy.exc import IntegrityError

from bot import jobs
from bot.domain.class_pages import ClassPage, Language
from bot.domain.policy import Policy
from bot.evaluation import Panel
from bot.house import House
from bot.records import PolicyVersion
from bot.scheduler import keep_ringing, make_scheduler
from bot.settings import (
    BadConfiguration,
    Environment,
    Messages,
    Problem,
    load_class_pages,
    load_messages,
    load_plugins,
    load_policy,
    shipped,
)
from bot.settings.configuration import SHIPPED, Plugins
from bot.store import Store, is_set_up, open_store
from bot.vault import Vault, make_key_file, read_ring
from connectors import registry as connector_registry
from connectors.base import Connector, PageAddress
from moderators import registry as moderator_registry
from moderators.base import BrokenModerator, Moderator, ModeratorSettings


def set_up(environment: Environment) -> tuple[bool, bool]:
    """Make what is missing: the home folder, the key file (unless the environment holds the keys), the database.

    Returns whether keys and whether a database were made.

    Raises:
        KeyProblem: a database is there, but not its keys: new ones would not open it.
        StoreProblem: the database cannot be made.
    """
    environment.home.mkdir(parents=True, exist_ok=True)
    environment.home.chmod(0o700)
    is_new = not is_set_up(environment.database_url)
    makes_keys = environment.keys is None and not environment.key_file.exists() and is_new
    if makes_keys:
        make_key_file(environment.key_file)
    vault = Vault.from_ring(read_ring(environment.keys, environment.key_file))
    store = open_store(environment.database_url, vault, migrate=True)
    if store.engine.dialect.name == "postgresql":
        from bot import worker  # imported here: other commands need no job engine

        worker.prepare(store)
    store.engine.dispose()
    return makes_keys, is_new


def open_house(environment: Environment, now: datetime) -> House:
    """Build everything from the environment and the configuration folder.

    Raises:
        KeyProblem, StoreProblem, BadConfiguration: as their names say.
    """
    vault = Vault.from_ring(read_ring(environment.keys, environment.key_file))
    store = open_store(environment.database_url, vault, migrate=False)
    policy, plugins = load_policy(environment.config), load_plugins(environment.config)
    connect = _connect(environment, plugins)
    return House(
        store=store,
        environment=environment,
        policy=policy,
        policy_version=_keep_policy(store, policy, now),
        moderators=_once(lambda: make_moderators(environment.config, plugins, environment.models)),
        connect=lambda page: connect(page, environment.secret(page.credential_variable) if page.credentials else ""),
        connect_with=connect,
        connectors=frozenset(connector_registry.known(plugins.connectors)),
        messages=_spoken(environment.config),
        clock=lambda: datetime.now(UTC),
    )


def open_panel(environment: Environment) -> Panel:
    """The detectors, the policy and the class pages of the configuration folder, without a database: for `evaluate`.

    Raises:
        BadConfiguration: a file of the folder is wrong.
    """
    policy, plugins = load_policy(environment.config), load_plugins(environment.config)
    files = sorted((environment.config / "classes").glob("*.yaml"))
    located = load_class_pages(files, policy, connector_registry.known(plugins.connectors))
    pages = {each.page.id: each.page for each in located}
    return Panel(make_moderators(environment.config, plugins, environment.models), policy, pages)


def run_until_stopped(house: House) -> None:
    """Ring the clock and do what is due in this process, until SIGTERM or SIGINT; a batch that is under way is finished first."""
    stop_on_signals(house)

    def ring(job: jobs.Job) -> None:
        jobs.ring(house, job)

    keep_ringing(make_scheduler(ring), house.stopping)


def run_clock(house: House) -> None:
    """Ring the workers until SIGTERM or SIGINT.

    Raises:
        Advice: the database is not PostgreSQL.
    """
    from bot import worker

    worker.prepare(house.store)
    stop_on_signals(house)
    keep_ringing(make_scheduler(worker.make_clock(house)), house.stopping)


def run_worker(house: House, *, pages_at_once: int) -> None:
    """Do what the clock rings for until SIGTERM or SIGINT; the batches that are under way are finished first.

    Raises:
        Advice: the database is not PostgreSQL.
    """
    from bot import worker

    worker.prepare(house.store)
    stop_on_signals(house)
    asyncio.run(worker.work(house, pages_at_once=pages_at_once))


def read_messages(house: House) -> None:
    """Read what is said to people, in every language.

    Raises:
        BadConfiguration: a file of the school's own is wrong; the message names the line.
    """
    for language in Language:
        house.messages(language)


def stop_on_signals(house: House) -> None:
    """Let SIGTERM and SIGINT end the stories of this house between two batches."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: house.stopping.set())


def _once(make: Callable[[], Sequence[Moderator]]) -> Callable[[], Sequence[Moderator]]:
    """Make the detectors at the first call and once, also where several pages begin at the same time: a model is large."""
    alone, made = Lock(), list[Sequence[Moderator]]()

    def once() -> Sequence[Moderator]:
        with alone:
            if not made:
                made.append(make())
            return made[0]

    return once


def _spoken(config: Path) -> Callable[[Language], Messages]:
    """The messages of each language, read when they are first needed: no other command waits for them."""

    @cache
    def messages(language: Language) -> Messages:
        return load_messages(config, language)

    return messages


def _connect(environment: Environment, plugins: Plugins) -> Callable[[ClassPage, str], Connector]:
    def connect(page: ClassPage, secret: str) -> Connector:
        options: dict[str, object] = {"state_dir": str(environment.home / "sample")}
        options.update(plugins.options.get(page.connector, {}))
        address = PageAddress(page=page.id, url=page.url, secret=secret, options=options, base=environment.config)
        return connector_registry.make(page.connector, address, plugins.connectors)

    return connect


def make_moderators(config: Path, plugins: Plugins, models: Path | None = None) -> Sequence[Moderator]:
    """The detectors in their order, a district's own behind ours. `models` is where fetched models lie.

    Raises:
        BadConfiguration: one of them cannot be made; the message says which and why.
    """
    lexicons = tuple(dict.fromkeys((shipped(config, "lexicons"), SHIPPED / "lexicons")))
    names = dict.fromkeys([*moderator_registry.DEFAULTS, *plugins.moderators])
    try:
        return [
            moderator_registry.make(
                name, ModeratorSettings(lexicons, plugins.options.get(name, {}), models), plugins.moderators
            )
            for name in names
        ]
    except (BrokenModerator, LookupError, ValueError, OSError) as error:
        raise BadConfiguration([Problem("detectors", None, "", str(error))]) from error


def _keep_policy(store: Store, policy: Policy, now: datetime) -> str:
    """The policy's version: a digest of what it says. Every one that ever raised a flag is kept."""
    document = policy.model_dump_json()
    version = hashlib.sha256(document.encode()).hexdigest()[:16]
    with store.reading() as session:
        known = session.get(PolicyVersion, version) is not None
    if not known:
        with suppress(IntegrityError), store.transaction() as session:  # another process that starts has kept it
            if session.get(PolicyVersion, version) is None:
                session.add(PolicyVersion(id=version, document=document, applied=now))
    return version
