"""Where queries are taken in: cache, fairness, the pool, and the client who may cancel or go away."""

import asyncio
import contextlib
import math
import re
import secrets
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import HTTPException, Request
from starlette.responses import Response, StreamingResponse

from kg.namespaces import BASE
from kg.store.prefixes import supplied
from kg.store.tokens import tokens
from service.carried import carry
from service.pages import CSP
from service.sparql.answering import Answering
from service.sparql.cache import ResultCache, is_repeatable
from service.sparql.fairness import Fairness, TooMuch
from service.sparql.federation import federate
from service.sparql.formats import HTML, content_type
from service.sparql.outside import Outside
from service.sparql.protocol import Asked
from service.sparql.result import Result
from service.sparql.ticket import Ticket

__all__ = ["Desk", "Page", "client_of"]

Page = Callable[[Iterable[bytes]], bytes]
"""Makes a page of a result, whatever the pieces it comes in."""

_TAKEN: Final = "X-Query-Id: a query of that id is under way; choose another"
_QUEUED: Final = 200  # queries that may wait or run at once; each holds a thread
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LONG: Final = 10_000  # characters of a query
_WHOLE: Final = 1 << 18  # bytes up to which a result is sent in one go


def client_of(request: Request) -> str:
    """Who asks: the address of the client."""
    return request.client.host if request.client else ""


