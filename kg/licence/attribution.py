"""Whom to name, and whom to ask: from what the catalogue knows, and nothing else."""

from typing import Any

from kg.knowledge import DatasetView, Knowledge
from kg.licence.book import DATA, LABELS, OwnTerms
from kg.licence.uses import USES
from kg.licence.verdict import UNKNOWN, MemberVerdict

__all__ = ["asking", "credit"]


def credit(knowledge: Knowledge, dataset: DatasetView, own: OwnTerms) -> str:
    """One line that names a dataset as its licence asks: name, publishers, year, licences with their addresses, home page.

    What is not known is left out, but for the licence, of which that is said.
    """
    licences = []
    for scope, terms in own.parts:
        page = knowledge.pages.get(terms.iri)
        label = "Licence unknown" if not terms.known else knowledge.label(terms.iri)
        licences.append(f"{'annotations: ' if scope == LABELS else ''}{label}{f' ({page})' if page else ''}")
    if own.differing:
        licences.insert(0, f"Licence unknown, sources differ: {' or '.join(knowledge.label(i) for i in own.differing)}")
    elif not any(scope == DATA for scope, _ in own.parts):
        licences.insert(0, "Licence unknown")
    year = f" ({dataset.year})" if dataset.year is not None else ""
    parts = [f"{dataset.name}{year}", ", ".join(dataset.publishers), "; ".join(licences), dataset.homepage]
    return ". ".join(p for p in parts if p)


def asking(knowledge: Knowledge, dataset: DatasetView, own: OwnTerms, verdict: MemberVerdict, use: str) -> dict[str, Any]:
    """What to ask whom, as JSON: the question, the publishers, the page where they are to be found, the terms to read."""
    wanted = USES[use]
    if verdict.verdict == UNKNOWN:
        question = f"Under which licence are the data given out, and does it allow that {wanted.meaning}?"
    else:
        question = f"Do the terms allow that {wanted.meaning}?"
    pages = sorted({p for _, terms in own.parts if (p := knowledge.pages.get(terms.iri))})
    return {
        "id": dataset.id, "name": dataset.name, "verdict": verdict.verdict, "why": verdict.reason, "ask": question,
        "whom": list(dataset.publishers), "where": dataset.homepage or None, "read": pages,
    }  # fmt: skip
