"""What the server ends for another one's sake is done again, and nothing of it twice: on PostgreSQL, where that happens."""

from __future__ import annotations

import pytest

from bot import decisions
from bot.domain.review import Choice
from bot.store import StoreProblem
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, Town, flagged, rows, settle
from tests.servers.postgres import PostgresServer, database_of
from tests.unit.bot.bundles.raids import hidden, press, raided


def overtake(town: Town, postgres: PostgresServer, table: str, times: int) -> None:
    """Let the server end the next transactions that write to a table, as it does with one of two that wait in a circle."""
    name = database_of(town.environment.database_url)
    body = f"IF nextval('tries_{table}') <= {times} THEN RAISE EXCEPTION 'circle' USING ERRCODE = '40P01'; END IF; RETURN NEW;"
    for statement in (
        f"CREATE SEQUENCE tries_{table}",  # what a sequence has counted stays where a transaction is ended
        f"GRANT ALL ON SEQUENCE tries_{table} TO PUBLIC",
        f"CREATE FUNCTION overtake_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        f"CREATE TRIGGER overtake BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION overtake_{table}()",
    ):
        postgres.sql(statement, name)


def test_a_scan_a_press_and_a_press_on_many_are_done_again(district: Town, postgres: PostgresServer) -> None:
    for table in ("flag_rule", "decision"):
        overtake(district, postgres, table, times=2)
    decided = settle(district, flagged(district), ADMIN, Choice.HIDE)
    assert (decided.won, decided.action_state, district.state("1")) == (True, "done", CommentState.HELD)
    assert rows(district, "SELECT kind FROM decision") == [("hide",)]
    assert rows(district, "SELECT count(*) FROM evidence") == [(1,)]
    bundle = raided(district, 12)
    overtake(district, postgres, "bundle", times=2)
    assert press(district, bundle, "hide").done == 12
    assert len(hidden(district)) == 13


def test_what_is_overtaken_again_and_again_is_told_and_left_undone(district: Town, postgres: PostgresServer) -> None:
    flag = flagged(district)
    overtake(district, postgres, "decision", times=1000)
    with pytest.raises(StoreProblem, match="it let go of this one; nothing was written: try again"):
        decisions.decide(district.house, flag, ADMIN, Choice.HIDE, NOW)
    assert rows(district, "SELECT last_value FROM tries_decision") == [(5,)]
    assert rows(district, "SELECT count(*) FROM decision") == [(0,)]
