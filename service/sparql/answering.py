"""What answers free SPARQL, whoever does the work: a pool of workers over a folder, or another server."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

from service.sparql.intake import checked
from service.sparql.process import WorkerSetup
from service.sparql.result import Result
from service.sparql.ticket import Ticket

__all__ = ["Answering"]


class Answering(ABC):
    """Takes queries in and answers them; safe to use from any thread.

    Args:
        setup: The caps on an answer and the prefixes supplied.
        size: How many queries are worked on at once.
        spares: How many more may be, while others take long.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
    """

    def __init__(self, setup: WorkerSetup, *, size: int, spares: int, timeout: float, cap: float) -> None:
        self.setup, self.size, self.spares, self.timeout, self.cap = setup, size, spares, timeout, cap
        self.kills = 0
        """Workers that were ended before their time."""
        self._closed = False

    @property
    @abstractmethod
    def graphs(self) -> frozenset[str]:
        """IRIs of the store's named graphs."""

    def _graphs_for(self, query: str, asked: Sequence[str]) -> Collection[str]:  # noqa: ARG002  # for who has to look them up
        """The named graphs that a query may name; `asked` are those that the protocol names."""
        return self.graphs

    @abstractmethod
    def answer(self, ticket: Ticket) -> Result:
        """Run a ticket's query; blocks until there is a result or none will come.

        Raises:
            QueryTimeout: The deadline passed at work.
            QueryCancelled: It was cancelled.
            StoreUnavailable: The deadline passed in the queue, the store does not answer, or this is closed.
            KGError: Whatever the store says of the query.
        """

    @abstractmethod
    def cancel(self, ticket: Ticket) -> None:
        """Stop a query, whether it waits or runs; without effect when it is done."""

    @abstractmethod
    def close(self) -> None:
        """Take no more queries; whoever waits is told so."""

    @property
    @abstractmethod
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""

    @property
    @abstractmethod
    def waiting(self) -> int:
        """Queries that wait for their turn."""

    def seconds(self, wanted: float | None) -> float:
        """The deadline that a query gets which asks for one."""
        return min(wanted or self.timeout, self.cap)

    def ticket(
        self,
        query: str,
        media_type: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        id: str = "",
        client: str = "",
        services: Collection[str] = (),
    ) -> Ticket:
        """Check a query and make its ticket.

        Args:
            query: The text.
            media_type: The format of the result.
            timeout: Deadline in seconds, waiting for a turn included; never beyond the cap.
            default_graphs: The protocol's ``default-graph-uri``.
            named_graphs: The protocol's ``named-graph-uri``.
            base: What relative IRIs are resolved against when the text does not say.
            id: The name by which its client may cancel it.
            client: Who asks.
            services: Endpoints that SERVICE may name; their answers must stand in its place before the query is run.

        Raises:
            QuerySyntaxError: The text begins like no query.
            QueryRefused: It is an update, calls another service, or names a graph that is not here.
        """
        graphs = self._graphs_for(query, (*default_graphs, *named_graphs))
        job = checked(
            query, media_type, graphs, self.setup.prefixes, default_graphs=default_graphs, named_graphs=named_graphs, base=base,
            services=services,
        )  # fmt: skip
        return Ticket(job, self.seconds(timeout), id, client)

    def run(
        self,
        query: str,
        media_type: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> bytes:
        """Run a query and return its serialised result; see :meth:`ticket` and :meth:`answer`."""
        ticket = self.ticket(query, media_type, timeout=timeout, default_graphs=default_graphs, named_graphs=named_graphs)
        with self.answer(ticket) as result:
            return result.read()
