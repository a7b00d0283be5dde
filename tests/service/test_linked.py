"""Linked data: IRIs lead to documents, in the form that the client wants. A test is named after the row of the checklist that it proves."""

import json
import random
import re

import httpx2 as httpx
import pytest
import signposting
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDFS

from kg.namespaces import BASE, IKG, VOID
from kg.opened import OpenRelease
from service.negotiate import best
from service.variants import DATASET, choose

FORMATS = {
    "text/html": "html",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
LIDC = URIRef("https://w3id.org/imaging-kg/dataset/lidc-idri")
KG = URIRef("https://w3id.org/imaging-kg/void#imaging-kg")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CROISSANT = 'application/ld+json; profile="http://mlcommons.org/croissant/1.1"'


def links(header: str) -> dict[str, list[tuple[str, str]]]:
    """Relation → targets with their types."""
    found: dict[str, list[tuple[str, str]]] = {}
    for target, rest in re.findall(r"<([^>]*)>([^<]*)", header):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        for rel in attributes["rel"].split():
            found.setdefault(rel, []).append((target, attributes.get("type", "")))
    return found


@pytest.mark.parametrize("path", ["/dataset/lidc-idri", "/id/dataset/lidc-idri"])
@pytest.mark.parametrize(("accept", "suffix"), FORMATS.items())
def test_l1_a_thing_leads_by_303_to_its_document(client: httpx.Client, path: str, accept: str, suffix: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/dataset/lidc-idri.{suffix}"
    assert "Accept" in answer.headers["vary"]
    document = client.get(answer.headers["location"])
    assert document.status_code == 200
    assert document.headers["content-type"].startswith(accept)
    assert document.headers["content-location"] == f"/dataset/lidc-idri.{suffix}"
    assert "Accept" in document.headers["vary"]
    if suffix in PARSERS:
        graph = Graph().parse(data=document.content, format=PARSERS[suffix])
        assert (LIDC, DCTERMS.title, Literal("LIDC-IDRI")) in graph


@pytest.mark.parametrize("suffix", ["html", "ttl", "croissant.json"])
def test_l1_a_document_links_to_its_variants_and_to_what_it_describes(client: httpx.Client, suffix: str) -> None:
    answer = client.get(f"/dataset/lidc-idri.{suffix}")
    found = links(answer.headers["link"])
    others = {f"/dataset/lidc-idri.{v.suffix}" for v in DATASET} - {f"/dataset/lidc-idri.{suffix}"}
    assert {target for target, _ in found["alternate"]} == others
    assert all(kind for _, kind in found["alternate"])
    assert [t for t, _ in found["canonical"]] == [f"{BASE}dataset/lidc-idri.{suffix}"]
    assert str(LIDC) in {t for t, _ in found["describes"]}
    assert len(answer.headers["link"]) < 3000  # proxies give a header some thousand bytes


def test_l1_every_kind_of_iri_of_ours_leads_to_a_document(client: httpx.Client, release: OpenRelease) -> None:
    """A random sample of the IRIs in the graph, some of each kind; those with a fragment are described where the fragment hangs."""
    kinds: dict[str, set[str]] = {}
    for (iri,) in release.store.select(
        f'SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'
    ).rows:
        path = str(iri).removeprefix(BASE)
        kinds.setdefault(path.partition("/")[0].partition("#")[0], set()).add(path)
    assert {
        "dataset",
        "ontology",
        "source",
        "relation",
        "organisation",
        "series",
        "catalogue",
        "examples",
        "void",
    } <= kinds.keys()
    chance = random.Random(7)
    for members in kinds.values():
        for path in chance.sample(sorted(members), min(6, len(members))):
            answer = client.get(f"/{path.partition('#')[0]}", headers={"Accept": "text/turtle"}, follow_redirects=True)
            assert answer.status_code in {200, 410}, path  # withdrawn slugs are in the graph too
            if answer.status_code == 200 and answer.history[0].status_code != 301:
                assert URIRef(BASE + path) in set(Graph().parse(data=answer.content, format="turtle").subjects()), path


def test_l2_suffixes_and_profiles_lead_to_documents(client: httpx.Client) -> None:
    for variant in DATASET:
        answer = client.get(f"/dataset/lidc-idri.{variant.suffix}")
        assert answer.status_code == 200, variant
        assert answer.headers["content-type"] == variant.content_type
    for profile, suffix in (
        ("full", "ttl"),
        ("dcat", "dcat.ttl"),
        ("https://semiceu.github.io/DCAT-AP/releases/3.0.0/", "dcat.ttl"),
    ):
        answer = client.get("/dataset/lidc-idri", params={"_profile": profile, "_mediatype": "text/turtle"})
        assert answer.headers["location"] == f"/dataset/lidc-idri.{suffix}"
    for profile, suffix in (("schema", "schema.jsonld"), ("croissant", "croissant.json")):
        assert client.get("/dataset/lidc-idri", params={"_profile": profile}).headers["location"].endswith(suffix)
    assert client.get("/dataset/lidc-idri", params={"_profile": "mods"}).status_code == 406


def test_l2_the_parameter_wins_over_the_header(client: httpx.Client) -> None:
    for media, suffix in (("application/ld+json", "jsonld"), ("text/turtle", "ttl"), ("application/x-bibtex", "bib")):
        answer = client.get("/dataset/lidc-idri", params={"_mediatype": media}, headers={"Accept": "text/html"})
        assert answer.headers["location"] == f"/dataset/lidc-idri.{suffix}"
    unencoded = client.get("/dataset/lidc-idri?_mediatype=application/ld+json")
    assert unencoded.headers["location"].endswith(".jsonld")


def test_l2_unknown_is_404_withdrawn_410_and_merged_moved(client: httpx.Client) -> None:
    for path in (
        "/dataset/nosuch",
        "/ontology/NoSuchClass",
        "/term/UBERON:nosuch",
        "/term/word",
        "/series/nosuch",
        "/examples/nosuch",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    gone = client.get("/dataset/aanlib.ttl")
    assert gone.status_code == 410
    assert "unlinked.tsv" in gone.json()["detail"]
    assert client.get(gone.json()["type"]).json()["status"] == 410
    for suffix in ("", ".ttl", ".croissant.json"):
        moved = client.get(f"/dataset/brats2020{suffix}")
        assert (moved.status_code, moved.headers["location"]) == (301, f"/dataset/brats-2020{suffix}")
        assert f'<{BASE}dataset/brats-2020>; rel="successor-version"' in moved.headers["link"]


def test_l2_a_merged_slug_says_so_in_the_graph(release: OpenRelease) -> None:
    old, new = f"{BASE}dataset/brats2020", f"{BASE}dataset/brats-2020"
    assert release.store.ask(f"ASK {{ <{old}> <{DCTERMS.isReplacedBy}> <{new}> }}")


OFFERED = ("text/html", "text/turtle", "application/ld+json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"), ("", "text/html"), ("*/*", "text/html"), (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"), ("TEXT/Turtle", "text/turtle"), ("text/turtle; charset=utf-8", "text/turtle"),
        ("application/ld+json", "application/ld+json"), ("application/json", "application/ld+json"),
        ("text/html;q=0.1, text/turtle;q=0.2", "text/turtle"), ("text/turtle;q=0.3, */*;q=0.1", "text/turtle"),
        ("text/html;q=0, */*", "text/turtle"), ("text/*;q=0.5, text/html;q=0", "text/turtle"), ("application/*", "application/ld+json"),
        ("text/turtle;q=0, text/html;q=0, */*;q=0.1", "application/ld+json"), ("image/png", None), ("text/html;q=0", None),
        ("application/ld+json; profile=\"http://www.w3.org/ns/json-ld#compacted\"", "application/ld+json"),
        ("text/turtle, image/png", "text/turtle"), ("*/*;q=0.1, text/turtle;q=0.9", "text/turtle"), (";;;", None),
    ],
)  # fmt: skip
def test_l3_the_accept_matrix(accept: str | None, chosen: str | None) -> None:
    assert best(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "html"), (BROWSER, "html"), ("application/ld+json", "jsonld"), (CROISSANT, "croissant.json"),
        (CROISSANT.replace("; ", ";"), "croissant.json"), (f"{CROISSANT}, application/ld+json;q=0.5", "croissant.json"),
        ("application/x-bibtex", "bib"), ("application/vnd.citationstyles.csl+json", "csl.json"),
        ("application/linkset+json", "linkset.json"), ("application/linkset", "linkset"), ("text/turtle", "ttl"), ("image/png", None),
    ],
)  # fmt: skip
def test_l3_the_accept_matrix_of_a_dataset(accept: str | None, suffix: str | None) -> None:
    found = choose(DATASET, accept)
    assert (found.suffix if found else None) == suffix


