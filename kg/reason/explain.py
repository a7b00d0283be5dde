"""Justifications: the fewest facts and axioms from which something follows.

Black-box explanation over the EL reasoner: take the axioms that the goal's names reach, then shrink them by QuickXplain
(U. Junker, *QuickXplain: preferred explanations and relaxations for over-constrained problems*, AAAI 2004).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

__all__ = ["justify", "leading_to", "module_of", "names_of"]

_NAMES: Final = re.compile(r"<([^>]+)>")
_RESTRICTED: Final = re.compile(r"ObjectSomeValuesFrom\(<([^>]+)>")
_ONE_RESTRICTION: Final = re.compile(r"ObjectSomeValuesFrom\(<([^>]+)> <[^>]+>\)")
_THING: Final = "http://www.w3.org/2002/07/owl#Thing"
_KEPT: Final = 1 << 14
"""How many axioms stay taken apart: some times what the ontology has."""


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


def leading_to(axioms: Sequence[str], target: str, prop: str | None = None) -> tuple[str, ...]:
    """The axioms by which something can come to be a kind of ``target``, or to have ``prop`` to some ``target``; in their order.

    Backward from the goal, as :func:`module_of` goes forward from the subject. By each rule of EL (F. Baader, S. Brandt, C. Lutz, *Pushing
    the EL envelope*, IJCAI 2005) a class or a property that a step concludes is used by a later one only if the goal or the left side
    of an axiom names it: what concludes nothing of the kind bears on nothing. Disjointness is left aside, as it is there.
    """
    classes, properties = {target}, {prop} if prop else set()
    waiting, kept, grown = list(axioms), set[str](), True
    while grown and _THING not in classes:
        ready = [a for a in waiting if _concludes(a, classes, properties)]
        for axiom in ready:
            kept.add(axiom)
            if axiom.startswith("SubObjectPropertyOf"):
                properties |= names_of(axiom)
                continue
            left = " ".join(_sides(axiom) if axiom.startswith("Equivalent") else _sides(axiom)[:1])
            classes |= _classes(left)
            properties |= frozenset(_RESTRICTED.findall(left))
        waiting = [a for a in waiting if a not in kept]
        grown = bool(ready)
    return tuple(axioms) if _THING in classes else tuple(a for a in axioms if a in kept)


def _concludes(axiom: str, classes: set[str], properties: set[str]) -> bool:
    """Whether what an axiom says of its left side is wanted."""
    if axiom.startswith(("SubObjectPropertyOf", "TransitiveObjectProperty")):
        return _NAMES.findall(axiom)[-1] in properties
    right = _sides(axiom) if axiom.startswith("Equivalent") else _sides(axiom)[1:]
    return any(
        not classes.isdisjoint(_classes(r)) and ((m := _ONE_RESTRICTION.fullmatch(r)) is None or m[1] in properties)
        for r in right
    )


@lru_cache(_KEPT)
def _needs(axiom: str) -> tuple[frozenset[str], ...]:
    """The sets of classes of which one must be reached before the axiom can bear on anything."""
    sides = _sides(axiom)
    return tuple(_classes(side) for side in (sides if axiom.startswith("Equivalent") else sides[:1]))


@lru_cache(_KEPT)
def _sides(axiom: str) -> tuple[str, ...]:
    """The top-level arguments of an axiom in functional syntax."""
    body = axiom[axiom.index("(") + 1 : -1]
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
