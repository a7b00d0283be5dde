"""Concepts, by their own IRI, by CURIE and by any mapped identifier; the ontology and its versions; ``/resolve``."""

from functools import lru_cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.errors import QuestionError, UnknownConcept
from kg.export.describe import document_triples, graph_of, is_known, members_of, uses_of
from kg.export.schema_org import term_schema_org
from kg.export.void import LICENCE
from kg.model import FACETS
from kg.namespaces import BASE, IKG, IKGD, MODULE, ONTOLOGY, curie, expand
from kg.opened import OpenRelease
from kg.queries import Kind, written
from kg.store.written import from_ntriples, write_triples
from service.current import release_of
from service.documented import documents, elsewhere, problems
from service.documents import about_document, json_bytes, root_of, see_other, send
from service.pages import local, rendered, script_text
from service.routers.linked import dataset_response
from service.signposting import Signposts
from service.variants import GRAPH, TERM, THING, Variant, split

__all__ = ["terms_router"]

_WHOLE: Final = (*GRAPH, Variant("owl", "application/rdf+xml"))
_TERM: Final = "https://schema.org/DefinedTerm"


def _checked(iri: str) -> str:
    """An IRI that may stand in a query."""
    try:
        return written(iri, Kind.IRI).removeprefix("<").removesuffix(">")
    except QuestionError as error:
        raise HTTPException(404, f"{iri!r} is no IRI, nor a CURIE with a known prefix") from error


def _path(iri: str) -> str:
    return f"/{iri.removeprefix(BASE)}" if iri.startswith(str(IKG)) else f"/term/{curie(iri)}"


def _term(request: Request, iri: str, variant: Variant | None) -> Response:
    """The document of a concept, or of a property or another term of ours."""
    release = release_of(request)
    concept = iri in release.knowledge.concepts
    if not concept and not (iri.startswith(BASE) and is_known(release.store, _checked(iri))):
        name = curie(iri).partition(":")[2] or iri
        near = release.knowledge.lexicon.nearest(name)
        raise HTTPException(404, f"no term is called {curie(iri)!r}" + (f"; did you mean {', '.join(near[:5])}?" if near else ""))
    variants = TERM if concept else THING
    if variant is None:
        return see_other(request, _path(iri), variants)
    if variant not in variants:
        raise HTTPException(404, f"of {curie(iri)} there is no document .{variant.suffix}")
    posts = Signposts(iri, _path(iri), variants, (_TERM,) if concept else (), (), f"{BASE}ontology", licence_of_text=str(LICENCE))
    return send(request, posts, variant, lambda chosen: _body(request, release, iri, chosen))


def _body(request: Request, release: OpenRelease, iri: str, variant: Variant) -> bytes:
    concept = iri in release.knowledge.concepts
    if variant.media == "application/json":
        return json_bytes(release.concept(iri) | {"usedBy": uses_of(release.knowledge, iri)})
    if variant.media != "text/html":
        return about_document(release, iri, _path(iri), variant)
    common = {"doc": _path(iri), "variants": [v for v in (TERM if concept else THING) if v.is_metadata], "iri": iri}
    if not concept:
        return rendered(request, "thing.html", common | {"title": curie(iri), "members": members_of(release.store, iri)})
    found = release.concept(iri)
    values: dict[str, Any] = {
        "concept": found,
        "uses": uses_of(release.knowledge, iri),
        "jsonld": script_text(term_schema_org(found)),
    }
    return rendered(request, "term.html", common | values)


def _named(request: Request, text: str) -> str:
    """The IRI that a CURIE of any mapped terminology stands for, or the text itself when nothing is known by it."""
    knowledge = release_of(request).knowledge
    iri = expand(text)
    try:
        return str(knowledge.concept(text).iri) if iri != text else iri
    except UnknownConcept:
        return iri


@lru_cache(maxsize=8)
def _ontology(release: OpenRelease, variant: Variant, path: str) -> bytes:
    said = from_ntriples(graph_of(release.store, str(ONTOLOGY)))
    return write_triples(
        [*said, *document_triples(f"{BASE.rstrip('/')}{path}.{variant.suffix}", str(MODULE["imaging-kg"]))], variant.media
    )


def _version(release: OpenRelease) -> str:
    query = f"SELECT ?v {{ <{MODULE['imaging-kg']}> <http://www.w3.org/2002/07/owl#versionInfo> ?v }}"
    return str(release.store.select(query).rows[0][0])


