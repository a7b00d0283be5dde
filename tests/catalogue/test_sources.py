"""The adapters: each reads its own format, yields claims, and names what a file of another shape lacks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.errors import SourceShapeError
from kg.model import Status
from kg.resources import ontology_dir
from kg.sources import aryayi, idc, json_ld, older_table, openneuro, portal
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Lexicon(concepts_of(load_modules(ontology_dir()))))


def said(entry: Entry, prop: str) -> set[str]:
    return {m.value for m in entry.mentions if m.property == prop and m.status in {Status.READ, Status.VALUE}}


PORTAL_ROW = {
    "name": "EMIDEC", "slug": "emidec-2020", "link": "http://emidec.com/", "organization": "University Hospital of Dijon",
    "challenge_series": "MICCAI2020", "license": "CC BY-NC-SA 4.0", "release_date": "2020-04", "year": 2020, "dimension": "3D",
    "modality": ["MR"], "modality_secondary": [], "task": ["Segmentation"], "organ": "Heart (Cardiac)", "images_valid": 150,
    "has_labels": True, "num_classes": None, "tumor": "NA \\",
}  # fmt: skip


def manifest(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps({"columns": [], "rows": list(rows)}), encoding="utf-8")
    return path


def test_the_portals_manifest(tmp_path: Path, reader: Reader) -> None:
    (entry,) = portal.read(manifest(tmp_path, PORTAL_ROW), reader)
    assert (entry.name, entry.url, entry.year, entry.founds) == ("EMIDEC", "http://emidec.com/", "2020", False)
    assert said(entry, "licence") == {"ikg:CCBYNCSA40"}
    assert said(entry, "modality") == {"ikg:MRI"}
    assert said(entry, "anatomy") == {"UBERON:0000948"}
    assert said(entry, "maker") == {"University Hospital of Dijon"}
    assert said(entry, "validImages") == {"150"}
    assert said(entry, "labelled") == {"true"}
    assert said(entry, "condition") == set()


def test_a_host_is_not_taken_for_who_made_the_images(tmp_path: Path, reader: Reader) -> None:
    (entry,) = portal.read(manifest(tmp_path, PORTAL_ROW | {"organization": "MICCAI2021"}), reader)
    assert said(entry, "maker") == set()
    assert [m.raw for m in entry.mentions if m.field == "organization"] == ["MICCAI2021"]


def test_an_archives_name_is_no_licence(tmp_path: Path, reader: Reader) -> None:
    (entry,) = portal.read(manifest(tmp_path, PORTAL_ROW | {"license": "tcia"}), reader)
    assert said(entry, "licence") == set()
    (mention,) = (m for m in entry.mentions if m.field == "license")
    assert (mention.raw, mention.status) == ("tcia", Status.VAGUE)


LIST = """# Medical Imaging Datasets
## Head and Neck
### Brain
- <a href="https://example.org/abide"> **ABIDE**</a> (Autism Brain Imaging Data Exchange) <br>
***Keyboard:*** Autism spectrum disorders (ASDs), MRI <br>
![licence](src/CcLogo.png) CC BY-NC-SA 3.0

