"""The server that a release is brought to: counting by SPARQL, writing by the Graph Store Protocol or by SPARQL Update."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

import httpx

from kg.errors import PublishingFailed, StoreUnavailable
from kg.publish.plan import has_blank_nodes
from kg.store.address import PASSWORD, USER, Credentials, checked_address, may_travel
from kg.store.dialects import OXIGRAPH
from kg.store.remote import RemoteStore
from kg.store.request import words

__all__ = ["Target"]

_OURS: Final = "application/n-triples"
_AGAIN: Final = "what was brought is still there: run the command again with --resume"

_UNREACHED: Final = "this run has brought nothing; check the address and that the server is running, then run the command again"


class _WhenAsked(httpx.Auth):
    """Credentials that are sent when a server asks, in the way that it asks for; a digest if it takes one."""

    def __init__(self, credentials: Credentials) -> None:
        self._digest = httpx.DigestAuth(credentials.user, credentials.password)
        self._basic = httpx.BasicAuth(credentials.user, credentials.password)
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask without; when refused, ask as the refusal says, and so from then on."""
        if self._chosen is None:
            response = yield request
            if response.status_code != 401:
                return
            offered = response.headers.get("www-authenticate", "").casefold()
            if "digest" not in offered and not may_travel(str(request.url)):
                raise StoreUnavailable(f"{request.url.host} wants the password in clear over http; use its https address")
            self._chosen = self._digest if "digest" in offered else self._basic
        yield from self._chosen.auth_flow(request)


class Target:
    """A server that takes a release.

    Args:
        query: Address of its query endpoint.
        update: Address of its update endpoint.
        graph_store: Address of its Graph Store Protocol; None to load by SPARQL Update.
        credentials: For a server that asks.
        timeout: Seconds that one request may take.

    Raises:
        StoreUnavailable: An address is none, or holds credentials.
    """

    def __init__(
        self,
        query: str,
        update: str,
        graph_store: str | None = None,
        credentials: Credentials | None = None,
        timeout: float = 600,
    ) -> None:
        self.address = checked_address(query)
        self._update = checked_address(update)
        self._graph_store = checked_address(graph_store) if graph_store else None
        self.store = RemoteStore(query, timeout, credentials=credentials)
        self._answered = False
        # No redirects: a password would travel on to wherever they point.
        self._client = httpx.Client(
            timeout=timeout, follow_redirects=False, auth=_WhenAsked(credentials) if credentials else None
        )

    def count(self, graph: str) -> int:
        """How many triples a graph has there."""
        ((number,),) = self.store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}").rows
        return int(str(number))

    def graphs(self, prefix: str) -> list[str]:
        """The graphs there whose names begin in a way."""
        query = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{prefix}")) }}'
        return sorted(str(graph) for (graph,) in self.store.select(query).rows)

    def add(self, graph: str, lines: Sequence[str]) -> None:
        """Add triples to a graph.

        Raises:
            PublishingFailed: The server does not take them.
            StoreUnavailable: It does not answer, or asks for credentials.
        """
        if self._graph_store is None:
            group = f"{{ GRAPH <{graph}> {{\n{''.join(lines)}}} }}"
            # Virtuoso takes no blank node in INSERT DATA, and each does in a template.
            self.update(f"INSERT {group} WHERE {{}}" if has_blank_nodes(lines) else f"INSERT DATA {group}")
            return
        headers = {"Content-Type": _OURS}
        # Its own word for loading in bulk: twice as fast. What a kill leaves of a portion is sent again in any case.
        bulk = {"no_transaction": ""} if self.store.dialect is OXIGRAPH else {}
        self._send(self._graph_store, params={"graph": graph} | bulk, content="".join(lines).encode(), headers=headers)

    def update(self, text: str) -> None:
        """Run a SPARQL Update; raises as :meth:`add`."""
        self._send(self._update, data={"update": text}, headers={"Accept": "*/*"})

    def _send(self, address: str, **how: object) -> None:
        with _own_errors(address, _AGAIN if self._answered else _UNREACHED):
            response = self._client.post(address, **how)  # type: ignore[arg-type]  # its own keywords, passed on
        if response.status_code < 300:
            self._answered = True
            return
        said = words(Exception(response.text[:4096])) or response.reason_phrase
        if response.status_code == 401:
            raise StoreUnavailable(
                f"{address} asks for credentials; give --user and set {PASSWORD}, or set {USER} too, or write them into ~/.netrc"
            )
        if response.status_code == 403:
            raise StoreUnavailable(f"{address} lets this user not write ({said})")
        if response.status_code < 400:
            raise StoreUnavailable(
                f"{address} redirects to {response.headers.get('location', 'nowhere')}; give that address itself"
            )
        if response.status_code in {404, 405, 415, 501} and address == self._graph_store:
            raise PublishingFailed(
                f"{address} answers {response.status_code}", "leave --graph-store out to load by SPARQL Update"
            )
        if response.status_code == 413 or "memory exhausted" in said:
            raise PublishingFailed(f"{address} finds a portion too large ({said})", "give a smaller --batch, and --resume")
        raise PublishingFailed(f"{address} answers {response.status_code} ({said})", _AGAIN if self._answered else _UNREACHED)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@contextmanager
def _own_errors(address: str, remedy: str) -> Generator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise PublishingFailed(f"{address} did not answer in time", remedy) from error
    except httpx.HTTPError as error:
        raise PublishingFailed(f"{address}: {str(error) or type(error).__name__}", remedy) from error
