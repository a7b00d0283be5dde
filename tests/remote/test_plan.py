"""What is brought, and in which portions."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import CATALOGUE, CLAIMS, INFERRED, ONTOLOGY
from kg.opened import OpenRelease
from kg.publish.plan import batches, has_blank_nodes, plan_of
from kg.release import GRAPH

nodes = st.integers(0, 12).map(lambda n: f"_:b{n}")
terms = st.one_of(nodes, st.integers(0, 5).map(lambda n: f"<urn:x:{n}>"))
triples = st.builds(lambda s, p, o: f"{s} <urn:p:{p}> {o} .\n", terms, st.integers(0, 99), terms)


@given(st.lists(triples, unique=True, max_size=60), st.integers(1, 20))
def test_portions_hold_every_line_once_and_no_node_twice(lines: list[str], size: int) -> None:
    found = batches(lines, size)
    assert sorted(line for portion in found for line in portion) == sorted(lines)
    homes: dict[str, int] = {}
    for number, portion in enumerate(found):
        assert portion
        for line in portion:
            for word in line.split():
                if word.startswith("_:"):
                    assert homes.setdefault(word, number) == number


@given(st.integers(0, 50), st.integers(1, 20))
def test_lines_without_blank_nodes_keep_their_order_and_fill_their_portions(count: int, size: int) -> None:
    lines = [f'<urn:s:{n}> <urn:p> "_:no node" .\n' for n in range(count)]
    found = batches(lines, size)
    assert [line for portion in found for line in portion] == lines
    assert all(len(portion) == size for portion in found[:-1])
    assert not has_blank_nodes(lines)


def test_a_plan_sorts_by_graph_and_counts_the_union_as_a_set() -> None:
    both = '<urn:s> <urn:p> "a <b> ." '
    quads = [
        f"{both}<{CATALOGUE}> .\n",
        f"{both}<{INFERRED}> .\n",
        f"{both}<{CLAIMS['x']}> .\n",
        f"<urn:s> <urn:p> _:n <{ONTOLOGY}> .\n",
    ]
    plan = plan_of(quads)
    assert plan.graphs[str(CATALOGUE)] == ['<urn:s> <urn:p> "a <b> ." .\n']
    assert (plan.triples, plan.union) == (4, 2)
    assert plan.united == (str(CATALOGUE), str(INFERRED), str(ONTOLOGY))


def test_the_plan_of_the_release_agrees_with_its_manifest(release: OpenRelease) -> None:
    assert release.folder
    with gzip.open(release.folder / GRAPH, "rt", encoding="utf-8", newline="\n") as lines:
        plan = plan_of(lines)
    base = str(CATALOGUE).removesuffix("graph/catalogue")
    counts = {f"triples {graph.removeprefix(base)}": len(lines) for graph, lines in plan.graphs.items()}
    assert counts == {k: v for k, v in release.manifest.counts.items() if k.startswith("triples graph/")}
    assert plan.triples == release.manifest.counts["triples"]
    assert [g for g, lines in plan.graphs.items() if has_blank_nodes(lines)] == [str(ONTOLOGY)]
