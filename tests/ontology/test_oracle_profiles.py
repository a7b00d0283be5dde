"""Generated profiles (class expressions) answered four times: by HermiT, by the EL reasoner, by SPARQL over the release, and by the grid.

Some are intersections of restrictions over real concepts; some are fusion profiles as a user writes them (any of several concepts, demands
on dimensionality, population, acquisition, access and licence, nested class expressions in Manchester syntax), compiled to one class
expression. HermiT (where
no union is asked) and pyELK retrieve instances from the ontology and the asserted facts alone; the SPARQL query is a plain join over the
materialised graph. All answers must be the same set of datasets, for every profile. Datasets of which the same is asserted are one
individual to the reasoners: nothing in the ontology tells them apart.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest

from kg.fusion.answer import Question
from kg.fusion.instances import instances, pattern
from kg.fusion.manchester import render
from kg.fusion.parsing import parse_profile
from kg.fusion.profile import CONCEPT_DEMANDS, Profile
from kg.fusion.properties import DATASET
from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.model import FACETS
from kg.namespaces import BFO_PART_OF, CATALOGUE, IKG, PREFIXES, curie
from kg.opened import OpenRelease
from kg.reason import hermit
from kg.reason.axioms import axioms_of, some
from kg.reason.elk import reasoner
from kg.reason.expressions import Both, ClassExpression, Either, Named, Some, both, either, walk
from kg.reason.taxonomy import FOLLOWED
from kg.resources import ontology_dir
from kg.terms.modules import load_modules

# Not traced: coverage's tracer doubles the time of such loops, and quicker tests run the same lines.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

PROFILES: Final = 240
JUDGED: Final = 160
COMPILED: Final = 160
PROPERTIES: Final = ("modality", "relevantTo", "depictsWithin", "condition", "servesTask")
ASSERTED: Final = (
    "modality", "anatomy", "fieldOfView", "condition", "task", "dimensionality", "population", "annotates", "annotatesStructure", "sampling",
    "acquisition", "accessLevel", "licence", "topic", "companionData",
)  # fmt: skip
NESTED: Final = ("modality", "anatomy", "fieldOfView", "condition", "task", "annotates", "relevantTo", "depictsWithin", "licence")
KIND: Final = "urn:imaging-kg:kind:"
PROFILE: Final = "urn:imaging-kg:profile:"
UNION: Final = "urn:imaging-kg:union:"
PREFIXED: Final = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())

Fact = tuple[str, str]


@pytest.fixture(scope="module")
def facts(release: OpenRelease) -> dict[str, frozenset[Fact]]:
    """Dataset → its asserted (property, concept) facts."""
    values = " ".join(f"ikg:{p}" for p in ASSERTED)
    query = f"SELECT ?d ?p ?c WHERE {{ VALUES ?p {{ {values} }} GRAPH <{CATALOGUE}> {{ ?d a ikg:ImagingDataset ; ?p ?c }} }}"
    found: dict[str, set[Fact]] = defaultdict(set)
    for d, p, c in release.store.select(f"PREFIX ikg: <{IKG}> {query}").rows:
        found[str(d)].add((str(p), str(c)))
    return {d: frozenset(own) for d, own in found.items()}


@pytest.fixture(scope="module")
def drawn(release: OpenRelease) -> dict[str, ClassExpression]:
    """Half hold for some dataset; half take one conjunct of a dataset that has the others not, or from anywhere in the graph."""
    values = " ".join(f"ikg:{p}" for p in PROPERTIES)
    held: dict[str, list[Fact]] = defaultdict(list)
    query = f"PREFIX ikg: <{IKG}> SELECT ?d ?p ?c WHERE {{ VALUES ?p {{ {values} }} ?d a ikg:ImagingDataset ; ?p ?c }}"
    for d, p, c in release.store.select(query).rows:
        held[str(d)].append((str(p), str(c)))
    draw = random.Random(240)
    everything = sorted({fact for own in held.values() for fact in own})
    datasets = sorted(held)
    found: dict[str, ClassExpression] = {}
    while len(found) < PROFILES:
        own = sorted(held[draw.choice(datasets)])
        props = draw.sample(sorted({p for p, _ in own}), k=min(draw.randint(1, 4), len({p for p, _ in own})))
        profile = [draw.choice([f for f in own if f[0] == p]) for p in props]
        if len(found) % 2:
            profile[draw.randrange(len(profile))] = draw.choice(everything)
        ordered = both(Some(p, Named(c)) for p, c in sorted(set(profile)))
        if ordered not in found.values():
            found[f"{PROFILE}{len(found)}"] = ordered
    return found


class Generator:
    """Fusion profiles as a user might write them, each about a real dataset, now and then with a thing that it has not."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge, self.draw = knowledge, random.Random(160)
        self.datasets = [d for d in knowledge.datasets.values() if all(d.asserted.get(f) for f in FACETS)]

    def profile(self) -> dict[str, Any]:
        one, draw = self.draw.choice(self.datasets), self.draw
        found: dict[str, Any] = {
            f: self._some_of(one, {"anatomy": "relevantTo", "task": "servesTask"}.get(f, f), 3)
            for f in draw.sample(FACETS, draw.randint(0, 2))
        }
        demands = {
            key: self._some_of(one, facet, 2)
            for key, facet in sorted(CONCEPT_DEMANDS.items())
            if one.entailed.get(facet) and draw.random() < 0.2
        }
        found["constraints"] = demands | ({"allowSlicing": True} if "dimensionality" in demands and draw.random() < 0.7 else {})
        if draw.random() < 0.7 or not (found.keys() - {"constraints"} or demands):
            found["expression"] = render(self.expression(one), self.knowledge)
        return found

    def _some_of(self, one: DatasetView, prop: str, most: int) -> list[str]:
        values = [c for c in sorted(one.entailed[prop]) if c in self.knowledge.concepts]
        return self.draw.sample(values, min(len(values), self.draw.randint(1, most)))

    def expression(self, one: DatasetView) -> ClassExpression:
        parts = [self._restriction(one) for _ in range(self.draw.randint(1, 3))]
        return (both if self.draw.random() < 0.6 else either)(parts)

    def _restriction(self, one: DatasetView) -> ClassExpression:
        names = [p for p in NESTED if one.entailed.get(p)]
        name = self.draw.choice(names)
        start = self.draw.choice(sorted(one.asserted.get(name) or one.entailed[name]))
        return Some(str(IKG[name]), self._filler(start, 3))

    def _filler(self, iri: str, depth: int) -> ClassExpression:
        """An expression over concepts that the class satisfies, but for one in eight."""
        taxonomy, draw = self.knowledge.taxonomy, self.draw
        edges = [p for p in FOLLOWED if taxonomy.along(p, iri)]
        kind = draw.random()
        if depth and edges and kind < 0.45:
            prop = draw.choice(edges)
            return Some(prop, self._filler(draw.choice(sorted(taxonomy.along(prop, iri))), depth - 1))
        if depth and kind < 0.6:
            return both((self._filler(iri, depth - 1), self._filler(iri, depth - 1)))
        if depth and kind < 0.75:
            return either((self._filler(iri, depth - 1), Named(self._any_of(iri))))
        return Named(self._any_of(iri) if draw.random() < 0.125 else draw.choice(sorted(taxonomy.up(iri) & self._named(iri))))

    def _named(self, iri: str) -> set[str]:
        known = {c for c in self.knowledge.taxonomy.up(iri) if c in self.knowledge.concepts}
        return known or {iri}

    def _any_of(self, iri: str) -> str:
        """A concept of the same facet."""
        own = self.knowledge.concepts.get(iri)
        return self.draw.choice(sorted(c for c, k in self.knowledge.concepts.items() if k.facet == own.facet)) if own else iri


