"""Documents about things: a 303 to the one that the client wants, and the one that a suffix names, with the headers that belong to it."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import quote

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from kg.export.describe import about, document_triples
from kg.namespaces import BASE
from kg.opened import OpenRelease
from kg.store.written import from_ntriples, write_triples
from service.conditional import DOCUMENT, respond
from service.pages import CSP
from service.problems import root_of
from service.signposting import Signposts, header, linkset_json, linkset_text
from service.variants import PROFILES, Variant, named, negotiated

__all__ = ["Maker", "about_document", "json_bytes", "moved", "not_acceptable", "root_of", "see_other", "send", "suffixed"]

Maker = Callable[[Variant], bytes]
_VARY: Final = "Accept, Accept-Profile"
_SEE_OTHER: Final = {"Vary": _VARY, "Cache-Control": DOCUMENT}


def not_acceptable(path: str, variants: Iterable[Variant]) -> HTTPException:
    """406 that names what there is, in words and as links."""
    there = list(variants)
    links = ", ".join(
        f'<{path}.{v.suffix}>; rel="alternate"; type="{v.media.replace(chr(34), chr(92) + chr(34))}"' for v in there
    )
    return HTTPException(406, f"there is {named(there)}", {"Vary": _VARY, "Link": links})


def suffixed(suffix: str, variants: Iterable[Variant]) -> Variant:
    """The document that a suffix names.

    Raises:
        HTTPException: 404, naming those that there are.
    """
    there = list(variants)
    found = next((v for v in there if v.suffix == suffix), None)
    if found is None:
        raise HTTPException(404, f"there is no document .{suffix}; there are {', '.join(f'.{v.suffix}' for v in there)}")
    return found


def see_other(request: Request, path: str, variants: Iterable[Variant]) -> Response:
    """303 to the document that the client wants.

    Raises:
        HTTPException: 406 when there is none such.
    """
    there = list(variants)
    asked = request.query_params
    headers = request.headers
    chosen = negotiated(
        there, headers.get("accept"), headers.get("accept-profile"), asked.get("_mediatype", ""), asked.get("_profile", "")
    )
    at = f"{root_of(request)}{quote(path, safe='/:@!$&()*+,;=~-._')}"
    if chosen is None:
        raise not_acceptable(at, there)
    return RedirectResponse(f"{at}.{chosen.suffix}", 303, headers=_SEE_OTHER)


def moved(request: Request, path: str, iri: str) -> Response:
    """301 to what an old name means today."""
    return RedirectResponse(
        f"{root_of(request)}{path}", 301, headers={"Link": f'<{iri}>; rel="successor-version"', "Cache-Control": DOCUMENT}
    )


def send(request: Request, posts: Signposts, variant: Variant, make: Maker) -> Response:
    """A document with its headers.

    Args:
        request: The request.
        posts: The thing and its documents.
        variant: Which document.
        make: Makes the body of any document but the sets of links.
    """
    public: str = request.app.state.settings.public
    if variant.suffix == "linkset.json":
        body = json_bytes(linkset_json(posts, public))
    elif variant.suffix == "linkset":
        body = linkset_text(posts, public).encode()
    else:
        body = make(variant)
    path = quote(posts.path, safe="/:@!$&()*+,;=~-._")
    headers = {
        "Vary": "Accept",
        "Content-Location": f"{root_of(request)}{path}.{variant.suffix}",
        "Link": header(posts, variant, root_of(request), public),
    }
    if variant.profile:
        headers["Content-Profile"] = f"<{PROFILES[variant.profile]}>"
    if variant.media == "text/html":
        headers["Content-Security-Policy"] = CSP
    return respond(request, body, variant.content_type, headers)


def about_document(release: OpenRelease, iri: str, path: str, variant: Variant) -> bytes:
    """What the graph says of a thing, in an RDF format, with what the document says of itself."""
    said = from_ntriples(about(release.store, iri))
    return write_triples([*said, *document_triples(f"{BASE.rstrip('/')}{path}.{variant.suffix}", iri)], variant.media)


def json_bytes(body: Any) -> bytes:
    """JSON to be read by people too."""
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