- <a href="nowhere"> **Gone**</a><br>
A sentence about it that is not ours to take.<br>
***Keyboard:*** CT Scan, Labeled
"""


def test_the_list_of_aryayi(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "README.md"
    path.write_text(LIST, encoding="utf-8")
    abide, gone = aryayi.read(path, reader)
    assert (abide.name, abide.aliases, abide.founds) == ("ABIDE", ("Autism Brain Imaging Data Exchange",), True)
    assert said(abide, "licence") == {"ikg:CCBYNCSA30"}
    assert said(abide, "modality") == {"ikg:MRI"}
    assert said(abide, "anatomy") == {"UBERON:0000955"}
    assert not gone.founds  # it has no home page
    assert said(gone, "labelled") == {"true"}
    assert not any("sentence" in m.raw for m in gone.mentions)


OLDER = """### CT
| Dataset | Domain | Modality | Images | License | Task | Disease Type | Year | Link |
|---|---|---|---|---|---|---|---|---|
| [MURA](https://mura.example) | Orthopedic | X-Ray | 40.0k | CC BY-NC-SA | Classification | Musculoskeletal | 2021 | [x](y) |
| [Odd](https://odd.example) | Oncology | CT, MR | 9 | Histopathology (Patch) | 12 | Seg | Various | 2021 |
"""


def test_the_older_table_is_read_for_its_licence(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "README.md"
    path.write_text(OLDER, encoding="utf-8")
    mura, shifted = older_table.read(path, reader)
    assert said(mura, "licence") == {"ikg:CCBYNCSA"}
    assert [m.field for m in shifted.mentions] == ["name"]


OPENNEURO = (
    "name\tcreated_on\tnb_subjects\tparticipant_columns\tdatatypes\tsize\tlicense\tinstitutions\n"
    "ds000001\tSat Jul 14\t16\t['participant_id', 'sex', 'age']\t['anat', 'func']\t2.2 GB\tCC0\t[]\n"
)


def test_openneuros_table(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "openneuro.tsv"
    path.write_text(OPENNEURO, encoding="utf-8")
    (entry,) = openneuro.read(path, reader)
    assert entry.url == "https://openneuro.org/datasets/ds000001"
    assert said(entry, "modality") == {"ikg:MRI", "ikg:FunctionalMRI"}
    assert said(entry, "licence") == {"ikg:CC0"}
    assert said(entry, "accessLevel") == {"ikg:OpenDownload"}
    assert said(entry, "extent") == {"16 patient exact"}
    assert said(entry, "byteSize") == {"2200000000"}
    assert said(entry, "tells") == {"sex of the subjects", "age of the subjects"}


def test_every_concept_that_an_adapter_writes_exists(reader: Reader) -> None:
    from kg.namespaces import expand

    bands = {idc.age_band(t) for t in ("010D", "005M", "005Y", "015Y", "040Y", "080Y", "000Y")}
    values = (
        {v for _, v in openneuro._DATATYPES.values()} | bands | set(idc._SEX.values()) | {idc._UNSTATED_SEX, "ikg:OpenDownload"}
    )
    assert [v for v in values if expand(v) not in reader.lexicon.concepts] == []
    assert len(bands) == 7


@pytest.mark.parametrize("text", ["000Y", "", None, "abc", "066", "999Y"])
def test_an_age_that_says_nothing_is_not_stated(text: str | None) -> None:
    assert idc.age_band(text) == "ikg:AgeNotStated"


def series(**changes: Any) -> dict[str, Any]:
    return {
        "collection_id": "nlung", "analysis_result_id": None, "PatientID": "p1", "StudyInstanceUID": "s1", "source_DOI": "10.7937/x",
        "PatientAge": "066Y", "PatientSex": "F", "BodyPartExamined": "CHEST", "Modality": "CT", "Manufacturer": "SIEMENS",
        "license_short_name": "CC BY 4.0", "series_size_MB": 100.5,
    } | changes  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [
        series(),
        series(PatientID="p2", StudyInstanceUID="s2", PatientSex="O", PatientAge="000Y"),
        series(PatientID="p3", StudyInstanceUID="s3", PatientSex="M", PatientAge="012Y"),
        # A segmentation made later: neither its maker nor its object belongs to the images.
        series(analysis_result_id="nlung_seg", Modality="SEG", Manufacturer="QIICR", source_DOI="10.5281/y"),
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "idc_index.parquet")
    collection = {
        "collection_name": "NLung", "collection_id": "nlung", "cancer_types": "Lung Cancer", "tumor_locations": "Lung", "subjects": 3,
        "species": "Human",
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([collection]), tmp_path / "collections_index.parquet")
    result = {
        "analysis_result_id": "nlung_seg", "analysis_result_title": "NLung-Seg: nodules", "source_DOI": "10.5281/y", "subjects": 1,
        "collections": "nlung", "modalities": "SEG", "license_short_name": "CC BY 4.0",
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([result]), tmp_path / "analysis_results_index.parquet")
    return tmp_path


def test_the_imaging_data_commons(index: Path, reader: Reader) -> None:
    collection, result = idc.read(index, reader)
    assert said(collection, "modality") == {"ikg:CT"}
    assert said(collection, "condition") == {"MONDO:0008903"}
    assert said(collection, "acquisition") == {"ikg:SiemensHealthineers"}
    assert said(collection, "extent") == {"3 patient exact", "3 study exact", "3 series exact"}
    assert said(collection, "licence") == {"ikg:CCBY40"}
    assert said(collection, "subjects") == {
        "ikg:FemaleSubject 1", "ikg:MaleSubject 1", "ikg:SexNotStated 1",
        "ikg:ElderlySubject 1", "ikg:AdolescentSubject 1", "ikg:AgeNotStated 1",
    }  # fmt: skip
    assert (result.name, result.parents) == ("NLung-Seg", ("NLung",))


CROISSANT = {
    "@context": {"@vocab": "https://schema.org/"}, "@type": "Dataset", "name": "Shoulder Set",
    "url": "https://example.org/shoulder", "license": "https://creativecommons.org/licenses/by/4.0/",
    "keywords": ["CT", "shoulder", "image segmentation", "zebra crossing"], "datePublished": "2024-05-01",
    "creator": {"@type": "Organization", "name": "Example Hospital"},
    "distribution": [{"@type": "DataDownload", "contentUrl": "https://example.org/a.zip"}],
}  # fmt: skip
DCAT = {
    "@context": {}, "@graph": [{
        "@type": ["dcat:Dataset"], "dcterms:title": [{"@language": "en", "@value": "Shoulder Set"}],
        "dcat:landingPage": {"@id": "https://example.org/shoulder"}, "dcat:keyword": [{"@value": "CT"}],
        "dcterms:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"}, "dcterms:issued": "2024-05-01",
    }],
}  # fmt: skip


@pytest.mark.parametrize("body", [CROISSANT, DCAT], ids=["schema.org", "dcat"])
def test_a_publishers_description(body: dict[str, Any], tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    source, entry = json_ld.read(path, reader)
    assert source == "dcat"
    assert (entry.name, entry.url, entry.year, entry.founds) == ("Shoulder Set", "https://example.org/shoulder", "2024", True)
    assert said(entry, "licence") == {"ikg:CCBY40"}
    assert "ikg:CT" in said(entry, "modality")


def test_a_keyword_that_names_no_concept_is_kept(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(CROISSANT), encoding="utf-8")
    _, entry = json_ld.read(path, reader)
    assert Mention("keywords", "zebra crossing") in entry.mentions
    assert said(entry, "accessLevel") == {"ikg:OpenDownload"}
    assert said(entry, "publisher") == {"Example Hospital"}


def test_a_croissant_file_is_checked_by_mlcroissant(tmp_path: Path, reader: Reader) -> None:
    mlc = pytest.importorskip("mlcroissant")
    good = mlc.Metadata(
        name="shoulder", url="https://example.org/shoulder", license=["https://creativecommons.org/licenses/by/4.0/"],
        keywords=["MRI", "shoulder"],
    ).to_json()  # fmt: skip
    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(good, default=str), encoding="utf-8")
    source, entry = json_ld.read(path, reader)
    assert (source, said(entry, "modality")) == ("croissant", {"ikg:MRI"})
    path.write_text(json.dumps(good | {"distribution": [{"@type": "cr:FileObject", "@id": "a"}]}, default=str), encoding="utf-8")
    with pytest.raises(SourceShapeError, match="what Croissant demands"):
        json_ld.read(path, reader)


READERS: dict[str, Callable[[Path, Reader], Any]] = {
    "portal": portal.read, "m-aryayi": aryayi.read, "older table": older_table.read, "openneuro": openneuro.read, "json-ld": json_ld.read,
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"a,b\n1,2\n", b"\xff\xfe\x00"], ids=["empty", "object", "list", "csv", "bytes"]
)
def test_another_shape_is_refused_by_what_it_lacks(name: str, content: bytes, tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SourceShapeError) as caught:
        READERS[name](path, reader)
    assert caught.value.missing


def test_a_column_that_the_manifest_lacks_is_named(tmp_path: Path, reader: Reader) -> None:
    row = {k: v for k, v in PORTAL_ROW.items() if k != "license"}
    with pytest.raises(SourceShapeError, match=r"the column 'license' \(row 0\)"):
        portal.read(manifest(tmp_path, row), reader)


def test_a_table_that_the_commons_lacks_is_named(index: Path, reader: Reader) -> None:
    (index / "collections_index.parquet").unlink()
    with pytest.raises(SourceShapeError, match=r"collections_index\.parquet"):
        idc.read(index, reader)


@pytest.mark.parametrize(
    ("text", "licences"),
    [
        ("CC BY 4.0", {"ikg:CCBY40"}), ("CC-BY-4.0", {"ikg:CCBY40"}), ("CC BY-NC-SA", {"ikg:CCBYNCSA"}), ("CC BY NC ND", {"ikg:CCBYNCND"}),
        ("Creative Commons Attribution 4.0 International Public License", {"ikg:CCBY40"}), ("CC0: Public Domain", {"ikg:CC0"}),
        ("TCIA Restricted - CC BY 3.0", {"ikg:TCIARestricted", "ikg:CCBY30"}), ("Attribution - Non-Commercial", {"ikg:CCBYNC"}),
        ("CC BY-NC-ND 6.0", set()), ("NA", set()), ("pubilc", set()), ("whatever the authors like", set()),
    ],
)  # fmt: skip
def test_licence_strings(text: str, licences: set[str], reader: Reader) -> None:
    assert {m.value for m in reader.licence("licence", text)} - {""} == licences


def test_a_licence_that_maps_to_nothing_is_kept_as_text(reader: Reader) -> None:
    (mention,) = reader.licence("licence", "whatever the authors like")
    assert (mention.raw, mention.value, mention.status) == ("whatever the authors like", "", Status.UNREAD)
