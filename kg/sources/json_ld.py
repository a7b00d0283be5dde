"""One dataset's description by its publisher: Croissant, schema.org or DCAT as JSON-LD, one file in, claims out.

A Croissant file is checked with ``mlcroissant`` first; what is not Croissant is read by its vocabulary alone. Nothing is fetched: the
contexts of schema.org and Croissant are known by their prefixes, and no other is resolved.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from kg.errors import MissingExtra, SourceShapeError
from kg.model import Status
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.text import squeeze

__all__ = ["CROISSANT", "DCAT", "is_croissant", "read"]

CROISSANT: Final = "croissant"
DCAT: Final = "dcat"
_PREFIXES: Final = (
    "https://schema.org/", "http://schema.org/", "sc:", "schema:", "http://www.w3.org/ns/dcat#", "dcat:",
    "http://purl.org/dc/terms/", "dcterms:", "dct:", "http://mlcommons.org/croissant/", "cr:", "foaf:",
)  # fmt: skip
_NAMES: Final = ("name", "title")
_FACETS: Final = ("modality", "anatomy", "task", "condition", "dimensionality", "population")


def is_croissant(body: Any) -> bool:
    """Whether a JSON-LD body says that it conforms to Croissant."""
    conforms = body.get("conformsTo", body.get("dct:conformsTo", "")) if isinstance(body, dict) else ""
    return "croissant" in json.dumps(conforms).casefold()


def read(path: Path, reader: Reader) -> tuple[str, Entry]:
    """Read a description.

    Returns:
        The name of the source (``croissant`` or ``dcat``) and the entry.

    Raises:
        MissingExtra: The file is Croissant, and mlcroissant is not installed.
        SourceShapeError: The file is not JSON-LD, describes no dataset or more than one, or breaks Croissant's rules.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceShapeError(path, ("well-formed JSON-LD",)) from error
    croissant = is_croissant(body)
    if croissant:
        _validate(path)
    nodes = [_short(n) for n in _nodes(body)]
    datasets = [n for n in nodes if "Dataset" in _types(n)]
    if len(datasets) != 1:
        raise SourceShapeError(path, (f"exactly one dataset (it has {len(datasets)})",))
    node = datasets[0]
    name = next((_text(node[k]) for k in _NAMES if node.get(k)), "")
    if not name:
        raise SourceShapeError(path, ("the name (or title) of the dataset",))
    url = next((u for k in ("url", "landingPage", "identifier", "@id") for u in _texts(node.get(k)) if u.startswith("http")), "")
    return (CROISSANT if croissant else DCAT), Entry(
        0, name, url, tuple(_texts(node.get("alternateName"))), _year(node), founds=True,
        mentions=tuple(dict.fromkeys(_mentions(node, name, url, reader))),
    )  # fmt: skip


def _validate(path: Path) -> None:
    try:
        import mlcroissant as mlc  # noqa: PLC0415  # only this importer needs it, and it is large
    except ImportError as error:
        raise MissingExtra("sources") from error
    try:
        mlc.Dataset(jsonld=str(path))
    except (mlc.ValidationError, ValueError, KeyError, TypeError) as error:
        rule = squeeze(str(error))[:300]
        raise SourceShapeError(path, (f"what Croissant demands: {rule}",)) from error


def _nodes(body: Any) -> Iterator[dict[str, Any]]:
    for part in body if isinstance(body, list) else [body]:
        if isinstance(part, dict):
            graph = part.get("@graph")
            yield from (n for n in graph if isinstance(n, dict)) if isinstance(graph, list) else (part,)


def _short(node: dict[str, Any]) -> dict[str, Any]:
    """The node with its keys' prefixes taken off."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        short = next((key.removeprefix(p) for p in _PREFIXES if key.startswith(p)), key)
        found.setdefault(short, value)
    return found


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type", node.get("type", ()))
    return {re.split(r"[/#:]", str(k))[-1] for k in (kinds if isinstance(kinds, list) else [kinds])}


def _texts(value: Any) -> list[str]:
    """The texts of a JSON-LD value: strings, ``@value``, ``@id``, or the name of a node."""
    if value is None:
        return []
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    if isinstance(value, dict):
        node = _short(value)
        inner = next((node[k] for k in ("@value", "name", "title", "url", "@id") if node.get(k)), None)
        return _texts(inner)
    return [squeeze(str(value))] if str(value).strip() else []


def _text(value: Any) -> str:
    return next(iter(_texts(value)), "")


def _year(node: dict[str, Any]) -> str:
    for key in ("datePublished", "issued", "dateCreated"):
        match = re.match(r"(?:19|20)\d\d", _text(node.get(key)))
        if match:
            return match[0]
    return ""


def _mentions(node: dict[str, Any], name: str, url: str, reader: Reader) -> Iterator[Mention]:
    yield reader.literal("name", name, "title", name)
    for alias in _texts(node.get("alternateName")):
        yield reader.literal("alternateName", alias, "alias", alias)
    if url:
        yield reader.literal("url", url, "landingPage", url)
    if _year(node):
        yield reader.literal("datePublished", _text(node.get("datePublished", node.get("issued"))), "issued", _year(node))
    for key in ("license", "rights"):
        for text in _texts(node.get(key)):
            yield from _licence(key, text, reader)
    for key in ("publisher", "creator"):
        for text in _texts(node.get(key)) if key == "publisher" or not node.get("publisher") else ():
            yield reader.literal(key, text, "publisher", text[:120])
    for key in ("keywords", "keyword", "about", "measurementTechnique", "theme"):
        for text in _split(_texts(node.get(key))):
            yield from _keyword(key, text, reader)
    yield from _access(node)


def _licence(key: str, text: str, reader: Reader) -> Iterator[Mention]:
    """A licence by name, SPDX identifier or address; an address names the licence whose text stands there."""
    match = re.search(
        r"creativecommons\.org/(?:licenses/([a-z-]+)/([\d.]+)|publicdomain/(zero))|spdx\.org/licenses/([\w.-]+)", text
    )
    if match:
        name = "CC0 1.0" if match[3] else match[4].removesuffix(".html") if match[4] else f"CC {match[1].upper()} {match[2]}"
        for mention in reader.licence(key, name):
            yield Mention(key, text, mention.property, mention.value, mention.status, mention.note)
    else:
        yield from reader.licence(key, text)


def _split(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (squeeze(t) for t in re.split(r"[,;]", text) if squeeze(t))


def _keyword(key: str, text: str, reader: Reader) -> Iterator[Mention]:
    found = [m for facet in _FACETS for m in reader.concepts(key, text, facet) if m.status is Status.READ]
    yield from dict.fromkeys(found) or [Mention(key, text[:120])]


def _access(node: dict[str, Any]) -> Iterator[Mention]:
    free = node.get("isAccessibleForFree")
    files = (
        [_short(d) for d in node.get("distribution", ()) if isinstance(d, dict)]
        if isinstance(node.get("distribution"), list)
        else []
    )
    direct = [d for d in files if _text(d.get("contentUrl") or d.get("downloadURL")).startswith("http")]
    if direct and free is not False:
        yield Mention("distribution", f"{len(direct)} files with an address", "accessLevel", "ikg:OpenDownload", Status.READ,
                      "the publisher gives an address for each file")  # fmt: skip
