"""The tables: every arrow of a comment's journey is a row (DESIGN.md 1).

Columns of the type `bytes` named `*_sealed` hold what people wrote or what identifies them; `bot.vault` opens them. Ids are
UUIDv7 made by the program before the insert, since a seal is bound to its row's id.
"""

from bot.records.bundles import Bundle
from bot.records.cards import Card, DigestSent
from bot.records.cases import Access, Case, CaseStep, ChainHead, Evidence
from bot.records.columns import id_from, metadata, new_id
from bot.records.comments import (
    HAS_FAILED,
    HAS_TEXT,
    IS_REPLY,
    IS_UNFLAGGED,
    IS_UNSCORED,
    Comment,
    PageCheckpoint,
    Revision,
    Scoring,
    StoredSignal,
)
from bot.records.consents import ConsentRecord, Covered
from bot.records.covers import Cover
from bot.records.deliveries import Delivery
from bot.records.flags import WAITS, Action, ActionState, Decision, Flag, FlagRule
from bot.records.ledger import PolicyVersion, Run, RunStatus
from bot.records.notices import Notice
from bot.records.pages import Duty, KeyCheck, Page, PersonRecord, RosterStudent, SiteRecord
from bot.records.posts import Post, PostKind
from bot.records.samples import Draw, Drawn

__all__ = [
    "HAS_FAILED", "HAS_TEXT", "IS_REPLY", "IS_UNFLAGGED", "IS_UNSCORED", "WAITS",
    "Access", "Action", "ActionState", "Bundle", "Card", "Case", "CaseStep", "ChainHead", "Comment", "ConsentRecord", "Cover", "Covered",
    "Decision", "Delivery", "DigestSent", "Draw", "Drawn", "Duty",
    "Evidence", "Flag", "FlagRule", "KeyCheck", "Notice", "Page", "PageCheckpoint", "PersonRecord", "PolicyVersion", "Post", "PostKind",
    "Revision", "RosterStudent", "Run", "RunStatus", "Scoring", "SiteRecord", "StoredSignal", "id_from", "metadata", "new_id",
]  # fmt: skip
