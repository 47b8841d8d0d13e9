"""Where things lie: the city's file, what was published, the source files, the query library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Final

from mappers.errors import UsageError
from mappers.lookalike import generate

REFERENCE_CITY: Final = "berlin"
_PATTERN_SIGNS: Final = frozenset("*?[")
REFERENCE_SEED: Final = 20_240_229
"""The seed of the lookalike city; a seed always gives the same files."""


class Origin(Enum):
    """Where the source files come from, in words for people."""

    STATED = "the folder that was given"
    GIVEN = "the folder named by BYGRAF_DATA"
    CACHE = "the files fetched before"
    LOOKALIKE = "a made-up city that only looks like the real one"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder of a city's source files, and where they come from."""

    path: Path
    origin: Origin

    def sentence(self) -> str:
        """Which data is in use, for people."""
        return f"Data: {self.origin.value}, {self.path}"


def home_folder(environ: Mapping[str, str], stated: Path | None = None) -> Path:
    """The folder stated, else BYGRAF_HOME, else the user's data folder (XDG Base Directory
    Specification).

    Raises UsageError for a path that DuckDB would take for the pattern of several.
    """
    if stated is not None:
        found = stated.resolve()
    elif environ.get("BYGRAF_HOME"):
        found = Path(environ["BYGRAF_HOME"]).expanduser().resolve()
    else:
        found = _user_folder(environ, "XDG_DATA_HOME", ".local/share") / "bygraf"
    if not _PATTERN_SIGNS.isdisjoint(str(found)):
        raise UsageError(
            f"The home {found} has one of the signs * ? [ in its path.",
            way_out="Set BYGRAF_HOME to a folder without them.",
        )
    return found


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The folder for fetched files: the user's cache folder (XDG Base Directory Specification)."""
    return _user_folder(environ, "XDG_CACHE_HOME", ".cache") / "bygraf"


def city_file(option: Path | None, environ: Mapping[str, str]) -> Path:
    """The city's file: the option, else BYGRAF_CITY, else that of the reference city.

    Raises UsageError if there is no such file.
    """
    if option is not None:
        return _existing(option, "--city")
    if environ.get("BYGRAF_CITY"):
        return _existing(Path(environ["BYGRAF_CITY"]), "BYGRAF_CITY")
    return Path(str(files("mappers"))) / "berlin" / "city.toml"


def library_folder(city: Path) -> Path:
    """The folder of the query library: `queries` beside the city's file, else the project's own."""
    own = city.parent / "queries"
    return own if own.is_dir() else Path(__file__).resolve().parent.parent / "queries"


def data_folder(
    city_id: str,
    environ: Mapping[str, str],
    home: Path,
    announce: Callable[[str], None],
) -> DataFolder:
    """The folder of the source files: BYGRAF_DATA, else the cache, else a made-up lookalike.

    The lookalike is written below `home` the first time; `announce` is told before. Raises
    UsageError if BYGRAF_DATA has no folder of that city, or where there are no files of a city
    that has no lookalike.
    """
    if environ.get("BYGRAF_DATA"):
        given = Path(environ["BYGRAF_DATA"]).expanduser().resolve() / city_id
        if not given.is_dir():
            raise UsageError(
                f"BYGRAF_DATA has no folder {city_id!r}: {given} does not exist.",
                way_out="Set it to the folder above that of the city, or unset it.",
            )
        return DataFolder(given, Origin.GIVEN)
    fetched = cache_folder(environ) / city_id
    if fetched.is_dir():
        return DataFolder(fetched, Origin.CACHE)
    if city_id != REFERENCE_CITY:
        raise UsageError(
            f"There are no source files of {city_id!r}.",
            way_out=f"Set BYGRAF_DATA to a folder that holds {city_id}/.",
        )
    return DataFolder(_lookalike(home / "lookalike" / city_id, announce), Origin.LOOKALIKE)


def _lookalike(target: Path, announce: Callable[[str], None]) -> Path:
    if not target.is_dir():
        announce("There are no source files here yet, so a lookalike city is made up ...")
        generate(target, REFERENCE_SEED, lambda part: announce(f"  {part}"))
    return target


def _existing(file: Path, said_by: str) -> Path:
    path = file.expanduser().resolve()
    if path.is_dir():
        path /= "city.toml"
    if not path.is_file():
        raise UsageError(
            f"There is no file {path}, which {said_by} names.",
            way_out="Name the city.toml of a city.",
        )
    return path


def _user_folder(environ: Mapping[str, str], variable: str, default: str) -> Path:
    stated = Path(environ.get(variable, ""))
    # a relative path is to be ignored, says the specification
    return stated if stated.is_absolute() else Path.home() / default
