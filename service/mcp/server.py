"""The server: tools, resources, and what a client is told about them."""

import json
from typing import Final

from fastmcp import FastMCP
from fastmcp.exceptions import ResourceError
from mcp import MCPError
from mcp_types import INVALID_PARAMS

from kg.errors import KGError, UnknownConcept, UnknownDataset
from kg.version import __version__
from service.mcp.asking import asking_tools
from service.mcp.backing import Backing
from service.mcp.querying import querying_tools
from service.mcp.replies import ArgumentErrors

__all__ = ["make_server"]

_INSTRUCTIONS: Final = """A knowledge graph of open medical-imaging datasets: what each holds, its terms, who shares data with whom, with
the claims of the sources behind every fact. Begin with `search` (plain words). `get` shows one dataset or concept with receipts;
`compare`, `fuse`, `why_not` and `licence` work on several. For anything else write SPARQL: `schema`, then `examples`, then `sparql`.
What an answer leaves out is unknown, never no. Cite datasets by their IRI and facts by their claims. An error names what was wrong and
what to do next."""


def make_server(backing: Backing) -> FastMCP:
    """The server of the Model Context Protocol over what is handed over.

    Args:
        backing: The release and the runner of queries.
    """
    server: FastMCP = FastMCP(
        "imaging-kg", instructions=_INSTRUCTIONS, version=__version__, website_url="https://w3id.org/imaging-kg/",
        middleware=[ArgumentErrors()], mask_error_details=True,
    )  # fmt: skip
    for tool in (*asking_tools(backing), *querying_tools(backing)):
        server.tool(
            tool, output_schema=None,
            annotations={"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False},
        )  # fmt: skip

    @server.resource("imaging-kg://dataset/{name}", mime_type="application/json", title="A dataset")
    def dataset(name: str) -> str:
        """Everything that is known of a dataset, with every claim: the body of /v1/datasets/{id}."""
        try:
            return json.dumps(backing.release().show(name), ensure_ascii=False)
        except KGError as error:
            raise _unread(error) from None

    @server.resource("imaging-kg://concept/{name}", mime_type="application/json", title="A concept")
    def concept(name: str) -> str:
        """A concept by label, synonym, CURIE or IRI: its words, place, mappings and count."""
        try:
            return json.dumps(backing.release().concept(name), ensure_ascii=False)
        except KGError as error:
            raise _unread(error) from None

    return server


def _unread(error: KGError) -> Exception:
    """The error of a resource that cannot be read: one that is not there is the client's to mend, with the nearest names."""
    told = f"{error} {error.remedy}".strip()
    if isinstance(error, UnknownDataset | UnknownConcept):
        return MCPError(code=INVALID_PARAMS, message=told, data={"did_you_mean": list(error.suggestions)})
    return ResourceError(told)
