"""Typed links of a document: in its ``Link`` header (FAIR Signposting level 1) and as a link set (level 2, RFC 9264). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from service.variants import PROFILES, Variant

__all__ = ["HAS_PROVENANCE", "VERSION_HISTORY", "Link", "Signposts", "header", "linkset_json", "linkset_text", "of_document"]

HAS_PROVENANCE: Final = "http://www.w3.org/ns/prov#has_provenance"
"""The relation to what tells of provenance (PROV-AQ, 3.1): no registered one does, and RFC 8288 lets an IRI stand for one."""
VERSION_HISTORY: Final = "version-history"
"""The registered relation to the history of a resource (RFC 5829)."""
_ABOUT_PAGE: Final = "https://schema.org/AboutPage"


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link: where to, as what, and what is known of the target: its media type, bare, and its profile."""

    target: str
    rel: str
    type: str = ""
    profile: str = ""

    def text(self) -> str:
        """As in a ``Link`` header (RFC 8288)."""
        more = "".join(f'; {name}="{value}"' for name, value in (("type", self.type), ("profile", self.profile)) if value)
        return f'<{self.target}>; rel="{self.rel}"{more}'


@dataclass(frozen=True, slots=True)
class Signposts:
    """What the documents of a thing have in common.

    Attributes:
        iri: The thing.
        path: Where its documents are; a dot and a suffix follow.
        variants: The documents.
        kinds: Types of the thing (IRIs), for its page.
        licences: Under which terms it can be used.
        collection: What it belongs to; ``""`` for nothing.
        items: Files that it consists of, with their media types.
        licence_of_text: Terms of what we say of it.
        beside: Where all documents lead besides; a target that begins with a slash is ours.
    """

    iri: str
    path: str
    variants: Sequence[Variant]
    kinds: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    collection: str = ""
    items: tuple[tuple[str, str], ...] = ()
    licence_of_text: str = ""
    beside: tuple[Link, ...] = ()


def of_document(posts: Signposts, variant: Variant, *, base: str = "") -> list[Link]:
    """The links of one document of a thing.

    Args:
        posts: The thing.
        variant: The document.
        base: What goes before the paths; ``""`` keeps them relative to the host.
    """

    def at(one: Variant) -> str:
        return f"{base}{posts.path}.{one.suffix}"

    page = next((v for v in posts.variants if v.media == "text/html"), None)
    found = [Link(at(v), "linkset", v.media) for v in posts.variants if "linkset" in v.media and v is not variant]
    if variant is page:
        found += [Link(posts.iri, "cite-as"), Link(_ABOUT_PAGE, "type"), *(Link(kind, "type") for kind in posts.kinds)]
        found += [
            Link(at(v), "describedby", v.media.partition(";")[0], PROFILES.get(v.profile, ""))
            for v in posts.variants
            if v.is_metadata
        ]
        found += [Link(licence, "license") for licence in posts.licences]
        found += [Link(item, "item", kind) for item, kind in posts.items]
        found += [Link(posts.collection, "collection")] if posts.collection else []
    elif page is not None and variant.is_metadata:
        found.append(Link(at(page), "describes", page.media))
        found += [Link(posts.licence_of_text, "license")] if posts.licence_of_text else []
    if variant.media == "text/html" or variant.is_metadata:
        found += [replace(link, target=f"{base}{link.target}") if link.target.startswith("/") else link for link in posts.beside]
    if variant.profile:
        found.append(Link(PROFILES[variant.profile], "profile"))
    return found


def header(posts: Signposts, variant: Variant, root: str, public: str) -> str:
    """The ``Link`` header of a document.

    Args:
        posts: The thing.
        variant: The document.
        root: What goes before the paths on this host.
        public: Where the service is reached from outside.
    """
    at = f"{root}{posts.path}."
    own = [Link(f"{public.rstrip('/')}{posts.path}.{variant.suffix}", "canonical"), Link(posts.iri, "describes")]
    alternates = [
        Link(at + v.suffix, "alternate", v.media.partition(";")[0], PROFILES.get(v.profile, ""))
        for v in posts.variants
        if v is not variant
    ]
    return ", ".join(link.text() for link in _merged((*own, *of_document(posts, variant, base=root), *alternates)))


def _merged(links: Iterable[Link]) -> Iterable[Link]:
    """One link a target, with all its relations: headers beyond some thousand bytes are refused by proxies."""
    found: dict[str, Link] = {}
    for link in links:
        before = found.get(link.target, Link(link.target, "", "", ""))
        rels = dict.fromkeys((*before.rel.split(), link.rel))
        found[link.target] = Link(link.target, " ".join(rels), link.type or before.type, link.profile or before.profile)
    return found.values()


def _contexts(posts: Signposts, public: str) -> Iterable[tuple[str, list[Link]]]:
    base = public.rstrip("/")
    for variant in posts.variants:
        links = [link for link in of_document(posts, variant, base=base) if link.rel not in {"profile", "linkset"}]
        if links:
            yield f"{base}{posts.path}.{variant.suffix}", links


def linkset_json(posts: Signposts, public: str) -> dict[str, Any]:
    """The links of all documents of a thing, as ``application/linkset+json``; addresses are absolute."""
    sets: list[dict[str, Any]] = []
    for anchor, links in _contexts(posts, public):
        one: dict[str, Any] = {"anchor": anchor}
        for link in links:
            more = {"type": link.type, "profile": link.profile}
            one.setdefault(link.rel, []).append({"href": link.target} | {k: v for k, v in more.items() if v})
        sets.append(one)
    return {"linkset": sets}


def linkset_text(posts: Signposts, public: str) -> str:
    """The same as ``application/linkset``."""
    lines = [f'{link.text()}; anchor="{anchor}"' for anchor, links in _contexts(posts, public) for link in links]
    return ",\n".join(lines) + "\n"
