"""Other people's endpoints: asked only when they are allowed, only at public addresses, and looked at again after each redirect."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from kg.errors import QueryFailed, QueryRefused, QueryTimeout, QueryTooLarge

__all__ = ["Outside", "addresses"]

_REDIRECTS: Final = 3
_LARGEST: Final = 10_000_000  # bytes of an answer
_CHUNK: Final = 1 << 16
_ACCEPT: Final = "application/sparql-results+json"
_AGAIN: Final = (301, 302, 307, 308)


def addresses(host: str, port: int) -> list[str]:
    """The addresses behind a name."""
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_global and not found.is_multicast)


class Outside:
    """The endpoints that SERVICE may call.

    Args:
        allowed: Their IRIs.
        resolve: Finds the addresses behind a name.
        public: Tells whether an address may be called.
    """

    def __init__(
        self,
        allowed: Collection[str],
        *,
        resolve: Callable[[str, int], list[str]] = addresses,
        public: Callable[[str], bool] = _is_public,
    ) -> None:
        self.allowed = frozenset(allowed)
        self._origins = {self._origin(iri) for iri in allowed}
        self._resolve, self._public = resolve, public

    @staticmethod
    def deadline(seconds: float) -> float:
        """The monotonic time that is so many seconds away."""
        return time.monotonic() + seconds

    @staticmethod
    def _origin(iri: str) -> tuple[str, str, int]:
        parts = urlsplit(iri)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        return parts.scheme, (parts.hostname or "").lower(), port

    def ask(self, endpoint: str, query: str, deadline: float) -> bytes:
        """Ask an endpoint.

        Raises:
            QueryRefused: It, or where it sends us, is not allowed or is at no public address.
            QueryFailed: It cannot be reached or does not answer with a table.
            QueryTimeout: It is too slow.
            QueryTooLarge: Its answer is too large.
        """
        url = endpoint
        for _ in range(_REDIRECTS + 1):
            try:
                answer = self._once(url, query, deadline)
            except TimeoutError:
                raise QueryTimeout(max(0.0, deadline - time.monotonic())) from None
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise QueryFailed(f"the endpoint <{endpoint}> cannot be reached: {error}") from error
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise QueryFailed(f"the endpoint <{endpoint}> redirects without end")

    def _once(self, url: str, query: str, deadline: float) -> bytes | str:
        """The body of an answer, or where it sends us."""
        scheme, host, port = origin = self._origin(url)
        if origin not in self._origins:
            raise QueryRefused(f"SERVICE may not call <{url[:200]}>")
        found = self._resolve(host, port)
        if not found or not all(self._public(address) for address in found):
            raise QueryRefused(f"the endpoint {host} is at no public address")
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line = http.client.HTTPConnection(host, port, timeout=left)
        # To the very address that was looked at: the name may mean another one in a moment.
        line.sock = socket.create_connection((found[0], port), timeout=left)
        try:
            if scheme == "https":
                line.sock = ssl.create_default_context().wrap_socket(line.sock, server_hostname=host)
            parts = urlsplit(url)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": _ACCEPT}
            line.request("POST", path, urlencode({"query": query}), headers)
            response = line.getresponse()
            if response.status in _AGAIN and (target := response.getheader("Location")):
                return target
            if response.status != http.HTTPStatus.OK:
                raise QueryFailed(f"the endpoint {host} answers {response.status}")
            return self._read(response, deadline)
        finally:
            line.close()

    @staticmethod
    def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
        parts, size = [], 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > _LARGEST:
                raise QueryTooLarge("answer", _LARGEST)
            if time.monotonic() > deadline:
                raise TimeoutError
        return b"".join(parts)
