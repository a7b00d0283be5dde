"""Datasets, series, distributions and services in DCAT 3, in the profile DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/releases/3.0.0/).

Every node that DCAT-AP gives a range is typed here, so that a validator needs nothing from elsewhere. A dataset's distribution is its
landing page: DCAT's own rule for data whose files are not known by their addresses. No blank nodes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import PROV, RDF, RDFS, SKOS, XSD, Literal, Namespace, URIRef

from kg.catalogue.triples import CATALOG, Triple, address
from kg.export.record import Record, Term
from kg.export.void import LICENCE, PUBLISHER
from kg.namespaces import BASE, DCAT, DCTERMS, FOAF, IKG

__all__ = ["HEALTH", "PROFILE", "catalogue_dcat", "dataset_dcat", "distribution_dcat", "release_dcat", "releases_dcat"]

PROFILE: Final = URIRef("https://semiceu.github.io/DCAT-AP/releases/3.0.0/")
HEALTH: Final = URIRef("http://publications.europa.eu/resource/authority/data-theme/HEAL")
"""The EU's data theme "Health"."""
_ENGLISH: Final = URIRef("http://publications.europa.eu/resource/authority/language/ENG")
_SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_AS_PUBLISHER: Final = URIRef("http://id.loc.gov/vocabulary/relators/pbl")
_THEMES: Final = ("modality", "anatomy", "condition", "task", "topic")
_LINKS: Final = {
    "isVersionOf": DCAT.isVersionOf, "wasDerivedFrom": DCTERMS.source, "isPartOf": DCTERMS.isPartOf, "relabels": DCTERMS.source,
    "sharesSubjectsWith": DCTERMS.relation,
}  # fmt: skip
_LINKS_FROM: Final = {"isVersionOf": DCAT.hasVersion, "isPartOf": DCTERMS.hasPart}


def dataset_dcat(record: Record) -> Iterator[Triple]:
    """One dataset with what it names: publishers, concepts, licence, distribution, the record of it in our catalogue."""
    view = record.view
    node = URIRef(view.iri)
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, Literal(view.name, lang="en")
    yield node, DCTERMS.description, Literal(record.summary, lang="en")
    yield node, DCTERMS.identifier, Literal(view.iri)
    for alias in view.aliases:
        yield node, SKOS.altLabel, Literal(alias)
    for word in record.keywords:
        yield node, DCAT.keyword, Literal(word, lang="en")
    yield from _themes(node, record)
    yield from _publishers(node, record)
    if view.year:
        yield node, DCTERMS.issued, Literal(str(view.year), datatype=XSD.gYear)
    if record.doi:
        yield node, DCTERMS.relation, address(record.doi)
    for level in record.facts.get("accessLevel", ()):
        yield node, DCTERMS.accessRights, URIRef(level.iri)
        yield URIRef(level.iri), RDF.type, DCTERMS.RightsStatement
        yield URIRef(level.iri), RDFS.label, Literal(level.label, lang="en")
    for series in record.series:
        yield node, DCAT.inSeries, URIRef(series.iri)
        yield from _series(series, ())
    for found, links in ((record.related, _LINKS), (record.related_from, _LINKS_FROM)):
        for relation, others in (found or {}).items():
            for other in others:
                if relation in links:
                    yield node, links[relation], URIRef(other.iri)
    yield from _landing(node, record)
    yield from _entry(node, record)


def _publishers(node: URIRef, record: Record) -> Iterator[Triple]:
    """DCAT-AP allows one publisher; of several, none is the first, so that each is attributed with the role of publisher."""
    for agent in record.publishers:
        who = URIRef(agent.iri)
        yield from _agent(who, agent.name)
        if len(record.publishers) == 1:
            yield node, DCTERMS.publisher, who
            continue
        part = URIRef(f"{node}#publisher-{agent.iri.rpartition('/')[2]}")
        yield node, PROV.qualifiedAttribution, part
        yield part, RDF.type, PROV.Attribution
        yield part, PROV.agent, who
        yield part, DCAT.hadRole, _AS_PUBLISHER
        yield _AS_PUBLISHER, RDF.type, DCAT.Role


def _themes(node: URIRef, record: Record) -> Iterator[Triple]:
    yield node, DCAT.theme, HEALTH
    yield HEALTH, RDF.type, SKOS.Concept
    yield HEALTH, SKOS.prefLabel, Literal("Health", lang="en")
    for term in (t for facet in _THEMES for t in record.facts.get(facet, ())):
        yield node, DCAT.theme, URIRef(term.iri)
        yield URIRef(term.iri), RDF.type, SKOS.Concept
        yield URIRef(term.iri), SKOS.prefLabel, Literal(term.label, lang="en")


