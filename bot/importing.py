"""Comments that people bring in a file, of a page that no program can read (`hallmonitor import`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import jobs, pages
from bot.domain.class_pages import ClassPage
from bot.domain.errors import Advice
from bot.domain.schedule import Depth
from bot.house import House
from bot.pages import Ready
from bot.pipeline import RunResult
from bot.records import Page, SiteRecord
from bot.store.pages import page_document
from connectors.base import BadConfig, Connector, PageAddress
from connectors.by_hand import ByHand
from connectors.export_file import read_export

CONNECTOR = "by_hand"


class BadExport(Advice):
    """The file cannot be taken; the message says where it is wrong. Nothing of it was stored."""


def import_comments(
    house: House, page_id: str, file: Path, now: datetime, columns: Mapping[str, str] | None = None
) -> RunResult:
    """Take the comments of a file as one reading of the page: stored, scored and flagged, and on the ledger as a run.

    What the file does not hold is not taken for deleted. The same file twice brings nothing new. `columns`: what a field of the table in
    connectors/README.md is called in this file.

    Raises:
        NoSuchPage: there is none.
        BadExport: the page is read by a program, or the file is wrong.
        StoreProblem: as in a scan.
    """
    pages.chosen_pages(house, [page_id])
    with house.store.reading() as session:
        page = page_document(session, house.store.vault, page_id)
        site = session.get_one(SiteRecord, session.get_one(Page, page_id).site_id)
    if page.connector != CONNECTOR:
        raise BadExport(
            f"{page_id} is read by its connector {page.connector}: `hallmonitor scan {page_id}` reads it now"
        )
    try:
        comments = read_export(file, ZoneInfo(site.time_zone), columns)
    except BadConfig as error:
        raise BadExport(str(error)) from None

    def brought(_page: ClassPage) -> Connector:
        return ByHand(PageAddress(page_id, page.url), comments)

    return jobs.scan(replace(house, connect=brought), Ready(page_id, Depth.NEW), now, impatient=True)
