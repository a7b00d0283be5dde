"""Addresses of servers and the credentials for them: from the environment or ``~/.netrc``, never from the address, never shown."""

import netrc
import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from kg.errors import StoreUnavailable

__all__ = ["PASSWORD", "USER", "Credentials", "checked_address", "credentials_for", "may_travel"]

USER: Final = "IMAGING_KG_STORE_USER"
PASSWORD: Final = "IMAGING_KG_STORE_PASSWORD"  # noqa: S105  # the name of a variable
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user's name and password; the password does not show when this is printed."""

    user: str
    password: str = field(repr=False)


def checked_address(url: str) -> str:
    """An address that may be asked, stored and shown.

    Raises:
        StoreUnavailable: It is no HTTP address, or holds credentials; the message does not repeat them.
    """
    try:
        parts = urlsplit(url)
        host, named = parts.hostname, parts.username is not None
        _ = parts.port  # a port that is none raises here
    except ValueError as error:
        raise StoreUnavailable(f"its address is malformed ({error})") from None
    if named:
        raise StoreUnavailable(
            f"the address of {host} holds credentials; leave them out and set {USER} and {PASSWORD}, or write them into ~/.netrc"
        )
    if parts.scheme not in {"http", "https"} or not host:
        raise StoreUnavailable(f"{url!r} is no address of a SPARQL server; one begins with http:// or https://")
    return url


def credentials_for(url: str, user: str | None = None, password_variable: str = PASSWORD) -> Credentials | None:
    """The credentials for a server: of the environment, else of ``~/.netrc``, else none.

    Args:
        url: The server's address.
        user: The user; ``$IMAGING_KG_STORE_USER`` when None.
        password_variable: Name of the environment variable that holds the password.

    Raises:
        StoreUnavailable: A user is named and the variable is not set, or the netrc file is malformed.
    """
    name = user or os.environ.get(USER)
    if name:
        password = os.environ.get(password_variable)
        if password is None:
            raise StoreUnavailable(f"the user {name!r} is named and the environment has no {password_variable}")
        return Credentials(name, password)
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(urlsplit(url).hostname or "")
    except FileNotFoundError:
        return None
    except (netrc.NetrcParseError, OSError) as error:
        place = getattr(error, "lineno", None)
        raise StoreUnavailable(f"the netrc file cannot be read{f' at line {place}' if place else ''}") from None
    return Credentials(found[0], found[2] or "") if found else None


def may_travel(url: str) -> bool:
    """Whether a password may be sent there as it is: over TLS, or without leaving this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK
