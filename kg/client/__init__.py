"""One way to ask, whether the graph lies on this machine or behind a service."""

from kg.client.connect import connect, default
from kg.client.local import LocalRelease, LocalSource
from kg.client.port import Source
from kg.client.release import Release
from kg.client.remote import RemoteRelease, RemoteSource

__all__ = ["LocalRelease", "LocalSource", "Release", "RemoteRelease", "RemoteSource", "Source", "connect", "default"]
