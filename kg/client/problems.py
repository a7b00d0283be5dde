"""A problem document of a service (RFC 9457) back into the error that it was made of."""

from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any, Final

from kg import errors
from kg.errors import KGError, QuestionError, ServiceError

__all__ = ["ERRORS", "error_of"]

ERRORS: Final[Mapping[str, type[KGError]]] = {
    "unknown-concept": errors.UnknownConcept,
    "unknown-dataset": errors.UnknownDataset,
    "query-syntax": errors.QuerySyntaxError,
    "query-refused": errors.QueryRefused,
    "query-timeout": errors.QueryTimeout,
    "query-cancelled": errors.QueryCancelled,
    "query-too-large": errors.QueryTooLarge,
    "answer-unwritable": errors.AnswerUnwritable,
    "query-failed": errors.QueryFailed,
    "store-unavailable": errors.StoreUnavailable,
    "release-changing": errors.ReleaseChanging,
    "question": errors.QuestionError,
    "profile": errors.ProfileError,
    "expression": errors.ExpressionError,
    "description": errors.DescriptionError,
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
    told = str(body.get("detail") or body.get("title") or "it does not say why")
    if slug in ERRORS and (found := _made(ERRORS[slug], body, told)) is not None:
        return found
    if slug == "invalid" and (at := _place(body)):
        return QuestionError(at, told.removeprefix(f"{at}: ").rstrip("."))
    error = ServiceError(f"it answers {status}: {told.rstrip('.')}", status)
    if isinstance(hint := body.get("hint"), str) and hint:
        error.remedy = hint  # it knows better than the library what to do about it
    return error


def _place(body: Mapping[str, Any]) -> str:
    """Which value a service finds invalid, as a JSON pointer; empty where it does not say."""
    match body.get("errors"):
        case [{"pointer": str(pointer)}, *_]:
            return pointer
    return ""


def _made(kind: type[KGError], body: Mapping[str, Any], told: str) -> KGError | None:
    """The error, made of the members of the document; None when they do not fit it."""
    values: dict[str, Any] = {}
    guessed = False
    for name, parameter in signature(kind).parameters.items():
        if name in body:
            values[name] = body[name]
        elif parameter.default is Parameter.empty:
            values[name], guessed = "", True  # a service leaves out what is empty
    try:
        error = kind(**values)
        sentence = str(error)  # what is made of the wrong types cannot be read out
    except (TypeError, ValueError, AttributeError):
        return None
    return None if guessed and sentence != told else error
