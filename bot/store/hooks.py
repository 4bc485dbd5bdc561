"""The webhooks of a school as its row keeps them: what `people.yaml` says, since when, and whether the receiver wants no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain.class_pages import Site
from bot.domain.webhooks import EventName, Webhook
from bot.records import SiteRecord
from bot.vault import Vault

_PLACE = "site.hooks_sealed"


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook of one school."""

    site: str
    webhook: Webhook
    since: Mapping[EventName, datetime]
    """Since when it is told of what: nothing that happened before."""
    gone: datetime | None = None
    """Since when its receiver wants no more (410). Another address, or a test that it takes, lifts that."""

    @property
    def name(self) -> str:
        """Its name at its school."""
        return self.webhook.name


def put_hooks(session: Session, vault: Vault, site: Site, now: datetime) -> None:
    """Make a school's row say what the file says; a hook that keeps its name keeps what waits for it."""
    before = _locked(session, vault, site.id)
    known = {hook.name: hook for hook in before}
    hooks = [_renewed(site.id, webhook, known.get(webhook.name), now) for webhook in site.webhooks]
    if hooks != before:
        _write(session, vault, site.id, hooks)


def note_gone(session: Session, vault: Vault, hook: Hook, gone: datetime | None) -> None:
    """Keep that a hook's receiver wants no more, or (None) that it takes again what it is told."""
    hooks = _locked(session, vault, hook.site)
    told = [replace(each, gone=gone) if each.webhook == hook.webhook else each for each in hooks]
    if told != hooks:
        _write(session, vault, hook.site, told)


def hooks_of(session: Session, vault: Vault, site_ids: set[str] | None = None) -> list[Hook]:
    """The hooks of these schools, or of all, in the order of the schools and of the file."""
    query = select(SiteRecord).where(col(SiteRecord.hooks_sealed).is_not(None)).order_by(col(SiteRecord.id))
    if site_ids is not None:
        query = query.where(col(SiteRecord.id).in_(site_ids))
    return [hook for site in session.exec(query) for hook in _read(vault, site)]


def _renewed(site: str, webhook: Webhook, before: Hook | None, now: datetime) -> Hook:
    earlier = before.since if before else {}
    # never later than now: a clock that was ahead when it was applied must not make it deaf
    since = {event: min(earlier.get(event, now), now) for event in webhook.events}
    stays = before is not None and before.webhook.url == webhook.url
    return Hook(site, webhook, since, before.gone if before and stays else None)


def _locked(session: Session, vault: Vault, site_id: str) -> list[Hook]:
    """A school's hooks, behind whoever writes them now. Rows that only refer to the school do not wait (`saving.lock_page`)."""
    lock = {"key_share": True}
    return _read(vault, session.get_one(SiteRecord, site_id, with_for_update=lock, populate_existing=True))


def _read(vault: Vault, site: SiteRecord) -> list[Hook]:
    if site.hooks_sealed is None:
        return []
    return [
        Hook(
            site.id,
            Webhook.model_validate(kept["webhook"]),
            {EventName(event): datetime.fromisoformat(since) for event, since in kept["since"].items()},
            datetime.fromisoformat(kept["gone"]) if kept["gone"] else None,
        )
        for kept in json.loads(vault.open(_PLACE, site.id, site.hooks_sealed))
    ]


def _write(session: Session, vault: Vault, site_id: str, hooks: list[Hook]) -> None:
    written = json.dumps(
        [
            {
                "webhook": hook.webhook.model_dump(mode="json"),
                "since": {event: since.isoformat() for event, since in hook.since.items()},
                "gone": hook.gone.isoformat() if hook.gone else None,
            }
            for hook in hooks
        ]
    )
    site = session.get_one(SiteRecord, site_id)
    site.hooks_sealed = vault.seal(_PLACE, site_id, written) if hooks else None
