"""Reports to people: how pages and schools stand, and whom a school calls."""

from bot.reports.schools import School, schools_of
from bot.reports.standing import SPANS, NoSuchPageHere, PageStands, SiteReport, page_stands, pages_of, site_reports

__all__ = [
    "SPANS", "NoSuchPageHere", "PageStands", "School", "SiteReport", "page_stands", "pages_of", "schools_of", "site_reports",
]  # fmt: skip
