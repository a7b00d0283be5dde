"""Published counts: how many datasets answer to a concept. An upstream change (brain out of the head) cannot move one unseen.

After a change that is meant, ``pytest tests/ontology/test_counts.py --update-golden`` rewrites the table; review it as a diff.
"""

from pathlib import Path

from kg.namespaces import IKG, expand
from kg.opened import OpenRelease

TABLE = Path(__file__).with_name("counts.tsv")
HEADER = "property\tconcept\tlabel\tdatasets"
ASKED = (
    ("relevantTo", "UBERON:0000033"), ("relevantTo", "UBERON:0001443"), ("relevantTo", "UBERON:0000916"),
    ("relevantTo", "UBERON:0002355"), ("relevantTo", "UBERON:0000970"), ("relevantTo", "UBERON:0002204"),
    ("condition", "MONDO:0004992"), ("condition", "MONDO:0021042"), ("condition", "MONDO:0005559"), ("modality", "ikg:Tomography"),
    ("modality", "ikg:NuclearMedicineImaging"), ("modality", "ikg:CT"), ("depictsWithin", "UBERON:0001443"),
    ("servesTask", "ikg:ObjectDetection"),
)  # fmt: skip


def test_the_published_counts_stand(release: OpenRelease, update_golden: bool) -> None:
    lines = [HEADER]
    for prop, concept in ASKED:
        iri = expand(concept)
        query = f"SELECT (COUNT(DISTINCT ?d) AS ?n) {{ ?d a <{IKG.ImagingDataset}> ; <{IKG[prop]}> <{iri}> }}"
        ((number,),) = release.store.select(query).rows
        lines.append(f"{prop}\t{concept}\t{release.knowledge.label(iri)}\t{number}")
    text = "\n".join(lines) + "\n"
    if update_golden:
        TABLE.write_text(text, encoding="utf-8")
    assert len(lines) > 10
    assert text == TABLE.read_text(encoding="utf-8")
