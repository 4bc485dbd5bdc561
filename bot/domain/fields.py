"""What the fields of the YAML files may hold, with the words for whoever wrote something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


def _slug(written: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", written):
        raise ValueError("write it in small letters, digits and hyphens, such as ms-biology")
    return written


def _email(written: str) -> str:
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,189}", written) or not written.isprintable():
        raise ValueError("write an e-mail address, such as alvarado@roosevelt.example")
    return written.lower()


def is_one_line(words: str) -> bool:
    """Whether nothing in them breaks a line or is not seen; what joins signs to one, as in 👩‍🏫, is seen by what it does."""
    return words.replace("\u200d", "").isprintable()


def _one_line(written: str) -> str:
    if not written.strip() or not is_one_line(written) or len(written) > 200:
        raise ValueError("write one line of text, 200 characters at most")
    return written


def _accounts(written: object) -> dict[str, tuple[str, ...]]:
    """`name: account`, or a list of accounts. The message counts the entries, since it may be logged and a name may not."""
    if not isinstance(written, Mapping):
        raise ValueError("write one `name: account` line for each")
    found: dict[str, tuple[str, ...]] = {}
    for number, (name, value) in enumerate(written.items(), start=1):
        accounts = tuple(_account(one) for one in (value if isinstance(value, list | tuple) else [value]))
        if not isinstance(name, str) or not accounts or not all(accounts):
            raise ValueError(
                f"entry {number}: write `name: account`, or a list of accounts, each the platform's id of it"
            )
        found[name] = accounts
    return found


def _account(written: object) -> str:
    """An account's id, which YAML may take for a number; empty where it is none."""
    id = str(written) if type(written) is int else written
    return id.strip() if isinstance(id, str) and id.isprintable() and len(id) <= 200 else ""


def check_variable(written: str) -> str:
    """`env:NAME`, the name of an environment variable that holds a secret.

    Raises:
        ValueError: it is none; the message quotes nothing of it, since it may be the secret itself.
    """
    if not (written.startswith("env:") and written[4:].isidentifier()):
        raise ValueError("write env:NAME and put the secret into that environment variable, never into this file")
    return written


def slug_of(words: str, otherwise: str) -> str:
    """An id made of a title, such as ms-biology; `otherwise` where nothing of it can stand in one."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or otherwise


Slug = Annotated[str, AfterValidator(_slug)]
Email = Annotated[str, AfterValidator(_email)]
Line = Annotated[str, AfterValidator(_one_line)]
Accounts = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_accounts)]


class Strict(BaseModel):
    """Unknown keys are errors: a misspelled key must not be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