def _landing(node: URIRef, record: Record) -> Iterator[Triple]:
    """The landing page, and the distribution that is reached through it (DCAT 3, section 6.8.8)."""
    if not record.view.homepage:
        return
    page = address(record.view.homepage)
    way = URIRef(f"{node}#distribution")
    yield node, DCAT.landingPage, page
    yield page, RDF.type, FOAF.Document
    yield node, DCAT.distribution, way
    yield way, RDF.type, DCAT.Distribution
    yield way, DCTERMS.title, Literal(f"{record.view.name}, by its landing page", lang="en")
    yield (
        way,
        DCTERMS.description,
        Literal("Reached through the landing page; the files' own addresses are not known here.", lang="en"),
    )
    yield way, DCAT.accessURL, page
    # DCAT-AP allows a distribution one licence: where parts have each their own, the dataset names them all.
    for text in record.licence_pages:
        yield address(text), RDF.type, DCTERMS.LicenseDocument
        yield way if len(record.licence_pages) == 1 else node, DCTERMS.license, address(text)
    if record.view.size:
        yield way, DCAT.byteSize, Literal(str(record.view.size), datatype=XSD.nonNegativeInteger)


def _entry(node: URIRef, record: Record) -> Iterator[Triple]:
    """The record of a dataset in our catalogue: our page about it."""
    if not record.modified:
        return
    page = URIRef(f"{node}.html")
    yield page, RDF.type, DCAT.CatalogRecord
    yield page, FOAF.primaryTopic, node
    yield page, DCTERMS.title, Literal(f"{record.view.name} in imaging-kg", lang="en")
    yield page, DCTERMS.modified, Literal(record.modified, datatype=XSD.date)
    yield page, DCTERMS.language, _ENGLISH
    yield page, DCTERMS.conformsTo, PROFILE
    yield PROFILE, RDF.type, DCTERMS.Standard
    yield _ENGLISH, RDF.type, DCTERMS.LinguisticSystem


def _agent(node: URIRef, name: str) -> Iterator[Triple]:
    yield node, RDF.type, FOAF.Agent
    yield node, FOAF.name, Literal(name, lang="en")


def _series(series: Term, members: Iterable[Term]) -> Iterator[Triple]:
    node = URIRef(series.iri)
    names = ", ".join(sorted(m.label for m in members))
    yield node, RDF.type, DCAT.DatasetSeries
    yield node, DCTERMS.title, Literal(series.label, lang="en")
    yield node, DCTERMS.description, Literal(f"The datasets of {series.label}{f': {names}' if names else ''}.", lang="en")
    yield node, DCAT.theme, HEALTH


def catalogue_dcat(records: Mapping[str, Record], version: str, *, deep: bool = True) -> Iterator[Triple]:
    """The catalogue with its services, and its datasets in full or by name.

    Args:
        records: The datasets by id.
        version: The release's id.
        deep: Whether each dataset is described, or only named.
    """
    yield CATALOG, RDF.type, DCAT.Catalog
    yield CATALOG, DCTERMS.title, Literal("imaging-kg", lang="en")
    text = "Open medical-imaging datasets as a knowledge graph: what each shows, of whom, labelled how, under which terms."
    yield CATALOG, DCTERMS.description, Literal(text, lang="en")
    yield CATALOG, DCTERMS.publisher, PUBLISHER
    yield from _agent(PUBLISHER, "the curators of imaging-kg")
    yield CATALOG, DCTERMS.license, LICENCE
    yield LICENCE, RDF.type, DCTERMS.LicenseDocument
    yield CATALOG, FOAF.homepage, URIRef(BASE)
    yield URIRef(BASE), RDF.type, FOAF.Document
    yield CATALOG, DCTERMS.language, _ENGLISH
    yield _ENGLISH, RDF.type, DCTERMS.LinguisticSystem
    yield CATALOG, DCAT.version, Literal(version)
    yield CATALOG, DCAT.themeTaxonomy, URIRef(f"{BASE}ontology")
    yield URIRef(f"{BASE}ontology"), RDF.type, SKOS.ConceptScheme
    yield URIRef(f"{BASE}ontology"), DCTERMS.title, Literal("imaging-kg ontology", lang="en")
    dates = [r.modified for r in records.values() if r.modified]
    if dates:
        yield CATALOG, DCTERMS.modified, Literal(max(dates), datatype=XSD.date)
    yield from _services()
    members: dict[Term, list[Term]] = {}
    for record in records.values():
        node = URIRef(record.view.iri)
        yield CATALOG, DCAT.dataset, node
        for series in record.series:
            members.setdefault(series, []).append(Term(record.view.name, record.view.iri))
        if deep:
            if record.modified:
                yield CATALOG, DCAT.record, URIRef(f"{node}.html")
            yield from (
                t for t in dataset_dcat(record) if not (t[1] == DCTERMS.description and str(t[0]).startswith(f"{BASE}series/"))
            )
        else:
            yield node, RDF.type, DCAT.Dataset
            yield node, DCTERMS.title, Literal(record.view.name, lang="en")
            yield node, DCTERMS.description, Literal(record.summary, lang="en")
    for series, found in members.items():
        yield from _series(series, found)
        yield CATALOG, DCAT.dataset, URIRef(series.iri)


