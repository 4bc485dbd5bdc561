"""A connector with an action to try on its target, and what each action has to come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from connectors.base import ActionKind, Comment, CommentState, Receipt, Revision
from tests.contract.example import MODULES, Example, Module, final, pairs

WANTED = {
    ActionKind.HIDE: CommentState.HELD,
    ActionKind.RESTORE: CommentState.VISIBLE,
    ActionKind.REMOVE: CommentState.REMOVED,
    ActionKind.SPAM: CommentState.SPAM,
}
HIDING = (ActionKind.HIDE, ActionKind.SPAM, ActionKind.REMOVE)
SHOWN = {CommentState.VISIBLE, CommentState.HELD}
NEVER_SEEN = Revision("0" * 64)

Wanted = Callable[[Module, ActionKind], bool]


@dataclass
class Pair:
    """A connector and an action to try on its target."""

    example: Example
    action: ActionKind

    def act(self, seen: Revision, action: ActionKind | None = None) -> Receipt:
        """Try it, or another action."""
        return self.example.connect().act(self.example.target, action or self.action, seen=seen)

    def ready(self) -> Comment:
        """The comment in a state in which the action changes something: what is to be restored was hidden before."""
        before = self.example.judged()
        if self.action is ActionKind.RESTORE:
            self.act(before.revision, next(action for action in HIDING if back(MODULES[self.example.kind], action)))
            before = self.example.judged()
        return before


def each(wanted: Wanted) -> pytest.MarkDecorator:
    """Run a test for each connector and each action for which `wanted` says yes."""
    return pytest.mark.parametrize("pair", pairs(wanted), indirect=True)


def can(module: Module, action: ActionKind) -> bool:
    """Its platform can bring a comment there."""
    return action in module.ACTIONS and action in WANTED


def cannot(module: Module, action: ActionKind) -> bool:
    """Its platform cannot do this at all."""
    return action not in module.ACTIONS


def reports(module: Module, action: ActionKind) -> bool:
    """It can tell the platform's own moderators."""
    return action is ActionKind.REPORT and action in module.ACTIONS


def back(module: Module, action: ActionKind) -> bool:
    """It hides, and what it did can be taken back."""
    return action in HIDING and {action, ActionKind.RESTORE} <= module.ACTIONS - final(module)
