"""The ontology as pages for people: an index, a Markdown page a facet, and one HTML page by pyLODE (extra ``docs``)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef

from kg.catalogue.mappings import Mapping as Match
from kg.catalogue.tsv import replace_file
from kg.export.ontology_html import WHOLE, english, html_page
from kg.model import Concept, Word, WordKind
from kg.namespaces import BFO_PART_OF, IKG, curie, local_name
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.rules import rules_of
from kg.reason.taxonomy import Taxonomy
from kg.reason.why import sentence

__all__ = ["write_docs"]

_OTHER: Final = "other"  # the page of the classes that stand under no facet
_PROPERTIES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_SOME: Final = re.compile(r"ObjectSomeValuesFrom\(<[^>]+> <[^>]+>\)")
_SPECIAL: Final = re.compile(r"([\\`*<>\[\]|])")


def write_docs(
    ontology: Graph,
    concepts: Mapping[str, Concept],
    taxonomy: Taxonomy,
    mappings: Iterable[Match],
    out: Path,
    *,
    modules: Mapping[str, Graph] = MappingProxyType({}),
) -> tuple[Path, ...]:
    """Write ``index.md``, a page a facet and ``index.html`` to ``out``; the same ontology gives the same bytes.

    Args:
        ontology: All modules in one graph.
        concepts: Its concepts, see :func:`kg.terms.modules.concepts_of`.
        taxonomy: What the reasoner entails.
        mappings: The matches to other terminologies.
        out: The folder; made when it is not there.
        modules: Module name → its own graph, for the number of classes that each declares.

    Raises:
        MissingExtra: pyLODE is not installed.
    """
    pages = _Pages.of(ontology, concepts, taxonomy, mappings)
    texts = {f"{facet}.md": pages.facet(facet) for facet in pages.members}
    texts |= {"index.md": _index(ontology, pages, modules), "index.html": html_page(ontology)}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(texts.items()):
        replace_file(out / name, text)
    return tuple(out / name for name in sorted(texts))


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _concept(graph: Graph, iri: str) -> Concept:
    """A class that stands under no facet, in the form of those that do."""
    node = URIRef(iri)
    words = (
        Word(str(o), WordKind.SYNONYM, getattr(o, "language", "") or "")
        for o in sorted(graph.objects(node, SKOS.altLabel), key=str)
    )
    return Concept(
        iri, english(graph, node, RDFS.label) or curie(iri), _OTHER, tuple(words), english(graph, node, SKOS.definition)
    )


@dataclass(frozen=True, slots=True)
class _Pages:
    concepts: Mapping[str, Concept]
    members: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, frozenset[str]]
    axioms: Mapping[str, tuple[str, ...]]
    matches: Mapping[str, tuple[Match, ...]]

    @classmethod
    def of(cls, ontology: Graph, concepts: Mapping[str, Concept], taxonomy: Taxonomy, mappings: Iterable[Match]) -> "_Pages":
        every = {iri: concepts.get(iri) or _concept(ontology, iri) for iri in classes_of(ontology)}
        in_order = sorted(every.values(), key=lambda c: (c.label.casefold(), c.iri))
        members = {f: tuple(c.iri for c in in_order if c.facet == f) for f in sorted({c.facet for c in in_order})}
        axioms: dict[str, list[str]] = {}
        for axiom in axioms_of(ontology):
            if axiom.startswith(("SubClassOf(<", "EquivalentClasses(<")) and "Object" in axiom:
                axioms.setdefault(axiom.partition("<")[2].partition(">")[0], []).append(axiom)
        matches: dict[str, list[Match]] = {}
        for match in sorted(mappings):
            matches.setdefault(match.subject, []).append(match)
        return cls(
            every,
            members,
            taxonomy.reduced().supers,
            {iri: tuple(said) for iri, said in axioms.items()},
            {iri: tuple(found) for iri, found in matches.items()},
        )

    def link(self, iri: str) -> str:
        """The class as a link to where it is described; anything else as its CURIE."""
        found = self.concepts.get(iri)
        return f"[{_plain(found.label)}]({found.facet}.md#{local_name(iri)})" if found else f"`{curie(iri)}`"

    def facet(self, facet: str) -> str:
        """The page of a facet: its tree, each class described where it first stands."""
        members = self.members[facet]
        children: dict[str, list[str]] = {}
        for iri in members:
            for parent in self.parents.get(iri, frozenset()) & frozenset(members):
                children.setdefault(parent, []).append(iri)
        below = {child for found in children.values() for child in found}
        seen: set[str] = set()
        lines = [line for iri in members if iri not in below for line in self._tree(iri, children, seen, 0)]
        lines += [line for iri in members if iri not in seen for line in self._tree(iri, children, seen, 0)]  # equivalent classes
        said = "The classes that stand under no facet." if facet == _OTHER else f"The values of [`{facet}`](index.md#{facet})."
        return "\n".join([f"# {facet}", "", f"{said} {len(members)} classes. [Index](index.md)", "", *lines]) + "\n"

    def _tree(self, iri: str, children: Mapping[str, list[str]], seen: set[str], depth: int) -> Iterator[str]:
        if iri in seen:
            yield f"{'  ' * depth}- {self.link(iri)} (described elsewhere on this page)"
            return
        seen.add(iri)
        yield f"{'  ' * depth}- {'<br>'.join(self._entry(self.concepts[iri]))}"
        for child in children.get(iri, ()):
            yield from self._tree(child, children, seen, depth + 1)

    def _entry(self, concept: Concept) -> Iterator[str]:
        name = f'<a id="{local_name(concept.iri)}"></a>**{_plain(concept.label)}** [`{curie(concept.iri)}`]({concept.iri})'
        yield f"{name} — {_plain(concept.definition)}" if concept.definition else name
        words = [w for w in concept.words if w.kind is not WordKind.LABEL or w.lang not in {"en", ""}]
        kinds = dict.fromkeys((str(w.kind), w.lang) for w in words)
        groups = ((kind, lang, (w.text for w in words if (str(w.kind), w.lang) == (kind, lang))) for kind, lang in kinds)
        if words:
            yield "; ".join(
                f"_{kind}{f' {lang}' if lang else ''}:_ {', '.join(map(_plain, texts))}" for kind, lang, texts in groups
            )
        if concept.iri in self.axioms:
            yield "; ".join(self._said(axiom, concept.iri) for axiom in self.axioms[concept.iri])
        if concept.iri in self.matches:
            kinds_of = dict.fromkeys(local_name(m.predicate) for m in self.matches[concept.iri])
            same = {k: [curie(m.object) for m in self.matches[concept.iri] if local_name(m.predicate) == k] for k in kinds_of}
            yield "; ".join(f"_{k.removesuffix('Match')}:_ {', '.join(f'`{c}`' for c in found)}" for k, found in same.items())

    def _said(self, axiom: str, subject: str) -> str:
        """An axiom as a sentence; of a definition, its parts."""
        if axiom.startswith("SubClassOf"):
            return sentence(axiom, lambda i: _plain(self.concepts[i].label) if i == subject else self.link(i))
        parts = _SOME.findall(axiom)
        genus = re.findall(r"<([^>]+)>", _SOME.sub("", axiom))[1:]
        claims = (sentence(f"SubClassOf(<{subject}> {part})", lambda i: "" if i == subject else self.link(i)) for part in parts)
        if _SOME.sub("", axiom).count("Object") > 1:  # nested deeper than the ontology goes today
            return sentence(axiom, self.link)
        return f"by definition: every {' and '.join(map(self.link, genus))} that {' and '.join(c.strip() for c in claims)}"


def _index(ontology: Graph, pages: _Pages, modules: Mapping[str, Graph]) -> str:
    axioms = axioms_of(ontology)
    title = english(ontology, WHOLE, DCTERMS.title) or "The ontology"
    lines = [f"# {_plain(title)}", "", _plain(english(ontology, WHOLE, DCTERMS.description)), ""]
    version = english(ontology, WHOLE, OWL.versionInfo) or "unknown"
    lines += [f"Version {version}. All of our own terms on one page: [index.html](index.html).", ""]
    lines += ["## Facets", "", "| page | classes |", "|---|---:|"]
    lines += [f"| [{facet}]({facet}.md) | {len(members)} |" for facet, members in pages.members.items()]
    lines += ["", "## Modules", "", "| module | what | classes declared |", "|---|---|---:|"]
    for node in sorted(set(ontology.subjects(RDF.type, OWL.Ontology)), key=str):
        count = len(classes_of(modules[local_name(str(node))])) if local_name(str(node)) in modules else ""
        lines.append(f"| {local_name(str(node))} | {_plain(english(ontology, node, DCTERMS.description))} | {count} |")
    lines += ["", "## Properties", "", "| property | definition | under | what follows |", "|---|---|---|---|"]
    lines += [_property(ontology, p, axioms, pages) for p in _own_properties(ontology)]
    lines += ["", "## Rules for datasets", ""]
    for rule in rules_of(ontology):
        held = " and ".join(f"{prop} {pages.link(iri)}" for prop, iri in rule.premises)
        lines.append(f"- a dataset with {held} has {rule.conclusion[0]} {pages.link(rule.conclusion[1])}")
    lines += ["", "## What excludes what", ""]
    disjoint = (re.findall(r"<([^>]+)>", a) for a in axioms if a.startswith("DisjointClasses("))
    lines += [f"- nothing is two of: {', '.join(map(pages.link, iris))}" for iris in disjoint]
    return "\n".join(lines) + "\n"


def _own_properties(graph: Graph) -> list[URIRef]:
    found = {p for kind in _PROPERTIES for p in graph.subjects(RDF.type, kind) if isinstance(p, URIRef)}
    return sorted(p for p in found if p.startswith(str(IKG)) or p == BFO_PART_OF)


def _property(graph: Graph, prop: URIRef, axioms: Iterable[str], pages: _Pages) -> str:
    name = local_name(str(prop))
    values = f" Values: [{name}]({name}.md)." if name in pages.members else ""
    above = ", ".join(f"`{curie(str(p))}`" for p in sorted(graph.objects(prop, RDFS.subPropertyOf), key=str))
    follows = (a for a in axioms if a.endswith(f" <{prop}>)") or a == f"TransitiveObjectProperty(<{prop}>)")
    said = "; ".join(sentence(a, pages.link) for a in follows)
    label = f'<a id="{name}"></a>**{_plain(english(graph, prop, RDFS.label) or name)}** `{curie(str(prop))}`'
    return f"| {label} | {_plain(english(graph, prop, SKOS.definition))}{values} | {above} | {said} |"
