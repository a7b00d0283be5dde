"""Running the application under uvicorn, and the tools for agents over pipes."""

from pathlib import Path

import uvicorn

from kg.errors import MissingExtra
from service.app import create_app
from service.settings import Settings

__all__ = ["run", "run_mcp"]


def run(release: Path, host: str, port: int) -> None:
    """Serve a release until interrupted."""
    settings = Settings().model_copy(update={"release": release})
    uvicorn.run(create_app(settings), host=host, port=port, log_level="info")


def run_mcp(release: Path | None) -> None:
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
    settings = Settings()
    serve(settings.model_copy(update={"release": release}) if release else settings)
