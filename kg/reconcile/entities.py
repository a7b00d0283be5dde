"""Entities by their identifiers: IRI, CURIE, slug, code of a mapped terminology, address or DOI of a dataset's page."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from kg.knowledge import DatasetView, Knowledge
from kg.model import Concept
from kg.namespaces import IKGD, curie, expand, local_name
from kg.reconcile.types import TYPES

__all__ = ["Entities", "Entity", "address_key", "entities_of"]

Entity = DatasetView | Concept

_RADLEX: Final = ("http://www.radlex.org/RID/", "http://radlex.org/RID/")
_SPOKEN: Final = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z .-]{1,14}?)[\s_#:]+(?P<code>[A-Za-z]{0,4}\d[\w.-]*)")
_CODE: Final = re.compile(r"(?=\w*\d)[A-Za-z]{1,4}\d{3,}|\d{5,}")
_DOI: Final = re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)
_NO_PAGE: Final = frozenset(("index.html", "index.htm", "index.php", "home"))


@lru_cache(maxsize=8192)
def address_key(text: str) -> str:
    """The form under which two addresses of one page are equal; ``""`` when a text is no address.

    Scheme, ``www.``, case of the host and of a DOI, a final slash, ``index.html`` and the fragment make no difference.
    """
    text = text.strip()
    doi = _DOI.match(text)
    if doi:
        return f"doi:{doi[1].rstrip('.').casefold()}"
    if not re.match(r"(?:https?://|www\.)\S+\.\S+$", text, re.IGNORECASE):
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
    except ValueError:  # an address in brackets that is none
        return ""
    host = parts.netloc.casefold().removeprefix("www.")
    path = [p for p in unquote(parts.path).split("/") if p]
    if path and path[-1].casefold() in _NO_PAGE:
        path = path[:-1]
    return "/".join([host, *path]).casefold() + (f"?{parts.query}" if parts.query else "")


class Entities:
    """The datasets and concepts of a :class:`Knowledge` by what identifies them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.concepts = {iri: c for iri, c in knowledge.concepts.items() if c.facet in TYPES}
        self.mappings: dict[str, tuple[str, ...]] = {}
        codes: dict[str, set[str]] = {}
        for foreign, own in sorted(knowledge.mapped.items()):
            if own in self.concepts:
                self.mappings[own] = (*self.mappings.get(own, ()), curie(foreign))
                codes.setdefault(_code(foreign), set()).add(own)
        for iri in self.concepts:
            codes.setdefault(_code(iri), set()).add(iri)
        self._codes = {code: tuple(sorted(iris)) for code, iris in codes.items()}
        pages: dict[str, set[str]] = {}
        for dataset in knowledge.datasets.values():
            if key := address_key(dataset.homepage):
                pages.setdefault(key, set()).add(dataset.iri)
        self._pages = {key: tuple(sorted(iris)) for key, iris in pages.items()}

    def get(self, text: str) -> Entity | None:
        """The entity whose IRI, CURIE or slug a text is, or whose concept a mapped terminology so identifies."""
        text = text.strip()
        iri = expand(text)
        if iri.startswith(str(IKGD)):
            return self._knowledge.datasets.get(iri.removeprefix(str(IKGD)))
        iri = iri.replace(*_RADLEX)
        # A class of our own is itself, also where it is mapped to another one.
        concept = self.concepts.get(iri) or self.concepts.get(self._knowledge.mapped.get(iri, ""))
        return concept or self._knowledge.datasets.get(text)

    def identified(self, text: str) -> tuple[Entity, ...]:
        """The entities that a text identifies: as :meth:`get` does, as ``SNOMED CT 39607008`` or ``UBERON_0002107``, or by a page."""
        found = self.get(text) if re.search(r"[:/]", text) else None
        if found is None and (spoken := _SPOKEN.fullmatch(text.strip())):
            found = self.get(f"{re.sub(r'[^A-Za-z]', '', spoken['prefix'])}:{spoken['code']}")
        if found is not None:
            return (found,)
        iris = self._pages.get(address_key(text), ())
        return tuple(e for iri in iris if (e := self.get(iri)) is not None)

    def coded(self, text: str) -> tuple[Concept, ...]:
        """The concepts that have a bare code, of whichever terminology: ``RID1301``, ``39607008``."""
        code = text.strip()
        return tuple(self.concepts[iri] for iri in self._codes.get(code.upper(), ())) if _CODE.fullmatch(code) else ()


def _code(iri: str) -> str:
    local = local_name(iri)
    return (local.rpartition("_")[2] or local).removeprefix("fma").upper()


def entities_of(knowledge: Knowledge) -> Entities:
    """The entities of a knowledge, indexed once."""
    return knowledge.kept(Entities)
