"""The documents that there are of a thing, and which of them a client gets. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from werkzeug.http import parse_accept_header

from kg.export.croissant import MEDIA_TYPE as CROISSANT
from service.negotiate import best

__all__ = ["DATASET", "GRAPH", "LINKSET", "PROFILES", "TERM", "THING", "Variant", "choose", "named", "negotiated", "split"]

PROFILES: Final = {
    "full": "https://w3id.org/imaging-kg/ontology/",
    "dcat": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/",
    "schema": "https://schema.org/",
    "croissant": "http://mlcommons.org/croissant/1.1",
}
"""Token of a profile, as ``_profile=`` takes it → the profile's IRI, which it takes as well."""
_TOKENS: Final = {iri: token for token, iri in PROFILES.items()}
LINKSET: Final = "application/linkset+json"


@dataclass(frozen=True, slots=True)
class Variant:
    """One document of a thing.

    Attributes:
        suffix: What follows the thing's path and a dot.
        media: Its media type, parameters and all.
        profile: Token of the profile that it follows; ``""`` for none.
    """

    suffix: str
    media: str
    profile: str = ""

    @property
    def is_metadata(self) -> bool:
        """Whether it describes the thing, and is neither the page to read nor a set of links."""
        return self.media != "text/html" and "linkset" not in self.media

    @property
    def content_type(self) -> str:
        """The header's value: text is UTF-8 and says so; JSON-LD in others' words says in whose."""
        if self.media == "application/ld+json" and self.profile not in {"", "full"}:
            return f'{self.media}; profile="{PROFILES[self.profile]}"'
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") and "charset" not in self.media else self.media


_HTML: Final = Variant("html", "text/html")
_RDF: Final = (
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("nt", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
)
_FULL: Final = tuple(Variant(suffix, media, "full") for suffix, media in _RDF)
_LINKS: Final = (Variant("linkset.json", LINKSET), Variant("linkset", "application/linkset"))
GRAPH: Final = (_HTML, *_FULL)
"""Of a set of triples."""
THING: Final = (*GRAPH, *_LINKS)
"""Of any thing of ours."""
TERM: Final = (*GRAPH, Variant("json", "application/json"), *_LINKS)
"""Of a concept."""
DATASET: Final = (
    *GRAPH,
    *(Variant(f"dcat.{suffix}", media, "dcat") for suffix, media in _RDF),
    Variant("schema.jsonld", "application/ld+json", "schema"),
    Variant("croissant.json", CROISSANT, "croissant"),
    Variant("bib", "application/x-bibtex"),
    Variant("csl.json", "application/vnd.citationstyles.csl+json"),
    *_LINKS,
)
"""Of a dataset."""


def split(name: str, variants: Sequence[Variant]) -> tuple[str, Variant | None]:
    """A path's last part and the document that its suffix names, if it names one."""
    for variant in sorted(variants, key=lambda v: -len(v.suffix)):
        if name.endswith(f".{variant.suffix}"):
            return name.removesuffix(f".{variant.suffix}"), variant
    return name, None


def named(variants: Sequence[Variant]) -> str:
    """The documents that there are, for a refusal."""
    return ", ".join(f"{v.media} (.{v.suffix})" for v in variants)


def _preferred(accept_profile: str) -> tuple[list[str], set[str]]:
    """The profiles that a client wants, the most wanted first, and those that it will not have."""
    listed = [(iri.strip().removeprefix("<").removesuffix(">"), q) for iri, q in parse_accept_header(accept_profile)]
    wanted = sorted((pair for pair in listed if pair[1] > 0), key=lambda pair: -pair[1])
    return [iri for iri, _ in wanted], {iri for iri, q in listed if q <= 0}


def negotiated(
    variants: Sequence[Variant], accept: str | None, accept_profile: str | None, media: str = "", profile: str = ""
) -> Variant | None:
    """The document that a client wants by profile and by media type; None when there is none such.

    The profile counts before the media type (Content Negotiation by Profile, https://www.w3.org/TR/dx-prof-conneg/, section 7.1): of the
    profiles that are wanted, the first that has a document of an acceptable type. A parameter wins over its header.

    Args:
        variants: The documents, our favourite first.
        accept: The Accept header.
        accept_profile: The Accept-Profile header: IRIs of :data:`PROFILES` in angle brackets, with quality values.
        media: The parameter ``_mediatype``.
        profile: The parameter ``_profile``.
    """
    wanted, refused = _preferred(accept_profile or "")
    if profile or not (wanted or refused):
        return choose(variants, accept, media, profile)
    among = [v for v in variants if PROFILES.get(v.profile) not in refused]
    if not wanted:
        return choose(among, accept, media)
    known = [iri for iri in wanted if iri in _TOKENS]
    return next((found for iri in known if (found := choose(among, accept, media, iri)) is not None), None)


def choose(variants: Sequence[Variant], accept: str | None, media: str = "", profile: str = "") -> Variant | None:
    """The document that a client wants; None when there is none such.

    Args:
        variants: The documents, our favourite first.
        accept: The Accept header; counts unless ``media`` is given.
        media: The parameter ``_mediatype``. A plus sign that was not encoded arrives as a space.
        profile: The parameter ``_profile``: a token or an IRI of :data:`PROFILES`.
    """
    wanted_profile = _TOKENS.get(profile, profile)
    among = [v for v in variants if wanted_profile in {"", v.profile} or (wanted_profile == "full" and v.media == "text/html")]
    # A profile that nobody asked for must not stand in for the plain document of its media type.
    first: dict[str, Variant] = {}
    for variant in among:
        first.setdefault(variant.media, variant)
        if wanted_profile:  # who has named the profile need not name it again in the media type
            first.setdefault(variant.media.partition(";")[0], variant)
    for variant in among:
        if variant.profile:  # named in the media type, as in the Link header (RFC 6906)
            first.setdefault(f'{variant.media.partition(";")[0]}; profile="{PROFILES[variant.profile]}"', variant)
    if not first:
        return None
    wanted = media.strip().replace("application/ld json", "application/ld+json")
    if wanted and " " in wanted and ";" not in wanted:
        wanted = wanted.replace(" ", "+")
    found = best(wanted or accept, list(first))
    return first[found] if found else None
