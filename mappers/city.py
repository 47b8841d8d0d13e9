"""A city's definition: `city.toml` and the `silo.toml` of each mapper beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mappers.errors import Location, MappingError
from mappers.limits import Limits, limits_of_file
from mappers.suggest import did_you_mean

ACCESS: Final = ("public", "listed", "hidden")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_SILO_KEYS: Final = ("mapper", "endpoint", "title", "licence", "access", "graph")


@dataclass(frozen=True, slots=True)
class SiloEntry:
    """A silo as the city names it: a mapper's folder beside `city.toml`, or a SPARQL endpoint."""

    id: str
    title: str
    mapper: str | None = None
    endpoint: str | None = None
    licence: str | None = None
    access: str = "hidden"
    graph: str | None = None
    """The IRI of its graph, if the silo's file or the city's gives one."""
    description: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class CallerEntry:
    """A caller of the city: its roles, and the environment variable that holds its token."""

    name: str
    token_env: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class City:
    """A city: `base` begins the IRIs of its own entities, `folder` holds its mappers."""

    id: str
    title: str
    base: str
    folder: Path
    silos: tuple[SiloEntry, ...]
    callers: tuple[CallerEntry, ...] = ()
    limits: Limits = Limits()  # noqa: RUF009 - frozen

    def silo(self, name: str) -> SiloEntry:
        """The silo of that id; KeyError if there is none."""
        for silo in self.silos:
            if silo.id == name:
                return silo
        raise KeyError(name)

    def graph_of(self, silo: SiloEntry) -> str:
        """The IRI of a silo's own graph: the one stated, else `<base>graph/<silo>`."""
        return silo.graph or f"{self.base}graph/{silo.id}"


def load_city(path: Path) -> City:
    """Read a `city.toml`; raises MappingError naming the file and the key that is wrong."""
    file = str(path)
    root = read_toml(path)
    reject_unknown(root, ("city", "silos", "callers", "limits"), "The file", file)
    city = _table(root, "city", file)
    reject_unknown(city, ("id", "title", "base"), "[city]", file)
    identifier = _identifier(text_at(city, "id", "[city]", file), file)
    base = text_at(city, "base", "[city]", file)
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`#?]+/", base):
        raise MappingError(
            f"The base {base!r} is not an http IRI that ends with a slash.", location=Location(file)
        )
    folder = path.resolve().parent
    silos = tuple(
        _silo(name, _entry(value, f"silos.{name}", file), folder, file)
        for name, value in _table(root, "silos", file).items()
    )
    callers = tuple(
        _caller(name, _entry(value, f"callers.{name}", file), file)
        for name, value in _entry(root.get("callers", {}), "callers", file).items()
    )
    title = text_at(city, "title", "[city]", file) if "title" in city else identifier.title()
    limits = limits_of_file(_entry(root.get("limits", {}), "limits", file), path)
    return City(identifier, title, base, folder, silos, callers, limits)


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file as a dictionary; MappingError with the place if it is none or is missing."""
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError as error:
        raise MappingError("There is no such file.", location=Location(str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise MappingError(
            f"This is not TOML: {str(error).split(' (at ')[0]}.",
            location=Location(str(path), line, column),
        ) from error


def reject_unknown(
    table: Mapping[str, object], known: Collection[str], what: str, file: str
) -> None:
    """Raise MappingError for the first key of a table that is not known."""
    for key in table:
        if key not in known:
            raise MappingError(
                f"{what} has no key {key!r}.",
                location=Location(file),
                way_out=did_you_mean(key, known),
            )


def text_at(table: Mapping[str, object], key: str, what: str, file: str) -> str:
    """The text at a key of a TOML table; MappingError if it is missing, empty or no text."""
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise MappingError(f"{what} needs {key!r}, a text.", location=Location(file))
    return value


def _silo(name: str, entry: Mapping[str, object], folder: Path, file: str) -> SiloEntry:
    what = f"[silos.{name}]"
    _identifier(name, file)
    reject_unknown(entry, _SILO_KEYS, what, file)
    if ("mapper" in entry) == ("endpoint" in entry):
        raise MappingError(
            f"{what} needs either 'mapper', a folder, or 'endpoint', an address.",
            location=Location(file),
        )
    stated = {key: text_at(entry, key, what, file) for key in entry}
    if stated.get("access", "hidden") not in ACCESS:
        raise MappingError(
            f"{what}: the access {stated['access']!r} does not exist.",
            location=Location(file),
            way_out=f"It is one of {', '.join(ACCESS)}.",
        )
    if "mapper" in stated:
        return _described(name, stated, folder)
    return SiloEntry(id=name, **{"title": name, **stated})


def _described(name: str, stated: dict[str, str], folder: Path) -> SiloEntry:
    """A silo with a mapper, described by the manifest in its folder."""
    path = folder / stated["mapper"] / "silo.toml"
    manifest = _table(read_toml(path), "silo", str(path))
    known = ("id", "title", "description", "publisher", "graph")
    reject_unknown(manifest, known, "[silo]", str(path))
    texts = {key: text_at(manifest, key, "[silo]", str(path)) for key in manifest}
    if texts.setdefault("id", name) != name:
        raise MappingError(
            f"The manifest says {texts['id']!r}, the city's file {name!r}.",
            location=Location(str(path)),
        )
    return SiloEntry(**{"title": name, **texts, **stated})


def _caller(name: str, entry: Mapping[str, object], file: str) -> CallerEntry:
    what = f"[callers.{name}]"
    reject_unknown(entry, ("token_env", "roles"), what, file)
    roles = entry.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise MappingError(f"{what}: 'roles' is a list of texts.", location=Location(file))
    token_env = text_at(entry, "token_env", what, file) if "token_env" in entry else None
    return CallerEntry(name, token_env, tuple(roles))


def _table(root: Mapping[str, object], key: str, file: str) -> dict[str, object]:
    if key not in root:
        raise MappingError(f"The file has no table [{key}].", location=Location(file))
    return _entry(root[key], key, file)


def _entry(value: object, key: str, file: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise MappingError(f"[{key}] is not a table.", location=Location(file))
    return value


def _identifier(name: str, file: str) -> str:
    if not _ID.fullmatch(name):
        raise MappingError(
            f"The id {name!r} is not made of small letters, digits and hyphens.",
            location=Location(file),
        )
    return name
