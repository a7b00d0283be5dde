"""Row R1: the real OpenRefine reconciles tables with the real service, over its HTTP API and in its own pages."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2 as httpx
import pytest

from kg.opened import OpenRelease
from kg.reconcile.facts import literals
from kg.reconcile.properties import PROPERTIES
from tests.servers import openrefine
from tests.service.reconcile.refine import Cell, Refine, Table
from tests.service.reconcile.refine_pages import pages

pytestmark = pytest.mark.openrefine

CONCEPTS = """modality,organ,disease
MRT,Renal,GBM
CT scan,kidny,Lung cancer
US,liver,pneumonia
PET/CT,Prostate gland,COVID-19
Mamography,brain,diabetic retinopathy
xyzzy,xyzzy,xyzzy
"""
DATASETS = """name,kind,year
CAMELYON 16,pathology,2016
CheXpert,x-ray,2019
LIDC IDRI,CT scan,2011
The LiTS dataset,computed tomography,
brats 2021,MR,2021
4D-Lung,CT,
BraTS,MRI,2020
Chexprt,radiograph,
no such set,CT,1066
"""


@pytest.fixture(scope="module")
def refine(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refine]:
    with openrefine(tmp_path_factory.mktemp("openrefine") / "workspace") as place:
        opened = Refine(place, f"{address}/reconcile")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def concepts(refine: Refine) -> Table:
    return refine.table("concepts", CONCEPTS)


@pytest.fixture(scope="module")
def datasets(refine: Refine) -> Table:
    """The table of datasets, reconciled: first its modalities, then its names with these and the years beside them."""
    table = refine.table("datasets", DATASETS)
    table.reconcile("kind", "modality")
    table.reconcile("name", "dataset", {"kind": "modality", "year": "year"}, limit=3)
    return table


def test_the_right_type_is_proposed_first(concepts: Table, datasets: Table) -> None:
    first = [concepts.guessed(column)[0] for column in ("modality", "organ", "disease")]
    assert [*first, datasets.guessed("name")[0]] == ["modality", "anatomy", "condition", "dataset"]


def test_columns_of_concepts(concepts: Table, release: OpenRelease) -> None:
    concepts.reconcile("modality", "modality")
    concepts.reconcile("organ", "anatomy")
    concepts.reconcile("disease", None)
    found = {column: concepts.cells(column) for column in ("modality", "organ", "disease")}
    assert {column: [cell.match for cell in cells] for column, cells in found.items()} == {
        "modality": [
            "magnetic resonance imaging", "computed tomography", "ultrasonography", "PET-CT", "mammography", None,
        ],
        "organ": ["kidney", "kidney", "liver", "prostate gland", "brain", None],
        "disease": ["glioblastoma", "lung cancer", "pneumonia", "COVID-19", "diabetic retinopathy", None],
    }  # fmt: skip
    assert found["organ"][0].iri == release.knowledge.concept("kidney").iri
    assert all(cells[-1] == Cell("xyzzy") for cells in found.values())


def test_a_column_of_datasets_with_others_as_constraints(datasets: Table) -> None:
    assert all(cell.match for cell in datasets.cells("kind"))
    *sure, family, slip, unknown = datasets.cells("name")
    assert [cell.match for cell in sure] == ["CAMELYON16", "CheXpert", "LIDC-IDRI", "LiTS", "BraTS 2021", "4D-Lung"]
    assert (family.match, family.candidates[0], len(family.candidates)) == (None, "BraTS 2020", 3)
    assert (slip.match, slip.candidates[0]) == (None, "CheXpert")
    assert unknown == Cell("no such set")


def test_columns_from_reconciled_values(datasets: Table, release: OpenRelease) -> None:
    known = release.knowledge.datasets["lidc-idri"], release.knowledge.datasets["4d-lung"]
    settings = {"limit": "1", "form": "name", "inferred": "on", "language": ""}  # as the dialogue sends them
    shown = datasets.preview("name", [2, 8], [{"id": "licence"}, {"id": "anatomy", "settings": settings}])
    assert shown[0][1]["id"] in known[0].asserted["licence"]
    assert isinstance(shown[0][2], str)
    assert [row for row in shown if row[0] == "LIDC-IDRI"] == [shown[0]]
    assert shown[-1] == ["<not reconciled>"]

    rows = datasets.cells("name")
    one = {"limit": "1"}
    datasets.extend("name", [{"id": p, "settings": one} for p in ("licence", "modality", "patients", "byteSize")])
    assert datasets.cells("name") == rows  # one value each, so no rows more
    lidc = 2
    licence, modality = datasets.cells("licence")[lidc], datasets.cells("modality")[lidc]
    assert {licence.iri} <= known[0].asserted["licence"]
    assert {modality.iri} <= known[0].asserted["modality"]
    assert licence.match == licence.value == release.knowledge.label(str(licence.iri))
    assert datasets.cells("patients")[lidc].value == 1010


def test_more_than_32_bits_arrive_whole(datasets: Table, release: OpenRelease) -> None:
    """OpenRefine 3.6 cuts an `int` to 32 bits: 183,043,903,814 bytes became -1,639,689,914."""
    (size,) = literals(release.knowledge, release.knowledge.datasets["4d-lung"], PROPERTIES["byteSize"])
    assert int(size) > 2**32
    assert datasets.preview("name", [5], [{"id": "byteSize"}]) == [["4D-Lung", size]]


def test_what_its_pages_ask_is_answered(refine: Refine, address: str) -> None:
    """The addresses as its scripts make them: ids go into a template as they are, but for what `encodeURI` escapes."""
    manifest = refine.manifest
    one = "http://purl.obolibrary.org/obo/UBERON_0002113"
    for template in (manifest["preview"]["url"], manifest["view"]["url"]):
        answer = httpx.get(template.replace("{{id}}", one), headers={"Accept": "text/html"}, follow_redirects=True, timeout=60)
        assert (answer.status_code, "kidney" in answer.text) == (200, True)
    origin = {"Origin": refine.address}
    for kind, prefix, name in (("entity", "kidn", one), ("type", "organ", "anatomy"), ("property", "modal", "modality")):
        suggest = manifest["suggest"][kind]
        asked = {"prefix": prefix, "spell": "always", "exact": "false", "prefixed": "true", "type": ""}
        answer = httpx.get(suggest["service_url"] + suggest["service_path"], params=asked, headers=origin, timeout=60)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["result"][0]["id"] == name
        path = suggest["flyout_service_path"].replace("${id}", quote(name, safe=""))
        answer = httpx.get(suggest["service_url"] + path, headers=origin, timeout=60)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["html"].startswith("<div")


@pytest.mark.browser
def test_a_person_links_a_table_in_the_pages(refine: Refine, tmp_path: Path) -> None:
    table = refine.table("by hand", "name,year\nBraTS,2020\nChexprt,\n")
    with pages(tmp_path) as desk:
        desk.open(table.page)
        desk.menu("name", "Reconcile", "Start reconciling…")
        desk.add_service(refine.service)
        assert desk.chosen_type() == "dataset"
        assert "When it was first published." in desk.property_beside("year", "yea", "year")
        desk.start()

        assert desk.candidates()[0] == "BraTS 2020"
        assert "Dataset · ikgd:brats-2020" in desk.preview_of("BraTS 2020")
        assert desk.search_for_match("Chexprt").startswith("CheXpert\nDataset\n")
        assert [cell.match for cell in table.cells("name")] == [None, "CheXpert"]

        desk.menu("name", "Edit column", "Add columns from reconciled values…")
        assert desk.columns_shown("licence", "patients")[-1][-1] == "65240"
        desk.accept()
        assert [cell.value for cell in table.cells("patients")] == [None, 65240]
