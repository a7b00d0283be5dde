"""The list of M. Aryayi on GitHub: datasets by organ, with keywords, home page, papers and, for about half, a licence.

Names, addresses, keywords and licences are taken; the sentences about the datasets are not.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.errors import SourceShapeError
from kg.model import Status
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.text import squeeze

__all__ = ["SOURCE", "read"]

SOURCE: Final = "m-aryayi"
_ENTRY: Final = re.compile(r"^- <a href=\"(?P<url>[^\"]*)\">\s*\**(?P<name>.*?)\**\s*</a>(?P<rest>[^\n]*)")
_HEADING: Final = re.compile(r"^#{2,4}\s+(?P<title>.*)$")
_LICENCE: Final = re.compile(r"!\[licence\]\([^)]*\)\s*(?P<text>[^\n]+)")
_KEYWORDS: Final = re.compile(r"\*\*\*Key\w*:\*\*\*\s*(?P<text>[^\n<]+)")
_FULL_NAME: Final = re.compile(r"^\s*\((?P<name>[^()]{4,100})\)")
# Keywords that are a facet's words; the rest says nothing of the images.
_FACETS: Final = ("modality", "task", "condition", "anatomy")


def read(path: Path, reader: Reader) -> tuple[Entry, ...]:
    """Read the list.

    Raises:
        SourceShapeError: The file holds no entry of the list's form.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SourceShapeError(path, (f"UTF-8 text (byte {error.start} is none)",)) from error
    found: list[Entry] = []
    section = ""
    block: list[str] = []
    for line in [*lines, "- "]:
        heading = _HEADING.match(line)
        if block and (heading or line.startswith("- ")):
            found += _entry(len(found), section, "\n".join(block), reader)
            block = []
        if heading:
            section = squeeze(heading["title"])
        elif line.startswith("- <a href") or block:
            block.append(line)
    if not found:
        raise SourceShapeError(path, ("entries of the form '- <a href=\"…\"> **name**</a>'",))
    return tuple(found)


def _entry(number: int, section: str, text: str, reader: Reader) -> Iterator[Entry]:
    head = _ENTRY.match(text)
    if not head:
        return
    name, url = squeeze(re.sub(r"<[^>]*>", "", head["name"]).strip("* ")), squeeze(head["url"])
    full = _FULL_NAME.match(head["rest"])
    aliases = (squeeze(full["name"]),) if full else ()
    mentions = [reader.literal("name", name, "title", name)]
    mentions += [reader.literal("full name", alias, "alias", alias) for alias in aliases]
    usable = url.startswith(("http://", "https://")) and " " not in url
    mentions.append(reader.literal("url", url, "landingPage", url if usable else ""))
    mentions += _organ(section, reader)
    keywords = _KEYWORDS.search(text)
    if keywords:
        mentions += _keywords(keywords["text"], reader)
    for licence in _LICENCE.finditer(text):
        mentions += reader.licence("licence", re.sub(r"<[^>]*>", "", licence["text"]))
    # The list holds portals and papers too: what it gives no modality for is not known to be images.
    imaging = any(m.property == "modality" and m.value for m in mentions)
    yield Entry(number, name, url, aliases, "", usable and imaging, tuple(mentions))


def _organ(section: str, reader: Reader) -> Iterator[Mention]:
    for mention in reader.concepts("section", section, "anatomy"):
        if mention.status is Status.READ:
            yield mention


def _keywords(text: str, reader: Reader) -> Iterator[Mention]:
    for keyword in re.split(r"[,;]", text):
        word = squeeze(keyword)
        if word.casefold() in {"labeled", "labelled", "labeeld"}:
            yield Mention("keyword", word, "labelled", "true", Status.VALUE)
            continue
        found = [m for facet in _FACETS for m in reader.concepts("keyword", word, facet) if m.status is Status.READ]
        yield from dict.fromkeys(found) or ([Mention("keyword", word)] if word else ())
