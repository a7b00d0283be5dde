"""Publishing, step by step. What is being brought is no release until every graph of it has been counted.

The record of the old release goes first and that of the new one comes last; between them nobody can open either. To exchange a release
without a gap, publish to a second store and let the readers change over: moving staged graphs into place was tried, and is slower than
bringing them (Oxigraph), or more than one transaction holds (Virtuoso).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.errors import PublishingFailed
from kg.namespaces import DCTERMS, IKGG
from kg.publish.plan import BATCH, LARGEST_BATCH, Plan, batches, has_blank_nodes
from kg.publish.target import Target
from kg.published import LOADING, PUBLISHED, UNION, record_lines
from kg.release import Manifest

__all__ = ["Step", "publish"]

_AGAIN: Final = "publish again without --resume"


@dataclass(frozen=True, slots=True)
class Step:
    """Where it stands: what is done, and how many of all triples have been brought."""

    what: str
    brought: int


def publish(
    manifest: Manifest,
    plan: Plan,
    files: Mapping[str, str],
    target: Target,
    *,
    resume: bool = False,
    batch: int = BATCH,
    tick: Callable[[Step], None] = lambda _: None,
) -> dict[str, int]:
    """Bring a release to a server and make it the one that is there.

    Args:
        manifest: Its manifest.
        plan: Its graphs.
        files: The files that travel with it, by name.
        target: The server.
        resume: Go on where a run that was stopped has left off.
        batch: Triples a request.
        tick: Called after each portion.

    Returns:
        Graph (IRI) → its triples, as counted on the server at the end.

    Raises:
        PublishingFailed: The server refuses something, or a graph there has not as many triples as here; says which.
        StoreUnavailable: The server does not answer.
    """
    expected = {graph: len(lines) for graph, lines in plan.graphs.items()} | {str(UNION): plan.union}
    resuming = resume and _begun(target) == manifest.id
    if not resuming:
        _begin(target, manifest.id)
    brought = 0
    for graph, lines in plan.graphs.items():
        for sent in _bring(target, graph, lines, batch, resume=resuming):
            tick(Step(graph.removeprefix(str(IKGG)), brought + sent))
        brought += len(lines)
    tick(Step("uniting", brought))
    if target.count(str(UNION)) != plan.union:
        target.update(f"DROP SILENT GRAPH <{UNION}>")
        for graph in plan.united:
            target.update(f"ADD <{graph}> TO <{UNION}>")
            tick(Step("uniting", brought))
    tick(Step("counting", brought))
    _compare(target, expected)
    # By an update on every server: the record holds a page of HTML, for which Virtuoso's graph store takes the whole of it.
    record = "".join(record_lines(manifest, expected, files))
    target.update(f"DROP SILENT GRAPH <{LOADING}> ;\nINSERT DATA {{ GRAPH <{PUBLISHED}> {{\n{record}}} }}")
    return expected


def _begun(target: Target) -> str | None:
    """The id of the release that is being brought there."""
    rows = target.store.select(f"SELECT ?id WHERE {{ GRAPH <{LOADING}> {{ ?release <{DCTERMS.identifier}> ?id }} }}").rows
    return str(rows[0][0]) if len(rows) == 1 else None


def _begin(target: Target, release: str) -> None:
    """Take away the record, then everything else of ours, and say what is being brought."""
    target.update(f"DROP SILENT GRAPH <{PUBLISHED}> ;\nDROP SILENT GRAPH <{LOADING}>")
    for graph in target.graphs(str(IKGG)):
        target.update(f"DROP SILENT GRAPH <{graph}>")
    target.update(f'INSERT DATA {{ GRAPH <{LOADING}> {{ <{LOADING}> <{DCTERMS.identifier}> "{release}" }} }}')


def _bring(target: Target, graph: str, lines: Sequence[str], size: int, *, resume: bool) -> Iterable[int]:
    """Bring one graph; yields how many of its lines are there after each portion."""
    there = target.count(graph) if resume else 0
    if there == len(lines):
        yield there
        return
    start = 0
    if there and has_blank_nodes(lines):
        target.update(f"DROP SILENT GRAPH <{graph}>")  # sent again they would be other nodes
    elif there:
        # A portion that was cut off may be there in any part, so the last that can have been is sent again: a graph is a set.
        start = max(0, min(there, len(lines)) - LARGEST_BATCH)
    sent = start
    for portion in batches(lines[start:], min(size, LARGEST_BATCH)):
        target.add(graph, portion)
        sent += len(portion)
        yield sent


def _compare(target: Target, expected: Mapping[str, int]) -> None:
    counted = {graph: target.count(graph) for graph in expected}
    wrong = [f"<{g}> has {n:,} triples and {counted[g]:,} of them are there" for g, n in expected.items() if counted[g] != n]
    if wrong:
        raise PublishingFailed(f"{target.address}: {'; '.join(wrong)}", _AGAIN)
