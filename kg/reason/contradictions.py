"""What cannot be: source cells that the ontology's axioms exclude.

A *view* is the depiction of one site by one modality. A record that names modalities M and an anatomy a is contradicted in its
anatomy cell when no view of a by any m in M is possible; likewise for its condition, through where the condition sits. A condition that
sits outside every anatomy of its record is doubtful (it may be a metastasis), so it goes to review but stays asserted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.model import Claim, Status
from kg.namespaces import IKG, curie, expand
from kg.reason.axioms import some

__all__ = ["Contradiction", "find", "needed", "view"]


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """A claim that the axioms exclude.

    Attributes:
        claim: The claim.
        kind: ``impossible-view`` (withheld from the catalogue graph), ``other-site`` or ``disagreement`` (asserted, wait for review).
        against: CURIEs of the concepts that it cannot stand with; for a disagreement those that the other records give.
        records: For a disagreement, how many other records give something else.
    """

    claim: Claim
    kind: str
    against: tuple[str, ...]
    records: int = 0

    @property
    def withheld(self) -> bool:
        """Whether the graph refrains from asserting the claim."""
        return self.kind == "impossible-view" and self.claim.asserts

    @property
    def certainty(self) -> float:
        """How sure the doubt is, between 0 and 1, for the order of the review queue."""
        if self.kind == "impossible-view":
            return 0.95
        return 0.6 if self.kind == "other-site" else round(self.records / (self.records + 1.5), 2)

    @property
    def reason(self) -> str:
        """The contradiction in one sentence of CURIEs; labels are put in where the sentence is shown."""
        others = " or ".join(self.against)
        if self.kind == "disagreement":
            return f"disagreement: {self.records} other records of the dataset give {others}"
        if self.kind == "impossible-view":
            return f"contradiction by axiom: no {others} image can show {self.claim.value}"
        return f"contradiction by axiom: {self.claim.value} does not sit in {others} (a metastasis would; to review)"


def view(*, modality: str = "", site: str = "", condition: str = "") -> str:
    """A view as a class expression in functional syntax, over IRIs."""
    parts = [f"<{IKG.View}>"]
    parts += [some(str(IKG.viewModality), modality)] if modality else []
    parts += [some(str(IKG.viewSite), site)] if site else []
    parts += [some(str(IKG.viewCondition), condition)] if condition else []
    return f"ObjectIntersectionOf({' '.join(parts)})"


def _records(claims: Iterable[Claim]) -> Iterator[dict[str, list[Claim]]]:
    records: dict[tuple[str, int, str], dict[str, list[Claim]]] = {}
    for claim in claims:
        if claim.value and claim.property in {"modality", "anatomy", "condition"}:
            records.setdefault((claim.source, claim.record, claim.dataset), {}).setdefault(claim.property, []).append(claim)
    yield from (records[key] for key in sorted(records))


def _tests(record: dict[str, list[Claim]]) -> Iterator[tuple[Claim, str, tuple[str, ...], tuple[str, ...]]]:
    """(claim, kind, against, the views of which at least one must be possible).

    What is asserted is tested against what is asserted; what a curator rejected, against the record as it was read, so that the
    detector's yield can be counted.
    """
    for asserted in (True, False):
        own = {p: [c for c in cs if c.asserts or (not asserted and c.status is Status.REJECTED)] for p, cs in record.items()}
        for claim, kind, against, views in _of_record(own):
            if claim.asserts == asserted:
                yield claim, kind, against, views


def _of_record(record: dict[str, list[Claim]]) -> Iterator[tuple[Claim, str, tuple[str, ...], tuple[str, ...]]]:
    modalities = tuple(sorted({c.value for c in record.get("modality", ())}))
    sites = tuple(sorted({c.value for c in record.get("anatomy", ())}))
    for claim in record.get("anatomy", ()):
        views = (view(modality=expand(m), site=expand(claim.value)) for m in modalities)
        yield claim, "impossible-view", modalities, tuple(views)
    for claim in record.get("condition", ()):
        views = (view(modality=expand(m), condition=expand(claim.value)) for m in modalities)
        yield claim, "impossible-view", modalities, tuple(views)
        views = (view(site=expand(s), condition=expand(claim.value)) for s in sites)
        yield claim, "other-site", sites, tuple(views)


def _all_tests(claims: Iterable[Claim]) -> list[tuple[Claim, str, tuple[str, ...], tuple[str, ...]]]:
    return [test for record in _records(claims) for test in _tests(record) if test[3]]


def needed(claims: Iterable[Claim]) -> frozenset[str]:
    """The views (class expressions) on which the answer of :func:`find` depends."""
    return frozenset(expression for *_, views in _all_tests(claims) for expression in views)


def find(claims: Iterable[Claim], impossible: Callable[[Iterable[str]], frozenset[str]]) -> tuple[Contradiction, ...]:
    """Every claim that the axioms exclude, sorted; a claim excluded by its modalities is not tested against its sites.

    Args:
        claims: All claims of the catalogue.
        impossible: The reasoner: class expressions → those to which nothing can belong.
    """
    tests = _all_tests(claims)
    empty = impossible({expression for *_, views in tests for expression in views})
    found: dict[Claim, Contradiction] = {}
    for claim, kind, against, views in tests:
        if claim not in found and all(v in empty for v in views):
            found[claim] = Contradiction(claim, kind, against)
    return tuple(sorted(found.values()))


def named(sentence: str, labels: Callable[[str], str]) -> str:
    """A sentence with its CURIEs replaced by labels."""
    return " ".join(labels(word) if curie(expand(word)) == word and expand(word) != word else word for word in sentence.split())
