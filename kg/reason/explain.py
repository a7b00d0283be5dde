"""Justifications: the fewest facts and axioms from which something follows.

Black-box explanation over the EL reasoner: take the axioms that the goal's names reach, then shrink them by QuickXplain
(U. Junker, *QuickXplain: preferred explanations and relaxations for over-constrained problems*, AAAI 2004).
"""

import re
from collections.abc import Callable, Sequence

__all__ = ["justify", "module_of", "names_of"]

_NAMES = re.compile(r"<([^>]+)>")
_RESTRICTED = re.compile(r"ObjectSomeValuesFrom\(<([^>]+)>")


def names_of(axiom: str) -> frozenset[str]:
    """The IRIs that an axiom in functional syntax speaks of."""
    return frozenset(_NAMES.findall(axiom))


def module_of(axioms: Sequence[str], seed: frozenset[str]) -> tuple[str, ...]:
    """The axioms that can bear on what is above the seed's classes: enough for every subsumption of them in EL.

    An axiom with a name on its left is reached with that name; one with an expression there (a definition read backwards, a rule) only
    when all the classes of the expression are, because only then can anything come to belong to it. Property axioms (chains, hierarchy,
    transitivity) are always kept: they are few and may bear on any step.
    """
    always = tuple(a for a in axioms if a.startswith(("SubObjectPropertyOf", "TransitiveObjectProperty")))
    waiting = {a: _needs(a) for a in axioms if a.startswith(("SubClassOf", "EquivalentClasses"))}
    reached, kept = set(seed), []
    grown = True
    while grown:
        ready = [a for a, ways in waiting.items() if any(way <= reached for way in ways)]
        for axiom in ready:
            kept.append(axiom)
            del waiting[axiom]
            reached |= names_of(axiom)
        grown = bool(ready)
    return (*always, *kept)


def _needs(axiom: str) -> tuple[frozenset[str], ...]:
    """The sets of classes of which one must be reached before the axiom can bear on anything."""
    body = axiom[axiom.index("(") + 1 : -1]
    sides = _sides(body)
    return tuple(_classes(side) for side in (sides if axiom.startswith("Equivalent") else sides[:1]))


def _sides(body: str) -> tuple[str, ...]:
    """The top-level arguments of an axiom in functional syntax."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(body):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == " " and depth == 0:
            found.append(body[start:at])
            start = at + 1
    return (*found, body[start:])


def _classes(expression: str) -> frozenset[str]:
    """The named classes of an expression: its IRIs but for the properties of its restrictions."""
    return frozenset(_NAMES.findall(expression)) - frozenset(_RESTRICTED.findall(expression))


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
