"""A rule of the survey's portal, read as a fusion profile; every field says what it became, or why it does nothing.

The fields and their defaults are those of the portal's rule editor. Where the portal's own code reads a field otherwise, or not at all, the
note says so. A field that the portal does not know is listed with the nearest that it knows, and the answer still comes: a rule of a later
portal is of use today, and nothing of it is passed over in silence.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from kg.errors import ProfileError, UnknownConcept
from kg.fusion.reading import flag, number, texts, whole
from kg.knowledge import Knowledge

__all__ = ["PORTAL_RULE", "RULE_FIELDS", "SELECTION_FIELDS", "RuleReading", "from_rules"]

SELECTION_FIELDS: Final = ("enable", "min_datasets_per_modality", "min_orgs_per_modality", "storage_budget_gb")
"""The fields of a rule's ``selection``."""
RULE_FIELDS: Final = (
    "dimension", "modalities", "task_types", "license_allowlist", "include_unlabeled", "prefer_labeled", "min_valid_image_n_per_dataset",
    "anatomy_whitelist", "release_date_min", "allow_3d_as_2d_sources", "selection",
)  # fmt: skip
"""The fields of a rule."""

PORTAL_RULE: Final[Mapping[str, Any]] = {
    "dimension": "2D", "modalities": ["CT", "MR", "Fundus"], "task_types": ["classification", "segmentation", "detection", "regression"],
    "license_allowlist": None, "include_unlabeled": True, "prefer_labeled": True, "min_valid_image_n_per_dataset": 100,
    "anatomy_whitelist": [], "release_date_min": None, "allow_3d_as_2d_sources": False,
    "selection": {"enable": False, "min_datasets_per_modality": 2, "min_orgs_per_modality": 2, "storage_budget_gb": None},
}  # fmt: skip
"""The rule with which the portal's editor starts."""

_DATE: Final = re.compile(r"(\d{4})(-\d{2}(-\d{2})?)?")
_NOTHING: Final = "nothing is demanded"
_OFF: Final = "does nothing: selection.enable is not true"


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What the fields of a rule became.

    Attributes:
        profile: The profile, as a user would write it.
        fields: One item a known field that was given: its path, the given value, what it became in the profile, and a note.
        unknown: One item a field that no rule has, with the nearest that one has.
        unread: Texts of the allow-list that name no licence.
    """

    profile: Mapping[str, Any]
    fields: tuple[dict[str, Any], ...] = ()
    unknown: tuple[dict[str, Any], ...] = ()
    unread: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The reading as JSON."""
        return {"fields": list(self.fields), "unknown": list(self.unknown), "unreadLicences": list(self.unread)}


