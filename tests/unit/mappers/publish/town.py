"""A town of one silo `s`, written into a folder, published with or without a gate."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import duckdb

from mappers.city import City, load_city
from mappers.publish import publish_silo
from mappers.published import Version

BASE = "https://data.example.org/town/"
PREFIXES = 'prefixes: {by: "https://bygraf.example.org/def#"}\n'


@dataclass(frozen=True, slots=True)
class Report:
    """What a gate of these tests says."""

    conforms: bool = True

    def to_text(self) -> str:
        return "by:area is missing in s/a.csv, row 1"

    def summary(self) -> tuple[tuple[str, str], ...]:
        return (("results", "0"),)


def passes(version: Version, shapes: str, file: str) -> Report:
    """A gate that lets everything pass."""
    return Report()


def refuses(version: Version, shapes: str, file: str) -> Report:
    """A gate that lets nothing pass."""
    return Report(conforms=False)


def kills_its_process(version: Version, shapes: str, file: str) -> Report:
    """A gate in which the publishing process dies."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Report()


@dataclass(frozen=True, slots=True)
class Town:
    """The folders of a town below one."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def write(self, mapping: str, **files: str | bytes) -> City:
        """Write mapping and source files (`a_csv` is a.csv); gives the city."""
        for name, content in files.items():
            path = self.data / name.replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (self.folder / "s").mkdir(exist_ok=True)
        (self.folder / "s" / "silo.toml").write_text('[silo]\nid = "s"\ntitle = "S"\n')
        (self.folder / "s" / "mapping.yml").write_text(PREFIXES + mapping)
        file = self.folder / "city.toml"
        file.write_text(f'[city]\nid = "town"\nbase = "{BASE}"\n[silos.s]\nmapper = "s"\n')
        return load_city(file)

    def publish(self, mapping: str, **files: str | bytes) -> Version:
        """Write and publish."""
        city = self.write(mapping, **files)
        return publish_silo(city, "s", self.data, self.home, gate=passes).version


def cells(version: Version, relation: str, *columns: str) -> list[tuple[object, ...]]:
    """The values of columns of a published relation, in order of its rows."""
    file = Path(version.folder) / version.relation(relation).file
    listed = ", ".join(f'"{column}"' for column in columns)
    return duckdb.sql(f"SELECT {listed} FROM '{file}'").fetchall()
