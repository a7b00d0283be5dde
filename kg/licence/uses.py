"""What data may be wanted for, and which actions of a licence each use needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rdflib import Namespace

from kg.errors import QuestionError
from kg.namespaces import PREFIXES

__all__ = ["ACTIONS", "ATTRIBUTE", "COMMERCIAL", "DERIVE", "DISTRIBUTE", "INDEX_ONLY", "MERGED", "NOTICE", "REPRODUCE", "SHARE_ALIKE",
           "SHARE_DERIVATIVE", "USES", "Use", "parse_use"]  # fmt: skip

_ODRL: Final = Namespace(PREFIXES["odrl"])
_CC: Final = Namespace(PREFIXES["cc"])

REPRODUCE: Final = str(_ODRL.reproduce)
DISTRIBUTE: Final = str(_ODRL.distribute)
DERIVE: Final = str(_ODRL.derive)
ATTRIBUTE: Final = str(_ODRL.attribute)
COMMERCIAL: Final = str(_CC.CommercialUse)
SHARE_DERIVATIVE: Final = str(_CC.DerivativeWorks)
SHARE_ALIKE: Final = str(_CC.ShareAlike)
NOTICE: Final = str(_CC.Notice)

ACTIONS: Final[Mapping[str, str]] = {
    REPRODUCE: "copying", DISTRIBUTE: "passing copies on", DERIVE: "making adaptations", SHARE_DERIVATIVE: "sharing adaptations",
    COMMERCIAL: "commercial use",
}  # fmt: skip
"""Action → what a sentence calls it."""


@dataclass(frozen=True, slots=True)
class Use:
    """An intended use.

    Attributes:
        key: Its name in questions and answers.
        label: What a person reads.
        meaning: What is done with the data.
        needs: Actions that the terms must permit; one that is prohibited forbids the use.
        never: Actions that must not be prohibited, although nothing need permit them by name.
        doubts: Actions without whose permission it is unsettled whether the use is allowed, because it is unsettled in law whether the
            use is such an action: whether a trained model is an adaptation of what it was trained on.
        shies: Actions whose prohibition leaves it unsettled for the same reason.
        words: Other spellings.
    """

    key: str
    label: str
    meaning: str
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    shies: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The use as JSON."""
        return {"key": self.key, "label": self.label, "meaning": self.meaning}


INDEX_ONLY: Final = Use(
    "index-only", "index only", "links, metadata and scripts are given out, no data",
    words=("index", "links", "links-and-scripts", "index-and-scripts", "metadata", "metadata-only"),
)  # fmt: skip
MERGED: Final = Use(
    "redistribute-merged", "redistribute merged", "a derivative made of all of the data is given out",
    # A licence that permits adapting and passing on permits passing on what was adapted, unless it says that this is not so.
    needs=(DISTRIBUTE, DERIVE), never=(SHARE_DERIVATIVE,),
    words=("merged", "merge", "merged-derivative", "merged-redistribution", "redistribute-derivative", "redistribute-a-merged-derivative"),
)  # fmt: skip
USES: Final[Mapping[str, Use]] = {
    use.key: use
    for use in (
        INDEX_ONLY,
        Use(
            "private-training", "private training", "a model is trained and neither the data nor the model leaves the house",
            needs=(REPRODUCE,), doubts=(DERIVE,),
            words=("training", "train", "private", "private-model", "internal-training", "internal-use", "train-privately"),
        ),
        Use(
            "commercial-model", "commercial model", "a model is trained and sold or put to use in a business",
            needs=(REPRODUCE, COMMERCIAL), doubts=(DERIVE,), shies=(SHARE_DERIVATIVE,),
            words=("commercial", "commercial-use", "commercial-training", "commercial-product", "train-a-commercial-model", "product"),
        ),
        Use(
            "redistribute-unmodified", "redistribute unmodified", "copies are given out side by side, each as it came",
            needs=(DISTRIBUTE,),
            words=("unmodified", "side-by-side", "mirror", "unmodified-redistribution", "redistribute-side-by-side"),
        ),
        MERGED,
    )
}  # fmt: skip
"""Every use by its key, from the least to the most that is done with the data."""
_SPELLINGS: Final = {word: use.key for use in USES.values() for word in (use.key, *use.words)}


def parse_use(text: str, field: str = "use") -> str:
    """The key of the use that a text names; case, blanks, hyphens and underscores do not matter.

    Raises:
        QuestionError: It names none; carries the field and the known uses.
    """
    key = re.sub(r"[^a-z]+", "-", text.casefold()).strip("-")
    if key not in _SPELLINGS:
        raise QuestionError(field, f"{text!r} is no intended use; known are {', '.join(USES)}")
    return _SPELLINGS[key]
