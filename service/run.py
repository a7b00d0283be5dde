"""Running the application under uvicorn."""

from pathlib import Path

import uvicorn

from service.app import create_app
from service.settings import Settings

__all__ = ["run"]


def run(release: Path, host: str, port: int) -> None:
    """Serve a release until interrupted; requests that have begun are answered first."""
    settings = Settings().model_copy(update={"release": release})
    uvicorn.run(
        create_app(settings), host=host, port=port, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )  # fmt: skip
