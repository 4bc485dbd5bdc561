from __future__ import annotations

import json

import pytest

from connectors.base import BadConfig
from connectors.google import sign_in_parts
from tests.servers.google import PARTS, SECRET

JSON_SECRET = json.dumps(
    {
        "type": "authorized_user",
        "token_uri": "https://elsewhere.example.test/",
        **dict(zip(("client_id", "client_secret", "refresh_token"), PARTS, strict=True)),
    }
)


@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        f"  {SECRET}\n",
        JSON_SECRET,
    ],
)
def test_a_secret_is_three_parts_or_googles_json_of_them(secret: str) -> None:
    assert tuple(sign_in_parts(secret).values()) == PARTS


@pytest.mark.parametrize(
    "secret",
    ["", "hush", "hush:b", "hush::c", "a:b:c:hush", "{hush", '{"client_id": "hush"}', "[" * 9, "{" + "[" * 99_999],
)
def test_a_malformed_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(BadConfig) as caught:
        sign_in_parts(secret)
    assert caught.value.field == "secret"
    assert "hush" not in str(caught.value)
