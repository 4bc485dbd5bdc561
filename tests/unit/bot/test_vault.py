from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from bot.vault import KeyProblem, Vault, make_key_file, parse_ring, read_ring

KEY, OTHER, INDEX = (bytes([n]) * 32 for n in (1, 2, 3))
VAULT = Vault.from_ring({"k1": KEY, "index": INDEX})


@pytest.mark.parametrize("text", ["", "plain", "\0", "\ud800 lone", "🌋" * 1000, "x" * 1_000_000])
def test_what_is_sealed_opens_again(text: str) -> None:
    sealed = VAULT.seal("t.c", "row", text)
    assert VAULT.open("t.c", "row", sealed) == text
    assert len(text) < 4 or text.encode("utf-8", "surrogatepass")[:20] not in sealed


@pytest.mark.parametrize(("place", "row"), [("t.d", "row"), ("u.c", "row"), ("t.c", "other"), ("t.c", "")])
def test_a_seal_opens_nowhere_else(place: str, row: str) -> None:
    with pytest.raises(KeyProblem, match="does not open"):
        VAULT.open(place, row, VAULT.seal("t.c", "row", "secret"))


def test_a_changed_value_does_not_open() -> None:
    sealed = bytearray(VAULT.seal("t.c", "row", "secret"))
    sealed[-1] ^= 1
    with pytest.raises(KeyProblem, match="was changed"):
        VAULT.open("t.c", "row", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x02k9", b"\xff"])
def test_a_row_whose_key_is_missing_says_which(sealed: bytes) -> None:
    with pytest.raises(KeyProblem, match="the key ring lacks"):
        VAULT.open("t.c", "row", sealed)


def test_after_a_rotation_old_rows_open_and_new_ones_use_the_new_key() -> None:
    rotated = Vault.from_ring({"k2": OTHER, "k1": KEY, "index": INDEX})
    assert rotated.open("t.c", "row", VAULT.seal("t.c", "row", "old")) == "old"
    with pytest.raises(KeyProblem, match="`k2`"):
        VAULT.open("t.c", "row", rotated.seal("t.c", "row", "new"))
    assert rotated.index("p", "x") == VAULT.index("p", "x")


def test_the_blind_index_depends_on_place_and_key() -> None:
    other = Vault.from_ring({"k1": KEY, "index": OTHER})
    assert len({VAULT.index("p", "x"), VAULT.index("q", "x"), VAULT.index("p", "y"), other.index("p", "x")}) == 4


@pytest.mark.parametrize("ring", [{}, {"k1": KEY}, {"index": INDEX}])
def test_a_ring_without_both_kinds_of_key_is_refused(ring: dict[str, bytes]) -> None:
    with pytest.raises(KeyProblem, match="needs a key"):
        Vault.from_ring(ring)


GOOD = base64.b64encode(KEY).decode()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "k1",
        f"k1={GOOD}",
        "k1:short",
        f"k 1:{GOOD}",
        f"k1:{GOOD}x",
        f"clé:{GOOD}",
        "k1:" + base64.b64encode(b"x" * 16).decode(),
    ],
)
def test_a_malformed_ring_is_refused_without_quoting_it(written: str) -> None:
    with pytest.raises(KeyProblem) as problem:
        parse_ring(written, "HALLMONITOR_KEYS")
    assert GOOD not in str(problem.value)
    assert "backup" in str(problem.value)


def test_a_ring_is_read_from_lines_or_commas() -> None:
    assert parse_ring(f"k1:{GOOD}\nindex:{GOOD}\n", "f") == parse_ring(f"k1:{GOOD},index:{GOOD}", "f")


def test_a_new_key_file_is_readable_by_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys"
    old = os.umask(0)
    try:
        make_key_file(file)
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    Vault.from_ring(read_ring(None, file))
    with pytest.raises(FileExistsError):
        make_key_file(file)


def test_the_environment_goes_before_the_file_and_nothing_at_all_says_what_to_do(tmp_path: Path) -> None:
    assert set(read_ring(f"a:{GOOD},index:{GOOD}", tmp_path / "none")) == {"a", "index"}
    with pytest.raises(KeyProblem, match="hallmonitor init"):
        read_ring(None, tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyProblem, match="cannot be read"):
        read_ring(None, tmp_path / "binary")


def test_a_vault_shows_no_key() -> None:
    assert "\\x01" not in repr(VAULT)
