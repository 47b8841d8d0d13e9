"""Published versions on disk: which is current, swapping it, and keeping what is being read.

Below the home: `<city>/<silo>/versions/<id>/` holds a version, `<city>/<silo>/current` the id of
the current one. A lease is a shared lock on a version's manifest: the system ends it with the
process that holds it, however that dies, so no lease outlives its reader.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mappers.errors import DataError, Location, SourceFailedError
from mappers.manifest import FILE, read_manifest
from mappers.published import Version


def silo_folder(home: Path, city: str, silo: str) -> Path:
    """The folder of a silo below the home."""
    return home.absolute() / city / silo


def version_folder(home: Path, city: str, silo: str, identifier: str) -> Path:
    """The folder of a published version."""
    return silo_folder(home, city, silo) / "versions" / identifier


def current_file(home: Path, city: str, silo: str) -> Path:
    """The file that names the silo's current version; replaced whole when another becomes it."""
    return silo_folder(home, city, silo) / "current"


def current_id(home: Path, city: str, silo: str) -> str | None:
    """The id of the silo's current version; None if it has published nothing."""
    try:
        return current_file(home, city, silo).read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_version(home: Path, city: str, silo: str) -> Version | None:
    """The silo's current version; None if it has published nothing.

    Raises DataError if the version that is named as current is missing or damaged.
    """
    identifier = current_id(home, city, silo)
    while identifier is not None:
        try:
            return read_manifest(version_folder(home, city, silo, identifier))
        except FileNotFoundError as error:
            # another process may have published twice since, and pruned the one just read of
            latest = current_id(home, city, silo)
            if latest == identifier:
                raise DataError(
                    f"The current version {identifier} of {silo!r} is missing.",
                    location=Location(str(silo_folder(home, city, silo) / "current")),
                    way_out="Publish the silo again.",
                ) from error
            identifier = latest
    return None


def list_versions(home: Path, city: str, silo: str) -> tuple[str, ...]:
    """The ids of the silo's versions on disk, oldest first."""
    folder = silo_folder(home, city, silo) / "versions"
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name[0] != "."))


def new_id(after: tuple[str, ...] = ()) -> str:
    """An id for a version made now that sorts after the given ones, even if the clock went back."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    latest = max(after, default="")
    return now if now > latest else f"{latest}a"


@contextmanager
def pin(home: Path, version: Version) -> Iterator[None]:
    """Keep a version below `home` from being pruned while the block runs, at the cost of one lock.

    Raises SourceFailedError if it has been pruned already.
    """
    manifest = Path(version.folder) / FILE
    if not manifest.is_relative_to(home.absolute()):
        raise ValueError(f"{manifest} is not below {home}")
    try:
        descriptor = os.open(manifest, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise _gone(version) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not manifest.exists():  # pruned between opening and locking
            raise _gone(version)
        yield
    finally:
        os.close(descriptor)


def install(home: Path, city: str, staged: Path, identifier: str, silo: str) -> Path:
    """Move a finished, staged version to its place and make it the current one; gives its folder.

    The one step that readers see is the rename of `current`: before it the last version is current,
    after it this one, whenever the process is killed.
    """
    target = version_folder(home, city, silo, identifier)
    target.parent.mkdir(parents=True, exist_ok=True)
    for file in staged.iterdir():
        _sync(file)
    _sync(staged)
    staged.rename(target)
    _sync(target.parent)
    folder = silo_folder(home, city, silo)
    pending = folder / ".current.new"
    pending.write_text(identifier + "\n", encoding="utf-8")
    _sync(pending)
    pending.replace(folder / "current")
    _sync(folder)
    return target


def prune(home: Path, city: str, silo: str, keep: int = 2) -> tuple[str, ...]:
    """Delete versions but the current one and the `keep - 1` before it; gives the ids deleted.

    A version that is pinned stays. A version newer than the current one is what a killed publisher
    left, and goes. Only one process may prune a silo at a time: the one that publishes it.
    """
    current = current_id(home, city, silo)
    if current is None:
        return ()
    for left in (silo_folder(home, city, silo) / "versions").glob(".*.deleted"):
        shutil.rmtree(left)
    known = list_versions(home, city, silo)
    kept = [identifier for identifier in known if identifier <= current][-max(keep, 1) :]
    doomed = (identifier for identifier in known if identifier not in kept)
    return tuple(i for i in doomed if _delete(version_folder(home, city, silo, i)))


def _delete(folder: Path) -> bool:
    """Delete a version unless it is pinned; tells whether it is gone."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        shutil.rmtree(folder)
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        doomed = folder.with_name(f".{folder.name}.deleted")
        folder.rename(doomed)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    shutil.rmtree(doomed)
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _gone(version: Version) -> SourceFailedError:
    return SourceFailedError(
        f"The version {version.id} of {version.silo!r} has been replaced meanwhile.",
        way_out="Ask again.",
    )
