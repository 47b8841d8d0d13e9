"""Fetching a city's openly licensed files: resumable, checked, and in place only when whole."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from mappers.egress import Door, origin_of
from mappers.errors import DataError, Location, SourceFailedError, UsageError

COLUMNS: Final = ("path", "bytes", "sha256", "url", "licence", "grade")
_SECONDS_PER_FILE: Final = 600.0
_SHA256: Final = re.compile("[0-9a-f]{64}")
_RETRY: Final = "Run the command again: it goes on where it stopped."


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a city: where it lies below the city's folder, and where it comes from.

    `grade` A means that the repository itself states an open licence, and only then is there a
    `url` and a `sha256`. B means that it does not.
    """

    path: str
    size: int
    sha256: str
    url: str
    licence: str
    grade: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch has come; sizes are bytes."""

    path: str
    number: int
    files: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a fetch did: paths fetched now, paths that were there, and files left out with why."""

    fetched: tuple[str, ...]
    present: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    def summary(self) -> str:
        """The outcome in a few lines, one for each reason to leave files out."""
        lines = [f"{len(self.fetched)} files fetched, {len(self.present)} were there already."]
        reasons: dict[str, list[str]] = {}
        for path, reason in self.left_out:
            reasons.setdefault(reason, []).append(path)
        for reason, paths in reasons.items():
            shown = ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
            lines.append(f"{len(paths)} left out, {reason}: {shown}")
        return "\n".join(lines)


def door_for(listing: Path) -> Door:
    """The door to the origins that a listing's openly licensed files come from, and no others."""
    return Door(frozenset(origin_of(file.url) for file in read_listing(listing) if file.url))


def read_listing(listing: Path) -> tuple[ListedFile, ...]:
    """The files a listing names, in its order.

    Raises UsageError if there is no listing, DataError with row and column if one of its cells is
    wrong.
    """
    try:
        with listing.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise DataError(
                    f"The listing must have the columns {', '.join(COLUMNS)}.",
                    location=Location(str(listing), line=1),
                )
            return tuple(
                _listed(row, Location(str(listing), row=number))
                for number, row in enumerate(reader, start=1)
            )
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no listing of files at {listing}, so the city cannot be fetched."
        ) from error


def _listed(row: dict[str, str | None], place: Location) -> ListedFile:
    # A row that is too short has None in it, which is as wrong as an empty cell.
    path, size, sha256, url, licence, grade = (row.get(name) or "" for name in COLUMNS)
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts or "\\" in path:
        raise _wrong_cell(place, "path", "must stay below the city's folder")
    if not size.isdecimal():
        raise _wrong_cell(place, "bytes", "must be a whole number")
    if grade == "A" and not _SHA256.fullmatch(sha256):
        raise _wrong_cell(place, "sha256", "must be 64 hexadecimal digits")
    if grade == "A" and not url:
        raise _wrong_cell(place, "url", "must be given")
    return ListedFile(path, int(size), sha256, url, licence, grade)


def _wrong_cell(place: Location, column: str, rule: str) -> DataError:
    return DataError(
        f"The {column} of a listed file {rule}.",
        location=Location(place.file, row=place.row, field=column),
    )


def fetch_city(
    city_id: str,
    listing: Path,
    target_folder: Path,
    door: Door,
    progress: Callable[[Progress], None],
) -> Fetch:
    """Fetch the openly licensed files of a city into `target_folder/city_id`.

    A file comes into place by a rename, after its size and sha256 have been checked; a download
    that was cut off stays beside it as `.part` and is resumed. Files there already and whole are
    kept. Raises SourceFailedError naming the first file that fails, DataError for a wrong listing.
    """
    listed = read_listing(listing)
    wanted = [file for file in listed if file.grade == "A"]
    folder = target_folder / city_id
    fetched: list[str] = []
    present: list[str] = []
    done = 0
    total = sum(file.size for file in wanted)
    for number, file in enumerate(wanted, start=1):
        so_far = Progress(file.path, number, len(wanted), done, total)
        target = folder / file.path
        if _is_whole(target, file):
            present.append(file.path)
        else:
            try:
                _fetch_file(file, target, door, _reporter(progress, so_far))
            except OSError as error:
                raise DataError(
                    f"{target} could not be written: {error.strerror or error}."
                ) from error
            fetched.append(file.path)
        done += file.size
        progress(replace(so_far, done=done))
    return Fetch(tuple(fetched), tuple(present), tuple(_left_out(listed)))


def _reporter(progress: Callable[[Progress], None], so_far: Progress) -> Callable[[int], None]:
    """Tells progress when given how many bytes of the file are there."""
    return lambda size: progress(replace(so_far, done=so_far.done + size))


def _left_out(listed: tuple[ListedFile, ...]) -> Iterator[tuple[str, str]]:
    for file in listed:
        if file.grade != "A":
            yield file.path, "because the repository that holds them states no licence for them"


def _is_whole(path: Path, file: ListedFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256


def _fetch_file(file: ListedFile, target: Path, door: Door, report: Callable[[int], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    resumed = part.is_file() and part.stat().st_size > 0
    if not _is_whole(part, file):
        if resumed and part.stat().st_size < file.size:
            _download(file, part, door, report)
            if not _is_whole(part, file):
                # What was left from before may be of another file: once more, from the start.
                part.unlink()
        else:
            part.unlink(missing_ok=True)
        if not part.is_file():
            _download(file, part, door, report)
    if not _is_whole(part, file):
        part.unlink()
        raise SourceFailedError(
            f"{file.path} was fetched from {file.url}, but it is not the file listed: "
            "size or sha256 differ. Nothing was put in its place.",
            way_out="If the publisher has changed the file, the listing must be renewed.",
        )
    part.replace(target)


def _download(file: ListedFile, part: Path, door: Door, report: Callable[[int], None]) -> None:
    """Write the bytes that are missing to the part; what has come stays there on failure."""
    start = part.stat().st_size if part.is_file() else 0
    with part.open("ab") as opened:

        def begin(offset: int) -> None:
            opened.truncate(offset)
            opened.seek(offset)

        def write(chunk: bytes) -> None:
            opened.write(chunk)
            report(opened.tell())

        try:
            door.fetch(
                file.url,
                # One byte more than listed is enough to see that it is another file.
                max_bytes=file.size + 1,
                deadline_seconds=_SECONDS_PER_FILE,
                on_chunk=write,
                start=start,
                on_start=begin,
            )
        except SourceFailedError as error:
            if opened.tell() == 0:
                part.unlink()
            raise SourceFailedError(
                f"{file.path} could not be fetched: {error.message}", way_out=_RETRY
            ) from error
