"""What is published for others: schema.org in pages, example queries, dumps, and the fixed places that machines look at."""

import csv
import gzip
import hashlib
import io
import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import extruct
import httpx2 as httpx
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from kg.export.dumps import DUMPS
from kg.namespaces import BASE, DCAT, PREFIXES
from kg.opened import OpenRelease

JSON = "application/sparql-results+json"
# As the editor of https://github.com/sib-swiss/sparql-editor asks, in our own words: the same patterns, the same variables.
EDITOR = {
    "void": """SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
        { ?cp <http://rdfs.org/ns/void#class> ?subjectClass ; <http://rdfs.org/ns/void#propertyPartition> ?pp .
          ?pp <http://rdfs.org/ns/void#property> ?prop .
          OPTIONAL { { ?pp <http://rdfs.org/ns/void#classPartition> [ <http://rdfs.org/ns/void#class> ?objectClass ] }
            UNION { ?pp <http://ldf.fi/void-ext#datatypePartition> [ <http://ldf.fi/void-ext#datatype> ?objectDatatype ] } } }
        UNION { ?l <http://rdfs.org/ns/void#subjectsTarget> ?subjectClass ; <http://rdfs.org/ns/void#linkPredicate> ?prop ;
          <http://rdfs.org/ns/void#objectsTarget> ?objectClass } }""",
    "examples": """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
          sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq""",
    "prefixes": """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix""",
}


def asked(client: httpx.Client, query: str) -> list[dict[str, str]]:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": JSON})
    assert answer.status_code == 200, answer.text
    return [{name: cell["value"] for name, cell in row.items()} for row in answer.json()["results"]["bindings"]]


def test_d2_the_page_carries_schema_org(client: httpx.Client) -> None:
    (found,) = extruct.extract(client.get("/dataset/lidc-idri.html").text, syntaxes=["json-ld"])["json-ld"]
    assert found["@type"] == "Dataset"
    assert found["@id"] == f"{BASE}dataset/lidc-idri"
    assert 50 <= len(found["description"]) <= 5000
    assert found["license"] == "https://creativecommons.org/licenses/by/3.0/"
    assert found["isAccessibleForFree"] is True
    assert found["includedInDataCatalog"]["@id"] == f"{BASE}catalogue"
    assert "computed tomography" in found["keywords"]
    assert {"@type": "PropertyValue", "name": "lung nodule", "propertyID": f"{PREFIXES['ikg']}LungNodule"} in found[
        "variableMeasured"
    ]
    assert "https://doi.org/10.7937/k9/tcia.2015.lo9ql9sx" in found["identifier"]
    assert "https://www.cancerimagingarchive.net/collection/lidc-idri/" in found["sameAs"]
    graph = Graph().parse(data=client.get("/dataset/lidc-idri.html").text.split("ld+json\">")[1].split("</script>")[0].replace(
        '"https://schema.org/"', '{"@vocab": "https://schema.org/"}', 1), format="json-ld")  # fmt: skip
    assert (URIRef(f"{BASE}dataset/lidc-idri"), URIRef("https://schema.org/name"), None) in graph


def test_d2_the_home_page_is_a_data_catalogue_with_downloads(client: httpx.Client) -> None:
    (found,) = extruct.extract(client.get("/", headers={"Accept": "text/html"}).text, syntaxes=["json-ld"])["json-ld"]
    assert found["@type"] == ["DataCatalog", "Dataset"]
    assert all(d["contentUrl"].startswith(f"{BASE}dumps/") for d in found["distribution"])


def test_d1_the_catalogue_by_negotiation_and_in_full(client: httpx.Client, release: OpenRelease) -> None:
    short = Graph().parse(data=client.get("/", headers={"Accept": "text/turtle"}).content, format="turtle")
    full = Graph().parse(data=client.get("/catalogue.ttl").content, format="turtle")
    for graph in (short, full):
        named = set(graph.objects(URIRef(f"{BASE}catalogue"), DCAT.dataset))
        assert {URIRef(r.view.iri) for r in release.records.values()} <= named
    assert len(full) > 5 * len(short)
    assert client.get("/catalogue", headers={"Accept": "text/html"}, follow_redirects=True).url.path == "/dataset"


def test_x2_the_three_queries_of_an_editor_have_rows(client: httpx.Client) -> None:
    classes = asked(client, EDITOR["void"])
    imaging = {(r["prop"], r.get("objectClass", "")) for r in classes if r["subjectClass"] == f"{PREFIXES['ikg']}ImagingDataset"}
    assert (f"{PREFIXES['ikg']}modality", f"{PREFIXES['owl']}Class") in imaging
    assert any(r.get("objectDatatype") == f"{PREFIXES['xsd']}gYear" for r in classes)
    examples = asked(client, EDITOR["examples"])
    assert len(examples) >= 42
    assert all(r["comment"].endswith("?") for r in examples)
    assert {r["prefix"]: r["namespace"] for r in asked(client, EDITOR["prefixes"])} == PREFIXES


