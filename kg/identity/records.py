"""What a source says of a dataset's identity: its name, and where it points to.

Names and addresses are compared in a normal form only. Neither is a key by itself: one page of a challenge serves six
datasets, and two groups call different pictures by the same name. ``kg.identity.rules`` says which pairs may be merged.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from kg.terms.text import fold, squeeze

__all__ = ["SourceRecord", "archive", "collection", "distinguishers", "doi", "name_key", "normal_url", "platform"]

# Query parameters that name a resource; all others (tracking, file selection, language) are dropped.
_NAMING_PARAMETERS: Final = frozenset({"dataid", "id", "pageid", "persistentid", "project", "q", "title"})
_DOI: Final = re.compile(r"10\.\d{4,9}/[^\s?#]+", re.IGNORECASE)
# Prefixes under which a DOI is minted for a dataset; the DOI of a paper may well stand for several datasets.
_DATA_DOI_PREFIXES: Final = (
    "10.5281/zenodo.",
    "10.7937/",
    "10.7910/dvn/",
    "10.6084/m9.figshare.",
    "10.5683/",
    "10.17632/",
)
_TCIA: Final = "cancerimagingarchive.net"
_TCIA_DOI: Final = "10.7937/"

# (pattern over "host/path?query", name of the collection): the part of an address that names one deposit.
_COLLECTIONS: Final = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (r"^kaggle\.com/(?:c|competitions)/([^/?]+)", "kaggle:competition/{0}"),
        (r"^kaggle\.com/(?:datasets/)?([^/?]+)/([^/?]+)", "kaggle:{0}/{1}"),
        (r"^(?:wiki\.)?cancerimagingarchive\.net/(?:collection|analysis-result)/([^/?]+)", "tcia:{0}"),
        (r"^wiki\.cancerimagingarchive\.net/display/public/([^/?]+)", "tcia:{0}"),
        (r"^openneuro\.org/datasets/(ds\d+)", "openneuro:{0}"),
        (r"^zenodo\.org/records?/(\d+)", "zenodo:{0}"),
        (r"^doi\.org/10\.5281/zenodo\.(\d+)", "zenodo:{0}"),
        (r"^zenodo\.org/doi/10\.5281/zenodo\.(\d+)", "zenodo:{0}"),
        (r"^physionet\.org/content/([^/?]+)", "physionet:{0}"),
        (r"^synapse\.org/.*?\b(syn\d+)", "synapse:{0}"),
        (r"^tianchi\.aliyun\.com/dataset/datadetail\?dataid=(\d+)", "tianchi:{0}"),
        (r"^tianchi\.aliyun\.com/dataset/(\d+)", "tianchi:{0}"),
        (r"^heywhale\.com/mw/dataset/([0-9a-f]+)", "heywhale:{0}"),
        (r"^data\.mendeley\.com/datasets/([^/?]+)", "mendeley:{0}"),
        (r"^huggingface\.co/datasets/([^/?]+)/([^/?]+)", "huggingface:{0}/{1}"),
        (r"^github\.com/([^/?]+)/([^/?]+)", "github:{0}/{1}"),
        (r"^(?:opendatalab\.com|opendatalab\.org\.cn)/(?:opendatalab/)?([^/?]+)", "opendatalab:{0}"),
        (r"^([a-z0-9_-]+)\.grand-challenge\.org", "grand-challenge:{0}"),
    )
)
# Words in a name that set a part, a stage or a rendering apart from its siblings in the same deposit.
_PART_WORDS: Final = frozenset(
    {
        "2d",
        "3d",
        "abdomen",
        "annotation",
        "brain",
        "cfp",
        "cls",
        "ct",
        "det",
        "detection",
        "flair",
        "fundus",
        "heart",
        "left",
        "liver",
        "lung",
        "mr",
        "mri",
        "oct",
        "part",
        "pet",
        "phase",
        "release",
        "right",
        "seg",
        "segmentation",
        "stage",
        "subchallenge",
        "subset",
        "t1w",
        "t2w",
        "task",
        "test",
        "train",
        "training",
        "us",
        "v1",
        "v2",
        "v3",
        "validation",
        "version",
        "wsi",
    }
)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One row of a source, reduced to what tells datasets apart.

    Attributes:
        source: Key of the source (`imaging-x`).
        record: Number of the row in the source, counted from 0.
        name: The name as written.
        url: The address as written, possibly empty.
        year: The year as written (`2018`, `NA`).
        modality: The modality cell as written.
        structure: The anatomy cell as written.
        samples: The size cell as written.
    """

    source: str
    record: int
    name: str
    url: str
    year: str = ""
    modality: str = ""
    structure: str = ""
    samples: str = ""


