"""A plan as a checklist for whoever fetches the data: one box a member, the least effort first, with what to accept and what to beware of."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.terms.text import many

__all__ = ["checklist", "size"]

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")


def checklist(body: Mapping[str, Any]) -> str:
    """The download checklist of a plan as CommonMark with task boxes."""
    return "\n".join(_lines(body)) + "\n"


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    members = {m["id"]: m for m in body["members"]}
    storage = body["amount"]["storage"]
    yield f"# Download checklist of plan {body['id']}"
    yield ""
    yield f"{many(len(members), 'dataset')}; release {body['release']} of imaging-kg."
    known = (
        f"{size(storage['bytes'])} for the {many(storage['known'], 'dataset')} whose size is known; " if storage["known"] else ""
    )
    yield f"Storage: {known}unknown of {many(storage['unknown'], 'dataset')}."
    for level in body["access"]:
        yield ""
        yield f"## {level['label'][:1].upper()}{level['label'][1:]} ({many(len(level['datasets']), 'dataset')})"
        for platform in level["platforms"]:
            if platform.get("steps"):
                yield ""
                yield f"On {_plain(platform['label'])}: {_plain(platform['steps'])}"
        yield ""
        for i in level["datasets"]:
            yield from _member(members[i])
    if body["leakage"]:
        yield ""
        yield "## Before training: data that are in more than one dataset"
        yield ""
        for pair in body["leakage"]:
            sure = "" if pair["certainty"] == "certain" else "possibly: "
            yield f"- [ ] {sure}{_plain(pair['reason'])}: {_plain(pair['action'])}"
    if body["split"]["test"]["datasets"]:
        yield ""
        yield "## Keep apart for testing"
        yield ""
        for i in body["split"]["test"]["datasets"]:
            yield f"- {_plain(members[i]['name'])}"


def _member(member: Mapping[str, Any]) -> Iterator[str]:
    name = _plain(member["name"])
    yield f"- [ ] {_link(name, member['homepage'])}"
    guess = " (guessed from the host of its address)" if member["access"]["guessed"] else ""
    where = ", ".join(p["label"] for p in member["access"]["platforms"])
    yield f"  - access: {member['access']['label']}{guess}{f', on {_plain(where)}' if where else ''}"
    licences = ", ".join(_link(_plain(one["label"]), one["page"]) for one in member["licence"])
    yield f"  - to accept: {licences or 'its licence is unknown or its sources differ: ask its publisher before use'}"
    counts = ", ".join(many(c["value"], c["unit"]) for c in member["extent"])
    yield f"  - size: {size(member['bytes']) if member['bytes'] is not None else 'unknown'}; {counts or 'of unknown count'}"
    for step in member["steps"]:
        yield f"  - then: {_plain(step['text'])}"


def size(count: int) -> str:
    """A number of bytes for a person, in powers of a thousand: ``20.4 TB``."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{count} B"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _link(text: str, address: str | None) -> str:
    return f"[{text}](<{_address(address)}>)" if address else text


def _address(text: str) -> str:
    return text.replace("<", "%3C").replace(">", "%3E").replace("\n", "")