def _whole(request: Request, path: str, variant: Variant | None) -> Response:
    release = release_of(request)
    variants = _WHOLE
    if variant is None:
        return see_other(request, path, variants)

    def make(chosen: Variant) -> bytes:
        if chosen.media != "text/html":
            return _ontology(release, chosen, path)
        facets = {facet: [c for c in release.concepts(facet) if c["datasets"]] for facet in FACETS}
        kinds = {facet: len(release.concepts(facet)) for facet in FACETS}
        values = {
            "facets": facets, "kinds": kinds, "version": _version(release), "doc": path, "variants": [v for v in variants if v.is_metadata],
            "ontology": members_of(release.store, str(MODULE["imaging-kg"])), "iri": str(MODULE["imaging-kg"]),
        }  # fmt: skip
        return rendered(request, "ontology.html", values)

    posts = Signposts(str(MODULE["imaging-kg"]), path, variants, ("http://www.w3.org/2002/07/owl#Ontology",), (str(LICENCE),))
    return send(request, posts, variant, make)


def terms_router() -> APIRouter:
    """The router of concepts and of the ontology."""
    router = APIRouter(tags=["linked data"])

    @router.get("/ontology", summary="The ontology", response_class=Response, responses=documents(_WHOLE))
    def ontology(request: Request) -> Response:
        """303 to the document that the client wants; ``.html .ttl .owl .rdf .nt .jsonld`` are the documents."""
        return _whole(request, "/ontology", None)

    @router.get("/ontology.{suffix}", include_in_schema=False, response_class=Response)
    def ontology_as(request: Request, suffix: str) -> Response:
        """The ontology, by suffix."""
        _, variant = split(f"ontology.{suffix}", _WHOLE)
        if variant is None:
            raise HTTPException(404, f"of the ontology there is no document .{suffix}")
        return _whole(request, "/ontology", variant)

    @router.get("/ontology/{name:path}", summary="A term of ours, or a version of the ontology", response_class=Response,
             responses=documents(TERM))  # fmt: skip
    def own_term(
        request: Request,
        name: Annotated[str, Path(description="Local name of a term, with or without a suffix.", examples=["CT"])],
    ) -> Response:
        """303 to the document that the client wants, or the document by suffix."""
        stem, variant = split(name, (*TERM, Variant("owl", "application/rdf+xml")))
        release = release_of(request)
        if not stem:  # the IRI of the namespace
            return _whole(request, "/ontology", variant)
        version = _version(release)
        if stem in {version, "module/imaging-kg", f"module/imaging-kg/{version}"}:
            return _whole(request, f"/ontology/{version}", variant)
        if stem.replace(".", "").isdecimal():
            raise HTTPException(404, f"this release has version {version} of the ontology, not {stem}")
        return _term(request, str(IKG[stem]), variant)

    @router.get("/term/{name:path}", summary="A concept by a CURIE of any mapped terminology", response_class=Response,
             responses=documents(TERM))  # fmt: skip
    def term(
        request: Request,
        name: Annotated[str, Path(description="A CURIE, with or without a suffix.", examples=["RADLEX:RID1301"])],
    ) -> Response:
        """303 to the document that the client wants, or the document by suffix."""
        text, variant = split(name, TERM)
        if expand(text) == text:
            raise HTTPException(404, f"{text!r} is no CURIE with a prefix of ours; see /prefixes")
        return _term(request, _named(request, text), variant)

    @router.get("/resolve", summary="Where is this IRI or CURIE described?", response_class=Response, status_code=303,
             responses=elsewhere(301, 303) | problems(400, 404, 406, 410))  # fmt: skip
    def resolve(
        request: Request,
        iri: Annotated[str, Query(max_length=2000, description="An IRI, ours or that of a mapped terminology.")] = "",
        curie: Annotated[
            str, Query(max_length=500, description="A CURIE with a prefix of ``/prefixes``.", examples=["UBERON:0002107"])
        ] = "",
    ) -> Response:
        """303 to the document about a thing that is named by an identifier."""
        if bool(iri) == bool(curie):
            raise HTTPException(400, "give either iri or curie")
        return _resolved(request, expand(iri or curie))

    return router


def _resolved(request: Request, iri: str) -> Response:
    release = release_of(request)
    if iri.startswith(str(IKGD)):
        return dataset_response(request, iri.removeprefix(str(IKGD)).partition("#")[0], None)
    try:
        own = str(release.knowledge.concept(iri).iri)
    except UnknownConcept:
        own = iri
    if own in release.knowledge.concepts or own.startswith(str(IKG)):
        return _term(request, own, None)
    if own.startswith(BASE) and is_known(release.store, _checked(own)):
        return RedirectResponse(f"{root_of(request)}{local(own)}", 303)
    raise HTTPException(404, f"nothing here is described under {iri}")
