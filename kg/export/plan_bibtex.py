"""The datasets of a plan as BibTeX. Facts of the catalogue alone: who wrote the paper it does not know, so no entry names an author."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["bibtex", "entry"]

_ESCAPED: Final = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip


def bibtex(body: Mapping[str, Any]) -> str:
    """The members of a plan as BibTeX entries, in the order of the plan."""
    return "\n".join(entry(member) for member in body["members"])


def entry(member: Mapping[str, Any]) -> str:
    """One dataset as a ``@misc`` entry; its key is the dataset's id, and it has the fields that the catalogue knows."""
    fields = {
        "title": f"{{{_text(member['name'])}}}",
        "publisher": " and ".join(f"{{{_text(p)}}}" for p in member["publishers"]),
        "year": str(member["year"] or ""),
        "doi": _address(member["doi"] or ""),
        "url": _address(member["homepage"] or ""),
        "note": f"Dataset; \\url{{{member['iri']}}}",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{member['id']},\n{lines}\n}}\n"


def _text(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPED)


def _address(text: str) -> str:
    """An address; what would end or nest the field is percent-encoded, and nothing else is touched: styles print it verbatim."""
    return text.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
