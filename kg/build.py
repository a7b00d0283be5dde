"""The build: catalogue + ontology → classification → closure → SHACL → named graphs → an immutable release.

Everything is written beside its place and renamed, so that a build that is killed at any moment leaves the old release as it was.
"""

import gzip
import hashlib
import itertools
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rdflib import URIRef

from kg.catalogue.facts import Facts
from kg.catalogue.mappings import Mapping, check_mappings, read_mappings
from kg.catalogue.policy import curated_claims
from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.provenance import build_triples, claim_triples, conflict_triples, provenance_triples
from kg.catalogue.removed import refuse_unknown_concepts
from kg.catalogue.tables import Catalogue, load
from kg.catalogue.triples import Triple, catalogue_triples
from kg.errors import CatalogueError
from kg.export.examples import example_triples, prefix_triples, shipped
from kg.export.quality_html import quality_page
from kg.export.void import void_triples
from kg.landscape.report import report_of
from kg.model import Claim, Status
from kg.namespaces import BASE, CATALOGUE, CLAIMS, EXAMPLES, IKGD, INFERRED, MAPPINGS, ONTOLOGY, PROVENANCE, VOID_GRAPH
from kg.reason.axioms import axioms_of, content_hash
from kg.reason.classified import taxonomy_for
from kg.reason.closure import concept_closure, dataset_closure
from kg.reason.contradictions import Contradiction
from kg.reason.judged import assert_facts, doubts_of
from kg.reason.review import review_text, review_triples
from kg.reason.rules import rules_of
from kg.reason.shapes import violations
from kg.release import GRAPH, INDEX, MANIFEST, QUALITY, QUALITY_PAGE, REVIEW, STORE, Manifest, digest, point_to
from kg.resources import queries_dir
from kg.search.index import write_index
from kg.store.quads import canonical_lines, lines_of, write_store
from kg.terms.modules import concepts_of, load_modules, pages_of
from kg.version import __version__

__all__ = ["STAGES", "Built", "build"]

