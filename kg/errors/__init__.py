"""Every error the library raises on purpose, in one tree; nothing foreign escapes an adapter.

    KGError
    ├── UnknownConcept          text, suggestions       a word or identifier that names no concept
    ├── UnknownDataset          text, suggestions       a name or IRI that names no dataset
    ├── QueryError              (never raised itself)   the query was at fault
    │   ├── QuerySyntaxError    message, line, column, expected, token, did_you_mean
    │   ├── QueryRefused        reason                  readable, but not allowed: update, SERVICE, foreign FROM
    │   ├── QueryTimeout        seconds, elapsed        stopped at its deadline
    │   ├── QueryCancelled      (nothing)               stopped because its client asked for it, or went away
    │   ├── QueryTooLarge       resource, limit         stopped at a cap: bytes of answer, rows, bytes of memory
    │   └── AnswerUnwritable    media_type, reason, formats   the format cannot hold the answer, others can
    ├── QueryFailed             reason                  the engine could not run it; not the query's fault
    ├── StoreUnavailable        reason                  no engine answered
    │   ├── ReleaseChanging     reason                  the release on a server is being replaced, or was
    │   └── StoreClosed         (nothing)               it was closed before the question came
    ├── ServiceError            reason, status          a remote service refuses, or answers with what is no answer
    ├── ReleaseDamaged          path, reason, remedy
    ├── PublishingFailed        reason, remedy          a release did not reach a server whole
    ├── CatalogueError          file, line, field, rule
    ├── SourceShapeError        path, missing
    ├── SourceShrank            source, before, now
    ├── ReasonerError           reason
    ├── QuestionError           field, reason           a value of a question, an option or a table asked about is wrong
    │   └── ProfileError        field, reason           … in a fusion profile
    │       └── ExpressionError … line, column, expected, suggestions
    ├── DescriptionError        message, line, column   a description of a dataset that cannot be read
    ├── UnknownPlan             plan, reason
    ├── PlanOfAnotherRelease    plan, release, current, question
    └── MissingExtra            extra

Each carries its data as attributes, `str()` is one plain sentence, and `remedy` says what to do about it ("" if nothing can be
said in general). The data are also `args`, so that every error survives pickling: query workers are processes.
"""

from kg.errors.base import (
    KGError,
)
from kg.errors.catalogue import (
    CatalogueError,
    SourceShapeError,
    SourceShrank,
)
from kg.errors.queries import (
    AnswerUnwritable,
    QueryCancelled,
    QueryError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
)
from kg.errors.questions import (
    DescriptionError,
    ExpressionError,
    PlanOfAnotherRelease,
    ProfileError,
    QuestionError,
    UnknownConcept,
    UnknownDataset,
    UnknownPlan,
)
from kg.errors.stores import (
    MissingExtra,
    PublishingFailed,
    ReasonerError,
    ReleaseChanging,
    ReleaseDamaged,
    ServiceError,
    StoreClosed,
    StoreUnavailable,
)

__all__ = [
    "AnswerUnwritable",
    "CatalogueError",
    "DescriptionError",
    "ExpressionError",
    "KGError",
    "MissingExtra",
    "PlanOfAnotherRelease",
    "ProfileError",
    "PublishingFailed",
    "QueryCancelled",
    "QueryError",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "QuestionError",
    "ReasonerError",
    "ReleaseChanging",
    "ReleaseDamaged",
    "ServiceError",
    "SourceShapeError",
    "SourceShrank",
    "StoreClosed",
    "StoreUnavailable",
    "UnknownConcept",
    "UnknownDataset",
    "UnknownPlan",
]
