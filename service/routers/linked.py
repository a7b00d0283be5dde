"""Linked data: every IRI of ours leads to a document about it, in the format that the client wants (Cool URIs, section 4)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.errors import UnknownConcept, UnknownDataset
from kg.knowledge.criteria import PROPERTY_OF
from kg.namespaces import IKG, IKGD, curie, expand
from kg.opened import OpenRelease
from service.negotiate import DOCUMENTS, SUFFIXES, best
from service.pages import page, schema_org
from service.problems import TABLE

__all__ = ["linked_router"]

_ABOUT: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT {{ <{iri}> ?p ?o . ?o rdfs:label ?label . ?part ?pp ?po }} WHERE {{
  {{ <{iri}> ?p ?o . OPTIONAL {{ ?o rdfs:label ?label }} }}
  UNION {{ <{iri}> ?link ?part . ?part ?pp ?po . FILTER(STRSTARTS(STR(?part), "{iri}#")) }}
}}"""
_TYPES: Final = {kind: suffix for suffix, kind in SUFFIXES.items()}


def _see_other(request: Request, path: str) -> Response:
    chosen = best(request.headers.get("accept"), DOCUMENTS)
    if chosen is None:
        raise HTTPException(406, f"there is {', '.join(DOCUMENTS)}", {"Vary": "Accept"})
    return RedirectResponse(f"{path}.{_TYPES[chosen]}", 303, headers={"Vary": "Accept"})


def _links(path: str, iri: str) -> str:
    variants = [f'<{path}.{suffix}>; rel="alternate"; type="{kind}"' for suffix, kind in SUFFIXES.items()]
    return ", ".join([f'<{iri}>; rel="describes"', *variants])


def _split(name: str) -> tuple[str, str | None]:
    """A path's name and the format that its suffix asks for, if it asks."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and suffix in SUFFIXES else (name, None)


def _document(request: Request, path: str, iri: str, suffix: str, html: tuple[str, dict[str, Any]]) -> Response:
    headers = {"Link": _links(path, iri), "Content-Location": f"{path}.{suffix}", "Vary": "Accept"}
    if suffix == "html":
        return page(request, html[0], html[1], headers)
    kind = SUFFIXES[suffix]
    body = request.app.state.sparql.run(_ABOUT.format(iri=iri), kind)
    return Response(body, media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, headers=headers)


def _dataset(request: Request, name: str) -> Response:
    release: OpenRelease = request.app.state.release
    slug, suffix = _split(name)
    if slug not in release.knowledge.datasets:
        raise UnknownDataset(slug, _near(release, slug))
    path = f"/dataset/{slug}"
    if suffix is None:
        return _see_other(request, path)
    shown = release.show(slug) if suffix == "html" else {}
    values = {"dataset": shown, "jsonld": schema_org(shown)} if shown else {}
    return _document(request, path, str(IKGD[slug]), suffix, ("dataset.html", values))


def _near(release: OpenRelease, text: str) -> tuple[str, ...]:
    try:
        return (release.knowledge.dataset(text).id,)
    except UnknownDataset as error:
        return tuple(error.suggestions)


def _term(request: Request, path: str, iri: str, suffix: str | None) -> Response:
    release: OpenRelease = request.app.state.release
    if iri not in release.knowledge.concepts and not _is_property(request, iri):
        raise UnknownConcept(curie(iri), release.knowledge.lexicon.nearest(curie(iri).partition(":")[2]))
    if suffix is None:
        return _see_other(request, path)
    values: dict[str, Any] = {}
    if suffix == "html":
        values = {"concept": _concept_values(release, iri), "iri": iri}
    return _document(request, path, iri, suffix, ("term.html", values))


def _is_property(request: Request, iri: str) -> bool:
    found = request.app.state.sparql.run(f"ASK {{ <{iri}> a ?type }}", "text/csv")
    return bool(found.strip() == b"true")


def _concept_values(release: OpenRelease, iri: str) -> dict[str, Any] | None:
    if iri not in release.knowledge.concepts:
        return None
    facet = release.knowledge.concepts[iri].facet
    prop = PROPERTY_OF.get(facet, facet)
    users = [release.summary(d) for d in release.knowledge.datasets.values() if d.has(prop, iri)]
    return release.concept(iri) | {"users": users[:200], "total": len(users)}


def linked_router() -> APIRouter:
    """The router of pages and things."""
    router = APIRouter(tags=["linked data"])

    @router.get("/", summary="Home", response_class=Response)
    def home(request: Request) -> Response:
        """What this is, with a search."""
        return page(request, "home.html", {"manifest": request.app.state.release.manifest})

    @router.get("/search", summary="Search, for people", response_class=Response)
    def search(request: Request, q: Annotated[str, Query(max_length=1000)] = "") -> Response:
        """The page of ``/v1/search``."""
        body = request.app.state.release.search(q, 30) if q.strip() else None
        return page(request, "search.html", {"q": q, "body": body})

    @router.get("/id/dataset/{name}", summary="A dataset (the thing)", response_class=Response)
    @router.get("/dataset/{name}", summary="A dataset: 303 to its document, or the document by suffix", response_class=Response)
    def dataset(request: Request, name: str) -> Response:
        """303 to the document that the client wants; ``.html .ttl .nt .rdf .jsonld`` are the documents."""
        return _dataset(request, name)

    @router.get("/ontology/{name}", summary="A class or property of ours", response_class=Response)
    def own_term(request: Request, name: str) -> Response:
        """303 to the document that the client wants, or the document by suffix."""
        local, suffix = _split(name)
        return _term(request, f"/ontology/{local}", str(IKG[local]), suffix)

    @router.get("/term/{name}", summary="A concept by CURIE of any mapped terminology", response_class=Response)
    def term(request: Request, name: str) -> Response:
        """303 to the document that the client wants, or the document by suffix."""
        text, suffix = _split(name)
        iri = request.app.state.release.knowledge.concept(text).iri if expand(text) != text else expand(text)
        return _term(request, f"/term/{curie(iri)}", iri, suffix)

    @router.get("/resolve", summary="Where is this IRI described?", response_class=Response)
    def resolve(request: Request, iri: Annotated[str, Query(max_length=2000)]) -> Response:
        """303 to the document about a thing that is named by its IRI, ours or that of a mapped terminology."""
        if iri.startswith(str(IKGD)):
            return _dataset(request, iri.removeprefix(str(IKGD)))
        return _see_other(request, f"/term/{curie(request.app.state.release.knowledge.concept(iri).iri)}")

    @router.get("/errors/{slug}", summary="What a problem type means")
    def problem_type(slug: str) -> dict[str, Any]:
        """A problem's type, status and meaning."""
        found = next(((e, k) for e, k in TABLE.items() if k.slug == slug), None)
        if found is None:
            raise HTTPException(404, f"there is no problem type {slug!r}")
        return {"type": slug, "title": found[1].title, "status": found[1].status, "meaning": (found[0].__doc__ or "").strip()}

    return router