def test_x1_each_example_of_the_graph_runs_and_has_rows(client: httpx.Client) -> None:
    for row in asked(client, EDITOR["examples"])[::6]:
        assert asked(client, row["query"]), row["sq"]


@pytest.mark.slow
def test_x1_every_example_of_the_graph_runs_and_has_rows(client: httpx.Client) -> None:
    empty = [row["sq"] for row in asked(client, EDITOR["examples"]) if not asked(client, row["query"])]
    assert empty == []


def test_x1_examples_are_described_as_editors_read_them(client: httpx.Client) -> None:
    answer = client.get("/.well-known/sparql-examples", headers={"Accept": "text/turtle"}, follow_redirects=True)
    graph = Graph().parse(data=answer.content, format="turtle")
    node = URIRef(f"{BASE}examples/cq001-renal-is-kidney")
    sh, schema = "http://www.w3.org/ns/shacl#", "https://schema.org/"
    types = {str(o).removeprefix(sh) for o in graph.objects(node, URIRef(f"{PREFIXES['rdf']}type"))}
    assert types == {"SPARQLExecutable", "SPARQLSelectExecutable"}
    assert graph.value(node, URIRef(f"{schema}target")) == URIRef(f"{BASE}sparql")
    assert graph.value(node, URIRef(f"{schema}keywords"))
    prefixes = graph.value(node, URIRef(f"{sh}prefixes"))
    assert len(list(graph.objects(prefixes, URIRef(f"{sh}declare")))) == len(PREFIXES)


def test_x1_an_example_is_read_copied_and_run_with_other_values(client: httpx.Client) -> None:
    path = "/examples/cq001-renal-is-kidney"
    described = client.get(f"{path}.json").json()
    assert described["parameters"][0]["default"] == ["RADLEX:RID205"]
    assert client.get(f"{path}.rq").text.startswith("#+ id: cq001-renal-is-kidney")
    default = client.get(f"{path}/run", headers={"Accept": "text/csv"})
    assert default.text.splitlines()[0] == "dataset,title,structure"
    same = client.get(f"{path}/run", params={"identifier": "SNOMEDCT:64033007"}, headers={"Accept": "text/csv"})
    assert same.text == default.text
    both = client.get(f"{path}/run", params={"identifier": ["RADLEX:RID205", "RADLEX:RID1301"]}, headers={"Accept": "text/csv"})
    assert len(both.text.splitlines()) > len(default.text.splitlines())
    assert client.get(f"{path}/run", headers={"Accept": JSON}).json()["head"]["vars"] == described["columns"]
    table = client.get(f"{path}/run", headers={"Accept": "text/html"}).text
    assert table.count("<tr>") == len(default.text.splitlines())
    assert client.get(f"{path}/run", params={"nosuch": "1"}).status_code == 422
    assert client.get(f"{path}/run", params={"identifier": "not an iri"}).status_code == 422
    assert client.get(f"{path}/run", headers={"Accept": "image/png"}).status_code == 406
    listed = client.get("/examples.json").json()["examples"]
    assert described in listed


def test_dumps_are_made_once_and_are_what_their_digests_say(client: httpx.Client, release: OpenRelease) -> None:
    release_id = release.manifest.id
    latest = client.get("/dumps/latest/imaging-kg.nq.gz")
    assert (latest.status_code, latest.headers["location"]) == (302, f"/dumps/{release_id}/imaging-kg.nq.gz")
    base = f"/dumps/{release_id}"
    quads = client.get(latest.headers["location"], headers={"Accept-Encoding": "identity"})
    assert quads.content == (release.home / "graph.nq.gz").read_bytes()
    assert quads.headers["etag"] == f'"{hashlib.sha256(quads.content).hexdigest()}"'
    assert "immutable" in quads.headers["cache-control"]
    assert client.get(latest.headers["location"], headers={"If-None-Match": quads.headers["etag"]}).status_code == 304
    part = client.get(latest.headers["location"], headers={"Range": "bytes=0-9", "Accept-Encoding": "identity"})
    assert (part.status_code, part.content) == (206, quads.content[:10])
    turtle = client.get(f"{base}/examples.ttl.gz").content
    assert len(Graph().parse(data=gzip.decompress(turtle), format="turtle")) == release.manifest.counts["triples graph/examples"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{base}/csv/datasets.csv").content.decode())))
    assert [r["id"] for r in rows] == list(release.records)
    assert next(r for r in rows if r["id"] == "lidc-idri")["labelled"] == "true"
    table = pq.read_table(io.BytesIO(client.get(f"{base}/parquet/datasets.parquet").content))
    assert table.column("id").to_pylist() == list(release.records)
    assert table.column("labelled").to_pylist().count(None) == sum(r["labelled"] == "" for r in rows)
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in client.get(f"{base}/SHA256SUMS").text.splitlines()}
    assert sums["imaging-kg.nq.gz"] == hashlib.sha256(quads.content).hexdigest()
    listed = {f["name"]: f for f in client.get(f"{base}/", headers={"Accept": "application/json"}).json()["files"]}
    assert set(listed) == {d.name for d in DUMPS}
    assert listed["csv/datasets.csv"]["sha256"] == sums["csv/datasets.csv"]
    described = Graph().parse(data=client.get(f"{base}/", headers={"Accept": "text/turtle"}).content, format="turtle")
    values = {str(o) for o in described.objects(None, URIRef("http://spdx.org/rdf/terms#checksumValue"))}
    assert sums["imaging-kg.nq.gz"] in values
    assert client.get(f"{base}/nosuch.ttl").status_code == 404
    assert client.get(f"{base}/%2e%2e%2fmanifest.json").status_code == 404
    assert client.get("/dumps/0000000000000000/imaging-kg.nq.gz").status_code == 404
    assert client.get(f"/release/{release_id}").headers["location"] == f"{base}/"


