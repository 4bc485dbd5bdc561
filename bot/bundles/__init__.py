"""Bundles: many flags on one card, decided together and taken back together (DESIGN.md 7, Bulk)."""

from bot.bundles.deciding import PATIENCE, BundleDecided, decide_bundle
from bot.bundles.finding import NoSuchBundle
from bot.bundles.forming import form, form_all, pages_to_form
from bot.bundles.going_on import Went, go_on, keep_up, pages_to_keep_up
from bot.bundles.outbox import due, late
from bot.bundles.viewing import BundleView, Sample, bundle_of, note_shown
from bot.bundles.waiting import Line, is_bundle, lines, open_bundle, waiting_bundles

__all__ = [
    "PATIENCE", "BundleDecided", "BundleView", "Line", "NoSuchBundle", "Sample", "Went", "bundle_of", "decide_bundle", "due", "form",
    "form_all", "go_on", "is_bundle", "keep_up", "late", "lines", "note_shown", "open_bundle", "pages_to_form", "pages_to_keep_up",
    "waiting_bundles",
]  # fmt: skip
