"""Criteria: what an answer demands of a dataset. One value that the matcher judges in memory and that SPARQL states for a store.

Both say the same: a test compares them for every competency search.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kg.knowledge.values import DatasetView
from kg.namespaces import PREFIXES, curie

__all__ = ["COUNTED", "FINER", "PROPERTY_OF", "Bound", "Criteria", "Group", "term"]

COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("patient",),
    "volume": ("volume", "series"),
    "image": ("image", "frame", "slide", "patch", "clip"),
    "slide": ("slide",),
    "video": ("video", "clip"),
    "study": ("study",),
}
"""What a question counts → the units of an extent that count it."""

FINER: Final[Mapping[str, tuple[str, ...]]] = {
    "patient": ("study", "volume", "series", "image", "slide", "video", "eye"),
    "study": ("volume", "series", "image"),
    "volume": ("image",),
}
"""What a question counts → units of which there are at least as many: a study is of one patient, a volume of one study.

So a set of 800 patients has at least 800 volumes, and a set of 80 volumes at most 80 patients.
"""

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
        others: Concepts of other facets that would do as well, as (facet, IRI).
    """

    facet: str
    concepts: tuple[str, ...]
    text: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Every concept that would do, with its facet."""
        return (*((self.facet, c) for c in self.concepts), *self.others)

    @property
    def property(self) -> str:
        """The property (local name) that must reach one of the concepts."""
        return PROPERTY_OF.get(self.facet, self.facet)

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies the group."""
        return any(dataset.has(PROPERTY_OF.get(f, f), c) for f, c in self.choices)


