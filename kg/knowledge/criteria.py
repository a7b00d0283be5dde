"""Criteria: what an answer demands of a dataset. One value that the matcher judges in memory and that SPARQL states for a store.

Both say the same: a test compares them for every competency search.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kg.knowledge.values import DatasetView
from kg.namespaces import PREFIXES, curie

__all__ = ["PROPERTY_OF", "Bound", "Criteria", "Group"]

PROPERTY_OF: Final[Mapping[str, str]] = {
    "modality": "modality",
    "anatomy": "relevantTo",
    "task": "servesTask",
    "condition": "condition",
}
"""Facet → the property by which a dataset satisfies it. Facets that are not named here are their own property."""


@dataclass(frozen=True, slots=True)
class Group:
    """Concepts of one facet of which a dataset needs any one.

    Attributes:
        facet: Facet of the concepts.
        concepts: Concept IRIs.
        text: The words that asked for them.
    """

    facet: str
    concepts: tuple[str, ...]
    text: str = ""

    @property
    def property(self) -> str:
        """The property (local name) that must reach one of the concepts."""
        return PROPERTY_OF.get(self.facet, self.facet)

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies the group."""
        return any(dataset.has(self.property, c) for c in self.concepts)


@dataclass(frozen=True, slots=True)
class Bound:
    """A demand on a number or a flag.

    Attributes:
        field: ``year`` | ``size`` | ``labelled``.
        least: Smallest allowed value, if any; for ``labelled`` 1 means labelled and 0 means not.
        most: Largest allowed value, if any.
        text: The words that asked for it.
    """

    field: str
    least: int | None = None
    most: int | None = None
    text: str = ""

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies the bound. What is unknown satisfies nothing."""
        if self.field == "labelled":
            return dataset.labelled is not None and int(dataset.labelled) == self.least
        value = dataset.year if self.field == "year" else dataset.largest
        return value is not None and (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def known_for(self, dataset: DatasetView) -> bool:
        """Whether the graph knows what the bound asks about."""
        known = {"labelled": dataset.labelled, "year": dataset.year}.get(self.field, dataset.largest)
        return known is not None


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an answer demands.

    Attributes:
        groups: Groups that must all be met.
        excluded: Groups of which none may be met.
        bounds: Bounds that must all be met.
        among: Ids of the only datasets that can answer, if any are named.
        besides: Ids of datasets that cannot answer.
        also: Ids of datasets that answer whatever else is demanded.
    """

    groups: tuple[Group, ...] = ()
    excluded: tuple[Group, ...] = ()
    bounds: tuple[Bound, ...] = ()
    among: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is demanded at all."""
        return bool(self.groups or self.excluded or self.bounds or self.among or self.besides or self.also)

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies everything."""
        return dataset.id in self.also or (
            (not self.among or dataset.id in self.among)
            and dataset.id not in self.besides
            and all(g.met_by(dataset) for g in self.groups)
            and not any(g.met_by(dataset) for g in self.excluded)
            and all(b.met_by(dataset) for b in self.bounds)
        )

    def sparql(self) -> str:
        """A SELECT that returns exactly the datasets that satisfy the criteria, with their names, in id order."""
        head = ["?dataset a ikg:ImagingDataset ;", "  dcterms:identifier ?id ;", "  dcterms:title ?name ."]
        lines = [*head]
        if self.among:
            lines.append(f"VALUES ?id {{ {' '.join(_quoted(i) for i in self.among)} }}")
        if self.besides:
            lines.append(f"FILTER(?id NOT IN ({', '.join(_quoted(i) for i in self.besides)}))")
        lines += [f"{_pattern(g, f'?any{n}')}" for n, g in enumerate(self.groups)]
        lines += [f"FILTER NOT EXISTS {{ {_pattern(g, f'?no{n}')} }}" for n, g in enumerate(self.excluded)]
        lines += [line for n, b in enumerate(self.bounds) for line in _bound(b, n)]
        if self.also:
            named = f"VALUES ?id {{ {' '.join(_quoted(i) for i in self.also)} }}"
            lines = ["{", *lines, "} UNION {", *head, named, "}"]
        body = "\n  ".join(lines)
        text = f"SELECT DISTINCT ?dataset ?id ?name WHERE {{\n  {body}\n}}\nORDER BY ?id\n"
        used = [p for p in ("dcterms", "ikg", "xsd", *sorted(PREFIXES)) if f"{p}:" in text]
        return "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in dict.fromkeys(used)) + text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _term(iri: str) -> str:
    short = curie(iri)
    return short if short != iri and short.partition(":")[2].replace("_", "").isalnum() else f"<{iri}>"


def _pattern(group: Group, variable: str) -> str:
    if len(group.concepts) == 1:
        return f"?dataset ikg:{group.property} {_term(group.concepts[0])} ."
    values = " ".join(_term(c) for c in group.concepts)
    return f"?dataset ikg:{group.property} {variable} . VALUES {variable} {{ {values} }}"


def _bound(bound: Bound, number: int) -> list[str]:
    if bound.field == "labelled":
        return [f"?dataset ikg:labelled {'true' if bound.least else 'false'} ."]
    if bound.field == "year":
        variable, start = f"?year{number}", f"?dataset dcterms:issued ?issued{number} ."
        lines = [start, f"BIND(xsd:integer(STR(?issued{number})) AS {variable})"]
    else:
        variable = f"?size{number}"
        lines = [f"{{ SELECT ?dataset (MAX(?count{number}) AS {variable}) WHERE {{ ?dataset ikg:extent ?extent{number} . "
                 f"?extent{number} ikg:value ?count{number} }} GROUP BY ?dataset }}"]  # fmt: skip
    if bound.least is not None:
        lines.append(f"FILTER({variable} >= {bound.least})")
    if bound.most is not None:
        lines.append(f"FILTER({variable} <= {bound.most})")
    return lines
