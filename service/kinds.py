"""The kinds of problem that there are: those of the library's errors, and those that HTTP itself has. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from inspect import cleandoc
from typing import Final

from kg import errors

__all__ = ["HTTP", "OTHER", "TABLE", "Kind", "every", "kind_of"]

_NOT_YOURS: Final = "Nothing in the request is wrong. Tell the operator of this service, with the request_id."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Attributes:
        status: HTTP status.
        slug: Its page is ``/errors/`` and this.
        title: What it is, the same for every occurrence.
        meaning: When it comes; of an error of the library its own description says it.
        hint: What to do about it where the occurrence knows nothing better.
    """

    status: int
    slug: str
    title: str
    meaning: str = ""
    hint: str = ""

    def of(self, status: int) -> "Kind":
        """The same kind, for another status."""
        return replace(self, status=status)


TABLE: Final[Mapping[type[errors.KGError], Kind]] = {
    errors.UnknownConcept: Kind(422, "unknown-concept", "Unknown concept"),
    errors.UnknownDataset: Kind(404, "unknown-dataset", "Unknown dataset"),
    errors.QuerySyntaxError: Kind(400, "query-syntax", "The query does not parse"),
    errors.QueryRefused: Kind(400, "query-refused", "The query is not allowed"),
    errors.QueryTimeout: Kind(503, "query-timeout", "The query took too long"),
    errors.QueryCancelled: Kind(503, "query-cancelled", "The query was cancelled"),
    errors.QueryTooLarge: Kind(422, "query-too-large", "The query needs too much"),
    errors.AnswerUnwritable: Kind(406, "answer-unwritable", "The format cannot hold the answer"),
    errors.QueryError: Kind(400, "query", "The query is at fault", hint="Correct the query; the detail says where it fails."),
    errors.QueryFailed: Kind(500, "query-failed", "The query could not be run", hint=_NOT_YOURS),
    errors.StoreUnavailable: Kind(503, "store-unavailable", "The store does not answer"),
    errors.ReleaseChanging: Kind(503, "release-changing", "The release is being replaced"),
    errors.StoreClosed: Kind(503, "store-closed", "The store is closed"),
    errors.ServiceError: Kind(502, "service", "Another service cannot be used", hint="Ask whoever runs that service, or try again later."),
    errors.ReleaseDamaged: Kind(500, "release-damaged", "The release is damaged", hint="Build or fetch the release again."),
    errors.PublishingFailed: Kind(500, "publishing", "The release did not reach a server", hint="Publish the release again."),
    errors.CatalogueError: Kind(500, "catalogue", "The catalogue is malformed"),
    errors.SourceShapeError: Kind(500, "source-shape", "A source file is in the wrong shape"),
    errors.SourceShrank: Kind(500, "source-shrank", "A source lost records"),
    errors.ReasonerError: Kind(500, "reasoner", "The ontology cannot be classified", hint="Run `imaging-kg ontology check`, which says where."),
    errors.QuestionError: Kind(422, "question", "A value of the question is wrong"),
    errors.ProfileError: Kind(422, "profile", "The profile makes no sense"),
    errors.ExpressionError: Kind(422, "expression", "The class expression cannot be answered"),
    errors.DescriptionError: Kind(400, "description", "The description cannot be read"),
    errors.UnknownPlan: Kind(404, "unknown-plan", "There is no such plan"),
    errors.PlanOfAnotherRelease: Kind(
        409, "plan-of-another-release", "The plan belongs to another release",
        hint="Send the question that the problem carries to POST /v1/fusion/plans: the present release answers it.",
    ),
    errors.MissingExtra: Kind(500, "missing-extra", "A part is not installed", hint="The operator installs the extra that is named."),
}  # fmt: skip
"""Every error of the library. A test fails when one is missing."""

