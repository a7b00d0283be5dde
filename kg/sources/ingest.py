"""Bringing one source into the catalogue: records → identity → claims → tables. Other sources' rows stay as they are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from kg.catalogue.policy import agreed
from kg.catalogue.tables import Catalogue, Source
from kg.identity import Decision, SourceRecord, cluster
from kg.model import Claim, DatasetRow, RowIdentity
from kg.sources import imaging_x
from kg.sources.claims import claims_of
from kg.sources.further import refuse_shrinkage
from kg.terms.lexicon import Lexicon

__all__ = ["import_imaging_x"]

_SURVEY: Final = Source(
    imaging_x.SOURCE,
    "Project Imaging-X: survey of open medical imaging datasets",
    "",
    "MIT",
    "https://github.com/uni-medical/Project-Imaging-X",
    0,
    "",
)


def import_imaging_x(
    path: Path,
    catalogue: Catalogue,
    decisions: tuple[Decision, ...],
    lexicon: Lexicon,
    version: str = "",
    tick: Callable[[str], None] = lambda _: None,
    *,
    retrieved: str = "",
    accept_shrink: bool = False,
) -> Catalogue:
    """Read the survey's table and put its records, identities and claims in the place of what the catalogue held from it.

    Args:
        path: The survey's JSON or Markdown file.
        catalogue: The catalogue so far.
        decisions: The curator's decisions about identity.
        lexicon: The ontology's words.
        version: What the source calls this state of itself, e.g. a commit.
        tick: Called with the name of each stage.
        retrieved: The day on which the file was read.
        accept_shrink: Whether the source may have lost more than a tenth of its records.

    Raises:
        SourceShapeError: The file is not in the survey's shape.
        SourceShrank: It lost more than a tenth of its records.
        CatalogueError: A decision no longer fits the records.
    """
    tick("reading the table")
    records = imaging_x.read(path)
    refuse_shrinkage(catalogue, imaging_x.SOURCE, len(records), accept=accept_shrink)
    tick("finding the datasets")
    rows = [SourceRecord(imaging_x.SOURCE, r.record, r.name, r.url, r.year, r.modality, r.structure, r.samples) for r in records]
    clusters = cluster(rows, decisions)
    dataset_of = {record: c.dataset for c in clusters for record in c.records}
    tick("reading the cells")
    claims = tuple(claims_of(records, dataset_of, lexicon, catalogue.overrides))
    by_dataset: dict[str, list[Claim]] = {}
    for claim in claims:
        by_dataset.setdefault(claim.dataset, []).append(claim)
    datasets = tuple(
        DatasetRow(
            c.dataset,
            c.name,
            tuple(sorted(c.aliases)),
            agreed(k for k in by_dataset[c.dataset] if k.property == "landingPage"),
            agreed(k for k in by_dataset[c.dataset] if k.property == "issued"),
        )
        for c in clusters
    )
    identity = tuple(
        RowIdentity(imaging_x.SOURCE, record, c.dataset, "+".join(c.reasons) or "single")
        for c in clusters
        for record in c.records
    )
    known = {d.id for d in datasets}
    source = replace(_SURVEY, version=version, records=len(records), sha256=imaging_x.sha256_of(path), retrieved=retrieved)
    return replace(
        catalogue,
        datasets=(*datasets, *(d for d in catalogue.datasets if d.id not in known and _elsewhere(d, catalogue))),
        claims=(*claims, *(c for c in catalogue.claims if c.source != imaging_x.SOURCE)),
        identity=(*identity, *(i for i in catalogue.identity if i.source != imaging_x.SOURCE)),
        sources=(source, *(s for s in catalogue.sources if s.name != imaging_x.SOURCE)),
    )


def _elsewhere(row: DatasetRow, catalogue: Catalogue) -> bool:
    """Whether another source describes the dataset, so that it stays when the survey no longer does."""
    return any(i.dataset == row.id and i.source != imaging_x.SOURCE for i in catalogue.identity)
