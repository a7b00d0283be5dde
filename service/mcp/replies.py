"""What a tool gives back: a compact body, or an error that says what to do next. Never a traceback."""

import functools
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, ParamSpec

from fastmcp.exceptions import ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp_types import CallToolRequestParams
from pydantic import ValidationError as InvalidArguments

from kg import errors
from kg.errors import KGError
from service.problems import kind_of

__all__ = ["ArgumentErrors", "failure", "reply", "told"]

P = ParamSpec("P")
_LOG: Final = logging.getLogger("service.mcp")
_NEXT: Final[Mapping[type[KGError], str]] = {
    errors.UnknownDataset: "Use one of did_you_mean, or call `search` with a part of the name; a dataset goes by id, name, alias or IRI.",
    errors.UnknownConcept: "Use one of did_you_mean, or call `search` with other words and take the concepts of its read_as.",
    errors.ExpressionError: "Correct the expression at the line and column named.",
    errors.QuerySyntaxError: "Correct the query at the line and column named; `schema` lists prefixes and properties, `examples` has "
    "queries that run.",
    errors.QueryRefused: "Only SELECT, ASK, CONSTRUCT and DESCRIBE over this graph are run; leave out updates and SERVICE.",
    errors.QueryTimeout: "Bind more of the pattern, begin with the rarest triple, drop property paths (the closure is materialised), or add "
    "LIMIT; timeout may be raised to its maximum.",
    errors.QueryTooLarge: "Ask for fewer columns or add LIMIT and OFFSET.",
    errors.StoreUnavailable: "Try again in a few seconds.",
}
_MEMBERS: Final = ("line", "column", "expected", "field", "seconds")


def reply(body: Mapping[str, Any]) -> ToolResult:
    """A body as text for the model and as structure for a program."""
    return ToolResult(content=json.dumps(body, ensure_ascii=False), structured_content=dict(body))


def failure(kind: str, detail: str, remedy: str, **members: Any) -> ToolResult:
    """An error that an agent can act on."""
    body = {"error": kind, "detail": detail, "remedy": remedy} | {k: v for k, v in members.items() if v not in (None, (), [], "")}
    return ToolResult(content=json.dumps(body, ensure_ascii=False), structured_content=body, is_error=True)


def _of(error: KGError) -> ToolResult:
    remedy = next((_NEXT[base] for base in type(error).__mro__ if base in _NEXT), error.remedy)
    members = {n: list(v) if isinstance(v := getattr(error, n, None), tuple) else v for n in _MEMBERS}
    return failure(
        kind_of(error).slug, str(error), remedy, did_you_mean=list(getattr(error, "suggestions", ())), **members
    )  # fmt: skip


def told(tool: Callable[P, ToolResult]) -> Callable[P, ToolResult]:
    """Make every error of a tool a reply: ours with its remedy, any other as ours to mend, told to the log and not to the client."""

    @functools.wraps(tool)
    def answered(*args: P.args, **kwargs: P.kwargs) -> ToolResult:
        try:
            return tool(*args, **kwargs)
        except KGError as error:
            return _of(error)
        except Exception:  # noqa: BLE001  # an agent must get an answer, and never a traceback
            _LOG.exception("the tool %s broke", tool.__name__)
            return failure(
                "internal", "Something broke on our side; it has been logged.", "Try another question; report this one."
            )

    return answered


class ArgumentErrors(Middleware):
    """Arguments that do not fit the schema: said in one sentence each, and not in the words of the library that checks them."""

    async def on_call_tool(
        self, context: MiddlewareContext[CallToolRequestParams], call_next: CallNext[CallToolRequestParams, Any]
    ) -> Any:
        """Answer a call, or say which argument is wrong."""
        try:
            return await call_next(context)
        except ValidationError as error:
            cause = error.__cause__
            faults = (
                [f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in cause.errors()]
                if isinstance(cause, InvalidArguments)
                else ["arguments: they do not fit the tool's schema"]
            )
            return failure(
                "invalid-arguments", "; ".join(faults), "Call the tool again with arguments that fit its input schema."
            )
