"""Fetching a state of the ontology by what a person writes: a folder, a git revision, or a released graph."""

import csv
import gzip
import io
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import yaml
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.catalogue.mappings import NO_TERM, Mapping, mapping_files
from kg.errors import KGError, ReleaseDamaged
from kg.namespaces import MAPPINGS, ONTOLOGY, PREFIXES
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.classified import taxonomy_for
from kg.reason.classify import classify
from kg.reason.diff import State
from kg.release import GRAPH, current
from kg.resources import checkout
from kg.terms.modules import load_modules, module_files

__all__ = ["load_state"]

_REMEDY: Final = "give an ontology folder, a git revision, a release or its graph.nq.gz"
_UNREADABLE: Final = (OSError, EOFError, zlib.error, KeyError, ValueError, SyntaxError, yaml.YAMLError)  # the parsers' own


def load_state(text: str, repository: Path | None = None) -> State:
    """The state that ``text`` names: an ontology folder, a release (its folder or its graph file), else a git revision.

    A path that is there goes before a revision of the same name.

    Args:
        text: What a person wrote.
        repository: Where a revision is looked up. Default: the checkout that this code runs from, else the working folder.

    Raises:
        ReleaseDamaged: Nothing has that name, or what has it cannot be read; names the text and the remedy.
        ReasonerError: The ontology lies outside OWL 2 EL with disjointness, or cannot be classified.
    """
    path = Path(text)
    try:
        if path.is_file():
            return _graph_file(path)
        if path.is_dir():
            folder = path / "ontology" if (path / "ontology" / "modules").is_dir() else path
            release = None if module_files(folder) else current(folder)
            return _graph_file(release / GRAPH) if release else _folder(folder, text)
        return _revision(text, repository or checkout() or Path.cwd())
    except KGError:
        raise
    except _UNREADABLE as error:
        raise ReleaseDamaged(text, f"cannot be read ({' '.join(str(error).split())[:200]})", _REMEDY) from error


def _folder(folder: Path, text: str) -> State:
    if not module_files(folder):
        raise ReleaseDamaged(text, "holds no modules/*.ttl", _REMEDY)
    graph = load_modules(folder)
    return State(graph, taxonomy_for(graph, axioms_of(graph), folder), _mappings(folder))


def _mappings(folder: Path) -> tuple[Mapping, ...]:
    """The mappings of a folder, read by the names of their columns alone: an older state may have fewer columns than we have now."""
    found = set()
    for path in mapping_files(folder):
        lines = path.read_text(encoding="utf-8").splitlines()
        header = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#"))) or {}
        bases = PREFIXES | dict(header.get("curie_map") or {})
        for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["object_id"] != NO_TERM:
                split = [row[column].partition(":") for column in ("subject_id", "predicate_id", "object_id")]
                subject, predicate, target = (f"{bases[prefix]}{local}" for prefix, _, local in split)
                found.add(Mapping(subject, predicate, target))
    return tuple(sorted(found))


def _graph_file(path: Path) -> State:
    """A released graph: its named graphs of the ontology and of the mappings."""
    held: dict[str, Graph] = {str(ONTOLOGY): Graph(), str(MAPPINGS): Graph()}
    for quad in ox.parse(gzip.decompress(path.read_bytes()), format=ox.RdfFormat.N_QUADS):
        graph = held.get(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else None
        if graph is not None:
            graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    ontology, mapped = held.values()
    if not len(ontology):
        raise ReleaseDamaged(str(path), f"holds no graph {ONTOLOGY}", _REMEDY)
    mappings = tuple(sorted(Mapping(str(s), str(p), str(o)) for s, p, o in mapped))
    return State(ontology, classify(axioms_of(ontology), classes_of(ontology)), mappings)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.Literal):
        return Literal(term.value, lang=term.language) if term.language else Literal(term.value, datatype=_datatype(term))
    return BNode(term.value) if isinstance(term, ox.BlankNode) else URIRef(getattr(term, "value", str(term)))


def _datatype(term: ox.Literal) -> URIRef | None:
    return None if term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)  # as Turtle writes a plain text


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("git")
    if program is None:
        raise ReleaseDamaged(" ".join(arguments), "git is not installed", "install git, or give a folder or a released graph")
    return subprocess.run([program, "-C", str(repository), *arguments], capture_output=True, check=False)  # noqa: S603  # no shell; the revision is verified


def _revision(text: str, repository: Path) -> State:
    if _git(repository, "rev-parse", "--git-dir").returncode:
        raise ReleaseDamaged(text, f"is no path, and {repository} is no git repository to look a revision up in", _REMEDY)
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}")
    if found.returncode:
        raise ReleaseDamaged(text, f"is neither a path nor a revision of {repository}", f"{_REMEDY}; git log lists the revisions")
    archive = _git(repository, "archive", "--format=tar", found.stdout.decode().strip(), "ontology")
    if archive.returncode:
        raise ReleaseDamaged(text, "is a revision without an ontology folder", _REMEDY)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        return _folder(Path(folder) / "ontology", text)
