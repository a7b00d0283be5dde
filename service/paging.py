"""The links of a page of a list: first, next, prev, last (RFC 8288), relative, so that no host leaks."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

__all__ = ["page_links"]

_RELS = ("next", "prev")


def page_links(request: Request, page: Mapping[str, Any]) -> str:
    """The value of the ``Link`` header.

    Args:
        request: The request; its own path and query are those of the links, but for the cursor.
        page: The cursors ``next``, ``prev`` and ``last``, where there are such pages.
    """
    links = [f'<{_url(request, None)}>; rel="first"']
    links += [f'<{_url(request, page[rel])}>; rel="{rel}"' for rel in _RELS if rel in page]
    links.append(f'<{_url(request, page.get("last"))}>; rel="last"')  # which is the first one where there is no other
    return ", ".join(links)


def _url(request: Request, cursor: str | None) -> str:
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in {"cursor", "offset"}]
    query = urlencode([*pairs, ("cursor", cursor)] if cursor else pairs)
    return f"{request.url.path}?{query}" if query else request.url.path
