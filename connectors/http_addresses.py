"""Which addresses may be spoken to: no other machine's services, and no password in the clear."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import httpx

from connectors.base import BadConfig, PageAddress

SHORT_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
"""The end of an address such as 2130706433 or 0x7f.1, which a resolver takes for 127.0.0.1."""


def allows_private(address: PageAddress) -> bool:
    """Whether the class page's file permits private addresses."""
    return address.options.get("allow_private", False) is True


def checked_url(url: str, *, allow_private: bool = False, field: str = "url") -> httpx.URL:
    """Read an address that may be spoken to. Raises `BadConfig`, which names the `field`.

    Refused: other schemes than http and https, user names, and addresses of the private network written as
    numbers (a page's file could otherwise make us ask a machine's own services), unless `allow_private`.
    """
    try:
        parsed = httpx.URL(url.strip())
        _ = urlsplit(url.strip()).port, parsed.host  # raise ValueError for what httpx lets pass: [broken, :99999, xn--
        parsed.raw_host.decode("ascii").encode("idna")  # also blog..example.org, which no resolver is asked for
    except (httpx.InvalidURL, ValueError):
        raise BadConfig(field, "is no web address; write one like https://blog.example.org/") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise BadConfig(field, "must begin with https:// and a host name, like https://blog.example.org/")
    if SHORT_NUMBER.search(parsed.host) and not _number(parsed.host):
        raise BadConfig(field, "holds a number in a form that browsers and resolvers read differently")
    if parsed.userinfo:
        raise BadConfig(field, "must not hold a name or password; those belong into the credential")
    if not allow_private and _is_private(parsed.host):
        raise BadConfig(field, f"{parsed.host} is a private address; set `allow_private: true` if it is the district's")
    return parsed


def checked_for_secret(
    url: str, *, allow_private: bool = False, field: str = "url", what: str = "password"
) -> httpx.URL:
    """As `checked_url`, for a host that a secret is sent to: https alone, but for this machine and a district's own servers."""
    parsed = checked_url(url, allow_private=allow_private, field=field)
    if parsed.scheme != "https" and not (allow_private or is_loopback(parsed.host)):
        raise BadConfig(field, f"must begin with https://, or the {what} would cross the network in the clear")
    return parsed


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: `localhost` or a loopback number."""
    if host == "localhost":
        return True
    number = _number(host)
    return number is not None and number.is_loopback


def _is_private(host: str) -> bool:
    number = _number(host)
    return number is not None and not number.is_global and not number.is_loopback


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
