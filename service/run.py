"""Running the application under uvicorn."""

from pathlib import Path

import uvicorn

from service.app import create_app
from service.settings import Settings

__all__ = ["run"]


def run(release: Path | None, host: str, port: int, *, store: str | None = None) -> None:
    """Serve a release of a folder, or the one that a SPARQL server holds, until interrupted."""
    settings = Settings().model_copy(update={"release": release, "store": store})
    uvicorn.run(create_app(settings), host=host, port=port, log_level="info")
