"""A comment of the weekly sample is found to break a rule: which one is chosen in the chat, and the press counts. On both databases."""

from __future__ import annotations

from dataclasses import replace

from connectors.base import CommentState
from tests.houses import Town, rows
from tests.unit.bot.discord_ui.test_press import Chat, _no_error_is_only_logged, live  # noqa: F401
from tests.unit.bot.evaluation.test_sampling import LATER, week


def test_the_rule_that_a_drawn_comment_breaks_is_chosen_and_then_it_is_decided_as_pressed(town: Town) -> None:
    week(town, "the beans are up")
    town.house = replace(town.house, clock=lambda: LATER)

    async def story(chat: Chat) -> None:
        await chat.bot.sync_due()
        asked = await chat.admin.click(chat.card(), label="Hide")
        assert "Say which rule it breaks" in str(asked.response.content)
        ((chooser,),) = [row["components"] for row in asked.response.components]
        assert chooser["placeholder"] == "Which rule does it break?"
        labels = {option["value"]: option["label"] for option in chooser["options"]}
        assert labels["disparagement"] == "Insult or put-down"
        assert "sample" not in labels
        assert rows(town, "SELECT count(*) FROM decision") == [(0,)]
        slower = await chat.second.click(chat.card(), label="Escalate")
        told = await chat.admin.select(asked.response, ["disparagement"])
        assert "it breaks the policy. On the platform the comment is now held" in str(told.response.content)
        assert town.state("the beans are up") is CommentState.HELD
        assert ("disparagement",) in rows(town, "SELECT rule FROM flag_rule WHERE moderator = 'person'")
        assert "Insult or put-down" in chat.words()
        again = await chat.second.select(slower.response, ["threat"])
        assert "Already decided: Hidden, by Dana Reyes" in str(again.response.content)
        assert rows(town, "SELECT count(*) FROM decision") == [(1,)]

    live(town, story)