@dataclass(slots=True)
class _Reading:
    """A rule being read."""

    knowledge: Knowledge
    profile: dict[str, Any] = field(default_factory=dict)
    fields: list[dict[str, Any]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def became(self, path: str, given: Any, note: str, **keys: Any) -> None:
        """Put down what a field became: ``constraints__since=2018`` is the key ``since`` of ``constraints``."""
        written: dict[str, Any] = {}
        for key, value in keys.items():
            part, _, name = key.partition("__")
            if name:
                self.profile.setdefault(part, {})[name] = value
                written.setdefault(part, {})[name] = value
            else:
                self.profile[part] = written[part] = value
        self.fields.append({"field": path, "given": given, "became": written or None, "note": note})

    def labels(self, path: str, value: Any, facet: str) -> list[str]:
        """What the texts of a field name, each by its label."""
        return list(dict.fromkeys(self.knowledge.concept(t, facet).label for t in texts(path, value)))


def from_rules(rules: Any, knowledge: Knowledge) -> RuleReading:
    """Read a rule of the portal, as its editor writes it. A field that is left out demands nothing.

    Raises:
        ProfileError: The rule is no object, a value has the wrong type, or no text of an allow-list names a licence.
        UnknownConcept: A modality, task, structure or dimension names no concept.
    """
    if not isinstance(rules, Mapping):
        raise ProfileError("rules", "give an object, as the portal writes it")
    read = _Reading(knowledge)
    for name in RULE_FIELDS:
        if name in rules:
            given, path = rules[name], f"rules.{name}"
            if given is None:
                read.became(path, given, _NOTHING)
            else:
                _READ[name](read, path, given)
    unknown = [_unknown("rules", name, given, RULE_FIELDS) for name, given in sorted(rules.items()) if name not in RULE_FIELDS]
    if isinstance(selection := rules.get("selection"), Mapping):
        unknown += [
            _unknown("rules.selection", name, given, SELECTION_FIELDS)
            for name, given in sorted(selection.items())
            if name not in SELECTION_FIELDS
        ]
    return RuleReading(read.profile, tuple(read.fields), tuple(unknown), tuple(read.unread))


def _unknown(path: str, name: str, given: Any, known: tuple[str, ...]) -> dict[str, Any]:
    near = get_close_matches(name, known, 1, 0.5)
    return {"field": f"{path}.{name}", "given": given, "nearest": f"{path}.{near[0]}" if near else None}


def _dimension(read: _Reading, path: str, given: Any) -> None:
    labels = read.labels(path, given, "dimensionality")
    read.became(path, given, f"any of {', '.join(labels)}", constraints__dimensionality=labels)


def _concepts(facet: str, how: str) -> Callable[[_Reading, str, Any], None]:
    def field_of(read: _Reading, path: str, given: Any) -> None:
        if given == []:
            read.became(path, given, _NOTHING)
        else:
            labels = read.labels(path, given, facet)
            read.became(path, given, f"any of {', '.join(labels)}, by meaning; {how}", **{facet: labels})

    return field_of


def _licences(read: _Reading, path: str, given: Any) -> None:
    labels: list[str] = []
    for text in texts(path, given):
        try:
            labels.append(read.knowledge.concept(text, "licence").label)
        except UnknownConcept:
            read.unread.append(text)
    if not labels:
        raise ProfileError(
            path, f"names no licence that is known ({', '.join(read.unread) or 'the list is empty'}); null allows all"
        )
    missed = f"; no licence is called {', '.join(read.unread)}" if read.unread else ""
    note = f"any of {', '.join(dict.fromkeys(labels))}; a dataset whose licence is unknown does not join{missed}"
    read.became(path, given, note, constraints__licences=list(dict.fromkeys(labels)))


def _unlabelled(read: _Reading, path: str, given: Any) -> None:
    if flag(path, given):
        read.became(path, given, "labelled or not; where tasks are wanted, a dataset must still serve one of them")
    else:
        read.became(path, given, "only what is known to be labelled; the portal takes a row without a task as unlabelled",
                    constraints__labelled=True)  # fmt: skip


def _preferred(read: _Reading, path: str, given: Any) -> None:
    if flag(path, given):
        read.became(
            path,
            given,
            "labelled datasets are taken first; the portal's code passes this field over",
            choose__preferLabelled=True,
        )
    else:
        read.became(path, given, "the order does not ask for labels")


def _least(read: _Reading, path: str, given: Any) -> None:
    if not whole(path, given):
        read.became(path, given, _NOTHING)
        return
    note = (
        "so many images by some count, or so many patients, studies or volumes, each of which has one at least; what nobody counted "
        "does not join. "
        "The portal's code compares the total data volume instead, whatever its unit"
    )
    read.became(path, given, note, constraints__minimumSize=given, constraints__minimumUnit="image")


def _since(read: _Reading, path: str, given: Any) -> None:
    date = _DATE.fullmatch(str(given).strip()) if isinstance(given, int | str) and not isinstance(given, bool) else None
    if date is None:
        raise ProfileError(path, "give a year, or a date as 2018-05-31")
    note = "a year of publication from this one on" + ("; the catalogue knows years and no months" if date[2] else "")
    read.became(path, given, note, constraints__since=int(date[1]))


def _slicing(read: _Reading, path: str, given: Any) -> None:
    if flag(path, given):
        read.became(
            path, given, "a volume may stand in for images, after a slicing step that is named", constraints__allowSlicing=True
        )
    else:
        read.became(path, given, "a volume stands in for no image")


def _selection(read: _Reading, path: str, given: Any) -> None:
    if not isinstance(given, Mapping):
        raise ProfileError(path, "give an object")
    on = flag(f"{path}.enable", given["enable"]) if given.get("enable") is not None else False
    if "enable" in given:
        read.became(f"{path}.enable", given["enable"], "the fields beside it choose" if on else "the fields beside it do nothing")
    kinds: dict[str, tuple[str, Callable[[str, Any], Any], str]] = {
        "min_datasets_per_modality": ("minimumDatasetsPerModality", whole, "a modality with fewer datasets is dropped"),
        "min_orgs_per_modality": ("minimumOrganisationsPerModality", whole, "a modality of fewer known publishers is dropped"),
        "storage_budget_gb": (
            "storageBudgetGB",
            number,
            "datasets are taken while they fit; the portal's code passes this field over",
        ),
    }
    for name, (key, check, note) in kinds.items():
        if name not in given:
            continue
        value = given[name]
        own = f"{path}.{name}"
        checked = check(own, value) if value is not None else None
        if checked and on:
            read.became(own, value, note, **{f"choose__{key}": checked})
        else:
            read.became(own, value, _NOTHING if not checked else _OFF)


_READ: Final[Mapping[str, Callable[[_Reading, str, Any], None]]] = {
    "dimension": _dimension,
    "modalities": _concepts("modality", "the portal compares the words"),
    "task_types": _concepts("task", "a task may be served by labels that are derived; the portal compares the words"),
    "license_allowlist": _licences,
    "include_unlabeled": _unlabelled,
    "prefer_labeled": _preferred,
    "min_valid_image_n_per_dataset": _least,
    "anatomy_whitelist": _concepts(
        "anatomy", "parts and what sits in them as well; the portal looks for the words in the organ's name"
    ),
    "release_date_min": _since,
    "allow_3d_as_2d_sources": _slicing,
    "selection": _selection,
}
