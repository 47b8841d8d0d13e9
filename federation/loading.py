"""Reading a city's published versions and policies into a catalogue."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from federation.catalogue import Catalogue, silo_entry
from federation.policy import GraphPolicy, current_policies
from mappers.city import City, SiloEntry
from mappers.versions import current_file, current_version

FileStamp = tuple[int, int, int, int, int] | None
Stamp = tuple[FileStamp, ...]

_SETTLED_NS: Final = 50_000_000
"""After this time another change of a file gets another time: clocks of file systems tick each
10 ms or more often."""


def watched_files(city: City, home: Path) -> tuple[str, ...]:
    """The files on which the catalogue depends: which version of each silo is current, and its
    policy.
    """
    return tuple(
        str(file)
        for silo in city.silos
        for file in (current_file(home, city.id, silo.id), policy_file(city, silo))
    )


def catalogue_stamp(watched: tuple[str, ...]) -> Stamp:
    """What changes when one of the files is replaced or changed.

    A right that was withdrawn must be gone from the next question on, so every question looks.
    """
    now = time.time_ns()
    return tuple(file_stamp(file, now) for file in watched)


def file_stamp(file: str, now: int) -> FileStamp:
    """A file's inode, times of content and inode in ns, and size in bytes; None if it is absent.

    The last number is `now`, in ns, for a file that was changed only just: it may change again
    without any other number telling.
    """
    try:
        found = os.stat(file)  # noqa: PTH116 - some twenty files a question: a Path costs more
    except FileNotFoundError:
        return None
    # the time of the inode cannot be set: a copy that keeps the other time has a new one
    changed = found.st_ctime_ns
    fresh = now if abs(now - changed) < _SETTLED_NS else 0
    return found.st_ino, found.st_mtime_ns, changed, found.st_size, fresh


def policy_file(city: City, silo: SiloEntry) -> Path:
    """Where the policy of a silo's mapper lies."""
    return city.folder / (silo.mapper or silo.id) / "policy.ttl"


def load_catalogue(city: City, home: Path) -> Catalogue:
    """The catalogue of what the city's silos have published below `home`.

    The current policy governs every version: the policy file of the mapper's folder is read where
    there is one, and only otherwise the copy published with the version. Raises MappingError for a
    policy that is wrong.
    """
    entries = []
    for silo in city.silos:
        version = current_version(home, city.id, silo.id)
        policies: tuple[GraphPolicy, ...] = ()
        if version is not None:
            file = policy_file(city, silo)
            policies = current_policies(file, version.policy, base=city.base)
        entries.append(silo_entry(silo.id, silo.title, version, policies))
    return Catalogue(city.id, city.base, tuple(entries))
