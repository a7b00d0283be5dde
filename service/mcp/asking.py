"""The tools that ask the library: search, get, compare, fuse, why_not, licence."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastmcp.tools import ToolResult
from pydantic import Field

from kg.compared import MOST
from kg.errors import UnknownConcept, UnknownDataset
from kg.fusion.choose import CHOICES
from kg.fusion.parsing import CONSTRAINTS
from kg.licence import USES
from kg.search.page import FACETS_COUNTED, HIT_FIELDS, SORTS, View
from service.mcp import compact
from service.mcp.backing import Backing
from service.mcp.replies import failure, reply, told

__all__ = ["asking_tools"]

_SHOWN: Final = ("id", "iri", "name", "score", "reasons", "year", "labelled", "extent", "accessLevel", "licence", "missing")
_LONGEST: Final = 2000

Name = Annotated[str, Field(description="A dataset: id, name, alias or IRI.", max_length=500)]
Seeds = Annotated[
    list[Name], Field(description="Datasets that belong to the set; what they share becomes the question.", max_length=50)
]
Concepts = Annotated[
    list[Annotated[str, Field(max_length=300)]],
    Field(
        description="Concepts of which any one will do, by label, synonym, CURIE or IRI (RadLex, SNOMED CT, UBERON, …).",
        max_length=50,
    ),
]
Expression = Annotated[
    str,
    Field(
        description="A class expression in Manchester syntax, e.g. condition some (neoplasm and 'has location' some kidney).",
        max_length=_LONGEST,
    ),
]
Constraints = Annotated[
    dict[str, Any] | None,
    Field(description=f"Hard demands: {', '.join(CONSTRAINTS)}. What is unknown of a dataset meets none of them."),
]
Choices = Annotated[
    dict[str, Any] | None,
    Field(description=f"How to choose from what fits: {', '.join(CHOICES)}. A member that is left out says why."),
]
Use = Literal["index-only", "private-training", "commercial-model", "redistribute-unmodified", "redistribute-merged"]
Purpose = Annotated[
    Use | None, Field(description="What the set is for; datasets whose terms are unknown or refuse it are excluded.")
]


def asking_tools(backing: Backing) -> tuple[Callable[..., ToolResult], ...]:
    """The tools, each a function whose docstring is its description."""

    def stamped(body: dict[str, Any]) -> ToolResult:
        return reply(body | {"release": backing.release().manifest.id})

    @told
    def search(
        question: Annotated[
            str,
            Field(description='Plain words, e.g. "paediatric CT of the liver since 2018, open, not COVID".', max_length=_LONGEST),
        ],
        limit: Annotated[int, Field(ge=1, le=50, description="How many hits at most.")] = 10,
        near: Annotated[int, Field(ge=0, le=20, description="How many datasets that only come near.")] = 3,
        fields: Annotated[
            list[str] | None, Field(description=f"Only these of a hit: {', '.join(HIT_FIELDS)}.", max_length=len(HIT_FIELDS))
        ] = None,
        facets: Annotated[
            list[str] | None, Field(description=f"Count the matches by: {', '.join(FACETS_COUNTED)}.", max_length=5)
        ] = None,
        sort: Annotated[str, Field(description=f"One of {', '.join(SORTS)}.", max_length=20)] = "relevance",
        cursor: Annotated[str, Field(description="next_cursor of the page before.", max_length=200)] = "",
    ) -> ToolResult:
        """Find medical-imaging datasets by meaning.

        Words are read as concepts (synonyms, abbreviations, codes, five languages) and constraints. `hits` satisfy everything, each with
        its reasons; `near` lack what `missing` says; `not_understood` lists words that did nothing or had to occur in the text;
        `if_relaxed` tells what emptied an empty answer. `sparql` returns exactly the hits.
        """
        kept = tuple(dict.fromkeys(("id", "name", "missing", *fields))) if fields else _SHOWN
        release = backing.release()
        view = View(limit, cursor, sort, tuple(facets or ()), 10, kept)
        return stamped(compact.search(release.page(release.answer(question), view), near))

    @told
    def get(
        name: Annotated[
            str, Field(description="A dataset (id, name, alias, IRI) or a concept (label, synonym, CURIE, IRI).", max_length=500)
        ],
        kind: Annotated[
            Literal["any", "dataset", "concept"], Field(description="Where to look; any tries datasets first.")
        ] = "any",
        inferred: Annotated[bool, Field(description="Also what follows from the ontology (dataset).")] = False,
        limit: Annotated[int, Field(ge=1, le=200, description="How many broader, narrower and words of a concept.")] = 20,
    ) -> ToolResult:
        """Everything that is known of one dataset or one concept.

        A dataset comes with its facts; under each the claims that it rests on: the source, what it wrote, and the claim's IRI. What is
        left out nobody says: it is unknown, not no. A concept comes with its CURIE for use in `sparql` and `fuse`, its place, its mappings
        to other terminologies, and how many datasets have it.
        """
        release = backing.release()
        near: tuple[str, ...] = ()
        if kind != "concept":
            try:
                return stamped(compact.dataset(release.show(name), inferred))
            except UnknownDataset as error:
                if kind == "dataset":
                    raise
                near = error.suggestions
        try:
            return stamped(compact.concept(release.concept(name), limit))
        except UnknownConcept as error:
            if kind == "concept":
                raise
            return failure(
                "unknown-name", f"No dataset and no concept is called {name!r}.",
                "Use one of did_you_mean, or call `search` with a part of the name.", did_you_mean=[*near, *error.suggestions],
            )  # fmt: skip

    @told
    def compare(
        datasets: Annotated[list[Name], Field(description=f"2 to {MOST} datasets.", min_length=2, max_length=MOST)],
    ) -> ToolResult:
        """Datasets side by side.

        For each property the values, what all have in common by meaning (liver and kidney: abdominal organ), of whom nothing is known;
        where the sources of a dataset differ (`disputed`); and who shares data with whom, so that one must not test what the other trains.
        """
        return stamped(compact.comparison(backing.release().compare(datasets)))

    @told
    def fuse(
        seeds: Seeds = [],  # noqa: B006  # pydantic copies it, and the schema shows it
        modality: Concepts = [],  # noqa: B006
        anatomy: Concepts = [],  # noqa: B006
        task: Concepts = [],  # noqa: B006
        condition: Concepts = [],  # noqa: B006
        expression: Expression = "",
        constraints: Constraints = None,
        use: Purpose = None,
        choose: Choices = None,
        limit: Annotated[int, Field(ge=1, le=100, description="How many members at most.")] = 10,
        receipts: Annotated[bool, Field(description="The triples and axioms behind each reason.")] = True,
    ) -> ToolResult:
        """Find datasets that belong together, from example datasets, from what is wanted, or both.

        Each member has a verdict (compatible, after a step, related), its reasons and the triples and axioms that they rest on. `set` says
        what all fitting datasets amount to: size with shared data counted once, overlaps, the licence verdict. At least one argument.
        """
        profile = _profile(modality, anatomy, task, condition, expression, constraints, use) | (
            {"choose": choose} if choose else {}
        )
        return stamped(compact.fusion(backing.release().fuse(seeds, profile, limit), receipts))

    @told
    def why_not(
        dataset: Name,
        seeds: Seeds = [],  # noqa: B006
        modality: Concepts = [],  # noqa: B006
        anatomy: Concepts = [],  # noqa: B006
        task: Concepts = [],  # noqa: B006
        condition: Concepts = [],  # noqa: B006
        expression: Expression = "",
        constraints: Constraints = None,
        use: Purpose = None,
    ) -> ToolResult:
        """Why one dataset fits a fusion question or does not, and the smallest change of the question that would let it in.

        Takes the question as `fuse` does. With one seed and nothing else it also sets the two datasets beside each other.
        """
        release = backing.release()
        profile = _profile(modality, anatomy, task, condition, expression, constraints, use)
        found = release.why_not(dataset, seeds, profile)
        body = compact.member(found["dataset"], receipts=True)
        answer: dict[str, Any] = {"dataset": body, "fits": found["fits"], "would_fit_without": found["relaxations"]}
        if len(seeds) == 1 and not profile:
            pair = release.pair(seeds[0], dataset)
            answer["pair"] = {k: [f["reason"] for f in pair[k]] for k in ("joins", "blocks", "unknown", "overlap")}
        return stamped(answer)

    @told
    def licence(
        datasets: Annotated[
            list[Name], Field(description="The datasets that are to be used together.", min_length=1, max_length=200)
        ],
        use: Annotated[Use, Field(description="; ".join(f"{u.key}: {u.meaning}" for u in USES.values()))],
    ) -> ToolResult:
        """Whether datasets may be used together for a purpose, and under which terms. Not legal advice.

        What is unknown is never a yes. Tells who stands in the way, the strictest clause, the licence that a merged derivative can have,
        whom to name (`attribution`) and whom to ask (`toAsk`), with the page of each licence.
        """
        return stamped(compact.licence(backing.release().licence(datasets, use)))

    return (search, get, compare, fuse, why_not, licence)


def _profile(
    modality: list[str],
    anatomy: list[str],
    task: list[str],
    condition: list[str],
    expression: str,
    constraints: dict[str, Any] | None,
    use: str | None,
) -> dict[str, Any]:
    """The profile of the arguments: what is not given is left to the seeds."""
    given = {
        "modality": modality, "anatomy": anatomy, "task": task, "condition": condition, "expression": expression.strip(),
        "constraints": constraints, "use": use,
    }  # fmt: skip
    return {k: v for k, v in given.items() if v}
