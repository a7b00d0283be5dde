"""What may be wrong with where the answers come from: stores, releases, services, the reasoner, an installation."""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from os import PathLike, fspath

from kg.errors.base import Because, KGError

__all__ = [
    "MissingExtra",
    "PublishingFailed",
    "ReasonerError",
    "ReleaseChanging",
    "ReleaseDamaged",
    "ServiceError",
    "StoreClosed",
    "StoreUnavailable",
]


class StoreUnavailable(Because):
    """No engine answered: not started, unreachable, closed, or too busy."""

    lead = "The store does not answer"
    remedy = "Try again in a moment; if it stays so, check that the store is there and running."


class ReleaseChanging(StoreUnavailable):
    """The server no longer holds the release that was opened there: another one is being brought, or has come.

    What it would answer now might be of two releases, so no answer is given out.
    """

    lead = "The release on the server is changing"
    remedy = "Try again in a minute; a service takes the new release up by itself, and a program opens it anew."


class StoreClosed(StoreUnavailable):
    """The graph, or the connection to its service, was closed before the question came."""

    remedy = "Open it again, or ask within its `with` block."

    def __init__(self) -> None:
        super().__init__("it is closed")
        self.args = ()

    def __str__(self) -> str:
        return "The graph is closed."


class ServiceError(KGError):
    """A remote service cannot be used as one: its address, its answer, or a refusal that the library has no other error for.

    ``status`` is the HTTP status, None when it did not come to an answer.
    """

    remedy = "Check the address, the token and the version of the service; its page /docs shows what it offers."

    def __init__(self, reason: str, status: int | None = None) -> None:
        self.reason = reason
        self.status = status
        super().__init__(reason, status)

    def __str__(self) -> str:
        return f"The service cannot be used: {self.reason}."


class ReasonerError(Because):
    """The reasoner stopped without a verdict."""

    lead = "The reasoner stopped"


class ReleaseDamaged(KGError):
    """A release folder is not what its manifest says."""

    def __init__(self, path: str | PathLike[str], reason: str, remedy: str = "Build or fetch the release again.") -> None:
        self.path = fspath(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(self.path, reason, remedy)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.remedy}"


class PublishingFailed(KGError):
    """A release did not reach a server, or not whole; readers there still see the old one, or none."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason, remedy)

    def __str__(self) -> str:
        return f"The release is not published: {self.reason}; {self.remedy}."


class MissingExtra(KGError):
    """A part of the library that is installed on request only."""

    def __init__(self, extra: str) -> None:
        self.extra = extra
        self.remedy = f"pip install 'imaging-kg[{extra}]'"
        super().__init__(extra)

    def __str__(self) -> str:
        return f"This needs the optional part {self.extra!r}, which is not installed."
