"""L2: content negotiation by profile (https://www.w3.org/TR/dx-prof-conneg/), by header as by parameter."""

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.variants import DATASET, PROFILES, THING, choose, negotiated

FULL, DCAT, SCHEMA, CROISSANT = (f"<{PROFILES[name]}>" for name in ("full", "dcat", "schema", "croissant"))
TTL, JSONLD = "text/turtle", "application/ld+json"
PATH = "/dataset/lidc-idri"


@pytest.mark.parametrize(
    ("accept", "accept_profile", "suffix"),
    [
        (TTL, DCAT, "dcat.ttl"), (JSONLD, DCAT, "dcat.jsonld"), (TTL, FULL, "ttl"), (JSONLD, SCHEMA, "schema.jsonld"),
        (None, CROISSANT, "croissant.json"), ("*/*", CROISSANT, "croissant.json"), (JSONLD, CROISSANT, "croissant.json"),
        (TTL, f"{FULL};q=0.1, {DCAT};q=0.9", "dcat.ttl"), (TTL, f"{FULL}, {DCAT}", "ttl"), (TTL, f"{DCAT} ; q=0.5, {FULL}", "ttl"),
        # The most wanted profile that has an acceptable type: schema.org is not there as Turtle.
        (TTL, f"{SCHEMA}, {DCAT};q=0.2", "dcat.ttl"), (f"{TTL};q=0.5, {JSONLD}", f"{SCHEMA}, {DCAT};q=0.2", "schema.jsonld"),
        (TTL, f"<urn:another:profile>, {DCAT};q=0.1", "dcat.ttl"), (TTL, PROFILES["dcat"], "dcat.ttl"),
        (TTL, SCHEMA, None), (TTL, "<urn:another:profile>", None), ("image/png", DCAT, None),
        (TTL, f"{FULL};q=0", "dcat.ttl"), (JSONLD, f"{FULL};q=0, {DCAT};q=0", "schema.jsonld"), (TTL, f"{FULL};q=0, {DCAT};q=0", None),
        (TTL, "", "ttl"), (TTL, None, "ttl"), (TTL, ",", "ttl"), (None, FULL, "html"),
    ],
)  # fmt: skip
def test_l2_the_profile_matrix(accept: str | None, accept_profile: str | None, suffix: str | None) -> None:
    found = negotiated(DATASET, accept, accept_profile)
    assert (found.suffix if found else None) == suffix


@given(
    st.lists(st.tuples(st.sampled_from([FULL, DCAT, SCHEMA, CROISSANT, "<urn:x>"]), st.integers(0, 10)), max_size=5),
    st.sampled_from([None, TTL, JSONLD, "*/*", "text/html", "image/png"]),
)
def test_what_is_chosen_is_wanted_and_nothing_wanted_more_was_there(wanted: list[tuple[str, int]], accept: str | None) -> None:
    header = ", ".join(f"{iri};q={weight / 10}" for iri, weight in wanted)
    found = negotiated(DATASET, accept, header)
    weights = dict(reversed(wanted))
    positive = {iri for iri, weight in weights.items() if weight}
    if found is not None and positive == set(weights) and positive:
        got = "<" + PROFILES[found.profile or "full"] + ">"  # the page says what `full` says
        assert got in positive
        for iri in positive:
            if weights[iri] > weights[got] and len(weights) == len(wanted):
                assert choose(DATASET, accept, profile=iri.strip("<>")) is None


@given(st.text(max_size=60))
def test_no_header_breaks_it(accept_profile: str) -> None:
    for variants in (DATASET, THING):
        negotiated(variants, TTL, accept_profile)


def test_l2_accept_profile_leads_to_the_document_and_the_document_names_its_profile(client: httpx.Client) -> None:
    for iri, accept, suffix in ((DCAT, TTL, "dcat.ttl"), (SCHEMA, JSONLD, "schema.jsonld"), (CROISSANT, "*/*", "croissant.json")):
        answer = client.get(PATH, headers={"Accept": accept, "Accept-Profile": iri})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}.{suffix}")
        assert {"Accept", "Accept-Profile"} <= set(answer.headers["vary"].split(", "))
        document = client.get(answer.headers["location"])
        assert document.headers["content-profile"] == iri
        assert f'{iri}; rel="profile"' in document.headers["link"]
    for suffix in ("html", "bib", "linkset.json"):
        assert "content-profile" not in client.get(f"{PATH}.{suffix}").headers


def test_l2_the_parameter_wins_over_the_header_of_profiles(client: httpx.Client) -> None:
    answer = client.get(PATH, params={"_profile": "dcat"}, headers={"Accept": TTL, "Accept-Profile": SCHEMA})
    assert answer.headers["location"] == f"{PATH}.dcat.ttl"
    answer = client.get(PATH, params={"_mediatype": TTL}, headers={"Accept": JSONLD, "Accept-Profile": f"{SCHEMA}, {DCAT};q=0.1"})
    assert answer.headers["location"] == f"{PATH}.dcat.ttl"


def test_l2_a_profile_that_there_is_not_is_406_and_the_variants_are_named(client: httpx.Client) -> None:
    for path in (PATH, "/series/brats"):
        answer = client.get(path, headers={"Accept": TTL, "Accept-Profile": "<urn:another:profile>"})
        assert (answer.status_code, answer.json()["type"]) == (406, "/errors/not-acceptable")
        assert 'rel="alternate"' in answer.headers["link"]
        assert {"Accept", "Accept-Profile"} <= set(answer.headers["vary"].split(", "))
    assert client.get("/series/brats", headers={"Accept": TTL, "Accept-Profile": FULL}).headers["location"] == "/series/brats.ttl"
