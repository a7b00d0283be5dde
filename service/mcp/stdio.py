"""The tools over standard input and output: a client starts the process and speaks to it through pipes."""

import logging
import sys

from service.assembly import open_chosen, sparql_of
from service.mcp.backing import Backing
from service.mcp.server import make_server
from service.settings import Settings

__all__ = ["serve"]


def serve(settings: Settings) -> None:
    """Serve a release until the client closes its end. Standard output belongs to the protocol; words go to standard error.

    Args:
        settings: Which release, and the limits of SPARQL.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    with open_chosen(settings) as release:
        pool = sparql_of(release, settings.model_copy(update={"sparql_workers": 1, "sparql_spares": 0}))
        try:
            backing = Backing(lambda: release, lambda query, kind, seconds: pool.run(query, kind, timeout=seconds))
            make_server(backing).run(transport="stdio", show_banner=False, log_level="WARNING")
        finally:
            pool.close()
