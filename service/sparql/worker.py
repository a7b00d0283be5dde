"""One SPARQL worker: a process that holds the read-only store, gives up what it does not need, and answers one job at a time.

``python -m service.sparql.worker FD``: the job pipe is that descriptor, its first message is the set-up, and standard input is a
lifeline: when it ends, the service is gone and so is the worker, even in the middle of a query. Only bytes and JSON cross the pipe,
so that a worker that went wrong cannot make the service run anything.

Messages back: ``R`` ready, ``C`` a piece of a result, ``E`` its end, ``X`` one of our errors by name and data.
"""

import json
import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from kg.errors import KGError, QueryFailed, QueryTooLarge, ReleaseDamaged
from kg.store.engine import evaluate, own_errors, write
from service.sandbox import confine
from service.sparql.rows import RowCounter

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["main"]

_PIECE: Final = 1 << 16  # bytes that go out together


class _Outlet:
    """Where the engine writes a result: pieces into the pipe, and an end at the caps."""

    def __init__(self, pipe: Connection, media_type: str, largest: int, most: int) -> None:
        self._pipe, self._largest, self._most = pipe, largest, most
        self._rows = RowCounter(media_type)
        self._held = bytearray()
        self._size = 0

    def write(self, data: "Buffer", /) -> int:
        taken = bytes(data)
        self._held += taken
        self._size += len(taken)
        if self._size > self._largest:
            raise QueryTooLarge("answer", self._largest)
        if len(self._held) >= _PIECE:
            self.flush()
        return len(taken)

    def flush(self) -> None:
        if self._held:
            piece = bytes(self._held)
            self._held.clear()
            self._rows.add(piece)
            if self._rows.rows > self._most:
                raise QueryTooLarge("rows", self._most)
            self._pipe.send_bytes(b"C" + piece)


def _open(folder: str) -> ox.Store:
    try:
        return ox.Store.read_only(folder)
    except (OSError, ValueError, RuntimeError) as error:  # Oxigraph tells of corruption by a RuntimeError
        raise ReleaseDamaged(folder, f"cannot be opened ({error})", "rebuild it with: imaging-kg build") from error


def _run(store: ox.Store, pipe: Connection, setup: dict[str, Any], job: dict[str, Any]) -> None:
    if job.get("explain"):
        from service.sparql.explaining import explanation  # noqa: PLC0415  # what it needs is heavy, and seldom wanted

        told = explanation(store, job["query"], setup["prefixes"])
        pipe.send_bytes(b"C" + json.dumps(told, ensure_ascii=False).encode())
        return
    outlet = _Outlet(pipe, job["type"], setup["largest"], setup["rows"])
    with own_errors():
        found = evaluate(
            store, job["query"], default_graphs=job["default"], named_graphs=job["named"], prefixes=setup["prefixes"],
            base=job.get("base"),
        )  # fmt: skip
        try:
            write(found, job["type"], outlet)  # type: ignore[arg-type]  # the engine needs no more of a file than write and flush
        finally:
            del found
    outlet.flush()


def _complaint(error: KGError) -> bytes:
    return b"X" + json.dumps([type(error).__name__, error.args]).encode()


def _answer(store: ox.Store, pipe: Connection, setup: dict[str, Any], job: dict[str, Any]) -> bytes:
    began = time.process_time()
    try:
        _run(store, pipe, setup, job)
    except KGError as error:
        return _complaint(error)
    except MemoryError:
        return _complaint(QueryTooLarge("memory", setup["memory"]))
    except OSError:  # the service reads no more
        raise
    except Exception as error:  # noqa: BLE001  # whatever the engine raises must reach the service as one of ours
        return _complaint(QueryFailed(f"{type(error).__name__}: {error}"))
    return b"E" + json.dumps({"cpu": time.process_time() - began}).encode()


def _end_with_the_service() -> None:
    os.read(0, 1)
    os._exit(0)


def main(descriptor: int) -> None:
    """Answer jobs until the pipe ends."""
    pipe = Connection(descriptor)
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    setup = json.loads(pipe.recv_bytes())
    try:
        store = _open(setup["folder"])
        graphs = [g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode)]
    except KGError as error:
        pipe.send_bytes(_complaint(error))
        return
    confine(setup["memory"])
    pipe.send_bytes(b"R" + json.dumps(sorted(graphs)).encode())
    while True:
        try:
            job = json.loads(pipe.recv_bytes())
            pipe.send_bytes(_answer(store, pipe, setup, job))
        except (EOFError, OSError):  # the service is gone, or done
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