@dataclass(frozen=True, slots=True)
class Bound:
    """A demand on a number or a flag.

    Attributes:
        field: ``year`` | ``size`` | ``labelled`` | ``classes``.
        least: Smallest allowed value, if any; for ``labelled`` 1 means labelled and 0 means not.
        most: Largest allowed value, if any.
        text: The words that asked for it.
        unit: What a size counts, a key of :data:`COUNTED`; ``""`` for the largest count of any unit.
    """

    field: str
    least: int | None = None
    most: int | None = None
    text: str = ""
    unit: str = ""

    @property
    def lower_units(self) -> tuple[str, ...]:
        """Units whose count shows that there are at least so many."""
        coarser = (u for unit, finer in FINER.items() if {self.unit, *self._own} & {*finer} for u in COUNTED[unit])
        return tuple(dict.fromkeys((*self._own, *coarser)))

    @property
    def upper_units(self) -> tuple[str, ...]:
        """Units whose count shows that there are at most so many."""
        return tuple(dict.fromkeys((*self._own, *FINER.get(self.unit, ()))))

    @property
    def _own(self) -> tuple[str, ...]:
        return COUNTED.get(self.unit, ())

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies the bound. What is unknown satisfies nothing."""
        if self.field == "labelled":
            return dataset.labelled is not None and int(dataset.labelled) == self.least
        if self.field == "size":
            return self._sized(dataset)
        value = dataset.classes if self.field == "classes" else dataset.year
        return value is not None and (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def _sized(self, dataset: DatasetView) -> bool:
        if not self.unit:
            value = dataset.largest
            return value is not None and (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        up = self.least is None or any(c.value >= self.least for c in dataset.counts if c.unit in self.lower_units)
        down = self.most is None or any(c.value <= self.most for c in dataset.counts if c.unit in self.upper_units)
        return up and down

    def known_for(self, dataset: DatasetView) -> bool:
        """Whether the graph knows what the bound asks about."""
        if self.field == "size" and self.unit:
            return any(c.unit in self._own for c in dataset.counts)
        known = {"labelled": dataset.labelled, "year": dataset.year, "classes": dataset.classes}
        return known.get(self.field, dataset.largest) is not None


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
        holding: Ids of the datasets whose own texts hold the words that name no concept; None when there are no such words.
        patterns: Further graph patterns on ``?dataset``, for the SPARQL alone: what they say is judged elsewhere.
    """

    groups: tuple[Group, ...] = ()
    excluded: tuple[Group, ...] = ()
    bounds: tuple[Bound, ...] = ()
    among: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    holding: tuple[str, ...] | None = None
    patterns: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is demanded at all."""
        return bool(self.groups or self.excluded or self.bounds or self.among or self.besides or self.also or self.holding)

    def met_by(self, dataset: DatasetView) -> bool:
        """Whether the dataset satisfies everything."""
        return dataset.id in self.also or (
            (not self.among or dataset.id in self.among)
            and (self.holding is None or dataset.id in self.holding)
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
        if self.holding is not None:
            lines.append(f"VALUES ?id {{ {' '.join(_quoted(i) for i in self.holding)} }}")
        if self.besides:
            lines.append(f"FILTER(?id NOT IN ({', '.join(_quoted(i) for i in self.besides)}))")
        lines += [f"{_pattern(g, f'?any{n}')}" for n, g in enumerate(self.groups)]
        lines += [f"FILTER NOT EXISTS {{ {_pattern(g, f'?no{n}')} }}" for n, g in enumerate(self.excluded)]
        lines += self.patterns
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


def term(iri: str) -> str:
    """An IRI as a SPARQL query writes it: as a prefixed name where it can."""
    short = curie(iri)
    return short if short != iri and short.partition(":")[2].replace("_", "").isalnum() else f"<{iri}>"


def _pattern(group: Group, variable: str) -> str:
    if group.others:
        pairs = " ".join(f"(ikg:{PROPERTY_OF.get(f, f)} {term(c)})" for f, c in group.choices)
        return f"VALUES ({variable}by {variable}) {{ {pairs} }} ?dataset {variable}by {variable} ."
    if len(group.concepts) == 1:
        return f"?dataset ikg:{group.property} {term(group.concepts[0])} ."
    values = " ".join(term(c) for c in group.concepts)
    return f"?dataset ikg:{group.property} {variable} . VALUES {variable} {{ {values} }}"


def _bound(bound: Bound, number: int) -> list[str]:
    if bound.field == "labelled":
        return [f"?dataset ikg:labelled {'true' if bound.least else 'false'} ."]
    if bound.field == "size" and bound.unit:
        return [line for lines in (_some(bound.least, ">=", bound.lower_units, f"{number}a"),
                                   _some(bound.most, "<=", bound.upper_units, f"{number}b")) for line in lines]  # fmt: skip
    if bound.field == "year":
        variable, start = f"?year{number}", f"?dataset dcterms:issued ?issued{number} ."
        lines = [start, f"BIND(xsd:integer(STR(?issued{number})) AS {variable})"]
    elif bound.field == "classes":
        variable = f"?classes{number}"
        lines = [f"?dataset ikg:classes {variable} ."]
    else:
        variable = f"?size{number}"
        lines = [f"{{ SELECT ?dataset (MAX(?count{number}) AS {variable}) WHERE {{ ?dataset ikg:extent ?extent{number} . "
                 f"?extent{number} ikg:value ?count{number} }} GROUP BY ?dataset }}"]  # fmt: skip
    if bound.least is not None:
        lines.append(f"FILTER({variable} >= {bound.least})")
    if bound.most is not None:
        lines.append(f"FILTER({variable} <= {bound.most})")
    return lines


def _some(limit: int | None, sign: str, units: tuple[str, ...], number: str) -> list[str]:
    """A pattern for: some count in one of the units is on the right side of the limit.

    A plain join, each count that will do being one row more, which the DISTINCT of the query takes out again: engines evaluate an EXISTS
    once for each dataset, with all of its VALUES, and take forty times as long.
    """
    if limit is None:
        return []
    names = " ".join(_quoted(u) for u in units)
    return [f"VALUES ?u{number} {{ {names} }}",
            f"?dataset ikg:extent ?e{number} . ?e{number} ikg:unit ?u{number} ; ikg:value ?v{number} .",
            f"FILTER(?v{number} {sign} {limit})"]  # fmt: skip