def test_l3_none_fits_is_406_and_names_the_variants(client: httpx.Client) -> None:
    answer = client.get("/dataset/lidc-idri", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle (.ttl)" in answer.json()["detail"]
    assert ("/dataset/lidc-idri.ttl", "text/turtle") in links(answer.headers["link"])["alternate"]
    assert client.get("/dataset/lidc-idri", headers={"Accept": "text/html;q=0, text/turtle"}).headers["location"].endswith(".ttl")


def test_f1_the_page_of_a_dataset_is_signposted(client: httpx.Client, address: str) -> None:
    url = f"{address}/dataset/lidc-idri.html"
    found = signposting.find_signposting_http_link([client.get(url).headers["link"]], url)
    assert str(found.citeAs.target) == str(LIDC)
    assert {(str(s.target).removeprefix(address), str(s.type)) for s in found.describedBy} >= {
        ("/dataset/lidc-idri.ttl", "text/turtle"), ("/dataset/lidc-idri.croissant.json", "application/ld+json"),
    }  # fmt: skip
    assert {str(s.target) for s in found.types} == {
        "https://schema.org/AboutPage", "https://schema.org/Dataset", "http://www.w3.org/ns/dcat#Dataset",
    }  # fmt: skip
    assert str(found.license.target) == "https://creativecommons.org/licenses/by/3.0/"
    assert str(found.collection.target) == f"{BASE}catalogue"
    metadata = links(client.get("/dataset/lidc-idri.ttl").headers["link"])
    assert ("/dataset/lidc-idri.html", "text/html") in metadata["describes"]


def test_f1_the_home_page_is_the_landing_page_of_the_graph_itself(client: httpx.Client) -> None:
    found = links(client.get("/", headers={"Accept": "text/html"}).headers["link"])
    assert [t for t, _ in found["cite-as"]] == [BASE]
    assert [t for t, _ in found["license"]] == ["https://creativecommons.org/licenses/by/4.0/"]
    for target, kind in (*found["describedby"], *found["item"][:1]):
        answer = client.get(target)
        assert answer.status_code == 200, target
        assert kind.partition("/")[0] in {"text", "application"}


def test_f2_the_link_set_says_the_same_and_more(client: httpx.Client, address: str) -> None:
    answer = client.get("/dataset/lidc-idri.linkset.json")
    assert answer.headers["content-type"] == "application/linkset+json"
    sets = {one["anchor"]: one for one in answer.json()["linkset"]}
    page = sets[f"{BASE}dataset/lidc-idri.html"]
    assert page["cite-as"] == [{"href": str(LIDC)}]
    assert {"href": f"{BASE}dataset/lidc-idri.ttl", "type": "text/turtle", "profile": str(IKG)} in page["describedby"]
    assert sets[f"{BASE}dataset/lidc-idri.ttl"]["describes"][0]["href"] == page["anchor"]
    read = signposting.find_signposting_linkset(f"{address}/dataset/lidc-idri.linkset.json").for_context(page["anchor"])
    assert str(read.citeAs.target) == str(LIDC)
    plain = client.get("/dataset/lidc-idri.linkset")
    assert plain.headers["content-type"] == "application/linkset"
    assert f'<{LIDC}>; rel="cite-as"; anchor="{page["anchor"]}"' in plain.text


def test_f2_the_api_catalogue(client: httpx.Client) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.headers["content-type"] == 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    assert client.head("/.well-known/api-catalog").headers["link"] == answer.headers["link"]
    sets = answer.json()["linkset"]
    items = {item["href"] for item in sets[0]["item"]}
    assert items == {f"{BASE}v1", f"{BASE}sparql"} == {one["anchor"] for one in sets[1:]}
    for one in sets[1:]:
        for rel in ("service-desc", "service-doc", "service-meta", "status"):
            path = one[rel][0]["href"].removeprefix(BASE)
            assert client.get(f"/{path}", follow_redirects=True).status_code == 200, path


def test_v1_void_is_where_it_is_looked_for(client: httpx.Client) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle, */*;q=0.1"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/void.ttl")
    graph = Graph().parse(data=client.get("/void.ttl").content, format="turtle")
    for prop in (
        VOID.sparqlEndpoint, VOID.dataDump, VOID.uriSpace, VOID.exampleResource, VOID.vocabulary, VOID.classPartition,
        VOID.propertyPartition, VOID.subset, DCTERMS.license, DCTERMS.title,
    ):  # fmt: skip
        assert (KG, prop, None) in graph, prop
    for example in graph.objects(KG, VOID.exampleResource):
        assert client.get(f"/{str(example).removeprefix(BASE)}", follow_redirects=True).status_code == 200


def test_v1_the_counts_are_those_of_the_store(client: httpx.Client, release: OpenRelease) -> None:
    graph = Graph().parse(data=client.get("/void.ttl").content, format="turtle")
    text = "COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?objects"
    answer = client.get("/sparql", params={"query": f"SELECT ({text}) {{ ?s ?p ?o }}"}, headers={"Accept": "text/csv"})
    told = [str(graph.value(KG, p)) for p in (VOID.triples, VOID.distinctSubjects, VOID.properties, VOID.distinctObjects)]
    assert answer.text.splitlines()[1].split(",") == told
    classes = release.store.select("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }").rows[0][0]
    assert str(graph.value(KG, VOID.classes)) == str(classes)
    counted = release.store.select("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p").rows
    partitions = {
        graph.value(node, VOID.property): graph.value(node, VOID.triples) for node in graph.objects(KG, VOID.propertyPartition)
    }
    assert {str(p): str(n) for p, n in partitions.items()} == {str(p): str(n) for p, n in counted}
    partition = URIRef(f"{BASE}void#class-ikg-ImagingDataset")
    assert int(str(graph.value(partition, VOID.entities))) == release.manifest.counts["datasets"]
    modality = URIRef(f"{BASE}void#class-ikg-ImagingDataset-property-ikg-modality")
    query = f"SELECT (COUNT(*) AS ?n) {{ ?d a <{IKG.ImagingDataset}> ; <{IKG.modality}> ?m }}"
    assert str(graph.value(modality, VOID.triples)) == str(release.store.select(query).rows[0][0])
    linksets = list(graph.subjects(VOID.linkPredicate, None))
    assert (
        sum(int(str(graph.value(node, VOID.triples))) for node in linksets) == release.manifest.counts["triples graph/mappings"]
    )


@pytest.mark.parametrize(
    "path",
    ["/dataset/lidc-idri", "/dataset/lidc-idri.dcat", "/dataset/lidc-idri/provenance", "/dataset/lidc-idri/history",
     "/ontology/CT", "/term/UBERON:0002048", "/series/care", "/void", "/catalogue",
     "/examples", "/examples/cq001-renal-is-kidney", "/prefixes", "/ontology", "/source/idc/78"],
)  # fmt: skip
def test_v2_every_document_says_which_graph_it_is_a_part_of_and_its_licence(client: httpx.Client, path: str) -> None:
    graph = Graph().parse(data=client.get(f"{path}.ttl").content, format="turtle")
    document = URIRef(f"{BASE}{path.removeprefix('/')}.ttl")
    assert (document, VOID.inDataset, KG) in graph
    assert (document, DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")) in graph
    assert graph.value(document, FOAF.primaryTopic)


def test_h3_tags_are_strong_and_spare_the_body(client: httpx.Client) -> None:
    for path in (
        "/dataset/lidc-idri.html",
        "/dataset/lidc-idri.ttl",
        "/",
        "/sitemap.xml",
        "/examples/cq001-renal-is-kidney/run",
        "/dataset",
    ):
        first = client.get(path, headers={"Accept-Encoding": "identity"})
        tag, when = first.headers["etag"], first.headers["last-modified"]
        assert tag.startswith('"'), path
        assert "max-age" in first.headers["cache-control"]
        again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert {"cache-control", "vary"} <= again.headers.keys() or "vary" not in first.headers
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
        assert client.get(path, headers={"If-Modified-Since": when}).status_code == 304
        assert client.get(path, headers={"If-Modified-Since": when, "If-None-Match": '"other"'}).status_code == 200
        head = client.head(path, headers={"Accept-Encoding": "identity"})
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    tags = {client.get(f"/dataset/lidc-idri.{s}").headers["etag"] for s in ("ttl", "nt", "jsonld", "rdf", "html")}
    assert len(tags) == 5


def test_h2_the_list_of_datasets_leads_to_its_neighbours(client: httpx.Client, release: OpenRelease) -> None:
    seen: list[str] = []
    path, pages = "/dataset?size=400", 0
    while path:
        answer = client.get(path)
        found = links(answer.headers["link"])
        seen += re.findall(r'<li><a href="/dataset/([^"]+)"', answer.text)
        path, pages = (found["next"][0][0] if "next" in found else ""), pages + 1
        assert {"first", "last"} <= found.keys()
    assert pages == -(-len(release.records) // 400)
    assert seen == list(release.records)
    assert client.get("/dataset?page=9999").status_code == 404
    assert client.get("/datasets").headers["location"] == "/dataset"


def test_concepts_by_own_iri_curie_and_mapped_identifier(client: httpx.Client) -> None:
    assert client.get("/ontology/CT", follow_redirects=True).status_code == 200
    assert "kidney" in client.get("/term/RADLEX:RID205.html").text
    for params in (
        {"iri": "http://snomed.info/id/39607008"},
        {"curie": "RADLEX:RID1301"},
        {"iri": "http://purl.obolibrary.org/obo/UBERON_0002048"},
    ):
        found = client.get("/resolve", params=params, headers={"Accept": "text/turtle"})
        assert (found.status_code, found.headers["location"]) == (303, "/term/UBERON:0002048.ttl")
    document = client.get("/term/RADLEX:RID1301.ttl")
    assert document.headers["content-location"] == "/term/UBERON:0002048.ttl"
    assert client.get("/resolve", params={"iri": str(LIDC)}).headers["location"].startswith("/dataset/lidc-idri.")
    assert (
        client.get("/resolve", params={"iri": f"{BASE}organisation/duke-university"}).headers["location"]
        == "/organisation/duke-university"
    )
    assert client.get("/resolve").status_code == 400
    assert client.get("/resolve", params={"iri": "http://example.org/x"}).status_code == 404
    assert client.get("/resolve", params={"iri": "urn:x> } INSERT { <urn:a"}).status_code == 404


def test_a_concept_knows_what_uses_it(client: httpx.Client, release: OpenRelease) -> None:
    body = client.get("/term/UBERON:0002048.json").json()
    lung = "http://purl.obolibrary.org/obo/UBERON_0002048"
    used = body["usedBy"]["datasets"]
    told = {d["id"] for d in used["anatomy"]["asserted"]}
    assert "lidc-idri" in told
    assert told == {d.id for d in release.knowledge.datasets.values() if lung in d.asserted.get("anatomy", ())}
    follows = {d["id"] for d in used["relevantTo"]["inferred"]}
    assert follows == {d.id for d in release.knowledge.datasets.values() if d.has("relevantTo", lung)}
    assert "lobe of lung" in {c["label"] for c in body["usedBy"]["concepts"]["bfo:0000050"]}
    graph = Graph().parse(data=client.get("/term/UBERON:0002048.ttl").content, format="turtle")
    assert (LIDC, IKG.anatomy, URIRef(lung)) in graph
    assert (LIDC, IKG.relevantTo, URIRef(lung)) in graph
    assert (LIDC, DCTERMS.title, Literal("LIDC-IDRI")) in graph
    narrower = {str(s) for s in graph.subjects(RDFS.subClassOf, URIRef(lung))}
    assert {c["iri"] for c in body["narrower"]} <= narrower
    page = client.get("/term/UBERON:0002048.html").text
    assert 'href="/dataset/lidc-idri"' in page


def test_the_class_expressions_of_a_concept_are_in_its_document(client: httpx.Client) -> None:
    graph = Graph().parse(data=client.get("/ontology/FundusPhotography.ttl").content, format="turtle")
    owl = "http://www.w3.org/2002/07/owl#"
    restrictions = {
        (str(graph.value(b, URIRef(f"{owl}onProperty"))), str(graph.value(b, URIRef(f"{owl}someValuesFrom"))))
        for b in graph.subjects(URIRef(f"{owl}onProperty"))
    }
    assert (str(IKG.images), "http://purl.obolibrary.org/obo/UBERON_0000966") in restrictions


def test_the_ontology_and_its_version_are_documents(client: httpx.Client, release: OpenRelease) -> None:
    graph = Graph().parse(data=client.get("/ontology.ttl").content, format="turtle")
    whole = URIRef(f"{BASE}ontology/module/imaging-kg")
    version = str(graph.value(whole, URIRef("http://www.w3.org/2002/07/owl#versionInfo")))
    assert len(graph) >= release.manifest.counts["triples graph/ontology"]
    answer = client.get(f"/ontology/{version}", headers={"Accept": "application/rdf+xml"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ontology/{version}.rdf")
    assert client.get(f"/ontology/{version}.owl").headers["content-type"] == "application/rdf+xml"
    assert client.get("/ontology/0.0.1").status_code == 404
    iri = str(graph.value(whole, URIRef("http://www.w3.org/2002/07/owl#versionIRI")))
    assert client.get(f"/{iri.removeprefix(BASE)}", follow_redirects=True).status_code == 200
    assert client.get("/ontology/module/modality", follow_redirects=True).status_code == 200


def test_the_prefixes_in_three_forms(client: httpx.Client) -> None:
    table = client.get("/prefixes.json").json()["@context"]
    assert table["ikg"] == str(IKG)
    assert f"PREFIX ikg: <{IKG}>" in client.get("/prefixes.sparql").text
    assert client.get("/prefixes", headers={"Accept": "application/json"}).headers["location"] == "/prefixes.json"
    graph = Graph().parse(data=client.get("/prefixes.ttl").content, format="turtle")
    sh = "http://www.w3.org/ns/shacl#"
    assert {str(o) for o in graph.objects(None, URIRef(f"{sh}prefix"))} == set(table)


def test_documents_of_rdf_agree_with_each_other(client: httpx.Client) -> None:
    for path in ("/dataset/lidc-idri", "/ontology/CT", "/dataset/lidc-idri.dcat"):
        sizes = set()
        for suffix, form in PARSERS.items():
            graph = Graph().parse(data=client.get(f"{path}.{suffix}").content, format=form)
            sizes.add(len(graph))
        assert len(sizes) == 1, path


def test_no_address_comes_from_the_host_header(client: httpx.Client) -> None:
    for path in (
        "/dataset/lidc-idri.html",
        "/dataset/lidc-idri.linkset.json",
        "/sitemap.xml",
        "/.well-known/api-catalog",
        "/llms.txt",
        "/opensearch.xml",
    ):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in answer.text + json.dumps(dict(answer.headers)), path


def test_h8_pages_load_nothing_from_outside(client: httpx.Client) -> None:
    pages = (
        "/", "/search?q=GBM", "/dataset", "/dataset/lidc-idri.html", "/dataset/lidc-idri/provenance.html", "/dataset/lidc-idri/history.html",
        "/v1/compare?id=lits&id=kits19", "/v1/fusion/pair?a=lits&b=kits19", "/term/UBERON:0002113.html", "/ontology.html", "/examples.html",
        "/examples/cq001-renal-is-kidney.html", "/prefixes.html", "/void.html", "/series/care.html", "/sparql",
    )  # fmt: skip
    for path in (*pages, "/docs", "/quality"):
        answer = client.get(path, headers={"Accept": "text/html"})
        for attribute in ('src="http', 'src="//', 'href="//', "@import", "url(http"):
            assert attribute not in answer.text, (path, attribute)
        for line in re.findall(r"<link\b[^>]*>", answer.text):
            assert 'href="http' not in line, path
        if path in {"/docs", "/quality"}:
            assert "default-src 'self'" in answer.headers["content-security-policy"], path
        else:
            assert "default-src 'none'" in answer.headers["content-security-policy"], path
            assert '<html lang="en">' in answer.text
            assert not re.search(r"<script(?! type=\"application/ld\+json\")|\son\w+=|style=", answer.text), path


def test_a_name_that_looks_like_markup_stays_text(client: httpx.Client) -> None:
    text = client.get("/search", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text
    wrong = client.get(
        "/examples/cq001-renal-is-kidney/run", params={"identifier": 'urn:"<script>'}, headers={"Accept": "text/html"}
    )
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "<script>" not in wrong.text
    text = client.get(
        "/examples/cq001-renal-is-kidney/run", params={"identifier": "urn:a&b='c'"}, headers={"Accept": "text/html"}
    ).text
    assert "urn:a&amp;b=&#39;c&#39;" in text


def test_the_wholes_of_a_part_say_something(client: httpx.Client) -> None:
    """That the kidney is part of an anatomical structure follows from the abdomen's being one, and tells an anatomist nothing."""
    kidney = client.get("/term/UBERON:0002113.json").json()
    wholes = {c["label"] for c in kidney["edges"]["bfo:0000050"]}
    assert {"abdomen", "renal system"} <= wholes
    assert not wholes & {
        "anatomical entity",
        "anatomical structure",
        "imaged anatomy",
        "organism subdivision",
        "anatomical system",
    }
    page = client.get("/term/UBERON:0002113.html").text
    row = page.partition("<dt>part of</dt>")[2].partition("</div>")[0]
    assert "abdomen" in row
    assert "imaged anatomy" not in row


def test_the_page_of_a_graph_has_its_title_for_a_heading(client: httpx.Client) -> None:
    heading = client.get("/void.html").text.partition("<h1>")[2].partition("</h1>")[0]
    assert heading
    assert "http" not in heading
    assert "w3id" not in heading
