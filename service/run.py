"""Running the application under uvicorn, and the tools for agents over pipes."""

from pathlib import Path

import uvicorn

from kg.errors import MissingExtra
from service.app import create_app
from service.logs import configure
from service.settings import Settings
from service.wire import Wire

__all__ = ["run", "run_mcp"]


def run(release: Path | None, host: str, port: int, *, store: str | None = None) -> None:
    """Serve a release of a folder, or the one that a SPARQL server holds, until interrupted; what has begun is answered first."""
    settings = Settings().model_copy(update={"release": release, "store": store})
    configure(settings.log_level, settings.log_format)
    uvicorn.run(
        create_app(settings), host=host, port=port, log_config=None, access_log=False, server_header=False, http=Wire,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )  # fmt: skip


def run_mcp(release: Path | None, *, store: str | None = None) -> None:
    """Serve the tools for agents over standard input and output.

    Raises:
        MissingExtra: fastmcp is not installed.
    """
    try:
        from service.mcp.stdio import serve  # noqa: PLC0415  # an optional part
    except ModuleNotFoundError as error:
        if error.name != "fastmcp":
            raise
        raise MissingExtra("mcp") from None
    told = {name: value for name, value in (("release", release), ("store", store)) if value is not None}
    serve(Settings().model_copy(update=told))
