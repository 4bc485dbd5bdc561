from __future__ import annotations

import pytest

from moderators.spoken_digits import digits_of


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("three two three", "323"),
        ("three twenty-three", "323"),
        ("five fifty five", "555"),
        ("oh one forty", "0140"),
        ("double five one", "551"),
        ("cinco cincuenta y cinco", "555"),
        ("veintitres cero", "230"),
        ("nineteen 84", "1984"),
        ("triple nine", "999"),
        ("", ""),
    ],
)
def test_words_become_digits(written: str, digits: str) -> None:
    assert digits_of(written) == digits
