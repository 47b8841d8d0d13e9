"""Taking the network away from a process (Linux namespaces; user_namespaces(7))."""

from __future__ import annotations

import ctypes
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def leave_network() -> bool:
    """Put this single-threaded process into an empty network namespace.

    True if that worked. Where the system does not allow it, the worker still has no code that opens
    a connection: DuckDB has no network extension loaded and cannot load one, and Oxigraph is handed
    no SERVICE.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(
        libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    )
