"""What somebody who looks over the whole finds: how a thing is, and what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do, and is empty where all is well."""

    subject: str
    fact: str
    mend: str = ""
    serious: bool = True
    """False: something does not work as it could, but nobody is left alone with it."""

    clause: str = ""
    """The clause of the policy that asks for it, where one does."""

    @property
    def well(self) -> bool:
        """Whether nothing is to be done."""
        return not self.mend
