"""How much memory (Linux: proc_pid_statm(5)) and disk a process holds."""

from __future__ import annotations

import os
from pathlib import Path


def resident_mb(pid: int) -> int:
    """The resident memory of a process in megabytes; 0 if it has ended or the system does not
    tell.
    """
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def spilled_mb(folder: Path) -> int:
    """The size of the files below a folder in megabytes; 0 if there is none."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(place) / name).stat().st_size
            except FileNotFoundError:
                continue  # deleted while we looked
    return size // 1_000_000
