"""GTFS-Madrid as a city: its feed, or copies of it that do not join, under its own mapping.

Neither feed nor mapping is ours, so both are read where BYGRAF_BENCH_DATA says, and the city is
written into a folder of the caller's. The mapping is taken as it is, but for the paths of its
sources and for keys; with `split`, each table is a silo of its own.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from mappers.city import load_city
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate

CITY = "madrid"
BASE = "https://data.example.org/madrid/"
KEYS: Mapping[str, tuple[str, ...]] = {
    "AGENCY": ("agency_id",),
    "CALENDAR": ("service_id",),
    "CALENDAR_DATES": ("service_id", "date"),
    "FEED_INFO": ("feed_publisher_name",),
    "FREQUENCIES": ("trip_id", "start_time"),
    "ROUTES": ("route_id",),
    "SHAPES": ("shape_id", "shape_pt_sequence"),
    "STOPS": ("stop_id",),
    "STOP_TIMES": ("trip_id", "stop_sequence"),
    "TRIPS": ("trip_id",),
}
"""The primary keys of the tables (GTFS Schedule reference, "Dataset Files")."""

_NAMING = frozenset(
    {
        *("agency_id", "feed_publisher_name", "parent_station", "route_id"),
        *("service_id", "shape_id", "stop_id", "trip_id"),
    }
)
"""The columns whose values name things; a copy of the feed has names of its own in them."""

_POLICY = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix by: <https://bygraf.example.org/def#> .
<graph/{silo}> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:public ; by:attribution "Consorcio Regional de Transportes de Madrid" .
"""

Row = Mapping[str, str]
Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Feed:
    """The folders of the benchmark: its mapping, its queries, and a feed as CSV files."""

    root: Path
    tables: str = "csv"

    def file(self, table: str) -> Path:
        """The file of a table."""
        return self.root / self.tables / f"{table}.csv"

    def mapping(self) -> dict[str, Entry]:
        """The benchmark's YARRRML, parsed."""
        text = (self.root / "mappings" / "gtfs-csv.yml").read_text("utf-8")
        parsed: dict[str, Entry] = yaml.safe_load(text)
        return parsed

    def queries(self) -> dict[str, str]:
        """The texts of the benchmark's queries, by name and in order of number."""
        files = (self.root / "queries").glob("q*.rq")
        ordered = sorted(files, key=lambda file: int(file.stem[1:]))
        return {file.stem: file.read_text("utf-8") for file in ordered}


def benchmark() -> Feed | str:
    """The benchmark in the folder that BYGRAF_BENCH_DATA names, or a sentence why there is none."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "bench"
    folder = Path(os.environ.get("BYGRAF_BENCH_DATA") or beside) / "gtfs-madrid"
    if not (folder / "mappings" / "gtfs-csv.yml").is_file():
        return f"no GTFS-Madrid at {folder}: set BYGRAF_BENCH_DATA to a folder with gtfs-madrid/"
    return Feed(folder.resolve())


def rename(row: Row, copy: int) -> Row:
    """A row in a copy of the feed; copy 0 is the feed itself."""
    if copy == 0:
        return row
    return {
        column: f"c{copy}_{value}" if value and column in _NAMING else value
        for column, value in row.items()
    }


def write_tables(feed: Feed, folder: Path, copies: int) -> None:
    """Write each table of the feed, with as many copies of its rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in KEYS:
        columns, rows = read_table(feed, table)
        copied = (rename(row, copy) for copy in range(copies) for row in rows)
        write_table(folder / f"{table}.csv", columns, copied)


def read_table(feed: Feed, table: str) -> tuple[Sequence[str], list[Row]]:
    """The columns and rows of a table."""
    with feed.file(table).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows: list[Row] = list(reader)
        return tuple(reader.fieldnames or ()), rows


