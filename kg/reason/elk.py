"""The EL reasoner as one small value: axioms in, "what is above this class" out. pyELK does the work; no Java.

pyELK is imported when it is first asked: it takes a fifth of a second, and the service that only might need it starts without.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.errors import ReasonerError
from kg.reason.axioms import document

if TYPE_CHECKING:
    import pyelk
    import pyowl_core

__all__ = ["Engine", "reasoner"]


class Engine:
    """A loaded and classified ontology. Use :func:`reasoner`, which closes it."""

    def __init__(self, inner: "pyelk.Reasoner") -> None:
        self._inner = inner

    @property
    def inconsistent(self) -> bool:
        """Whether the axioms contradict themselves."""
        return bool(self._inner.is_inconsistent().value)

    def above(self, iri: str) -> frozenset[str]:
        """Every named class above ``iri`` or equivalent to it, itself left out."""
        cls = _named(iri)
        return (_iris(self._inner.superclasses(cls).value) | _iris(self._inner.equivalent_classes(cls).value)) - {iri}

    def satisfiable(self, iri: str) -> bool:
        """Whether anything can belong to the class."""
        return bool(self._inner.is_satisfiable(_named(iri)).value)


def _named(iri: str) -> "pyowl_core.Class":
    import pyowl_core  # noqa: PLC0415  # see above

    return pyowl_core.Class(pyowl_core.IRI(iri))


def _iris(nodes: Any) -> frozenset[str]:
    """The class IRIs of an answer, which comes as groups of equivalent classes."""
    return frozenset(cls.iri.value for node in nodes for cls in node.members)


@contextmanager
def reasoner(axioms: Iterable[str]) -> Iterator[Engine]:
    """Load and classify axioms in functional syntax.

    Raises:
        ReasonerError: They cannot be loaded, or lie beyond what the reasoner decides completely.
    """
    import pyelk  # noqa: PLC0415  # see above
    import pyowl_core  # noqa: PLC0415

    options = pyowl_core.LoadOptions(format=pyowl_core.DocumentFormat.FUNCTIONAL, imports=pyowl_core.ImportPolicy.IGNORE)
    try:
        loaded = pyelk.Reasoner(document(axioms).encode(), load_options=options)
    except pyowl_core.exceptions.PyOWLCoreError as error:
        msg = f"the ontology cannot be loaded: {error}"
        raise ReasonerError(msg) from error
    with loaded as inner:
        engine = Engine(inner)
        if not engine.inconsistent:
            inner.classify().require_complete()
        yield engine
