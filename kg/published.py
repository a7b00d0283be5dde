"""A release on a SPARQL server: the graphs that hold it, and the record by which it is known to be all there.

::

    ikgg:catalogue, ikgg:claims/…   the release's own graphs
    ikgg:union                      every one of them but the claims, each triple once: the default graph of a query
    ikgg:published                  the record: manifest, counts, small files. Written last, removed first; without it nothing is there
    ikgg:loading                    names the release that is being brought; gone when it is there

Whoever has opened a release there asks for the record again after each answer: since it goes before any graph is touched, an answer that
was there before the record went is of that release alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from rdflib import Literal, Namespace, URIRef
from rdflib.namespace import RDF, XSD

from kg.errors import QueryTimeout, QueryTooLarge, ReleaseChanging, ReleaseDamaged, StoreUnavailable
from kg.namespaces import DCTERMS, IKGG
from kg.release import QUALITY, QUALITY_PAGE, REVIEW, Manifest
from kg.store.address import credentials_for
from kg.store.dialects import DIALECTS
from kg.store.quads import lines_of
from kg.store.remote import Layout, RemoteStore

__all__ = ["FILES", "LOADING", "PUBLISHED", "UNION", "Published", "held", "open_published", "record_lines", "store_at"]

PUBLISHED: Final = IKGG.published
UNION: Final = IKGG.union
LOADING: Final = IKGG.loading
FILES: Final = (QUALITY, QUALITY_PAGE, REVIEW)
"""Files of a release that are no part of the graph and that the service shows."""

_VOID: Final = Namespace("http://rdfs.org/ns/void#")
_REMEDY: Final = "bring one there with: imaging-kg publish --to URL"
_ABOUT: Final = f"""SELECT ?manifest ?graph ?triples WHERE {{ GRAPH <{PUBLISHED}> {{
  ?release <{RDF.value}> ?manifest ; <{_VOID.subset}> ?graph . ?graph <{_VOID.triples}> ?triples }} }}"""

_WHICH: Final = f"SELECT ?id WHERE {{ GRAPH <{PUBLISHED}> {{ ?release a <{_VOID.Dataset}> ; <{DCTERMS.identifier}> ?id }} }}"
_LOOK: Final = 10.0  # seconds for a look at the record: a few triples


def _text_of(name: str) -> str:
    return f"""SELECT ?text WHERE {{ GRAPH <{PUBLISHED}> {{
  ?file <{DCTERMS.isPartOf}> ?release ; <{DCTERMS.identifier}> "{name}" ; <{RDF.value}> ?text }} }}"""


def record_lines(manifest: Manifest, triples: Mapping[str, int], files: Mapping[str, str]) -> list[str]:
    """The record of a release as N-Triples.

    Args:
        manifest: Its manifest.
        triples: Graph (IRI) → how many triples it has, the union included.
        files: Name of a file → its text.
    """
    release = URIRef(manifest.version_iri)
    found: list[tuple[URIRef, URIRef, URIRef | Literal]] = [
        (release, RDF.type, _VOID.Dataset),
        (release, DCTERMS.identifier, Literal(manifest.id)),
        (release, RDF.value, Literal(json.dumps(asdict(manifest), sort_keys=True, ensure_ascii=False))),
    ]
    for graph, count in triples.items():
        found += [(release, _VOID.subset, URIRef(graph)), (URIRef(graph), _VOID.triples, Literal(count, datatype=XSD.integer))]
    for name, text in files.items():
        file = URIRef(f"{release}/{name}")
        found += [(file, DCTERMS.isPartOf, release), (file, DCTERMS.identifier, Literal(name)), (file, RDF.value, Literal(text))]
    end = f" <{PUBLISHED}> .\n"
    return [line.removesuffix(end) + " .\n" for line in lines_of(found, PUBLISHED)]


@dataclass(frozen=True, slots=True)
class Published:
    """A release on a server.

    Attributes:
        manifest: What it says of itself.
        store: The server, asked for this release.
        record: The same, asked for the record, which is no part of the release.
        triples: Graph (IRI) → how many triples it has, the union included.
    """

    manifest: Manifest
    store: RemoteStore
    record: RemoteStore
    triples: Mapping[str, int]

    def file(self, name: str) -> bytes:
        """A file of the release that travels with it.

        Raises:
            ReleaseChanging: Another release is being brought, or has come.
            ReleaseDamaged: It is not there, or not what the manifest says.
        """
        rows = self.record.select(_text_of(name)).rows if name in FILES else ()
        body = str(rows[0][0]).encode() if rows else b""
        if hashlib.sha256(body).hexdigest() != self.manifest.files.get(name):
            _stands(self.record, self.manifest.id)
            raise ReleaseDamaged(self.store.endpoint, f"has no {name}, or an altered one", "publish the release there again")
        return body

    def nquads(self) -> bytes:
        """The whole graph as N-Quads, one graph after the other.

        Raises:
            ReleaseDamaged: A graph comes with fewer triples than it has: the server cuts its answers.
        """
        parts: list[bytes] = []
        for graph in self.store.layout.named if self.store.layout else ():
            body = self.store.serialise(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", "application/n-triples"
            )
            lines = body.decode().splitlines()
            if len(set(lines)) != self.triples[graph]:
                raise ReleaseDamaged(
                    self.store.endpoint,
                    f"sends {len(set(lines)):,} of the {self.triples[graph]:,} triples of <{graph}>",
                    "let it give larger answers, or read a release from a folder",
                )
            parts.extend(f"{line.rstrip(' .')} <{graph}> .\n".encode() for line in lines)
        return b"".join(parts)


def store_at(url: str, kind: str = "auto", *, timeout: float = 60) -> RemoteStore:
    """A server, whatever it holds; arguments and errors as of :func:`open_published`."""
    if kind not in {"auto", *DIALECTS}:
        raise StoreUnavailable(f"no kind of server is called {kind!r}; there is auto, {', '.join(DIALECTS)}")
    return RemoteStore(url, timeout, credentials=credentials_for(url), dialect=DIALECTS.get(kind))


def held(server: RemoteStore) -> str:
    """The id of the release that a server holds, by the smallest query that tells it.

    Raises:
        ReleaseChanging: It holds none, or one that is being brought at this moment.
        StoreUnavailable: It does not answer within ten seconds.
    """
    try:
        rows = server.laid_out(None, timeout=_LOOK).select(_WHICH).rows
    except QueryTimeout:
        reason = f"{server.endpoint} does not say within {_LOOK:g} seconds which release it holds"
        raise StoreUnavailable(reason) from None
    if len(rows) != 1:
        raise ReleaseChanging(f"one is being brought to {server.endpoint}")
    return str(rows[0][0])


def _stands(server: RemoteStore, release: str) -> None:
    """See that a server holds a release still.

    Raises:
        ReleaseChanging: It does not.
    """
    found = held(server)
    if found != release:
        raise ReleaseChanging(f"{server.endpoint} holds {found} now, and this was opened on {release}")


def open_published(url: str, *, timeout: float = 60, kind: str = "auto", graphs: Iterable[str] | None = None) -> Published:
    """Find the release that a server holds.

    Args:
        url: Address of its query endpoint.
        timeout: Seconds that a query may take.
        kind: What kind of server it is, one of :data:`kg.store.dialects.DIALECTS`; "auto" recognises it.
        graphs: Further graphs that FROM may name.

    Raises:
        StoreUnavailable: No SPARQL server answers there.
        ReleaseDamaged: It holds no release, or one that is being brought at this moment.
    """
    server = store_at(url, kind, timeout=timeout)
    try:
        rows = server.select(_ABOUT).rows
    except QueryTooLarge as error:
        raise ReleaseDamaged(url, f"gives only {error.limit} rows for a query", "let it give more") from error
    if not rows:
        raise ReleaseDamaged(url, f"holds no release, or one that is being brought (it has no graph <{PUBLISHED}>)", _REMEDY)
    texts = {str(manifest) for manifest, _, _ in rows}
    try:
        (text,) = texts
        manifest = Manifest(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise ReleaseDamaged(url, f"has a record that is no manifest ({error})", "publish the release there again") from error
    triples = {str(graph): int(str(count)) for _, graph, count in rows}
    named = tuple(sorted({*triples, *(graphs or ())} - {str(UNION)}))
    store = server.laid_out(Layout(str(UNION), named), proof=partial(_stands, server, manifest.id))
    return Published(manifest, store, server, triples)
