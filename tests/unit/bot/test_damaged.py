"""What does not open of one flag hides nothing of the others."""

from __future__ import annotations

from sqlmodel import col, select

from bot import actions, cases
from bot.domain.review import Choice
from bot.records import Flag, Revision
from connectors.base import Capabilities
from tests.houses import ADMIN, NOW, SECOND, Town, settle


def test_a_step_whose_comment_does_not_open_hides_no_other_step(town: Town) -> None:
    town.platform.capabilities = Capabilities(frozenset())
    for id in ("1", "2"):
        town.platform.post(id, "!disparagement", permalink=f"https://p.example/{id}")
        town.scan()
        settle(town, town.queue()[id].flag, ADMIN, Choice.HIDE)
    with town.house.store.transaction() as session:
        session.exec(select(Revision).order_by(col(Revision.id)).limit(1)).one().text_sealed = b"damaged"
    steps = actions.manual_steps(town.house, SECOND, NOW)
    assert [step.address for step in steps] == ["", "https://p.example/2"]


def test_a_case_whose_comment_does_not_open_hides_no_other_case(town: Town) -> None:
    for id in ("1", "2"):
        town.platform.post(id, "!threat")
        town.scan()
        settle(town, town.queue()[id].flag, ADMIN, Choice.ESCALATE)
    first, second = cases.list_open(town.house, ADMIN, NOW)
    with town.house.store.transaction() as session:
        flag = session.get_one(Flag, first.flag_id)
        session.get_one(Revision, flag.revision_id).text_sealed = b"damaged"
    assert [case.id for case in cases.list_open(town.house, ADMIN, NOW)] == [second.id]
