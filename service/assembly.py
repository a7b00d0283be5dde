"""Putting together what serves a release: the release, the workers, the desk before them; and telling whether there is a newer one."""

from collections.abc import Callable
from pathlib import Path

from kg.opened import OpenRelease, open_release
from kg.published import held, store_at
from kg.release import STORE, current, default_dir, verify
from kg.store.prefixes import declared_prefixes
from kg.version import __version__
from service.serving import Serving, Stage
from service.settings import Settings
from service.sparql.answering import Answering
from service.sparql.desk import Desk
from service.sparql.outside import Outside
from service.sparql.pool import SparqlPool
from service.sparql.remote import RemoteSparql

__all__ = ["open_chosen", "staged"]


def open_chosen(settings: Settings) -> OpenRelease:
    """The release that is set, on a server or in a folder."""
    if settings.store:
        return open_release(store=settings.store, kind=settings.store_kind)
    return open_release(settings.release)


def sparql_of(release: OpenRelease, chosen: Settings) -> Answering:
    """What runs free SPARQL over a release: workers of ours over a folder, or the server that holds it."""
    if release.published:
        return RemoteSparql(
            release.published.store, size=chosen.sparql_workers, timeout=chosen.sparql_timeout, cap=chosen.sparql_timeout_cap,
            largest=chosen.sparql_result_bytes, rows=chosen.sparql_result_rows, prefixes=declared_prefixes(),
        )  # fmt: skip
    return SparqlPool(
        (release.folder or Path()) / STORE, size=chosen.sparql_workers, spares=chosen.sparql_spares, timeout=chosen.sparql_timeout,
        cap=chosen.sparql_timeout_cap, memory=chosen.sparql_memory_bytes, largest=chosen.sparql_result_bytes,
        rows=chosen.sparql_result_rows, prefixes=declared_prefixes(),
    )  # fmt: skip


def _serving(release: OpenRelease, chosen: Settings) -> Serving:
    """A release with what answers the queries of users."""
    try:
        pool = sparql_of(release, chosen)
    except BaseException:
        release.close()
        raise
    desk = Desk.over(
        pool, concurrency=chosen.sparql_concurrency, cpu=chosen.sparql_cpu_seconds, cache=chosen.sparql_cache_bytes,
        release=f"{release.manifest.id} {__version__}", outside=Outside(chosen.service_allow.split()),
    )  # fmt: skip
    return Serving(release, desk)


def staged(chosen: Settings, opener: Callable[[Settings], OpenRelease]) -> Stage:
    """The stage of a service; nothing is opened before it starts.

    Args:
        chosen: What is set.
        opener: How a release is opened.
    """

    def newest() -> str | None:
        if chosen.store:
            return held(store_at(chosen.store, chosen.store_kind))
        release = current(chosen.release or default_dir())
        return verify(release, contents=False).id if release else None

    def fresh(*, warm: bool) -> Serving:
        serving = _serving(opener(chosen), chosen)
        try:
            if warm:
                serving.release.warm()
        except BaseException:
            serving.retire()
            raise
        return serving

    return Stage(newest, fresh)
