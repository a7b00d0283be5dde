"""What Prometheus is told: requests by path pattern and status, SPARQL queries by outcome, the state of the workers."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from service.observed import Exchange

__all__ = ["Metrics"]

_LEFT = 499  # what others log for a client that left before an answer
_METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS", "DELETE", "PUT", "PATCH"})
_OUTCOMES = {400: "refused", 406: "refused", 413: "refused", 415: "refused", 429: "limited", _LEFT: "left", 503: "deadline"}
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class _Workers(Collector):
    """The figures of pool and stage, asked for when Prometheus asks."""

    def __init__(self, figures: Callable[[], Mapping[str, int]]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Gauges and counters of the pool; none while there is none."""
        figures = self._figures()
        told = {
            "size": "SPARQL workers that the service keeps",
            "processes": "SPARQL worker processes that there are",
            "waiting": "SPARQL queries that wait for a worker",
        }
        for name, text in told.items():
            if name in figures:
                yield GaugeMetricFamily(f"imaging_kg_sparql_workers_{name}", text, value=figures[name])
        if "killed" in figures:
            yield CounterMetricFamily(
                "imaging_kg_sparql_workers_killed", "SPARQL workers killed at a deadline or for a client that left",
                value=figures["killed"],
            )  # fmt: skip
        if "swaps" in figures:
            yield CounterMetricFamily("imaging_kg_release_swaps", "Times that a newer release took over", value=figures["swaps"])


class Metrics:
    """The service's figures, in a registry of their own so that two services in one process do not meet.

    Args:
        figures: The pool's ``size``, ``processes``, ``waiting`` and ``killed``, and the number of ``swaps``; nothing while there is none.
    """

    def __init__(self, figures: Callable[[], Mapping[str, int]]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "imaging_kg_requests",
            "Requests by method, path pattern and status",
            ("method", "path", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "imaging_kg_request_seconds", "Seconds to the end of the answer, by path pattern", ("path",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.queries = Counter("imaging_kg_sparql_queries", "SPARQL queries by outcome", ("outcome",), registry=self.registry)
        self.registry.register(_Workers(figures))

    def count(self, seen: Exchange) -> None:
        """Count and time a request. Unmatched paths are one, so that a stranger cannot make labels."""
        status = seen.status or _LEFT
        method = seen.method if seen.method in _METHODS else "other"
        self.requests.labels(method, seen.path, str(status)).inc()
        self.seconds.labels(seen.path).observe(seen.seconds)
        if seen.path == "/sparql":
            self.queries.labels(_outcome(status)).inc()

    def page(self, accept: str) -> tuple[bytes, str]:
        """The figures as text and its media type, in the exposition format that the client asks for."""
        encode, kind = choose_encoder(accept)
        return encode(self.registry), kind


def _outcome(status: int) -> str:
    if status < 400:
        return "answered"
    return _OUTCOMES.get(status, "failed" if status >= 500 else "refused")
