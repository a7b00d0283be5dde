"""Classification in a process of its own, so that it can be killed: at a deadline, or when the one who asked goes away."""

import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Final

from kg.durations import in_seconds
from kg.errors import ReasonerError
from kg.namespaces import curie
from kg.reason.classify import classify
from kg.reason.taxonomy import Taxonomy

__all__ = ["DEADLINE", "classify_apart"]

DEADLINE: Final = 600.0
"""Seconds after which a classification is given up; the whole ontology takes about ten."""


def _work(pipe: Connection, axioms: tuple[str, ...], classes: tuple[str, ...], named: dict[str, str]) -> None:
    try:
        pipe.send(classify(axioms, classes, pipe.send, lambda iri: named.get(iri, curie(iri))))
    except ReasonerError as error:
        pipe.send(error)


def classify_apart(
    axioms: tuple[str, ...],
    classes: Iterable[str],
    *,
    seconds: float = DEADLINE,
    tick: Callable[[str], None] = lambda _: None,
    label: Callable[[str], str] = curie,
) -> Taxonomy:
    """What :func:`kg.reason.classify.classify` gives, from a process that dies with the deadline or with an interrupt.

    Raises:
        ReasonerError: As there; or the deadline has passed; or the process died.
    """
    names = tuple(classes)
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(theirs, axioms, names, {n: label(n) for n in names}), daemon=True)
    worker.start()
    theirs.close()
    try:
        while mine.poll(seconds):
            found = mine.recv()
            if isinstance(found, ReasonerError):
                raise found
            if isinstance(found, Taxonomy):
                return found
            tick(str(found))
        msg = f"no classification after {in_seconds(seconds)}"
        raise ReasonerError(msg)
    except EOFError as error:
        msg = "its process died"
        raise ReasonerError(msg) from error
    finally:
        worker.kill()
        worker.join()
        mine.close()
