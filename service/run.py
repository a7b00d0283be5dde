"""Running the application under uvicorn."""

from pathlib import Path

import uvicorn

from service.app import create_app
from service.logs import configure
from service.settings import Settings

__all__ = ["run"]


def run(release: Path | None, host: str, port: int, *, store: str | None = None) -> None:
    """Serve a release of a folder, or the one that a SPARQL server holds, until interrupted; what has begun is answered first."""
    settings = Settings().model_copy(update={"release": release, "store": store})
    configure(settings.log_level, settings.log_format)
    uvicorn.run(
        create_app(settings), host=host, port=port, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )  # fmt: skip