@pytest.fixture(scope="module")
def compiled(release: OpenRelease) -> dict[str, Profile]:
    generator = Generator(release.knowledge)
    found = [parse_profile(generator.profile(), release.knowledge) for _ in range(COMPILED)]
    return {f"{PROFILE}compiled:{n}": p for n, p in enumerate(found)}


@pytest.fixture(scope="module")
def profiles(drawn: dict[str, ClassExpression], compiled: dict[str, Profile]) -> dict[str, ClassExpression]:
    return drawn | {name: p.class_expression().value for name, p in compiled.items()}


@pytest.fixture(scope="module")
def kinds(facts: dict[str, frozenset[Fact]]) -> dict[frozenset[Fact], str]:
    """The distinct sets of facts, each as one individual."""
    return {own: f"{KIND}{n}" for n, own in enumerate(sorted(set(facts.values()), key=sorted))}


@pytest.fixture(scope="module")
def by_sparql(release: OpenRelease, profiles: dict[str, ClassExpression]) -> dict[str, set[str]]:
    found = {}
    for name, expression in profiles.items():
        where = pattern(expression)
        answer = release.store.select(
            f"{PREFIXED}SELECT DISTINCT ?dataset WHERE {{ ?dataset a <{IKG.ImagingDataset}> . {where} }}"
        )
        found[name] = {str(d) for (d,) in answer.rows}
    return found


def spread(
    members: dict[str, set[str]], facts: dict[str, frozenset[Fact]], kinds: dict[frozenset[Fact], str]
) -> dict[str, set[str]]:
    """Profile → individuals becomes profile → datasets."""
    of_kind: dict[str, set[str]] = defaultdict(set)
    for dataset, own in facts.items():
        of_kind[kinds[own]].add(dataset)
    return {name: {d for kind in found for d in of_kind[kind]} for name, found in members.items()}


