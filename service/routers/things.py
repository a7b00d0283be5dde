"""Every other thing of ours: series, organisations, sources and their records, relations, graphs, the build; the VoID description."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import RedirectResponse, Response

from kg.catalogue.triples import CATALOG
from kg.export.dcat import catalogue_dcat, release_dcat
from kg.export.describe import document_triples, graph_of, is_known, members_of
from kg.export.void import KG, LICENCE
from kg.namespaces import BASE, EXAMPLES, VOID_GRAPH, curie
from kg.opened import OpenRelease
from kg.store.written import from_ntriples, write_triples
from kg.version import __version__
from service.current import release_of
from service.documented import documents, elsewhere
from service.documents import about_document, root_of, see_other, send, suffixed
from service.pages import rendered
from service.signposting import Signposts
from service.variants import GRAPH, THING, Variant, choose, split

__all__ = ["catalogue_body", "graph_response", "things_router"]

_KINDS: Final = {
    "series": "brats", "organisation": "acrin", "source": "curator", "relation": "abdomenatlas/derivedFrom/amos22",
    "graph": "catalogue", "activity": "build", "software": f"imaging-kg/{__version__}", "queries": "prefixes",
}  # fmt: skip
"""Kind of a thing → the name of one, as an example."""


def _title(members: Mapping[str, Sequence[tuple[str, ...]]], iri: str) -> str:
    """What the graph calls a thing, else its CURIE."""
    names = [members[p][0][0] for p in ("dcterms:title", "foaf:name", "rdfs:label") if p in members]
    return names[0] if names else curie(iri)


def _thing(request: Request, path: str, variant: Variant | None) -> Response:
    release = release_of(request)
    iri = f"{BASE.rstrip('/')}{quote(path, safe='/:@!$&()*+,;=~-._%')}"
    if not is_known(release.store, iri):
        raise HTTPException(404, f"nothing here is called {iri}")
    if variant is None:
        return see_other(request, path, THING)

    def make(chosen: Variant) -> bytes:
        if chosen.media != "text/html":
            return about_document(release, iri, path, chosen)
        members = members_of(release.store, iri)
        values = {"title": _title(members, iri), "members": members, "iri": iri, "doc": path}
        return rendered(request, "thing.html", values | {"variants": [v for v in THING if v.is_metadata]})

    return send(request, Signposts(iri, path, THING, licence_of_text=str(LICENCE)), variant, make)


def graph_response(request: Request, graph: str, path: str, thing: str, variant: Variant | None) -> Response:
    """A named graph as a document."""
    release = release_of(request)
    if variant is None:
        return see_other(request, path, GRAPH)

    def make(chosen: Variant) -> bytes:
        if chosen.media == "text/html":
            members = members_of(release.store, thing)
            values = {"title": _title(members, thing), "members": members, "iri": thing, "doc": path}
            return rendered(request, "thing.html", values | {"variants": [v for v in GRAPH if v.is_metadata]})
        own = document_triples(f"{BASE.rstrip('/')}{path}.{chosen.suffix}", thing)
        return write_triples([*from_ntriples(graph_of(release.store, graph)), *own], chosen.media)

    return send(request, Signposts(thing, path, GRAPH, (), (str(LICENCE),)), variant, make)


def catalogue_body(release: OpenRelease, document: str, media: str, *, deep: bool) -> bytes:
    """The DCAT catalogue of a release."""
    m = release.manifest
    triples = (
        *catalogue_dcat(release.records, m.id, deep=deep), *release_dcat(m.version_iri, m.id, m.software),
        *document_triples(document, str(CATALOG)),
    )  # fmt: skip
    return write_triples(triples, media)


def _catalogue(request: Request, variant: Variant | None) -> Response:
    """The catalogue: to read as the list of datasets, in RDF as DCAT with every dataset in full."""
    release = release_of(request)
    if variant is None:
        return see_other(request, "/catalogue", THING)
    if variant.media == "text/html":
        return RedirectResponse(f"{root_of(request)}/dataset", 303, headers={"Vary": "Accept"})
    posts = Signposts(str(CATALOG), "/catalogue", THING, ("https://schema.org/DataCatalog",), (str(LICENCE),))
    return send(request, posts, variant, lambda v: _whole_catalogue(release, v))


@lru_cache(maxsize=8)
def _whole_catalogue(release: OpenRelease, variant: Variant) -> bytes:
    """It takes seconds to write and is the same until the next release."""
    return catalogue_body(release, f"{BASE}catalogue.{variant.suffix}", variant.media, deep=True)


def things_router() -> APIRouter:
    """The router of what is neither a dataset nor a concept."""
    router = APIRouter(tags=["linked data"])

    @router.get("/.well-known/void", summary="The VoID description", response_class=Response, status_code=302,
             responses=elsewhere(302))  # fmt: skip
    def well_known_void(request: Request) -> Response:
        """302 to the description, Turtle unless the client wants another form."""
        chosen = choose((*GRAPH[1:], GRAPH[0]), request.headers.get("accept")) or GRAPH[1]
        return RedirectResponse(f"{root_of(request)}/void.{chosen.suffix}", 302, headers={"Vary": "Accept"})

    @router.get("/void", summary="What is in the graph, counted", response_class=Response, responses=documents(GRAPH))
    def void(request: Request) -> Response:
        """303 to the document that the client wants."""
        return graph_response(request, str(VOID_GRAPH), "/void", str(KG), None)

    @router.get("/void.{suffix}", include_in_schema=False, response_class=Response)
    def void_as(request: Request, suffix: str) -> Response:
        """The description, by suffix."""
        return graph_response(request, str(VOID_GRAPH), "/void", str(KG), suffixed(suffix, GRAPH))

    @router.get("/.well-known/sparql-examples", summary="The example queries in RDF", response_class=Response, status_code=303,
             responses=elsewhere(303))  # fmt: skip
    def examples(request: Request) -> Response:
        """303 to the graph of the example queries."""
        chosen = choose((*GRAPH[1:], GRAPH[0]), request.headers.get("accept")) or GRAPH[1]
        return RedirectResponse(f"{root_of(request)}/graph/examples.{chosen.suffix}", 303, headers={"Vary": "Accept"})

    @router.get("/graph/examples.{suffix}", include_in_schema=False, response_class=Response)
    def example_graph(request: Request, suffix: str) -> Response:
        """The graph of the example queries."""
        return graph_response(request, str(EXAMPLES), "/graph/examples", str(EXAMPLES), suffixed(suffix, GRAPH))

    @router.get("/catalogue", summary="The DCAT catalogue", response_class=Response, responses=documents(THING))
    def catalogue(request: Request) -> Response:
        """303 to the document that the client wants; RDF holds every dataset in full (DCAT-AP 3)."""
        return _catalogue(request, None)

    @router.get("/catalogue.{suffix}", include_in_schema=False, response_class=Response)
    def catalogue_as(request: Request, suffix: str) -> Response:
        """The catalogue, by suffix."""
        return _catalogue(request, suffixed(suffix, THING))

    @router.get("/id/{kind}/{name:path}", summary="A thing of another kind", response_class=Response, responses=documents(THING))
    def by_id(
        request: Request,
        kind: Annotated[str, Path(description=f"One of {', '.join(_KINDS)}.", examples=["series"])],
        name: Annotated[str, Path(description="Its name, with or without a suffix.", examples=[_KINDS["series"]])],
    ) -> Response:
        """The same as without ``/id``: 303 to the document that the client wants."""
        if kind not in _KINDS:
            raise HTTPException(404, f"there is no kind {kind!r}; there are dataset, {', '.join(_KINDS)}")
        stem, variant = split(f"/{kind}/{name}", THING)
        return _thing(request, stem, variant)

    @router.get("/release/{name}", summary="A release of the graph", response_class=Response, status_code=303,
             responses=elsewhere(303))  # fmt: skip
    def release(request: Request, name: str) -> Response:
        """303 to its dumps."""
        return RedirectResponse(f"{root_of(request)}/dumps/{name}/", 303)

    for kind in _KINDS:
        router.get(
            f"/{kind}/{{name:path}}",
            summary=f"A thing: {kind}",
            response_class=Response,
            name=kind,
            responses=documents(THING),
        )(_by_kind(kind))
    return router


def _by_kind(kind: str) -> Callable[[Request, str], Response]:
    def thing(
        request: Request, name: Annotated[str, Path(description="Its name, with or without a suffix.", examples=[_KINDS[kind]])]
    ) -> Response:
        """303 to the document that the client wants, or the document by suffix."""
        stem, variant = split(f"/{kind}/{name}", THING)
        return _thing(request, stem, variant)

    return thing