@pytest.mark.slow
def test_every_dump_is_made_byte_for_byte_the_same(release_dir: Path, tmp_path: Path, release: OpenRelease) -> None:
    from typer.testing import CliRunner

    from kg.cli import app

    for name in ("one", "two"):
        done = CliRunner().invoke(app, ["dumps", "--out", str(tmp_path / name), "--release", str(release_dir)])
        assert done.exit_code == 0, done.output
    names = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert {str(n) for n in names} == {d.name for d in DUMPS} | {"SHA256SUMS"}
    assert [n for n in names if (tmp_path / "one" / n).read_bytes() != (tmp_path / "two" / n).read_bytes()] == []
    trig = gzip.decompress((tmp_path / "one/imaging-kg.trig.gz").read_bytes())
    assert sum(1 for _ in ox.parse(trig, format=ox.RdfFormat.TRIG)) == release.manifest.counts["triples"]
    base = sqlite3.connect(tmp_path / "one/imaging-kg.sqlite")
    for name in ("datasets", "dataset_concepts", "claims"):
        (rows,) = base.execute(f"SELECT COUNT(*) FROM {name}").fetchone()  # noqa: S608  # names of ours
        with (tmp_path / f"one/csv/{name}.csv").open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) - 1 == rows
        assert pq.read_metadata(tmp_path / f"one/parquet/{name}.parquet").num_rows == rows
    base.close()


def test_h7_the_sitemap_names_pages_that_are_there(client: httpx.Client, release: OpenRelease) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [e.findtext(f"{space}loc") or "" for e in root]
    assert len(places) == len(set(places)) <= 50_000
    assert {f"{BASE}dataset/{i}.html" for i in release.records} <= set(places)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", e.findtext(f"{space}lastmod") or "") for e in root)
    for place in places[:: len(places) // 40]:
        assert client.get(f"/{place.removeprefix(BASE)}", headers={"Accept": "text/html"}).status_code == 200, place


def test_h7_robots_opensearch_llms_and_security(client: httpx.Client) -> None:
    assert f"Sitemap: {BASE}sitemap.xml" in client.get("/robots.txt").text
    described = ElementTree.fromstring(client.get("/opensearch.xml").content)
    templates = {e.attrib["type"]: e.attrib["template"] for e in described if "template" in e.attrib}
    assert client.get("/" + templates["application/json"].removeprefix(BASE).replace("{searchTerms}", "GBM")).json()["total"] > 0
    text = client.get("/llms.txt").text
    assert text.startswith("# imaging-kg\n\n> ")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path = "/" + target.removeprefix(BASE)
        assert client.get(path, headers={"Accept": "text/html, */*;q=0.5"}, follow_redirects=True).status_code == 200, path
    contact = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:security@example.org" in contact
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", contact, re.MULTILINE)


def test_a_page_that_is_linked_is_there(client: httpx.Client) -> None:
    """Every link of the pages to begin at, within the service."""
    seen: set[str] = set()
    for path in ("/", "/dataset/lidc-idri.html", "/term/UBERON:0002048.html", "/examples.html", "/ontology.html", "/dataset"):
        seen |= set(re.findall(r'href="(/[^"]*)"', client.get(path, headers={"Accept": "text/html"}).text))
    chosen = sorted(seen)[:: max(1, len(seen) // 120)]
    broken = [
        p for p in chosen if "/dumps/" not in p and client.get(p.replace("&amp;", "&"), follow_redirects=True).status_code != 200
    ]
    assert broken == []
