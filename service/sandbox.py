"""What a worker process gives up before it reads anyone's query: sockets, memory beyond a cap, core dumps, Ctrl-C.

The engine has no switch for federation, and the guard over the text is a blocklist (`kg.store.guard`). So on Linux the process
asks the kernel to refuse it every new socket, for good: a call that slipped through fails without a packet sent. Elsewhere the
guard stands alone, and the service belongs into a container without a network.
"""

import ctypes
import platform
import signal
import struct
import sys
from contextlib import suppress
from typing import Final

__all__ = ["confine", "forbid_sockets"]

_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
# Machine → the kernel's name for it, and the numbers of socket() and io_uring_setup(), which can open one too.
_SYSCALLS: Final = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_X32: Final = 0x40000000  # the same calls under other numbers, on x86-64 kernels that have them
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 13  # EACCES


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def forbid_sockets() -> bool:
    """Make the kernel refuse this process, and every thread it starts from now on, any new socket.

    Returns:
        Whether it does; False on a system or machine that this is not written for.
    """
    if sys.platform != "linux" or platform.machine() not in _SYSCALLS:
        return False
    machine, socket, ring = _SYSCALLS[platform.machine()]
    steps = (
        (_LOAD, 0, 0, 4),  # the machine of the call
        (_EQUAL, 0, 5, machine),  # not this one: refuse, the numbers would mean other calls
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, 3, 0, _X32),
        (_EQUAL, 2, 0, socket),
        (_EQUAL, 1, 0, ring),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    done = (
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        and libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0
    )
    return bool(done)


def confine(memory: int) -> None:
    """Give up everything that answering a query does not need.

    Args:
        memory: Address space that the process may have, in bytes; not enforced on Windows.
    """
    # A terminal sends Ctrl-C to the whole group; it is the parent that decides when a worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forbid_sockets()
    with suppress(ImportError):
        import resource  # noqa: PLC0415  # absent on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