def name_key(name: str) -> str:
    """The form under which two names are one: folded, and without spaces (`PAIP 2023` is `PAIP2023`)."""
    return fold(name).replace(" ", "")


def distinguishers(name: str) -> frozenset[str]:
    """Numbers and part words of a name: where they differ, so do the datasets, whatever else agrees."""
    words = fold(re.sub(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", name)).split()
    whole = set(fold(name).split())
    return frozenset(word for word in {*words, *whole} if word.isdigit() or word in _PART_WORDS)


def normal_url(url: str) -> str:
    """An address without scheme, ``www.``, fragment, trailing slash and parameters that name nothing.

    The Synapse fragment (``#!Synapse:syn123``) names the project, so that one is kept, as a path.
    """
    text = squeeze(url).replace("\\", "").replace("#!Synapse:", "Synapse:")
    if not text:
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host = parts.hostname or ""
    except ValueError:  # not an address at all; compared as it stands
        return text.casefold()
    host = host.removeprefix("dx.") if host == "dx.doi.org" else host.removeprefix("www.")
    path = re.sub(r"/+", "/", unquote(parts.path)).casefold().rstrip("/")
    query = "&".join(f"{key}={value}" for key, value in _naming(parts.query))
    return f"{host}{path}" + (f"?{query}" if query else "")


def _naming(query: str) -> list[tuple[str, str]]:
    pairs = [(key.casefold(), value.casefold()) for key, value in parse_qsl(query)]
    return sorted((key, value) for key, value in pairs if key in _NAMING_PARAMETERS)


def collection(url: str) -> str:
    """The deposit an address names on a platform that is known (`kaggle:owner/slug`), else the empty text."""
    address = normal_url(url)
    for pattern, template in _COLLECTIONS:
        found = pattern.search(address)
        if found:
            return template.format(*found.groups())
    return ""


def doi(url: str) -> str:
    """The DOI of a dataset in an address, in lower case; a paper's DOI is none."""
    address = normal_url(url)
    deposit = collection(url)
    if deposit.startswith("zenodo:"):
        return f"10.5281/zenodo.{deposit.removeprefix('zenodo:')}"
    found = _DOI.search(address)
    text = found.group(0).casefold().rstrip("./") if found else ""
    return text if text.startswith(_DATA_DOI_PREFIXES) else ""


def archive(url: str) -> str:
    """The archive in which a name is given once, so that the same name there is the same dataset.

    This holds for the Cancer Imaging Archive, whose old wiki, new site and DOIs point to the same collections.
    """
    address = normal_url(url)
    host = address.split("/", 1)[0]
    return "tcia" if host == _TCIA or host.endswith("." + _TCIA) or doi(url).startswith(_TCIA_DOI) else ""


def platform(url: str) -> str:
    """A short word for where an address leads, fit for a slug (`kaggle`, `tcia`, `zenodo`, or the site's own name)."""
    known = archive(url) or collection(url).split(":", 1)[0]
    if known:
        return known
    labels = [label for label in normal_url(url).split("/", 1)[0].split(".") if label]
    generic = {"ac", "co", "com", "edu", "gov", "net", "org"}
    while len(labels) > 1 and (labels[-1] in generic or len(labels[-1]) == 2):  # a country code
        labels.pop()
    return labels[-1] if labels else ""