STAGES: Final = (
    "reading the ontology", "reading the catalogue", "classifying", "looking for contradictions", "asserting facts",
    "checking shapes", "closing", "writing the graph", "loading the store", "indexing", "reporting", "publishing",
)  # fmt: skip
Tick = Callable[[str], None]
_SURVEY: Final = "imaging-x"
# A mention that is none of these names no concept of its column's facet: it is vague, of another facet, or held to be wrong.
_NAMES_ONE: Final = frozenset((Status.READ, Status.UNREAD, Status.AMBIGUOUS, Status.OVERRIDDEN))


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, and where the time went (seconds by stage)."""

    release: Path
    manifest: Manifest
    seconds: dict[str, float] = field(default_factory=dict)


class _Clock:
    """Announces each stage and remembers how long it took; the times are shown and never written into the release."""

    def __init__(self, tick: Tick) -> None:
        self.tick, self.seconds = tick, dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.tick(name)
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


def build(catalogue_dir: Path, ontology_dir: Path, out: Path, *, keep: int = 2, tick: Tick = lambda _: None) -> Built:
    """Build a release and make it the current one of ``out``.

    Args:
        catalogue_dir: The curated tables.
        ontology_dir: The ontology's folder.
        out: Folder of releases.
        keep: How many releases stay, the new one included.
        tick: Called with the name of each stage of :data:`STAGES`.

    Raises:
        CatalogueError: A row is malformed, or the assembled graph breaks a shape.
        ReasonerError: The ontology cannot be classified.
    """
    clock = _Clock(tick)
    with clock.stage("reading the ontology"):
        ontology = load_modules(ontology_dir)
        concepts = concepts_of(ontology)
        axioms = axioms_of(ontology)
        mappings = read_mappings(ontology_dir)
        check_mappings(ontology_dir, {iri: c.label for iri, c in concepts.items()})
    with clock.stage("reading the catalogue"):
        catalogue = load(catalogue_dir)
        if not catalogue.datasets:
            raise CatalogueError(str(catalogue_dir / "datasets.tsv"), 1, "row", "the catalogue is empty")
        refuse_unknown_concepts(catalogue_dir, catalogue, concepts)
    with clock.stage("classifying"):
        taxonomy = taxonomy_for(ontology, axioms, ontology_dir)
    with clock.stage("looking for contradictions"):
        judged = doubts_of(catalogue, axioms, taxonomy, ontology_dir)
    with clock.stage("asserting facts"):
        facts = assert_facts(catalogue, judged, taxonomy, ontology)
        asserted = frozenset(catalogue_triples(facts, catalogue.relations, catalogue.series, pages_of(ontology)))
    with clock.stage("checking shapes"):
        _refuse_violations(asserted, catalogue, catalogue_dir, ontology_dir)
    with clock.stage("closing"):
        inferred = frozenset((*concept_closure(taxonomy), *dataset_closure(facts, taxonomy, rules_of(ontology))))
    with clock.stage("writing the graph"):
        triples: dict[URIRef, Iterable[Triple]] = {
            CATALOGUE: asserted,
            EXAMPLES: (*example_triples(shipped(queries_dir())), *prefix_triples()),
            INFERRED: inferred - asserted,
            MAPPINGS: tuple(_mapping_triples(mappings)),
            PROVENANCE: (
                *provenance_triples(catalogue), *build_triples(catalogue, content_hash(axioms)), *review_triples(judged.queue),
                *conflict_triples(c for f in facts for c in f.conflicts),
            ),
        }  # fmt: skip
        graphs = {name: lines_of(held, name) for name, held in triples.items()} | {ONTOLOGY: canonical_lines(ontology, ONTOLOGY)}
        claims = _claims_by_source(catalogue)
        counted = {name: len(lines) for name, lines in claims.items()}
        graphs |= claims | {
            VOID_GRAPH: lines_of(void_triples(triples | {ONTOLOGY: tuple(ontology)}, counted, MAPPINGS), VOID_GRAPH)
        }
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        part = out / f".building-{os.getpid()}"
        part.mkdir()
        text = "".join(sorted(line for lines in graphs.values() for line in lines)).encode()
        _write_gzip(part / GRAPH, text)
        key = hashlib.sha256(text).hexdigest()
    with clock.stage("loading the store"):
        write_store(part / STORE, text)
    with clock.stage("indexing"):
        write_index(part / INDEX, facts, concepts)
        _write(part / REVIEW, review_text(judged.queue))
    with clock.stage("reporting"):
        report = report_of(catalogue, facts, judged, taxonomy, {iri: c.label for iri, c in concepts.items()})
        _write(part / QUALITY, json.dumps(report, indent=1, ensure_ascii=False) + "\n")
        _write(part / QUALITY_PAGE, quality_page(report))
    with clock.stage("publishing"):
        manifest = Manifest(
            key[:16], __version__, f"{BASE}release/{key[:16]}", content_hash(axioms),
            _counts(catalogue, facts, graphs, judged.queue), _shares(catalogue, facts),
            [{"name": s.name, "version": s.version, "sha256": s.sha256} for s in catalogue.sources],
            {name: digest(part / name) for name in (GRAPH, INDEX, REVIEW, QUALITY, QUALITY_PAGE)},
        )  # fmt: skip
        _write(part / MANIFEST, manifest.text())
        release = _publish(out, part, manifest.id, keep)
    return Built(release, manifest, clock.seconds)


def _refuse_violations(asserted: frozenset[Triple], catalogue: Catalogue, catalogue_dir: Path, ontology_dir: Path) -> None:
    found = violations(asserted, ontology_dir)
    if found:
        about = found[0].focus.removeprefix(str(IKGD)).partition("#")[0]
        line = next((n for n, d in enumerate(catalogue.datasets, 2) if d.id == about), 1)
        raise CatalogueError(str(catalogue_dir / "datasets.tsv"), line, found[0].path, f"{found[0].focus}: {found[0].message}")


def _claims_by_source(catalogue: Catalogue) -> dict[URIRef, list[str]]:
    """The claims of each source, the curators' statements among them, as the lines of one named graph each."""
    by_source: dict[str, list[Claim]] = {s.name: [] for s in catalogue.sources}
    for claim in (*catalogue.claims, *curated_claims(catalogue.curated)):
        by_source.setdefault(claim.source, []).append(claim)
    concepts = frozenset(CONCEPT_PROPERTIES)
    return {CLAIMS[source]: lines_of(claim_triples(claims, concepts), CLAIMS[source]) for source, claims in by_source.items()}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_gzip(path: Path, text: bytes) -> None:
    """Compress without a clock or a name inside, so that the same graph gives the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        file.write(text)


def _mapping_triples(mappings: Iterable[Mapping]) -> Iterator[Triple]:
    for m in mappings:
        yield URIRef(m.subject), URIRef(m.predicate), URIRef(m.object)


def _counts(
    catalogue: Catalogue, facts: tuple[Facts, ...], graphs: dict[URIRef, list[str]], found: tuple[Contradiction, ...]
) -> dict[str, int]:
    survey = Counter(i.record for i in catalogue.identity if i.source == _SURVEY)
    triples = {f"triples {str(name).removeprefix(BASE)}": len(lines) for name, lines in graphs.items()}
    return {
        "source rows": next((s.records for s in catalogue.sources if s.name == _SURVEY), 0),
        "source rows in exactly one dataset": sum(n == 1 for n in survey.values()),
        "records of all sources": sum(s.records for s in catalogue.sources),
        "records that describe a dataset": len(catalogue.identity),
        "datasets": len(facts),
        "claims": len(catalogue.claims),
        "contradictions": len(found),
        "cells withheld": sum(c.withheld for c in found),
        "triples": sum(triples.values()),
        "triples asserted": len(graphs[CATALOGUE]),
        "triples inferred": len(graphs[INFERRED]),
        **triples,
    }


def _shares(catalogue: Catalogue, facts: tuple[Facts, ...]) -> dict[str, float]:
    """Of the datasets whose sources name something in a facet's column, the share that has a concept of that facet."""
    column = {"modality": "modality", "anatomy": "structure", "task": "task", "condition": "diseases"}
    shares: dict[str, float] = {}
    for facet, field_name in column.items():
        names = {c.dataset for c in catalogue.claims if c.field == field_name and c.status in _NAMES_ONE}
        have = {f.row.id for f in facts if f.concepts.get(facet)}
        shares[facet] = round(len(names & have) / len(names), 4) if names else 1.0
    return shares


def _sweep(out: Path) -> None:
    """Remove what builds that died have left; a build that still runs keeps its folder."""
    for stale in out.glob(".building-*"):
        pid = stale.name.rpartition("-")[2]
        if not pid.isdecimal() or int(pid) == os.getpid() or not _alive(int(pid)):
            shutil.rmtree(stale, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _publish(out: Path, part: Path, key: str, keep: int) -> Path:
    """Give the finished folder a name that no other has, then point to it, then drop the oldest releases.

    The release that readers were pointed to is never touched before the pointer has moved.
    """
    names = (key if n == 1 else f"{key}-{n}" for n in itertools.count(1))
    release = next(out / name for name in names if not (out / name).exists())
    part.rename(release)
    point_to(out, release.name)
    others = [p for p in out.iterdir() if (p / MANIFEST).is_file() and p != release]
    for old in sorted(others, key=lambda p: (p / MANIFEST).stat().st_mtime_ns)[: max(0, len(others) - (keep - 1))]:
        shutil.rmtree(old, ignore_errors=True)
    return release
