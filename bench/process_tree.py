"""Wall time and peak memory of a command and all its children."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command used: wall seconds, and the tree's peak memory in MiB (None: not known)."""

    status: int
    seconds: float
    peak_mib: float | None


def measure(command: Sequence[str], environ: Mapping[str, str]) -> Usage:
    """Run a command to its end, its output going where ours goes."""
    started = time.perf_counter()
    ended = threading.Event()
    peaks = [0]
    with subprocess.Popen(command, env=dict(environ)) as process:
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watcher.start()
        status = process.wait()
        ended.set()
        watcher.join()
    known = Path("/proc/self/statm").exists()
    return Usage(status, time.perf_counter() - started, peaks[0] / 2**20 if known else None)


def _watch(root: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(SAMPLE_SECONDS):
        peaks[0] = max(peaks[0], tree_bytes(root))


def tree_bytes(root: int) -> int:
    """Resident bytes of a process and its descendants; shared pages count in each."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        parent = _parent(folder)
        if parent is not None:
            children.setdefault(parent, []).append(int(folder.name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += _resident(process)
        waiting += children.get(process, [])
    return total


def _parent(folder: Path) -> int | None:
    try:
        # the name of a command, in brackets, may hold blanks
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None  # it has ended since the folder was listed


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
