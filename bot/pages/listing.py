"""Class pages listed, exported, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import yaml
from sqlmodel import col, select

from bot.domain.class_pages import ClassPage
from bot.domain.errors import Advice
from bot.domain.schedule import CLOCK_TOLERANCE
from bot.house import House
from bot.records import Page, Run
from bot.settings import did_you_mean
from bot.store import Session
from bot.store.pages import opened_document, page_document


class NoSuchPage(Advice):
    """No class page of that id."""


def list_pages(house: House, now: datetime) -> list[tuple[ClassPage, Page, Run | None]]:
    """Every page with its row and its last run; runs of a clock that was ahead are left out."""
    with house.store.reading() as session:
        return [
            (page_document(session, house.store.vault, row.id), row, _last_run(session, row.id, now))
            for row in session.exec(select(Page).order_by(col(Page.id)))
        ]


def leave_page(house: House, page_id: str, now: datetime) -> None:
    """Stop reading a page. Its comments, flags and evidence stay; applying its file again brings it back.

    Raises:
        NoSuchPage: there is none.
    """
    chosen_pages(house, [page_id])
    with house.store.transaction() as session:
        session.get_one(Page, page_id).left = now


def export_page(house: House, page_id: str) -> str:
    """The page as the YAML that `apply_pages` reads back to the same page.

    Raises:
        NoSuchPage: there is none.
    """
    page = page_of(house, page_id)
    document = page.model_dump(mode="json", exclude_defaults=True) | {"schedule": page.schedule}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def chosen_pages(house: House, ids: Sequence[str]) -> list[str]:
    """These pages, or all.

    Raises:
        NoSuchPage: one of them does not exist; the message names what is near.
    """
    with house.store.reading() as session:
        return _chosen(session, ids)


def known_page(session: Session, page_id: str) -> Page:
    """The row of a page that has not left.

    Raises:
        NoSuchPage: as `chosen_pages`.
    """
    _chosen(session, [page_id])
    return session.get_one(Page, page_id)


def _chosen(session: Session, ids: Sequence[str]) -> list[str]:
    known = session.exec(select(Page.id).where(col(Page.left).is_(None)).order_by(Page.id)).all()
    for id in ids:
        if id not in known:
            raise NoSuchPage(f"no class page {id}{did_you_mean(id, known) if known else ''}")
    return list(dict.fromkeys(ids)) or list(known)


def page_of(house: House, page_id: str) -> ClassPage:
    """A page as its file says it.

    Raises:
        NoSuchPage: there is none.
    """
    chosen_pages(house, [page_id])
    with house.store.reading() as session:
        return page_document(session, house.store.vault, page_id)


def hosts_of(house: House, ids: Sequence[str]) -> dict[str, str]:
    """Each page with the host that its platform is on, in this order. One that is no more has none."""
    with house.store.reading() as session:
        rows = dict(session.exec(select(Page.id, Page.document_sealed).where(col(Page.id).in_(ids))).all())
    vault = house.store.vault
    return {id: opened_document(vault, id, rows[id]).host if id in rows else "" for id in ids}


def _last_run(session: Session, page_id: str, now: datetime) -> Run | None:
    query = select(Run).where(Run.page_id == page_id, Run.started <= now + CLOCK_TOLERANCE)
    return session.exec(query.order_by(col(Run.started).desc()).limit(1)).first()
