"""A plan as DCAT 3 in Turtle: a dataset that has the members as its parts and is derived from them."""

from collections.abc import Mapping
from typing import Any, Final

from rdflib import PROV, RDF, XSD, Graph, Literal, URIRef

from kg.catalogue.triples import address
from kg.identity import slug_of
from kg.namespaces import BASE, DCAT, DCTERMS, FOAF

__all__ = ["dcat"]

_LANGUAGE: Final = "en"


def dcat(body: Mapping[str, Any]) -> str:
    """The plan as Turtle, sorted; every node has an IRI."""
    graph = Graph()
    for prefix, namespace in (("dcat", DCAT), ("dcterms", DCTERMS), ("foaf", FOAF), ("prov", PROV), ("xsd", XSD)):
        graph.bind(prefix, namespace)
    plan = URIRef(f"{BASE}plan/{body['id']}")
    release = URIRef(f"{BASE}release/{body['release']}")
    graph.add((plan, RDF.type, DCAT.Dataset))
    graph.add((plan, DCTERMS.identifier, Literal(body["id"])))
    graph.add((plan, DCTERMS.title, Literal(f"Plan of a union of {len(body['members'])} imaging datasets", lang=_LANGUAGE)))
    said = f"Made from release {body['release']} of the imaging-kg catalogue. The files are fetched from the members' own pages."
    graph.add((plan, DCTERMS.description, Literal(said, lang=_LANGUAGE)))
    graph.add((plan, DCAT.version, Literal(body["release"])))
    graph.add((plan, PROV.wasDerivedFrom, release))
    graph.add((release, RDF.type, PROV.Entity))
    for member in body["members"]:
        part = _member(graph, member)
        graph.add((plan, DCTERMS.hasPart, part))
        graph.add((plan, PROV.wasDerivedFrom, part))
    return graph.serialize(format="turtle")


def _member(graph: Graph, member: Mapping[str, Any]) -> URIRef:
    node = URIRef(member["iri"])
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCTERMS.identifier, Literal(member["id"])))
    graph.add((node, DCTERMS.title, Literal(member["name"])))
    if member["description"]:
        graph.add((node, DCTERMS.description, Literal(member["description"], lang=_LANGUAGE)))
    if member["year"]:
        graph.add((node, DCTERMS.issued, Literal(str(member["year"]), datatype=XSD.gYear)))
    for name in member["publishers"]:
        agent = URIRef(f"{BASE}organisation/{slug_of(name)}")
        graph.add((node, DCTERMS.publisher, agent))
        graph.add((agent, RDF.type, FOAF.Organization))
        graph.add((agent, FOAF.name, Literal(name)))
    licences = [address(one["page"] or one["iri"]) for one in member["licence"]]
    for licence in licences:
        graph.add((node, DCTERMS.license, licence))
    graph.add((node, DCTERMS.accessRights, URIRef(member["access"]["level"])))
    if not member["homepage"]:
        return node
    page = address(member["homepage"])
    graph.add((node, DCAT.landingPage, page))
    files = URIRef(f"{node}#distribution")
    graph.add((node, DCAT.distribution, files))
    graph.add((files, RDF.type, DCAT.Distribution))
    graph.add((files, DCAT.accessURL, page))
    if member["bytes"] is not None:
        graph.add((files, DCAT.byteSize, Literal(str(member["bytes"]), datatype=XSD.nonNegativeInteger)))
    for licence in licences:
        graph.add((files, DCTERMS.license, licence))
    return node