async def _gone(request: Request) -> None:
    """Wait until the client hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


@dataclass(slots=True)
class Desk:
    """What stands between the requests and the pool.

    Attributes:
        pool: The workers.
        fairness: The clients' accounts.
        cache: Results that are kept.
        release: What the store holds and what reads it; a result depends on it and on the question alone.
        outside: Endpoints that SERVICE may call.
    """

    pool: Answering
    fairness: Fairness
    cache: ResultCache
    release: str
    outside: Outside
    _limiter: CapacityLimiter
    _open: dict[str, Ticket]

    @classmethod
    def over(
        cls,
        pool: Answering,
        *,
        concurrency: int = 5,
        cpu: float = 60,
        cache: int = 0,
        release: str = "",
        outside: Outside | None = None,
    ) -> "Desk":
        """A desk before a pool; see the settings for what the numbers mean."""
        return cls(
            pool, Fairness(concurrency, cpu), ResultCache(cache), release, outside or Outside(()), CapacityLimiter(_QUEUED), {}
        )

    def limits(self) -> str:
        """The caps of every query, as a dictionary of a header field (RFC 9651)."""
        setup, pool = self.pool.setup, self.pool
        return f"timeout={pool.timeout:g}, timeout-max={pool.cap:g}, rows-max={setup.rows}, bytes-max={setup.largest}"

    async def answer(self, request: Request, asked: Asked, media_type: str, page: Page | None = None) -> Response:
        """Answer a query operation.

        Args:
            request: The request; when its client hangs up, the query is stopped.
            asked: What it asks.
            media_type: The format of the result.
            page: Makes the page that is sent in its stead.

        Raises:
            HTTPException: 429 when the client must wait, 400 or 409 when the id it gave its query is unfit or taken.
            KGError: Whatever the pool says of the query.
        """
        query = asked.query or ""
        id = self._id(request)

        def read() -> tuple[Ticket, list[str]]:
            ticket = self.pool.ticket(
                query, media_type, timeout=asked.timeout, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
                base=BASE, id=id, client=client_of(request), services=self.outside.allowed,
            )  # fmt: skip
            return ticket, supplied(query, self.pool.setup.prefixes)

        # Reading a long text takes a while, and nobody else should wait for it.
        ticket, given = await run_sync(read) if len(query) > _LONG else read()
        headers = {"Vary": "Accept"} | carry(request, self._told(ticket, waits=asked.waits))
        if given:
            headers["X-Prefixes-Supplied"] = ", ".join(given)
        headers["Cache-Control"] = "no-cache"  # keep it, and ask whether it still holds
        key = self.cache.key(ticket.job)
        repeatable = is_repeatable(query) and not self._federated(query)
        if repeatable:
            headers["ETag"] = self._tag((*key, page is not None))
            if _has(request, headers["ETag"]):
                return Response(None, 304, headers)
        kept = self.cache.get(key) if repeatable else None
        body: bytes | Result = await self._run(request, ticket) if kept is None else kept
        if isinstance(body, Result) and repeatable and self.cache.fits(body.size):
            with body:
                kept = body.read()
            self.cache.put(key, kept)
            body = kept
        if page is not None:
            # Its beginning alone is read, and yet counting the rows of a large one takes a while.
            body = await run_sync(page, body.pieces() if isinstance(body, Result) else (body,))
            media_type = HTML
            headers["Content-Security-Policy"] = CSP
        return _reply(body, media_type, headers | self.fairness.headers(ticket.client))

    def _told(self, ticket: Ticket, *, waits: bool = False) -> dict[str, str]:
        """What every answer to a query says of it, whole or problem."""
        told = {"X-Query-Id": ticket.id, "X-Query-Limits": self.limits(), "X-Query-Timeout": f"{ticket.seconds:g}"}
        return told | ({"Preference-Applied": f"wait={ticket.seconds:g}"} if waits else {})

    def _federated(self, query: str) -> bool:
        return bool(self.outside.allowed) and any(t.kind == "word" and t.upper == "SERVICE" for t in tokens(query))

    def _compute(self, ticket: Ticket) -> Result:
        """Run a ticket's query, the answers of other endpoints joined in first."""
        query = ticket.job["query"]
        if self._federated(query):
            rest = ticket.seconds - ticket.elapsed
            ticket.job = {**ticket.job, "query": federate(query, self.pool.setup.prefixes, self.outside, rest)}
        return self.pool.answer(ticket)

    def _tag(self, key: tuple[Hashable, ...]) -> str:
        """What names the answer to a question; weak, since it may be compressed on its way."""
        return f'W/"{blake2b(repr((self.release, key)).encode(), digest_size=16).hexdigest()}"'

    async def explain(self, request: Request, query: str, seconds: float | None) -> bytes:
        """Have a query explained by a worker, as JSON; the same limits hold, and what may not be run is not explained.

        Raises:
            HTTPException: 429 when the client must wait.
            KGError: Whatever the pool says.
        """
        ticket = self.pool.ticket(
            query, "application/json", timeout=seconds, base=BASE, id=self._id(request), client=client_of(request)
        )
        ticket.job = {**ticket.job, "explain": True}
        carry(request, self._told(ticket))
        with await self._run(request, ticket) as result:
            return result.read()

    def find(self, request: Request, id: str) -> Ticket:
        """A query of the client's own that is under way.

        Raises:
            HTTPException: 404 when there is none, or another's.
        """
        ticket = self._open.get(id)
        if ticket is None or ticket.client != client_of(request):
            raise HTTPException(404, f"no query of yours called {id[:64]!r} is under way")
        return ticket

    def _id(self, request: Request) -> str:
        id = request.headers.get("x-query-id")
        if id is None:
            return secrets.token_urlsafe(12)
        if not _ID.fullmatch(id):
            raise HTTPException(400, "X-Query-Id: an id has 8 to 64 letters, digits, hyphens and underscores")
        if id in self._open:
            raise HTTPException(409, _TAKEN)
        return id

    async def _run(self, request: Request, ticket: Ticket) -> Result:
        if ticket.id in self._open:  # taken since it was asked for
            raise HTTPException(409, _TAKEN)
        try:
            self.fairness.enter(ticket.client)
        except TooMuch as error:
            headers = self.fairness.headers(ticket.client, error.policy) | {"Retry-After": str(max(1, math.ceil(error.wait)))}
            raise HTTPException(429, error.reason, headers) from None
        self._open[ticket.id] = ticket
        cpu: float | None = None
        try:
            result = await self._work(request, ticket)
            cpu = result.cpu
            return result
        finally:
            del self._open[ticket.id]
            self.fairness.leave(ticket.client, ticket.cpu if cpu is None else cpu)  # one without a result has its price too

    async def _work(self, request: Request, ticket: Ticket) -> Result:
        work = asyncio.ensure_future(run_sync(self._compute, ticket, limiter=self._limiter))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.pool.cancel(ticket)
            return await work
        except asyncio.CancelledError:  # the server gives the request up
            self.pool.cancel(ticket)
            with contextlib.suppress(Exception):
                (await work).close()
            raise
        finally:
            gone.cancel()


def _has(request: Request, tag: str) -> bool:
    """Whether the client has what a tag names."""
    had = {held.strip().removeprefix("W/") for held in request.headers.get("if-none-match", "").split(",")}
    return request.method != "POST" and tag.removeprefix("W/") in had  # "*" asks for nothing here: a broken query has no answer


def _reply(body: Result | bytes, media_type: str, headers: dict[str, str]) -> Response:
    size = len(body) if isinstance(body, bytes) else body.size
    headers |= {"Content-Type": content_type(media_type), "Content-Length": str(size)}
    if isinstance(body, bytes):
        return Response(body, headers=headers)
    if size <= _WHOLE:
        with body:
            return Response(body.read(), headers=headers)
    return StreamingResponse(body.pieces(), headers=headers)
