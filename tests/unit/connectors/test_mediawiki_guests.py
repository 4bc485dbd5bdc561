from __future__ import annotations

import pytest

from connectors.mediawiki_settings import _strangers
from tests.unit.connectors.test_mediawiki_site import INFO


@pytest.mark.parametrize(("enabled", "shown"), [(True, "a name that the wiki makes up"), (False, "their internet")])
def test_a_guest_s_address_is_said_to_be_shown_where_it_is(enabled: bool, shown: str) -> None:
    info = {**INFO, "autocreatetempuser": {"enabled": enabled}}
    assert shown in next(_strangers(info, {"*": frozenset({"edit"})})).message
