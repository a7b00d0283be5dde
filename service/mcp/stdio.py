"""The tools over standard input and output: a client starts the process and speaks to it through pipes."""

import logging
import sys

from kg.opened import open_release
from kg.release import STORE
from service.mcp.backing import Backing
from service.mcp.server import make_server
from service.settings import Settings
from service.sparql_pool import SparqlPool

__all__ = ["serve"]


def serve(settings: Settings) -> None:
    """Serve a release until the client closes its end. Standard output belongs to the protocol; words go to standard error.

    Args:
        settings: Which release, and the limits of SPARQL.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    with open_release(settings.release) as release:
        pool = SparqlPool(
            release.folder / STORE, size=1, timeout=settings.sparql_timeout, cap=settings.sparql_timeout_cap,
            memory=settings.sparql_memory_bytes, largest=settings.sparql_result_bytes,
        )  # fmt: skip
        try:
            backing = Backing(lambda: release, lambda query, kind, seconds: pool.run(query, kind, timeout=seconds))
            make_server(backing).run(transport="stdio", show_banner=False, log_level="WARNING")
        finally:
            pool.close()