def _services() -> Iterator[Triple]:
    services = {
        "sparql": ("SPARQL endpoint", "sparql", "SPARQL 1.1 queries over the whole graph.", "https://www.w3.org/TR/sparql11-protocol/"),
        "v1": ("Search and fusion API", "v1/openapi.json", "Search by meaning, datasets, concepts, and which datasets belong together.",
               "https://spec.openapis.org/oas/v3.1.0"),
    }  # fmt: skip
    for path, (title, described, text, standard) in services.items():
        node = URIRef(f"{BASE}{path}")
        yield CATALOG, DCAT.service, node
        yield node, RDF.type, DCAT.DataService
        yield node, DCTERMS.title, Literal(f"imaging-kg: {title}", lang="en")
        yield node, DCTERMS.description, Literal(text, lang="en")
        yield node, DCAT.endpointURL, node
        yield node, DCAT.endpointDescription, URIRef(f"{BASE}{described}")
        yield node, DCTERMS.publisher, PUBLISHER
        yield node, DCTERMS.license, LICENCE
        yield node, DCAT.theme, HEALTH
        yield node, DCTERMS.conformsTo, URIRef(standard)
        yield URIRef(standard), RDF.type, DCTERMS.Standard


def release_dcat(version_iri: str, version: str, software: str) -> Iterator[Triple]:
    """A release of the graph as a version of it: a dataset of its own, which the dumps distribute."""
    node, whole = URIRef(version_iri), URIRef(f"{BASE}void#imaging-kg")
    yield CATALOG, DCAT.dataset, whole
    yield CATALOG, DCAT.dataset, node
    for one, title in ((whole, "The imaging-kg graph"), (node, f"The imaging-kg graph, release {version}")):
        yield one, RDF.type, DCAT.Dataset
        yield one, DCTERMS.title, Literal(title, lang="en")
        yield (
            one,
            DCTERMS.description,
            Literal(f"{title}: ontology, catalogue, inferences, mappings and claims, in RDF.", lang="en"),
        )
        yield one, DCTERMS.publisher, PUBLISHER
        yield one, DCAT.theme, HEALTH
    yield whole, DCAT.hasVersion, node
    yield node, DCAT.isVersionOf, whole
    yield node, DCAT.version, Literal(version)
    yield node, PROV.wasGeneratedBy, URIRef(f"{BASE}activity/build")
    yield URIRef(f"{BASE}activity/build"), RDF.type, PROV.Activity
    yield node, IKG.software, Literal(software)
    yield URIRef(f"{BASE}sparql"), DCAT.servesDataset, whole
    yield URIRef(f"{BASE}v1"), DCAT.servesDataset, whole


def releases_dcat(releases: Iterable[tuple[str, str, str]], current: str) -> Iterator[Triple]:
    """Releases as versions of the graph (DCAT 3, section 11.1). Which came after which nobody has written down, so no chain is told.

    Args:
        releases: The IRI, id and software of each.
        current: The id of the one that answers now.
    """
    for iri, version, software in releases:
        yield from release_dcat(iri, version, software)
        if version == current:
            yield URIRef(f"{BASE}void#imaging-kg"), DCAT.hasCurrentVersion, URIRef(iri)


def distribution_dcat(release: str, url: str, title: str, media: str, packed: str, size: int, sha256: str) -> Iterator[Triple]:
    """One file of a release.

    Args:
        release: The release's IRI.
        url: Where it is.
        title: What it is.
        media: Its media type, unpacked.
        packed: The media type of its compression; ``""`` when it has none.
        size: Bytes.
        sha256: Of those bytes, in hex.
    """
    node, checksum = URIRef(url), URIRef(f"{url}#sha256")
    yield URIRef(release), DCAT.distribution, node
    yield node, RDF.type, DCAT.Distribution
    yield node, DCTERMS.title, Literal(title, lang="en")
    yield node, DCAT.accessURL, node
    yield node, DCAT.downloadURL, node
    yield node, DCAT.mediaType, URIRef(_MEDIA + media)
    yield URIRef(_MEDIA + media), RDF.type, DCTERMS.MediaType
    if packed:
        yield node, DCAT.compressFormat, URIRef(_MEDIA + packed)
        yield URIRef(_MEDIA + packed), RDF.type, DCTERMS.MediaType
    yield node, DCAT.byteSize, Literal(str(size), datatype=XSD.nonNegativeInteger)
    yield node, DCTERMS.license, LICENCE
    yield node, _SPDX.checksum, checksum
    yield checksum, RDF.type, _SPDX.Checksum
    yield checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256
    yield _SPDX.checksumAlgorithm_sha256, RDF.type, _SPDX.ChecksumAlgorithm
    yield checksum, _SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary)
