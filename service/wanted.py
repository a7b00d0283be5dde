"""The form in which a client wants an answer, or the refusal that says what there is (RFC 9110, 15.5.7)."""

from collections.abc import Sequence

from fastapi import HTTPException, Request

from service.negotiate import best

__all__ = ["accepted", "wanted"]


def accepted(request: Request) -> str | None:
    """What the client accepts: the parameter ``_mediatype`` wins over the header; an unescaped ``+`` in it arrives as a space."""
    return request.query_params.get("_mediatype", "").replace(" ", "+") or request.headers.get("accept")


def wanted(accept: str | None, offered: Sequence[str]) -> str:
    """The format to send.

    Args:
        accept: What the client accepts.
        offered: Media types that there are, our favourite first.

    Raises:
        HTTPException: 406, naming what there is.
    """
    found = best(accept, offered)
    if found is None:
        raise HTTPException(406, f"there is {', '.join(offered)}", {"Vary": "Accept"})
    return found