HTTP: Final[Mapping[int, Kind]] = {
    kind.status: kind
    for kind in (
        Kind(400, "bad-request", "The request is malformed",
             "A parameter is missing, is given twice or cannot be read, or the body is no text in UTF-8.",
             "Correct what the detail names; /v1/openapi.json says what each address takes."),
        Kind(401, "unauthorised", "A token is needed",
             "This service was given a bearer token, which whatever costs more than a read demands.",
             "Send the header Authorization: Bearer TOKEN; the operator of this service has the token."),
        Kind(403, "forbidden", "The origin may not ask this",
             "A page of another origin asks for what only programs, and pages of this machine and of the service, may ask.",
             "Ask without the header Origin, from a program; the operator adds the origins of hosts with IMAGING_KG_MCP_HOSTS."),
        Kind(404, "not-found", "There is no such resource",
             "Nothing is, and as far as this release knows nothing was, at this address.",
             "Look for it with /v1/search or /v1/suggest, or in the list at /dataset."),
        Kind(405, "method-not-allowed", "The method is not allowed here",
             "The address is there, and takes other methods; what is served here is read-only.",
             "Use a method that the header Allow names; an update has to go to a store of your own."),
        Kind(406, "not-acceptable", "No acceptable format",
             "The Accept header, or _mediatype, admits none of the formats that there are.",
             "Accept one of the formats that the detail lists, or */*."),
        Kind(409, "conflict", "The request conflicts with another",
             "Something under way has the identifier that the request brings.",
             "Take another identifier, or wait until the other request has ended."),
        Kind(410, "gone", "There was such a thing, and there is none now",
             "The identifier was withdrawn, and nothing took its place.",
             "Take it out of your list; the detail says why it was withdrawn."),
        Kind(412, "precondition-failed", "What is here is not what the request demands",
             "If-Match or If-Unmodified-Since names another version of the document than there is.",
             "Ask without the condition; ETag and Last-Modified name what there is."),
        Kind(413, "too-large", "The request is too large",
             "The body is larger than a question needs to be.",
             "Send less at once; the detail says how much may be sent. What one long request asks, several shorter ones can."),
        Kind(414, "uri-too-long", "The address is too long",
             "Path and query together have more bytes than the parser of HTTP reads.",
             "Send a long query in the body: POST it to /sparql, or the structured question to /v1/search."),
        Kind(415, "unsupported-media-type", "The request's media type is not understood",
             "The Content-Type of the body is none of those that the address reads.",
             "Send the body as the detail says, with that Content-Type and in UTF-8."),
        Kind(416, "range", "There is no such part of the file",
             "The Range header asks for bytes that the file has not got, or cannot be read.",
             "Ask for bytes within the size that the header Content-Range tells, or for the whole."),
        Kind(421, "misdirected", "The request was meant for another host",
             "The header Host names none of those that this address answers for: a name may have been bound to this machine by a stranger.",
             "Use the address that the service was given; its operator adds names with IMAGING_KG_MCP_HOSTS."),
        Kind(422, "invalid", "The request is invalid",
             "The request can be read, and a value in it is not one that its place takes.",
             "Correct each of the errors; the pointer of each says where it stands."),
        Kind(429, "too-many-requests", "You ask too much at once",
             "One client has too many queries under way, or used its share of the processor.",
             "Wait as many seconds as Retry-After says; the headers RateLimit and RateLimit-Policy tell the share."),
        Kind(500, "internal", "Something broke on our side",
             "A fault of the service, which is logged with the request's id.", _NOT_YOURS),
        Kind(503, "unavailable", "The service cannot answer now",
             "It is starting or stopping, or every worker is busy.", "Ask again after as many seconds as Retry-After says."),
    )
}  # fmt: skip
"""The problems that HTTP itself has, by status."""

OTHER: Final = Kind(400, "http", "The request failed",
                    "HTTP has a status for it, and this service has no more to say of it than that.",
                    "Look the status up in RFC 9110, and correct the request accordingly.")  # fmt: skip
"""What stands for a status that is not in :data:`HTTP`."""


def kind_of(error: errors.KGError) -> Kind:
    """The kind of an error: that of its own class, else of the nearest base."""
    return next(TABLE[base] for base in type(error).__mro__ if base in TABLE)


def every() -> Iterator[Kind]:
    """All kinds, each with what it means and what to do about it."""
    for error, kind in TABLE.items():
        remedy = kind.hint or error.remedy
        yield Kind(kind.status, kind.slug, kind.title, cleandoc(error.__doc__ or ""), remedy)
    yield from HTTP.values()
    yield OTHER
