"""Justifications: the fewest facts and axioms from which something follows.

Black-box explanation over the EL reasoner: take the axioms that the goal's names reach, then shrink them by QuickXplain
(U. Junker, *QuickXplain: preferred explanations and relaxations for over-constrained problems*, AAAI 2004).
"""

import re
from collections.abc import Callable, Sequence

__all__ = ["justify", "module_of", "names_of"]

_NAMES = re.compile(r"<([^>]+)>")


def names_of(axiom: str) -> frozenset[str]:
    """The IRIs that an axiom in functional syntax speaks of."""
    return frozenset(_NAMES.findall(axiom))


def module_of(axioms: Sequence[str], seed: frozenset[str]) -> tuple[str, ...]:
    """The axioms whose left side is reached from the seed's names: enough for every subsumption of them in EL.

    Property axioms (chains, hierarchy, transitivity) are always kept: they are few and may bear on any step.
    """
    always = tuple(a for a in axioms if a.startswith(("SubObjectPropertyOf", "TransitiveObjectProperty")))
    rest = [a for a in axioms if a.startswith(("SubClassOf", "EquivalentClasses"))]
    left = {a: frozenset(_NAMES.findall(a.split(" ", 1)[0])) if a.startswith("SubClassOf(<") else names_of(a) for a in rest}
    reached, kept = set(seed), []
    grown = True
    while grown:
        grown = False
        for axiom in [a for a in rest if left[a] & reached]:
            kept.append(axiom)
            rest.remove(axiom)
            reached |= names_of(axiom)
            grown = True
    return (*always, *kept)


def justify(candidates: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> tuple[str, ...]:
    """A minimal part of the candidates from which the goal still follows.

    Empty when the goal does not follow from all of them, and when it follows from none at all.

    Args:
        candidates: Axioms in functional syntax; earlier ones are preferred in the answer.
        holds: Whether the goal follows from a set of axioms.
    """
    if not holds(candidates) or holds(()):
        return ()
    return tuple(_shrink((), False, tuple(candidates), holds))


def _shrink(
    background: tuple[str, ...], changed: bool, candidates: tuple[str, ...], holds: Callable[[Sequence[str]], bool]
) -> tuple[str, ...]:
    if changed and holds(background):
        return ()
    if len(candidates) == 1:
        return candidates
    half = len(candidates) // 2
    first, second = candidates[:half], candidates[half:]
    needed_second = _shrink(background + first, bool(first), second, holds)
    needed_first = _shrink(background + needed_second, bool(needed_second), first, holds)
    return needed_first + needed_second
