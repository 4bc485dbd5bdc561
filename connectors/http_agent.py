"""Who asks: the name under which every platform sees us, and where to complain."""

from __future__ import annotations

import re

from connectors.base import BadConfig, PageAddress

NAME = "Hallmonitor/0.1"
CONTACT = "https://hallmonitor.example/contact"
AGENT = f"{NAME} (+{CONTACT})"


def agent_of(address: PageAddress) -> str:
    """The name, with where to complain."""
    return f"{NAME} (+{contact_of(address)})"


def contact_of(address: PageAddress) -> str:
    """The district's own contact, where the option `contact` has one (an address of the web or of e-mail)."""
    contact = address.options.get("contact")
    if contact is None:
        return CONTACT
    if not isinstance(contact, str) or not re.fullmatch(r"[\x21-\x7e]{1,200}", contact):
        raise BadConfig("options.contact", "must be an address where the district can be reached, without spaces")
    return contact
