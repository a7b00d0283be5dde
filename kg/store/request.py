"""One query over HTTP, through SPARQLWrapper, with its traps closed.

The wrapper guesses the form of a query and takes nonsense for SELECT; adds parameters that some servers put above the Accept header;
reads the body of an error whole, however long; lets a redirect turn a POST into a GET and carry the password along; never closes its
response.
"""

import ast
import math
import re
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from html import unescape
from http.client import HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError

import pyoxigraph as ox
from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from kg.errors import KGError, QueryFailed, QueryRefused, StoreUnavailable
from kg.store.address import PASSWORD, USER, Credentials, may_travel
from kg.store.forms import Form, syntax_error

__all__ = ["FOREIGN", "Request", "words"]

_WORDS: Final = 4096  # bytes of an error that are read
_SHOWN: Final = 300  # characters of it that are shown
_REMEDY: Final = f"set {USER} and {PASSWORD}, or write them into ~/.netrc"


def complaint_of(query: str) -> str:
    """What the embedded engine has against a query that a server refused, "" if nothing: few servers tell a place as well.

    It is asked over no data and its answer is not read.
    """
    try:
        ox.Store().query(query)
    except SyntaxError as error:
        return str(error)
    except (ValueError, RuntimeError, OSError):
        return ""
    return ""


FOREIGN: Final[dict[type[Exception], Callable[[str, str], KGError]]] = {
    SPARQLExceptions.QueryBadFormed: lambda query, words: syntax_error(query, complaint_of(query) or words),
    SPARQLExceptions.URITooLong: lambda _, words: QueryRefused(f"the server finds it too long ({words})"),
    SPARQLExceptions.Unauthorized: lambda _, words: StoreUnavailable(f"the server asks for credentials ({words}); {_REMEDY}"),
    SPARQLExceptions.EndPointNotFound: lambda _, words: StoreUnavailable(f"nothing is at its address ({words})"),
    SPARQLExceptions.EndPointInternalError: lambda _, words: QueryFailed(words),
    SPARQLExceptions.SPARQLWrapperException: lambda _, words: StoreUnavailable(words),
}
"""Every exception of SPARQLWrapper → what it becomes, from the query and the server's words. A test fails when one is missing."""

_BY_STATUS: Final[Mapping[int, type[SPARQLExceptions.SPARQLWrapperException]]] = {
    400: SPARQLExceptions.QueryBadFormed, 401: SPARQLExceptions.Unauthorized, 404: SPARQLExceptions.EndPointNotFound,
    414: SPARQLExceptions.URITooLong, 500: SPARQLExceptions.EndPointInternalError,
}  # fmt: skip


def words(error: Exception) -> str:
    """What a server said, as one short line: without the wrapper's frame, without markup, without the query repeated."""
    text = str(error).split("Response:\n", 1)[-1].strip()
    if text.startswith(("b'", 'b"')):
        text = bytes(ast.literal_eval(text)).decode(errors="replace")
    if "<html" in text[:500].casefold() or text[:9].casefold() == "<!doctype":
        text = re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", text)
        text = unescape(text)
    text = " ".join(text.split("SPARQL query:", 1)[0].split()).rstrip(".")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would drop the query, and might carry a password elsewhere."""

    def redirect_request(self, req: urllib.request.Request, *rest: Any, **_: Any) -> None:
        """Say where it points instead."""
        target = str(rest[-1]).partition("?")[0]
        raise StoreUnavailable(f"{req.full_url} redirects to {target}; give the address that answers itself")


class Request(SPARQLWrapper):
    """A request whose form, format and parameters are known.

    Args:
        endpoint: The address.
        query: The text.
        form: What kind of query it is.
        accept: The Accept header.
        timeout: Seconds to wait for a sign of life.
        parameters: Further parameters, each with its values.
        credentials: For a server that asks.
    """

    def __init__(
        self, endpoint: str, query: str, form: Form, accept: str, timeout: float,
        parameters: Mapping[str, Sequence[str]], credentials: Credentials | None = None,
    ) -> None:  # fmt: skip
        self._form = form
        super().__init__(endpoint)
        self.setMethod(POST)
        # It truncates to whole seconds, and 0 would mean for ever.
        self.setTimeout(math.ceil(timeout))
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", accept)
        self.setQuery(query)
        for name, values in parameters.items():
            for value in values:
                self.addParameter(name, value)
        handlers: list[urllib.request.BaseHandler] = [_StayHere()]
        if credentials:
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, endpoint, credentials.user, credentials.password)
            handlers.append(urllib.request.HTTPDigestAuthHandler(known))
            if may_travel(endpoint):
                handlers.append(urllib.request.HTTPBasicAuthHandler(known))
        self._opener = urllib.request.build_opener(*handlers)

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802  # the wrapper's own name
        return self._form.value

    def _getAcceptHeader(self) -> str:  # noqa: N802  # likewise; the header set above is the one that is sent
        return "*/*"

    def _query(self) -> tuple[HTTPResponse, str]:
        try:
            return self._opener.open(self._createRequest(), timeout=self.timeout), self.returnFormat
        except HTTPError as error:
            kind = _BY_STATUS.get(error.code)
            if kind is None:
                raise
            with closing(error):
                raise kind(error.read(_WORDS)) from None
