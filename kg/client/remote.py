"""A service elsewhere as a source: one HTTP request for each question, none before."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from kg.client.port import Body, Profile
from kg.client.problems import error_of
from kg.client.release import Release
from kg.durations import in_seconds
from kg.errors import ServiceError, StoreClosed, StoreUnavailable
from kg.fusion.plan_id import PlanOptions
from kg.search.crosstab import Cross
from kg.search.page import View

__all__ = ["TOKEN", "RemoteRelease", "RemoteSource"]

TOKEN: Final = "IMAGING_KG_TOKEN"  # noqa: S105  # the name of the variable, not a secret
"""The environment variable that holds the bearer token when none is given."""
_TIMEOUT: Final = 60.0
_GRACE: Final = 10.0  # seconds beyond a query's deadline in which its service still tells of it
_LARGEST: Final = 200_000_000  # bytes of an answer that are read


class RemoteSource:
    """A service behind the port.

    Args:
        url: Address of the service, as a browser opens it.
        token: Bearer token; None for that of the environment, empty for none.
        timeout: Seconds until a question without an answer is given up; of a SPARQL query it is the deadline, which the service keeps.
        transport: How requests travel; for tests.

    Raises:
        ServiceError: The address is none, or the token would travel in the clear.
    """

    def __init__(
        self, url: str, token: str | None = None, timeout: float = _TIMEOUT, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ServiceError(f"{url!r} is no address of a service; one begins with https:// or http://")
        secret = os.environ.get(TOKEN, "") if token is None else token
        if secret and parts.scheme == "http" and not _is_here(parts.hostname):
            raise ServiceError(f"a token is not sent to {parts.hostname} in the clear; use https")
        headers = {"Accept": "application/json", "User-Agent": f"imaging-kg/{version('imaging-kg')}"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        self._url, self._timeout = url.rstrip("/"), timeout
        self._client = httpx.Client(base_url=self._url, headers=headers, timeout=timeout, transport=transport)

    @property
    def url(self) -> str:
        """Address of the service."""
        return self._url

    def _send(self, method: str, path: str, *, timeout: float | None = None, **request: Any) -> bytes:
        """The body of a successful answer.

        Raises:
            KGError: The service's own error.
            StoreClosed: The connections were closed.
            StoreUnavailable: Nobody answered, or not in time.
            ServiceError: What answered is no such service, or refuses.
        """
        seconds = self._timeout if timeout is None else timeout
        try:
            with self._client.stream(method, path, timeout=seconds, **request) as response:
                parts, size = [], 0
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > _LARGEST:
                        raise ServiceError(f"its answer has more than {_LARGEST:,} bytes")
        except httpx.TimeoutException as error:
            raise StoreUnavailable(f"{self._url} gave no answer within {in_seconds(seconds)}") from error
        except httpx.TransportError as error:
            raise StoreUnavailable(f"{self._url}: {str(error) or type(error).__name__}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise ServiceError(f"{self._url}: {str(error) or type(error).__name__}") from error
        except RuntimeError as error:  # the client was closed
            raise StoreClosed from error
        body = b"".join(parts)
        if response.status_code >= httpx.codes.MULTIPLE_CHOICES:
            raise _refusal(response, body)
        return body

    def _json(self, method: str, path: str, **request: Any) -> Any:
        body = self._send(method, path, **request)
        try:
            return httpx.Response(200, content=body).json()
        except ValueError as error:
            raise ServiceError(f"{self._url}{path} answers with something that is no JSON") from error

    def _get(self, path: str, **parameters: Any) -> Body:
        found: Body = self._json("GET", path, params={k: v for k, v in parameters.items() if v is not None})
        return found

    def _post(self, path: str, body: Mapping[str, Any], **parameters: Any) -> Body:
        found: Body = self._json("POST", path, json=body, params=parameters)
        return found

    def release_id(self) -> str:
        """Id of the release; see :class:`kg.client.port.Source` for this and what follows."""
        return str(self._get("/version")["release"])

    def search(self, asked: str | Mapping[str, Any], view: View) -> Body:
        """A page of an answer."""
        shown = {k: ",".join(v) if isinstance(v, tuple) else v for k, v in asdict(view).items()}
        if isinstance(asked, str):
            return self._get("/v1/search", q=asked, **shown)
        return self._post("/v1/search", asked, **shown)

    def suggest(self, text: str, limit: int, kinds: tuple[str, ...]) -> list[Body]:
        """Completions."""
        kind = kinds[0] if len(kinds) == 1 else None
        found: list[Body] = self._get("/v1/suggest", q=text, limit=limit, kind=kind)["suggestions"]
        return found

    def fuse(self, seeds: Sequence[str], profile: Profile, limit: int, rules: Profile | None) -> Body:
        """A fusion."""
        return self._post("/v1/fusion", _question(seeds, profile, rules) | {"limit": limit})

    def plan(self, seeds: Sequence[str], profile: Profile, options: PlanOptions, rules: Profile | None) -> Body:
        """A plan."""
        return self._post("/v1/fusion/plans", _question(seeds, profile, rules) | options.raw(), format="json")

    def plan_again(self, plan: str, question: str) -> Body:
        """A plan by its link."""
        return self._get(f"/v1/fusion/plans/{_segment(plan)}", q=question, format="json")

    def pair(self, one: str, other: str) -> Body:
        """A pair."""
        return self._get("/v1/fusion/pair", a=one, b=other)

    def why_not(self, dataset: str, seeds: Sequence[str], profile: Profile, rules: Profile | None) -> Body:
        """A dataset in doubt."""
        return self._post("/v1/fusion/why-not", _question(seeds, profile, rules) | {"dataset": dataset})

    def read_rules(self, rules: Profile) -> Body:
        """A rule of the portal."""
        return self._post("/v1/import/imaging-x", rules)

    def licence(self, datasets: Sequence[str], use: str) -> Body:
        """Terms."""
        return self._post("/v1/licence", {"datasets": list(datasets), "use": use})

    def labels(self, datasets: Sequence[str], labels: Sequence[str]) -> Body:
        """Labels."""
        return self._post("/v1/fusion/labels", {"datasets": list(datasets), "labels": list(labels)})

    def compare(self, datasets: Sequence[str]) -> Body:
        """A comparison."""
        return self._get("/v1/compare", id=list(datasets))

    def datasets(self, limit: int, offset: int) -> Body:
        """A page of the catalogue."""
        return self._get("/v1/datasets", limit=limit, offset=offset)

    def show(self, name: str) -> Body:
        """A dataset."""
        return self._get(f"/v1/datasets/{_segment(name)}")

    def provenance(self, name: str) -> Body:
        """Receipts; the document is named by the dataset's id, which its name leads to."""
        return self._get(f"/dataset/{_segment(self.show(name)['id'])}/provenance.json")

    def history(self, name: str) -> Body:
        """What happened when."""
        return self._get(f"/dataset/{_segment(self.show(name)['id'])}/history.json")

    def stats(self, cross: Cross, demands: Profile) -> Body:
        """Counts."""
        years = demands.get("year", {})
        plain = {k: v for k, v in demands.items() if k != "year"} | {"since": years.get("least"), "until": years.get("most")}
        return self._get(
            "/v1/stats", rows=cross.rows, columns=cross.columns, counting=cross.counting, rowLimit=cross.row_limit,
            columnLimit=cross.column_limit, format="json", **plain,
        )  # fmt: skip

    def validate(self, description: bytes, media_type: str) -> Body:
        """A report."""
        found: Body = self._json("POST", "/v1/validate", content=description, headers={"Content-Type": media_type})
        return found

    def explain(self, subject: str, concept: str, prop: str | None) -> Body:
        """A why."""
        return self._get("/v1/explain", subject=subject, concept=concept, property=prop)

    def concept(self, text: str) -> Body:
        """A concept."""
        return self._get("/v1/concepts", q=text)

    def concepts(self, facet: str | None) -> list[Body]:
        """Concepts."""
        found: list[Body] = self._get("/v1/concepts", facet=facet)["concepts"]
        return found

    def sparql(self, query: str, media_type: str) -> bytes:
        """A result."""
        headers = {"Accept": media_type, "Content-Type": "application/sparql-query"}
        return self._send(
            "POST", "/sparql", timeout=self._timeout + _GRACE, content=query.encode(), headers=headers,
            params={"timeout": f"{self._timeout:g}"},
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class RemoteRelease(Release):
    """The release that a service has; nothing is asked before a method is called.

    Args:
        url: Address of the service, as a browser opens it.
        token: Bearer token; None for that of ``$IMAGING_KG_TOKEN``, empty for none.
        timeout: Seconds until a question without an answer is given up.
        transport: How requests travel; for tests.
    """

    def __init__(
        self, url: str, token: str | None = None, timeout: float = _TIMEOUT, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        source = RemoteSource(url, token, timeout, transport=transport)
        self._url = source.url
        super().__init__(source)

    def __repr__(self) -> str:
        return f"RemoteRelease({self._url!r})"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _segment(text: str) -> str:
    """A text as one part of a path; dots too are escaped, for ".." leads elsewhere."""
    return quote(text, safe="").replace(".", "%2E")


def _question(seeds: Sequence[str], profile: Profile, rules: Profile | None) -> Body:
    return {"seeds": list(seeds), "profile": dict(profile)} | ({} if rules is None else {"rules": dict(rules)})


def _refusal(response: httpx.Response, body: bytes) -> Exception:
    """The error behind an answer that is none."""
    try:
        problem = httpx.Response(200, content=body).json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return error_of(response.status_code, problem)
    return ServiceError(f"{response.request.url.copy_with(query=None)} answers {response.status_code}", response.status_code)
