"""Datasets as linked data: every IRI of one leads to a document about it, in the form that the client wants (Cool URIs, section 4)."""

from itertools import chain
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from kg.errors import UnknownDataset
from kg.export.citation import bibtex, csl
from kg.export.croissant import croissant
from kg.export.dcat import dataset_dcat
from kg.export.describe import document_triples
from kg.export.record import Record
from kg.export.schema_org import dataset_schema_org
from kg.export.void import LICENCE
from kg.namespaces import BASE, DCAT, IKGD
from kg.opened import OpenRelease
from kg.store.written import write_triples
from service.current import release_of
from service.documented import documents, elsewhere, problems
from service.documents import about_document, json_bytes, moved, see_other, send
from service.pages import rendered, script_text
from service.signposting import HAS_PROVENANCE, VERSION_HISTORY, Link, Signposts
from service.variants import DATASET, Variant, split

__all__ = ["dataset_response", "linked_router", "retired_response"]

Name = Annotated[str, Path(description="The dataset's id, with or without the suffix of a document.", examples=["lidc-idri"])]
_DOCUMENTED: Final = documents(DATASET) | elsewhere(301) | problems(410)


def dataset_response(request: Request, slug: str, variant: Variant | None) -> Response:
    """A dataset's document; 303 to it where none is named, 301 from a slug that was merged, 410 for one that was withdrawn.

    Raises:
        UnknownDataset: There never was such a slug.
        HTTPException: 406, 410.
    """
    release = release_of(request)
    if slug not in release.knowledge.datasets:
        return retired_response(request, slug, f".{variant.suffix}" if variant else "")
    path = f"/dataset/{slug}"
    if variant is None:
        return see_other(request, path, DATASET)
    record = release.records[slug]
    return send(request, _posts(record, path), variant, lambda chosen: _body(request, release, record, path, chosen))


def retired_response(request: Request, slug: str, rest: str) -> Response:
    """301 from a slug that was merged to what it means today; ``rest`` is what follows the slug in the path.

    Raises:
        UnknownDataset: There never was such a slug.
        HTTPException: 410 for one that was withdrawn.
    """
    release = release_of(request)
    found = release.retired.get(slug)
    if found is None:
        raise UnknownDataset(slug, _near(release, slug))
    if not found.replacement:
        raise HTTPException(410, f"{slug!r} names no dataset any more: {found.reason}")
    return moved(request, f"/dataset/{found.replacement}{rest}", str(IKGD[found.replacement]))


def _near(release: OpenRelease, text: str) -> tuple[str, ...]:
    try:
        return (release.knowledge.dataset(text).id,)
    except UnknownDataset as error:
        return tuple(error.suggestions)


def _posts(record: Record, path: str) -> Signposts:
    return Signposts(
        record.view.iri, path, DATASET, ("https://schema.org/Dataset", str(DCAT.Dataset)), record.licence_pages, f"{BASE}catalogue",
        licence_of_text=str(LICENCE), beside=(Link(f"{path}/provenance", HAS_PROVENANCE), Link(f"{path}/history", VERSION_HISTORY)),
    )  # fmt: skip


def _body(request: Request, release: OpenRelease, record: Record, path: str, variant: Variant) -> bytes:
    if variant.media == "text/html":
        values = {
            "dataset": release.show(record.view.id), "record": record, "jsonld": script_text(dataset_schema_org(record)),
            "variants": [v for v in DATASET if v.is_metadata], "doc": path,
        }  # fmt: skip
        return rendered(request, "dataset.html", values)
    if variant.profile == "full":
        return about_document(release, record.view.iri, path, variant)
    if variant.profile == "dcat":
        triples = chain(dataset_dcat(record), document_triples(f"{record.view.iri}.{variant.suffix}", record.view.iri))
        return write_triples(triples, variant.media)
    if variant.suffix == "bib":
        return bibtex(record).encode()
    return json_bytes({"schema": dataset_schema_org, "croissant": croissant}.get(variant.profile, csl)(record))


def linked_router() -> APIRouter:
    """The router of datasets."""
    router = APIRouter(tags=["linked data"])

    @router.get("/id/dataset/{name}", summary="A dataset (the thing)", response_class=Response, responses=_DOCUMENTED)
    def thing(request: Request, name: Name) -> Response:
        """303 to the document that the client wants."""
        slug, variant = split(name, DATASET)
        return dataset_response(request, slug, variant)

    @router.get(
        "/dataset/{name}",
        summary="A dataset: 303 to its document, or the document by suffix",
        response_class=Response,
        responses=_DOCUMENTED,
    )
    def dataset(request: Request, name: Name) -> Response:
        """Choose by Accept, ``?_mediatype=`` and ``?_profile=`` (full, dcat, schema, croissant), or by suffix."""
        slug, variant = split(name, DATASET)
        return dataset_response(request, slug, variant)

    return router
