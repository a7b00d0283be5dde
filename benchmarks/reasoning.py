"""What reasoning adds to string matching on the catalogue, and what it costs: ``python benchmarks/reasoning.py`` writes reasoning.md.

The rival matches strings, as the field's own tools do: a dataset answers when a word stands in its source cells as a whole word.
It is asked twice: with the one word that a user would type, and with every word that our lexicon has for the concept itself.
"""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import kg
from kg.build import build
from kg.namespaces import CATALOGUE, CLAIMS, IKG, curie
from kg.opened import OpenRelease
from kg.reason import hermit
from kg.reason.apart import classify_apart
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.classified import classified_file
from kg.reason.taxonomy import read_taxonomy
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.modules import load_modules

SITES: Final = ("structure",)
DISEASES: Final = ("diseases",)
MODALITIES: Final = ("modality", "modality2")
QUESTIONS: Final = (
    # word typed, concept, source columns that a string is looked for in, property of the graph
    ("head", "UBERON:0000033", SITES, "relevantTo"),
    ("thorax", "UBERON:0001443", SITES, "relevantTo"),
    ("abdomen", "UBERON:0000916", SITES, "relevantTo"),
    ("pelvis", "UBERON:0002355", SITES, "relevantTo"),
    ("eye", "UBERON:0000970", SITES, "relevantTo"),
    ("musculoskeletal", "UBERON:0002204", SITES, "relevantTo"),
    ("cancer", "MONDO:0004992", DISEASES, "condition"),
    ("glioma", "MONDO:0021042", DISEASES, "condition"),
    ("neurodegenerative", "MONDO:0005559", DISEASES, "condition"),
    ("tomography", "ikg:Tomography", MODALITIES, "modality"),
    ("nuclear", "ikg:NuclearMedicineImaging", MODALITIES, "modality"),
)
OUT: Final = Path(__file__).with_suffix(".md")


def cells(release: OpenRelease, fields: tuple[str, ...]) -> dict[str, str]:
    """Dataset → everything that its sources wrote in these columns."""
    values = " ".join(f'"{f}"' for f in fields)
    query = (
        f"SELECT ?d ?raw {{ VALUES ?f {{ {values} }} GRAPH ?g {{ ?c <{IKG.about}> ?d ; <{IKG.field}> ?f ; <{IKG.raw}> ?raw }} "
        f'FILTER(STRSTARTS(STR(?g), "{CLAIMS}")) }}'
    )
    found: dict[str, str] = {}
    for dataset, raw in release.store.select(query).rows:
        found[str(dataset)] = f"{found.get(str(dataset), '')} ; {raw}"
    return found


def by_string(texts: dict[str, str], words: list[str]) -> set[str]:
    """The datasets in whose cells one of the words stands, whole and in any case."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in words), re.IGNORECASE)
    return {dataset for dataset, text in texts.items() if pattern.search(text)}


def by_graph(release: OpenRelease, prop: str, iri: str, graph: str = "") -> set[str]:
    where = f"?d <{IKG[prop]}> <{iri}>"
    where = f"GRAPH <{graph}> {{ {where} }}" if graph else where
    return {str(d) for (d,) in release.store.select(f"SELECT DISTINCT ?d {{ ?d a <{IKG.ImagingDataset}> . {where} }}").rows}


def counts(release: OpenRelease) -> list[str]:
    lines = [
        "| asked | concept | the word as a string | all its words as strings | asserted | inferred | found by strings, not inferred |",
        "|---|---|---|---|---|---|---|",
    ]
    for word, name, fields, prop in QUESTIONS:
        concept = release.knowledge.concept(name)
        texts = cells(release, fields)
        typed, lexical = by_string(texts, [word]), by_string(texts, [w.text for w in concept.words])
        asserting = {"relevantTo": "anatomy"}.get(prop, prop)
        asserted, inferred = by_graph(release, asserting, concept.iri, str(CATALOGUE)), by_graph(release, prop, concept.iri)
        lost = sorted(curie(d).removeprefix("ikgd:") for d in lexical - inferred)
        lines.append(
            f"| {word} | {concept.label} | {len(typed)} | {len(lexical)} | {len(asserted)} | **{len(inferred)}** | {', '.join(lost) or '–'} |"
        )
    return lines


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def costs() -> list[str]:
    graph = load_modules(ontology_dir())
    axioms, classes = axioms_of(graph), classes_of(graph)
    shipped = timed(lambda: read_taxonomy(classified_file(ontology_dir())))
    cold = timed(lambda: classify_apart(axioms, classes))
    lines = [
        f"{len(classes):,} classes, {len(axioms):,} axioms.",
        "",
        "| way | seconds | against the EL reasoner, cold |",
        "|---|---|---|",
        f"| the classification that ships, read | {shipped:.2f} | {shipped / cold:.3f} |",
        f"| pyELK, cold, in a process of its own, with every edge of part-of, location … | {cold:.1f} | 1 |",
    ]
    if hermit.available():
        judge = timed(lambda: hermit.judge(graph, classes))
        lines.append(f"| HermiT (Java), the class hierarchy alone | {judge:.1f} | {judge / cold:.1f} |")
    return lines


def main() -> int:
    with TemporaryDirectory() as folder:
        build(catalogue_dir(), ontology_dir(), Path(folder))
        with kg.open(folder) as release:
            table, total = counts(release), len(release.knowledge.datasets)
    text = [
        "# What reasoning adds, and what it costs",
        "",
        "Written by `python benchmarks/reasoning.py`; do not edit.",
        "",
        f"Datasets found among the {total} of the catalogue. A *string* match looks for whole words, in any case, in the source's own",
        "column (structure, diseases, modality); *asserted* is the concept itself as the catalogue asserts it; *inferred* is what",
        "`?d ikg:relevantTo | ikg:condition | ikg:modality <concept>` answers: kinds, parts, and where conditions sit. The last column",
        "holds what a string finds and the graph does not: cells that are misread by the string, or withheld as contradictions.",
        "",
        *table,
        "",
        "## Costs",
        "",
        *costs(),
        "",
        "Seconds are of one machine and one run; read the ratios.",
    ]
    OUT.write_text("\n".join(text) + "\n", encoding="utf-8")
    sys.stdout.write(OUT.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
