"""What machines look for at fixed places: API catalogue, sitemap, robots, OpenSearch, llms.txt, security.txt."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from kg.namespaces import BASE
from service.conditional import released, respond
from service.current import release_of
from service.documented import sent
from service.documents import json_bytes

__all__ = ["wellknown_router"]

_API_PROFILE: Final = "https://www.rfc-editor.org/info/rfc9727"
_VALID: Final = timedelta(days=180)  # how long a security.txt may be relied on (RFC 9116, 2.5.5)


def _public(request: Request) -> str:
    found: str = request.app.state.settings.public
    return found


def _api_catalog(request: Request) -> Response:
    public = _public(request)
    apis = {
        "v1": ("v1/openapi.json", "application/vnd.oai.openapi+json", "docs"),
        "sparql": ("sparql", "text/turtle", "examples"),
    }
    members: list[dict[str, Any]] = [
        {
            "anchor": f"{public}{path}",
            "service-desc": [{"href": f"{public}{described}", "type": media}],
            "service-doc": [{"href": f"{public}{doc}", "type": "text/html"}],
            "service-meta": [{"href": f"{public}void.ttl", "type": "text/turtle"}],
            "status": [{"href": f"{public}readyz", "type": "application/json"}],
        }
        for path, (described, media, doc) in apis.items()
    ]
    items = [{"href": member["anchor"]} for member in members]
    whole = {
        "anchor": f"{public}.well-known/api-catalog", "item": items, "describedby": [{"href": f"{public}catalogue.ttl", "type": "text/turtle"}],
    }  # fmt: skip
    headers = {"Link": f'<{public}.well-known/api-catalog>; rel="api-catalog"'}
    media = f'application/linkset+json; profile="{_API_PROFILE}"'
    return respond(request, json_bytes({"linkset": [whole, *members]}), media, headers)


def _sitemap(request: Request) -> Response:
    """Every page that is worth an index: home, list, datasets, concepts that a dataset has, examples."""
    release = release_of(request)
    public, day = _public(request), released(release).date().isoformat()
    own = f"{BASE}ontology/"
    concepts = [
        c["iri"].replace(BASE, "") if c["iri"].startswith(own) else f"term/{c['curie']}"
        for c in release.concepts()
        if c["datasets"]
    ]
    paths = [
        "", "dataset", "examples.html", "ontology.html", "prefixes.html", *(f"dataset/{slug}.html" for slug in release.records),
        *(f"{path}.html" for path in sorted(concepts)), *(f"examples/{name}.html" for name in request.app.state.examples),
    ]  # fmt: skip
    lines = "".join(f"<url><loc>{escape(public + path)}</loc><lastmod>{day}</lastmod></url>\n" for path in paths)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n'
    return respond(request, text.encode(), "application/xml", {})


def _robots(request: Request) -> str:
    return (
        "User-agent: *\nAllow: /\nDisallow: /sparql?\nDisallow: /search?\nDisallow: /v1/search\nDisallow: /examples/*/run\n"
        f"\nSitemap: {_public(request)}sitemap.xml\n"
    )


def _opensearch(request: Request) -> str:
    public = escape(_public(request))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>imaging-kg</ShortName>
<Description>Open medical-imaging datasets, searched by meaning</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template="{public}search?q={{searchTerms}}"/>
<Url type="application/json" template="{public}v1/search?q={{searchTerms}}"/>
<Image height="16" width="16" type="image/svg+xml">{public}static/icon.svg</Image>
</OpenSearchDescription>
"""


def _llms(request: Request) -> str:
    release = release_of(request)
    public, counts = _public(request), release.manifest.counts
    return f"""# imaging-kg

> {counts["datasets"]:,} open medical-imaging datasets as a knowledge graph: modality, anatomy, condition, task, size,
> access and licence of each, with the source of every fact. An OWL ontology (UBERON, MONDO and classes of our own) says what follows.
> Read-only; no key is needed.

Unknown is a value and never means yes. Asserted and inferred facts stand in different named graphs.

## Ask
- [Search by meaning]({public}v1/search?q=brain+MRI+segmentation): text in, datasets out, with the reading and the reasons
- [SPARQL 1.1]({public}sparql): GET or POST `query=`; the default graph is the union of all graphs but the claims
- [Example queries]({public}examples.json): {len(request.app.state.examples)} questions in SPARQL; `/examples/ID/run?NAME=VALUE` answers
- [OpenAPI]({public}v1/openapi.json): search, suggest, datasets, concepts, fusion, explain

## Read
- [List of datasets]({public}dataset) and, per dataset, `dataset/ID` with `.ttl`, `.jsonld`, `.croissant.json`, `.dcat.ttl`, `.bib`
- [Ontology]({public}ontology.ttl) and, per concept, `term/CURIE`, by a CURIE of any mapped terminology: `term/RADLEX:RID1301`
- [Prefixes]({public}prefixes.json), [VoID description]({public}void.ttl), [DCAT catalogue]({public}catalogue.ttl)

## Take all
- [Dumps]({public}dumps/latest/): N-Quads, Turtle, CSV, Parquet, SQLite
"""


def _security(request: Request) -> str:
    contact = request.app.state.settings.contact
    if not contact:
        raise HTTPException(404, "this service names no contact; its operator sets IMAGING_KG_CONTACT")
    expires = (datetime.now(UTC) + _VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {contact}\nExpires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en\n"
        f"Canonical: {_public(request)}.well-known/security.txt\n"
    )


def wellknown_router() -> APIRouter:
    """The router of fixed places."""
    router = APIRouter(tags=["fixed places"])

    @router.get("/.well-known/api-catalog", summary="The APIs that there are (RFC 9727)", response_class=Response,
             responses=sent("application/linkset+json", description="The link set."))  # fmt: skip
    def api_catalog(request: Request) -> Response:
        """A link set: each API with its description, its documentation and its state."""
        return _api_catalog(request)

    @router.get("/sitemap.xml", summary="Every page, for search engines", response_class=Response,
             responses=sent("application/xml", description="The site map."))  # fmt: skip
    def sitemap(request: Request) -> Response:
        """The protocol of sitemaps.org; ``lastmod`` is the day on which this release came here."""
        return _sitemap(request)

    for path, text, media in (
        ("/robots.txt", _robots, "text/plain; charset=utf-8"),
        ("/opensearch.xml", _opensearch, "application/opensearchdescription+xml"),
        ("/llms.txt", _llms, "text/markdown; charset=utf-8"),
        ("/.well-known/security.txt", _security, "text/plain; charset=utf-8"),
    ):
        router.get(path, include_in_schema=False, response_class=Response)(_plain(text, media))

    return router


def _plain(text: Any, media: str) -> Any:
    def answer(request: Request) -> Response:
        return respond(request, text(request).encode(), media, {})

    return answer