def differences(
    one: Mapping[str, set[str]], other: Mapping[str, set[str]], profiles: Mapping[str, ClassExpression], knowledge: Knowledge
) -> dict[str, list[str]]:
    return {
        render(profiles[name], knowledge): sorted(map(curie, one[name] ^ other[name]))
        for name in profiles
        if one[name] != other[name]
    }


def test_the_profiles_are_worth_asking(drawn: dict[str, ClassExpression], by_sparql: dict[str, set[str]]) -> None:
    assert len(drawn) >= 200
    sizes = Counter(len(p.parts) if isinstance(p, Both) else 1 for p in drawn.values())
    assert all(sizes[n] > 20 for n in (1, 2, 3)), sizes
    hits = [len(by_sparql[name]) for name in drawn]
    assert sum(n > 0 for n in hits) > PROFILES // 2
    assert sum(n == 0 for n in hits) > 20
    asked = {e.prop for profile in drawn.values() for e in walk(profile) if isinstance(e, Some)}
    assert asked == {str(IKG[p]) for p in PROPERTIES}


def test_the_compiled_profiles_are_worth_asking(
    compiled: dict[str, Profile], profiles: dict[str, ClassExpression], by_sparql: dict[str, set[str]], release: OpenRelease
) -> None:
    expressions = {name: profiles[name] for name in compiled}
    assert len(set(expressions.values())) > COMPILED * 0.9
    inside = [list(walk(e)) for e in expressions.values()]
    edges = Counter(e.prop for found in inside for e in found if isinstance(e, Some) and e.prop not in DATASET)
    assert edges.keys() >= {str(BFO_PART_OF), *(str(IKG[p]) for p in ("hasLocation", "images", "derivableTo", "permits"))}
    deep = [
        e
        for found in inside
        for e in found
        if isinstance(e, Some) and any(isinstance(x, Some | Either | Both) for x in walk(e.filler))
    ]
    assert len(deep) > COMPILED // 3
    assert sum(any(isinstance(e, Either) for e in found) for found in inside) > COMPILED // 3
    asked = {e.prop for found in inside for e in found if isinstance(e, Some) and e.prop in DATASET}
    assert asked >= {str(IKG[p]) for p in (*NESTED, "dimensionality", "population", "acquisition", "accessLevel")}
    assert any(p.slicing for p in compiled.values())
    hits = [len(by_sparql[name]) for name in compiled]
    assert sum(n > 0 for n in hits) > COMPILED // 2
    assert len(set(hits)) > 30
    assert max(hits) < len(release.knowledge.datasets)


def test_the_grid_answers_every_profile_as_sparql_does(
    release: OpenRelease, profiles: dict[str, ClassExpression], by_sparql: dict[str, set[str]]
) -> None:
    grid, knowledge = grid_of(release.knowledge), release.knowledge
    found = {
        name: {knowledge.datasets[i].iri for i, on in zip(grid.ids, instances(e, grid), strict=True) if on}
        for name, e in profiles.items()
    }
    assert differences(found, by_sparql, profiles, knowledge) == {}


def test_what_fits_a_profile_is_what_belongs_to_its_class_expression(
    release: OpenRelease, compiled: dict[str, Profile], by_sparql: dict[str, set[str]]
) -> None:
    """But for what is lent labels by another set: the step says so, and no class expression could."""
    knowledge = release.knowledge
    lent_once = 0
    for name, profile in compiled.items():
        question = Question(knowledge, (), profile)
        ids = grid_of(knowledge).ids
        lent = {knowledge.datasets[ids[n]].iri for n in question.judge.lenders}
        lent_once += bool(lent)
        fitting = {d.iri for d in question.fitting}
        assert fitting - lent == by_sparql[name], render(profile.class_expression().value, knowledge)
        rows = release.store.select(question.sparql()).rows
        assert {str(row[0]) for row in rows} == fitting


def el(expression: ClassExpression, axioms: list[str]) -> str:
    """A class expression in functional syntax. A union becomes a class above its parts: it has then no instance but theirs."""
    match expression:
        case Named(iri):
            return f"<{iri}>"
        case Some(prop, filler):
            return f"ObjectSomeValuesFrom(<{prop}> {el(filler, axioms)})"
        case Both(parts):
            return f"ObjectIntersectionOf({' '.join(el(p, axioms) for p in parts)})"
        case Either(parts):
            own = [el(p, axioms) for p in parts]  # before the name is taken: a union inside takes one as well
            union = f"<{UNION}{len(axioms)}>"
            axioms += [f"SubClassOf({part} {union})" for part in own]
            return union
    raise AssertionError(expression)


