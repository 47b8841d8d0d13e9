"""The files of a source: found by path or glob below the city's data folder, and fingerprinted."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from mappers.errors import Location, MissingSourceError, SourceFormatError
from mappers.mapping import Source
from mappers.suggest import did_you_mean

_GLOB_SIGNS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source; `shown` is its path below the city's data folder, with slashes."""

    path: Path
    shown: str


def find_files(source: Source, data: Path) -> tuple[SourceFile, ...]:
    """The source's files in order of name.

    Raises MissingSourceError, with a close match, where there is none.
    """
    if _GLOB_SIGNS.isdisjoint(source.access):
        paths = [data / source.access]
    else:
        paths = sorted(path for path in data.glob(source.access) if path.is_file())
    if not paths or not paths[0].is_file():
        raise MissingSourceError(
            f"The source {source.name!r} reads {source.access!r}, and there is no such file"
            f" below {data}.",
            location=source.location,
            way_out=_suggestion(source.access, data),
        )
    return tuple(SourceFile(path, path.relative_to(data).as_posix()) for path in paths)


def content(file: SourceFile) -> bytes:
    """The bytes of a file, unpacked where its name ends in `.gz` (RFC 1952).

    Raises SourceFormatError for a file that is not packed so, or is cut off.
    """
    if file.path.suffix != ".gz":
        return file.path.read_bytes()
    try:
        with gzip.open(file.path) as stream:
            return stream.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceFormatError(
            f"The file cannot be unpacked as gzip: {error}.",
            location=Location(file.shown),
            way_out="Fetch it again, or take `.gz` off its name if it is not packed.",
        ) from error


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _suggestion(access: str, data: Path) -> str:
    if not data.is_dir():
        return "That folder does not exist; set BYGRAF_DATA, or run `bygraf fetch`."
    folder = (data / access).parent
    if not folder.is_dir():
        return f"The folder {folder.name!r} does not exist there."
    return did_you_mean(Path(access).name, (p.name for p in folder.iterdir() if p.is_file()))
