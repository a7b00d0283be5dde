"""The options by which a command takes a fusion profile: said once, shared by every command that asks with one."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kg.errors import ProfileError

__all__ = ["OPTIONS", "Asked", "asks", "read_profile"]

Texts = list[str] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of a command ask.

    Attributes:
        profile: The profile as a user writes it; what an option says stands before what the file says.
        rules: A rule of the survey's portal, if one was given.
    """

    profile: dict[str, Any]
    rules: dict[str, Any] | None = None

    def __bool__(self) -> bool:
        """Whether anything was asked."""
        return bool(self.profile) or self.rules is not None


@dataclass(frozen=True, slots=True)
class _Option:
    """One option and the key of a profile that it fills."""

    part: str
    key: str
    kind: Any
    help: str
    flag: str = ""

    @property
    def name(self) -> str:
        """The option's name as a parameter."""
        return (self.flag.split("/")[0] or f"--{self.key}").removeprefix("--").replace("-", "_")


_WANTED: Final = "What is wanted"
_DEMANDED: Final = "What is demanded"
_CHOOSE: Final = "How to choose"
_PANELS: Final = {"": _WANTED, "constraints": _DEMANDED, "choose": _CHOOSE}
OPTIONS: Final = (
    _Option("", "modality", Texts, "A wanted modality; may be given again, and any of them will do."),
    _Option("", "anatomy", Texts, "A wanted anatomy."),
    _Option("", "task", Texts, "A wanted task."),
    _Option("", "condition", Texts, "A wanted condition."),
    _Option("", "orUnknown", Texts, "A facet in which a dataset of which nothing is known will do as well.", "--or-unknown"),
    _Option("", "expression", str | None, "A class expression: \"CT and condition some (neoplasm and 'has location' some kidney)\"."),
    _Option("", "labels", Texts, "A label that the set shall have; may be given again.", "--label"),
    _Option("", "use", str | None, "What the set is for, by which licences are judged."),
    _Option("constraints", "dimensionality", Texts, "2D image, 3D volume, …"),
    _Option("constraints", "allowSlicing", bool | None, "Volumes may stand in for images, by slicing.", "--allow-slicing"),
    _Option("constraints", "labelled", bool | None, "Only what is known to be labelled, or not to be.", "--labelled/--unlabelled"),
    _Option("constraints", "minimumSize", int | None, "The least that a dataset holds.", "--min-size"),
    _Option("constraints", "minimumTotal", int | None, "The least that the set holds.", "--min-total"),
    _Option("constraints", "minimumUnit", str | None, "What these two count: patient, image, volume, …", "--unit"),
    _Option("constraints", "since", int | None, "Published in this year or later."),
    _Option("constraints", "until", int | None, "Published in this year or before."),
    _Option("constraints", "access", Texts, "An access level that will do."),
    _Option("constraints", "licences", Texts, "A licence that will do.", "--licence"),
    _Option("constraints", "population", Texts, "Whose images: adults, infants, mice, …"),
    _Option("constraints", "acquisition", Texts, "How they were acquired: maker, field, plane, setting."),
    _Option("choose", "onePerFamily", bool | None, "Of datasets that hold the same data only the first.", "--one-per-family"),
    _Option("choose", "preferLabelled", bool | None, "Labelled datasets first.", "--prefer-labelled"),
    _Option("choose", "balance", str | None, "The facet whose values take turns."),
    _Option("choose", "maximumDatasets", int | None, "At most so many datasets.", "--max-datasets"),
    _Option("choose", "storageBudgetGB", float | None, "At most so many gigabytes.", "--storage-gb"),
    _Option("choose", "sizeBudget", int | None, "At most so many items in all.", "--size-budget"),
    _Option("choose", "cap", int | None, "At most so many items of one dataset."),
    _Option("choose", "sizeUnit", str | None, "What these two count: image, volume, patient, …", "--size-unit"),
    _Option("choose", "minimumDatasetsPerModality", int | None, "Drop a modality that has fewer.", "--min-datasets"),
    _Option("choose", "minimumOrganisationsPerModality", int | None, "Drop a modality of fewer publishers.", "--min-organisations"),
)  # fmt: skip
"""Every option, with the key of the profile that it fills. Each key of a profile has one."""


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that takes ``asked`` the options of a profile instead."""
    own = inspect.signature(command)
    options = [*(_parameter(o) for o in OPTIONS), *_FILES]
    kept = [p for p in own.parameters.values() if p.name != "asked"]
    parameters = [*kept, *options]

    @wraps(command)
    def with_options(**given: Any) -> None:
        command(**{p.name: given[p.name] for p in kept}, asked=_asked({p.name: given[p.name] for p in options}))

    with_options.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # typer reads it
    with_options.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": None}
    return with_options


def _parameter(option: _Option) -> inspect.Parameter:
    flag = option.flag or f"--{option.key}"
    told = typer.Option(flag, help=option.help, rich_help_panel=_PANELS[option.part], show_default=False)
    return inspect.Parameter(
        option.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Annotated[option.kind, told]
    )


_FILES: Final = tuple(
    inspect.Parameter(
        name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=None,
        annotation=Annotated[Path | None, typer.Option(f"--{name}", help=told, show_default=False)],
    )
    for name, told in (
        ("profile", "A JSON file with a whole profile, as POST /v1/fusion takes it; the options stand before it."),
        ("rules", "A JSON file with a rule of the survey's portal, as it writes it; profile and options stand before it."),
    )
)


def _asked(given: dict[str, Any]) -> Asked:
    profile = read_profile(given["profile"]) if given["profile"] else {}
    for option in OPTIONS:
        if (value := given[option.name]) in (None, []):
            continue
        if not option.part:
            profile[option.key] = value
            continue
        if not isinstance(part := profile.get(option.part, {}), dict):
            raise ProfileError(f"profile.{option.part}", "give an object")
        profile[option.part] = {**part, option.key: value}
    return Asked(profile, read_profile(given["rules"]) if given["rules"] else None)


def read_profile(path: Path) -> dict[str, Any]:
    """A question from a JSON file.

    Raises:
        ProfileError: The file cannot be read or is no JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(str(path), f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ProfileError(str(path), f"is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise ProfileError(str(path), "is no JSON object")
    return found
