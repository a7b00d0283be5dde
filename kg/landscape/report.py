"""The quality report with the landscape in it, from a judged catalogue."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from kg.catalogue.facts import Facts
from kg.catalogue.tables import Catalogue
from kg.landscape.figures import figures
from kg.landscape.quality import quality
from kg.namespaces import curie
from kg.reason.judged import Judged
from kg.reason.taxonomy import Taxonomy

__all__ = ["report_of"]

_SURVEY: Final = "imaging-x"


def report_of(
    catalogue: Catalogue, facts: tuple[Facts, ...], judged: Judged, taxonomy: Taxonomy, labels: Mapping[str, str]
) -> dict[str, Any]:
    """See :func:`kg.landscape.quality.quality`.

    Args:
        catalogue: The curated tables.
        facts: What the graph asserts.
        judged: What the detectors found.
        taxonomy: The classification.
        labels: Concept IRI → label.
    """
    rows = Counter(i.dataset for i in catalogue.identity if i.source == _SURVEY)
    landscape = figures(facts, catalogue.relations, rows, taxonomy, labels)
    return quality(catalogue, facts, judged.doubts, landscape, lambda iri: labels.get(iri, curie(iri)))
