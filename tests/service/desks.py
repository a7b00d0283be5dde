"""An application of SPARQL alone, whose desk a test can change."""

from types import SimpleNamespace

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from service.methods import Methods
from service.settings import Settings

__all__ = ["served"]


class _AtDesk:
    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self._app, self._owner = app, owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        release = SimpleNamespace(manifest=SimpleNamespace(id="test"), folder=None, knowledge=SimpleNamespace(concepts={}))
        serving = SimpleNamespace(desk=self._owner.state.desk, id="test", release=release)
        scope["state"] = {**scope.get("state", {}), "serving": serving}
        await self._app(scope, receive, send)


def served(app: FastAPI) -> FastAPI:
    """Let every request of an application be served by the desk that ``app.state.desk`` holds then."""
    app.add_middleware(Methods)
    app.add_middleware(_AtDesk, owner=app)
    app.state.settings = Settings()
    return app
