"""The IRIs that everything else is written in.

The base names things, not hosts: it is fixed with the data and never derived from a request.
"""

from collections.abc import Mapping
from typing import Any, Final

from rdflib import Namespace

__all__ = [
    "BASE", "BFO_PART_OF", "CATALOGUE", "CLAIMS", "DCAT", "DCTERMS", "DEFAULT_GRAPHS", "EXAMPLES", "FOAF", "IKG", "IKGD", "IKGG", "IKGS",
    "INFERRED", "MAPPINGS", "MODULE", "OBO", "ONTOLOGY", "PREFIXES", "PROVENANCE", "SCHEMA", "VOID", "VOID_GRAPH", "curie", "expand",
    "json_ld_context", "local_name",
]  # fmt: skip

BASE: Final = "https://w3id.org/imaging-kg/"

IKG: Final = Namespace(f"{BASE}ontology/")
IKGD: Final = Namespace(f"{BASE}dataset/")
IKGG: Final = Namespace(f"{BASE}graph/")
IKGS: Final = Namespace(f"{BASE}source/")
MODULE: Final = Namespace(f"{BASE}ontology/module/")
OBO: Final = Namespace("http://purl.obolibrary.org/obo/")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
SCHEMA: Final = Namespace("https://schema.org/")
VOID: Final = Namespace("http://rdfs.org/ns/void#")

BFO_PART_OF: Final = OBO.BFO_0000050

ONTOLOGY: Final = IKGG.ontology
CATALOGUE: Final = IKGG.catalogue
INFERRED: Final = IKGG.inferred
MAPPINGS: Final = IKGG.mappings
PROVENANCE: Final = IKGG.provenance
EXAMPLES: Final = IKGG.examples
VOID_GRAPH: Final = IKGG.void
CLAIMS: Final = Namespace(f"{IKGG}claims/")
DEFAULT_GRAPHS: Final = (ONTOLOGY, CATALOGUE, INFERRED, MAPPINGS, PROVENANCE, EXAMPLES, VOID_GRAPH)

PREFIXES: Final[dict[str, str]] = {
    "ikg": str(IKG),
    "ikgd": str(IKGD),
    "ikgg": str(IKGG),
    "ikgs": str(IKGS),
    "CL": f"{OBO}CL_",
    "DUO": f"{OBO}DUO_",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM/",
    "DOID": f"{OBO}DOID_",
    "EDAM": "http://edamontology.org/",
    "FBbi": f"{OBO}FBbi_",
    "FMA": "http://purl.org/sig/ont/fma/fma",
    "GO": f"{OBO}GO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MONDO": f"{OBO}MONDO_",
    "NCIT": f"{OBO}NCIT_",
    "RADLEX": "http://radlex.org/RID/",
    "ROADMAP": "https://rsna.org/roadmap/",
    "SNOMEDCT": "http://snomed.info/id/",
    "UBERON": f"{OBO}UBERON_",
    "UMLS": "http://linkedlifedata.com/resource/umls/id/",
    "ICD11": "http://id.who.int/icd/entity/",
    "bfo": f"{OBO}BFO_",
    "cc": "http://creativecommons.org/ns#",
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "obo": str(OBO),
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": str(SCHEMA),
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": str(VOID),
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_LONGEST_FIRST: Final = sorted(PREFIXES.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def curie(iri: str) -> str:
    """Shorten an IRI with the longest declared prefix; an IRI outside all of them stays as it is."""
    for prefix, base in _LONGEST_FIRST:
        if iri.startswith(base) and len(iri) > len(base) and not iri.startswith("//", len(base)):  # "p://x" is no CURIE
            return f"{prefix}:{iri[len(base) :]}"
    return str(iri)


def expand(text: str) -> str:
    """Turn a CURIE into its IRI; anything else is returned unchanged. Prefixes match without regard to case."""
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return text
    base = PREFIXES.get(prefix) or _FOLDED.get(prefix.casefold())
    return f"{base}{local}" if base else text


def json_ld_context(prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Prefixes as a JSON-LD 1.1 context.

    A term that is defined by a string is a prefix only if its IRI ends in a delimiter; any other has to say that it is one
    (https://www.w3.org/TR/json-ld11/#compact-iris), or ``UBERON:0002113`` is read as an absolute IRI.
    """
    return {p: iri if iri.endswith(_DELIMITERS) else {"@id": iri, "@prefix": True} for p, iri in prefixes.items()}


_DELIMITERS: Final = tuple(":/?#[]@")  # gen-delims of RFC 3986, section 2.2
_FOLDED: Final = {prefix.casefold(): base for prefix, base in PREFIXES.items()} | {
    "snomed": PREFIXES["SNOMEDCT"],
    "sct": PREFIXES["SNOMEDCT"],
    "sctid": PREFIXES["SNOMEDCT"],
    "dicom": PREFIXES["DCM"],
    "rid": PREFIXES["RADLEX"],
}


def local_name(iri: str) -> str:
    """The part of an IRI after its last slash or hash."""
    return str(iri).rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