def write_table(file: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


def write_city(folder: Path, mappings: Mapping[str, Entry]) -> Path:
    """Write a city with a silo for each mapping; gives its file."""
    folder.mkdir(parents=True, exist_ok=True)
    text = f'[city]\nid = "{CITY}"\ntitle = "Madrid"\nbase = "{BASE}"\n'
    for silo, mapping in mappings.items():
        text += f'\n[silos.{silo}]\nmapper = "{silo}"\n'
        mapper = folder / silo
        mapper.mkdir(exist_ok=True)
        (mapper / "silo.toml").write_text(f'[silo]\nid = "{silo}"\ntitle = "{silo}"\n', "utf-8")
        (mapper / "policy.ttl").write_text(_POLICY.format(silo=silo), "utf-8")
        (mapper / "mapping.yml").write_text(
            yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False), "utf-8"
        )
    (folder / "queries").mkdir(exist_ok=True)
    file = folder / "city.toml"
    file.write_text(text, "utf-8")
    return file


def one_silo(feed: Feed) -> dict[str, Entry]:
    """The benchmark's mapping as that of one silo."""
    return {"transport": adapted(feed.mapping(), lambda table: f"{table}.csv")}


def silo_per_table(feed: Feed) -> dict[str, Entry]:
    """The benchmark's mapping cut into one for each table.

    A mapping that another one joins with comes along without its statements: its table names the
    things, and its own silo says what they are.
    """
    whole = adapted(feed.mapping(), lambda table: f"{table}.csv")
    rules = _entries(whole["mappings"])
    tables = {name: _entry(rule)["sources"] for name, rule in rules.items()}
    silos: dict[str, Entry] = {}
    for table in KEYS:
        own = {name: rule for name, rule in rules.items() if tables[name] == [table]}
        joined = {name for rule in own.values() for name in _joined(rule)}
        bare = {name: {**_entry(rules[name]), "po": []} for name in joined - own.keys()}
        used = {table} | {str(source) for name in bare for source in _listed(tables[name])}
        sources = {name: one for name, one in _entries(whole["sources"]).items() if name in used}
        silo = table.lower().replace("_", "-")
        silos[silo] = {**whole, "sources": sources, "mappings": {**own, **bare}}
    return silos


def adapted(mapping: Mapping[str, Entry], access: Callable[[str], str]) -> Entry:
    """The mapping over sources with keys, whose files are named by `access`."""
    rules: dict[str, Entry] = {}
    for name, rule in mapping["mappings"].items():
        written = _listed(_listed(_entry(rule)["sources"])[0])[0]
        table = Path(str(written).partition("~")[0]).stem
        rules[name] = {**_entry(rule), "sources": [table]}
    sources = {
        table: {"access": access(table), "referenceFormulation": "csv", "keys": [list(key)]}
        for table, key in KEYS.items()
    }
    return {"prefixes": mapping["prefixes"], "sources": sources, "mappings": rules}


def publish(city: Path, data: Path, home: Path) -> int:
    """Publish every silo of a city; the number of triples that its rules give."""
    definition, total = load_city(city), 0
    for silo in definition.silos:
        version = publish_silo(definition, silo.id, data, home, gate=no_gate).version
        total += sum(count for _, count in version.triples)
    return total


def build(
    feed: Feed, folder: Path, mappings: Mapping[str, Entry], copies: int = 1
) -> tuple[Path, Path]:
    """Write and publish a city of copies of the feed; gives its file and its home."""
    write_tables(feed, folder / "data", copies)
    city = write_city(folder / "city", mappings)
    home = folder / "home"
    publish(city, folder / "data", home)
    return city, home


def _joined(rule: object) -> set[str]:
    """The mappings that a mapping joins with."""
    found: set[str] = set()
    for statement in _listed(_entry(rule)["po"]):
        if isinstance(statement, dict):
            objects = [one for one in _listed(statement["o"]) if isinstance(one, dict)]
            found |= {str(one["mapping"]) for one in objects if "mapping" in one}
    return found


def _entry(value: object) -> Entry:
    assert isinstance(value, dict), f"{value!r} is no mapping"
    return value


def _entries(value: object) -> dict[str, Entry]:
    return {name: _entry(one) for name, one in _entry(value).items()}


def _listed(value: object) -> list[object]:
    assert isinstance(value, list), f"{value!r} is no list"
    return value
