"""The pages to begin at: home, search, the list of datasets."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.catalogue.triples import CATALOG
from kg.export.schema_org import catalogue_schema_org
from kg.export.void import LICENCE
from kg.namespaces import BASE, DCAT
from kg.opened import OpenRelease
from service.conditional import respond
from service.current import release_of
from service.documented import problems, sent
from service.documents import root_of
from service.pages import CSP, page, rendered, script_text
from service.routers.things import catalogue_body
from service.signposting import Link
from service.wanted import accepted, wanted

__all__ = ["site_router"]

_HOME: Final = ("text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
_DUMPS: Final = {"imaging-kg.nq.gz": "application/n-quads", "imaging-kg.sqlite": "application/vnd.sqlite3"}
_QUESTIONS: Final = 6
_PAGE: Final = sent("text/html", description="The page.")


def _home_links(root: str, release: OpenRelease) -> str:
    """The signposts of the graph as a whole: our own publication, with its files."""
    dumps = f"{root}/dumps/{release.manifest.id}"
    links = [
        Link(BASE, "cite-as"), Link("https://schema.org/AboutPage", "type"), Link(str(DCAT.Catalog), "type"),
        Link("https://schema.org/DataCatalog", "type"), Link(str(LICENCE), "license"), Link(f"{root}/sparql", "service"),
        *(Link(f"{root}/catalogue.{s}", "describedby", m) for s, m in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"))),
        Link(f"{root}/void.ttl", "describedby", "text/turtle"),
        *(Link(f"{dumps}/{name}", "item", media) for name, media in _DUMPS.items()),
        Link(f"{root}/.well-known/api-catalog", "api-catalog", "application/linkset+json"),
        Link(f"{root}/.well-known/api-catalog", "linkset", "application/linkset+json"),
        Link(f"{root}/v1/openapi.json", "service-desc", "application/json"), Link(f"{root}/docs", "service-doc", "text/html"),
        Link(f"{root}/opensearch.xml", "search", "application/opensearchdescription+xml"),
    ]  # fmt: skip
    return ", ".join(link.text() for link in links)


def _home(request: Request) -> Response:
    release = release_of(request)
    chosen = wanted(accepted(request), _HOME)
    headers = {"Vary": "Accept", "Link": _home_links(root_of(request), release)}
    if chosen != "text/html":
        return respond(request, catalogue_body(release, BASE, chosen, deep=False), chosen, headers)
    dumps = {f"{request.app.state.settings.public}dumps/{release.manifest.id}/{n}": m for n, m in _DUMPS.items()}
    body = rendered(request, "home.html", {
        "manifest": release.manifest, "iri": str(CATALOG), "jsonld": script_text(catalogue_schema_org((), dumps)),
        "questions": list(request.app.state.examples.values())[:_QUESTIONS],
    })  # fmt: skip
    return respond(request, body, "text/html; charset=utf-8", headers | {"Content-Security-Policy": CSP})


def _list(request: Request, number: int, size: int) -> Response:
    """A page of the list, with links to its neighbours (RFC 8288)."""
    release = release_of(request)
    records = list(release.records.values())
    last = max(1, -(-len(records) // size))
    if number > last:
        raise HTTPException(404, f"the list has {last} pages of {size}")

    def at(n: int) -> str:
        return f"{root_of(request)}/dataset?{urlencode({'page': n, 'size': size})}"

    rels = (
        {"first": 1, "last": last}
        | ({"prev": number - 1} if number > 1 else {})
        | ({"next": number + 1} if number < last else {})
    )
    shown = records[(number - 1) * size : number * size]
    links = ", ".join(f'<{at(n)}>; rel="{rel}"' for rel, n in rels.items())
    values: dict[str, Any] = {
        "records": shown, "total": len(records), "number": number, "last": last, "first_row": (number - 1) * size + 1,
        "links": {rel: at(n) for rel, n in rels.items()},
    }  # fmt: skip
    body = rendered(request, "datasets.html", values)
    return respond(request, body, "text/html; charset=utf-8", {"Vary": "Accept", "Link": links, "Content-Security-Policy": CSP})


def site_router() -> APIRouter:
    """The router of the pages to begin at."""
    router = APIRouter(tags=["pages"])

    @router.get("/", summary="Home; the catalogue in RDF", response_class=Response,
             responses=sent(*_HOME, description="The page, or the catalogue.") | problems(406))  # fmt: skip
    def home(request: Request) -> Response:
        """What this is, with a search; the DCAT catalogue, its datasets by name, for who asks for RDF."""
        return _home(request)

    @router.get("/search", summary="Search, for people", response_class=Response, responses=_PAGE)
    def search(request: Request, q: Annotated[str, Query(max_length=1000, description="Your own words.")] = "") -> Response:
        """The page of ``/v1/search``."""
        body = release_of(request).search(q, 30) if q.strip() else None
        return page(request, "search.html", {"q": q, "body": body})

    @router.get("/dataset", summary="The list of datasets, for people", response_class=Response, responses=_PAGE | problems(404))
    def datasets(
        request: Request,
        number: Annotated[int, Query(alias="page", ge=1, description="Which page, from 1.")] = 1,
        size: Annotated[int, Query(ge=1, le=500, description="Datasets on a page.")] = 100,
    ) -> Response:
        """Every dataset by id, a page at a time; ``/v1/datasets`` is the same for programs."""
        return _list(request, number, size)

    @router.get("/datasets", include_in_schema=False)
    def plural(request: Request) -> Response:
        """What people type."""
        return RedirectResponse(f"{root_of(request)}/dataset", 301)

    return router
