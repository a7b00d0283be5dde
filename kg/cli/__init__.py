"""The command line: data on standard output, words on standard error, exit codes that mean something.

0: done. 1: the graph says no (a check failed, a release is missing or damaged). 2: the question was wrong (unknown name, bad query).
"""

import sys

from kg.cli import (  # noqa: F401  # importing them registers their commands
    answers,
    compare,
    curate,
    curator,
    export,
    imports,
    labels,
    licence,
    link,
    ontology,
    plan,
    provenance,
    publish,
    run,
    search_eval,
    stats,
    validate,
    why_not,
)
from kg.cli.shell import app, err
from kg.errors import DescriptionError, KGError, QueryError, QuestionError, UnknownConcept, UnknownDataset, UnknownPlan

__all__ = ["app", "main"]

_USAGE = (DescriptionError, UnknownConcept, UnknownDataset, QueryError, QuestionError, UnknownPlan)


def main() -> None:
    """Run a command; an error of ours is one sentence and its remedy, never a traceback."""
    try:
        app()
    except KGError as error:
        err.print(f"[bold red]error:[/] {error}", highlight=False)
        if error.remedy and error.remedy not in str(error):
            err.print(f"  {error.remedy}", highlight=False, markup=False)
        sys.exit(2 if isinstance(error, _USAGE) else 1)
    except FileNotFoundError as error:
        err.print(f"[bold red]error:[/] there is no file {error.filename}", highlight=False)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has left (`imaging-kg … | head`): that is no fault.
        sys.stderr.close()
        sys.exit(0)
