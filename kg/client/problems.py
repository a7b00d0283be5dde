"""A problem document of a service (RFC 9457) back into the error that it was made of."""

from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any, Final

from kg import errors
from kg.errors import KGError, ServiceError

__all__ = ["ERRORS", "error_of"]

ERRORS: Final[Mapping[str, type[KGError]]] = {
    "unknown-concept": errors.UnknownConcept,
    "unknown-dataset": errors.UnknownDataset,
    "query-syntax": errors.QuerySyntaxError,
    "query-refused": errors.QueryRefused,
    "query-timeout": errors.QueryTimeout,
    "query-too-large": errors.QueryTooLarge,
    "query-failed": errors.QueryFailed,
    "store-unavailable": errors.StoreUnavailable,
    "profile": errors.ProfileError,
    "expression": errors.ExpressionError,
    "unknown-plan": errors.UnknownPlan,
    "plan-of-another-release": errors.PlanOfAnotherRelease,
}
"""Slug of a problem's type → the error. What a service cannot answer with (a broken catalogue) or is at fault for stays a ServiceError."""


def error_of(status: int, body: Mapping[str, Any]) -> KGError:
    """The error behind a problem document.

    Args:
        status: The HTTP status.
        body: The document.
    """
    slug = str(body.get("type", "")).rpartition("/")[2]
    known = ERRORS.get(slug)
    if known is not None and (values := _arguments(known, body)) is not None:
        return known(**values)
    told = str(body.get("detail") or body.get("title") or "it does not say why")
    return ServiceError(f"it answers {status}: {told.rstrip('.')}", status)


def _arguments(kind: type[KGError], body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the error is made of; None when the document leaves out something that it needs."""
    values: dict[str, Any] = {}
    for name, parameter in signature(kind).parameters.items():
        if name in body:
            values[name] = body[name]
        elif parameter.default is Parameter.empty:
            return None
    return values
