"""The demand that a use makes on licences, as a SPARQL pattern over the graph."""

from typing import Final

from kg.licence.uses import INDEX_ONLY, USES
from kg.namespaces import curie

__all__ = ["allowed_pattern"]

_STATED: Final = "GRAPH ikgg:catalogue"  # the inferred graph has the families above a licence too, which say less than it does


def allowed_pattern(use: str) -> str:
    """A pattern on ``?dataset`` that holds where the terms allow a use: every licence permits what it needs, and nothing prohibits it.

    It says what :func:`kg.licence.verdict.member_verdict` says, but that the licences of one dataset may clash among themselves.
    Empty for a use that every dataset allows.
    """
    wanted = USES[use]
    if wanted is INDEX_ONLY:
        return ""
    needs = " ".join(curie(a) for a in (*wanted.needs, *wanted.doubts))
    never = " ".join(curie(a) for a in (*wanted.needs, *wanted.doubts, *wanted.never, *wanted.shies))
    both = "ikg:licence|ikg:annotationLicence"
    return "\n  ".join(
        (
            f"FILTER EXISTS {{ {_STATED} {{ ?dataset ikg:licence ?known }} }}",
            f"FILTER NOT EXISTS {{ {_STATED} {{ ?dataset {both} ?terms }} VALUES ?need {{ {needs} }} "
            "FILTER NOT EXISTS { ?terms ikg:permits ?need } }",
            f"FILTER NOT EXISTS {{ {_STATED} {{ ?dataset {both}|ikg:dataUse ?bound }} ?bound ikg:prohibits ?never . "
            f"VALUES ?never {{ {never} }} }}",
        )
    )