def datasets_of(expressions: Iterable[ClassExpression]) -> list[ClassExpression]:
    return [both((Named(str(IKG.ImagingDataset)), e)) for e in expressions]


def test_the_el_reasoner_answers_every_profile_as_sparql_does(
    facts: dict[str, frozenset[Fact]],
    kinds: dict[frozenset[Fact], str],
    profiles: dict[str, ClassExpression],
    by_sparql: dict[str, set[str]],
    release: OpenRelease,
) -> None:
    axioms = list(axioms_of(load_modules(ontology_dir())))
    for own, kind in kinds.items():
        axioms += [
            f"SubClassOf(<{kind}> <{IKG.ImagingDataset}>)",
            *(f"SubClassOf(<{kind}> {some(p, c)})" for p, c in sorted(own)),
        ]
    for name, whole in zip(profiles, datasets_of(profiles.values()), strict=True):
        axioms.append(f"EquivalentClasses(<{name}> {el(whole, axioms)})")
    found: dict[str, set[str]] = {name: set() for name in profiles}
    with reasoner(axioms) as engine:
        for kind in kinds.values():
            for above in engine.above(kind) & profiles.keys():
                found[above].add(kind)
    assert differences(spread(found, facts, kinds), by_sparql, profiles, release.knowledge) == {}


@pytest.fixture(scope="module")
def judged(
    facts: dict[str, frozenset[Fact]],
    kinds: dict[frozenset[Fact], str],
    drawn: dict[str, ClassExpression],
    by_sparql: dict[str, set[str]],
) -> dict[frozenset[Fact], str]:
    """The individuals that HermiT judges: for each drawn profile that has an answer one that answers it, and others at random."""
    draw = random.Random(JUDGED)
    chosen: set[str] = set()
    for name in drawn:
        answering = {kinds[facts[d]] for d in by_sparql[name]}
        if answering and not answering & chosen:
            chosen.add(draw.choice(sorted(answering)))
    assert len(chosen) < JUDGED
    chosen |= set(draw.sample(sorted(set(kinds.values()) - chosen), JUDGED - len(chosen)))
    return {own: kind for own, kind in kinds.items() if kind in chosen}


@pytest.mark.java
def test_hermit_answers_every_drawn_profile_as_sparql_does(
    facts: dict[str, frozenset[Fact]],
    judged: dict[frozenset[Fact], str],
    drawn: dict[str, ClassExpression],
    by_sparql: dict[str, set[str]],
    release: OpenRelease,
) -> None:
    """The judge: a complete OWL 2 DL reasoner's own instance retrieval, over individuals.

    It is asked the drawn intersections. The compiled profiles, nested and with unions, are judged by the EL reasoner above: over all individuals
    of the catalogue the complete one had not ended with them after five minutes.

    It judges 160 of the individuals: it builds one model of all that it is given, and its time grows faster than their number (all of the
    catalogue took more than five minutes). They suffice, because an answer depends on the axioms and on one individual's own facts, never
    on another's; every profile with an answer meets one that has it; and 38,400 answers are judged in all. That the EL reasoner and SPARQL
    agree is asked above for every individual.
    """
    if not hermit.available():
        pytest.skip("HermiT needs a Java runtime and none starts here")
    individuals = {kind: (str(IKG.ImagingDataset), sorted(own)) for own, kind in judged.items()}
    queries = dict(zip(drawn, datasets_of(drawn.values()), strict=True))
    assert len(queries) == PROFILES
    found = hermit.instances(load_modules(ontology_dir()), individuals, queries)
    asked = {dataset: own for dataset, own in facts.items() if own in judged}
    expected = {name: by_sparql[name] & asked.keys() for name in drawn}
    assert all(expected[name] for name in drawn if by_sparql[name]), "a profile with an answer is judged without one"
    assert differences(spread(found, asked, judged), expected, drawn, release.knowledge) == {}


def test_every_followed_property_is_materialised(release: OpenRelease) -> None:
    for prop in FOLLOWED:
        assert release.store.ask(f"ASK {{ GRAPH ?g {{ ?a <{prop}> ?b . FILTER(isIRI(?a) && isIRI(?b)) }} }}"), prop


def test_no_axiom_has_a_nested_filler() -> None:
    """On this it rests that a restriction is answered by the named classes to which the graph leads: see kg.reason.expressions."""
    axioms = axioms_of(load_modules(ontology_dir()))
    assert not [a for a in axioms if re.search(r"ObjectSomeValuesFrom\(<[^>]+> (?!<)", a)]
    assert [a for a in axioms if "ObjectSomeValuesFrom(<" in a]
