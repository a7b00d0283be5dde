"""Where the graph is: on this machine or behind an address; and the one that the conveniences of the package ask."""

import atexit
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from kg.client.local import LocalRelease
from kg.client.release import Release
from kg.client.remote import RemoteRelease

__all__ = ["connect", "default"]

_OPENING: Final = Lock()


def connect(where: Path | str | None = None, *, token: str | None = None, timeout: float = 60.0) -> Release:
    """A release that answers with typed values.

    Args:
        where: Address of a service (``https://…``), a folder, or None for the default release on this machine.
        token: Bearer token for a service; None for that of ``$IMAGING_KG_TOKEN``.
        timeout: Seconds until a service that does not answer is given up; the deadline of a SPARQL query as well.

    Raises:
        ReleaseDamaged: The folder holds no release, or a damaged one.
        ServiceError: The address is none, or a token would travel in the clear.
    """
    if isinstance(where, str) and "://" in where:
        return RemoteRelease(where, token, timeout)
    return LocalRelease(where)


def default() -> Release:
    """The default release on this machine, opened by whoever asks first and closed with the program."""
    with _OPENING:
        return _opened()


@cache
def _opened() -> Release:
    release = connect()
    atexit.register(release.close)
    return release
