"""Each question of the second city answers over its twelve million readings as plain Python does."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from bygraf.city import City
from mappers.rdf import XSD_DECIMAL, XSD_INTEGER, Iri, Literal, Term

FILE = Path(str(files("mappers"))) / "koeln" / "city.toml"
SEGMENT = "https://data.example.org/koeln/id/street-segment/"
MOST = 2
"""The greatest load that counts, by default of the questions."""
DAY, NUMBER = "2013-06-03", "ST065"

Cell = str | int | Decimal
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """What one pass over the files counts: readings by (segment, date and hour, load, valid)."""

    counts: Counter[tuple[str, str, int, str]]
    one_day: list[tuple[str, int, str]]
    names: dict[str, str]
    points: dict[str, list[tuple[float, float]]]
    """The points of each segment, its parts in order of their number."""

    def loads(self, key: Callable[[str, str], Cell]) -> dict[Cell, tuple[int, int]]:
        """Sum and number of the loads that count, by a key of segment, and date and hour."""
        found: dict[Cell, tuple[int, int]] = {}
        for (segment, hour, load, valid), count in self.counts.items():
            if valid == "1" and load <= MOST:
                total, number = found.get(key(segment, hour), (0, 0))
                found[key(segment, hour)] = (total + load * count, number + count)
        return found


@pytest.fixture(scope="module")
def folder() -> Path:
    """The folder of the city's files; skips where it is absent."""
    default = Path(__file__).resolve().parents[3] / "shared" / "city"
    found = Path(os.environ.get("BYGRAF_DATA", default)) / "koeln"
    if not found.is_dir():
        pytest.skip(f"no data at {found}: set BYGRAF_DATA to a folder that holds koeln/")
    return found.resolve()


@pytest.fixture(scope="module")
def readings(folder: Path) -> Readings:
    """The files, read without Bygraf."""
    counts: Counter[tuple[str, str, int, str]] = Counter()
    one_day = []
    for path in sorted((folder / "transport").glob("load__load_*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            assert next(rows) == ["datetime_utc", "identifier", "auslastung", "valid"]
            for time, segment, load, valid in rows:
                counts[segment, time[:13], int(load), valid] += 1
                if segment == NUMBER and time.startswith(DAY):
                    one_day.append((time.replace(" ", "T") + "Z", int(load), valid))
    text = (folder / "transport" / "load__street_segments.geojson").read_text("utf-8")
    features = json.loads(text)["features"]
    features.sort(key=lambda feature: feature["properties"]["OBJECTID"])
    names, points = {}, {}
    for feature in features:
        segment = feature["properties"]["IDENTIFIER"]
        names[segment] = feature["properties"]["NAME"]
        lines = feature["geometry"]["coordinates"]
        points.setdefault(segment, []).extend((x, y) for line in lines for x, y in line)
    return Readings(counts, one_day, names, points)


@pytest.fixture(scope="module")
def city(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The city, published from its real files by its own gate."""
    variables = {name: text for name, text in os.environ.items() if not name.startswith("BYGRAF_")}
    home = tmp_path_factory.mktemp("home")
    with City.open(FILE, home=home, data=folder, environ=variables) as opened:
        opened.publish()
        yield opened


def mean(total: int, count: int) -> Decimal:
    """A mean as xsd:decimal holds it: 18 digits after the point, what follows is cut off."""
    return Decimal(10**18 * total // count).scaleb(-18)


def cell(term: Term | None) -> Cell:
    """A term of an answer as a value of Python."""
    match term:
        case Iri(value=value):
            return value
        case Literal(lexical=lexical, datatype=datatype) if datatype == XSD_INTEGER:
            return int(lexical)
        case Literal(lexical=lexical, datatype=datatype) if datatype == XSD_DECIMAL:
            return Decimal(lexical)
        case Literal(lexical=lexical):
            return lexical
    raise AssertionError(f"{term} was not expected")


def rows_of(city: City, name: str) -> list[Row]:
    """The answer of a question of the library."""
    answer = city.ask(name)
    assert answer.solutions is not None
    return [tuple(map(cell, row)) for row in answer.solutions]


def by_load(readings: Readings) -> list[tuple[str, str, Decimal, int]]:
    """The named segments, the greatest mean load first."""
    found = [
        (SEGMENT + str(segment), readings.names[str(segment)], mean(*sums), sums[1])
        for segment, sums in readings.loads(lambda segment, _: segment).items()
        if segment in readings.names
    ]
    return sorted(found, key=lambda row: (-row[2], row[0]))


@pytest.mark.city
@pytest.mark.slow
@pytest.mark.timeout(900)
class TestAgainstPlainPython:
    """One pass over the files is the oracle of all questions."""

    def test_all_rows_of_all_files_are_read(self, readings: Readings) -> None:
        assert readings.counts.total() == 12_000_888

    def test_hourly_load(self, city: City, readings: Readings) -> None:
        sums = readings.loads(lambda segment, hour: f"{segment} {hour[-2:]}")
        expected = [
            (SEGMENT + str(key)[:-3], int(str(key)[-2:]), mean(*found), found[1])
            for key, found in sums.items()
        ]
        assert rows_of(city, "hourly-load") == sorted(expected)

    def test_slowest_segments(self, city: City, readings: Readings) -> None:
        assert rows_of(city, "slowest-segments") == by_load(readings)[:10]

    def test_load_on_the_map(self, city: City, readings: Readings) -> None:
        found = rows_of(city, "load-on-the-map")
        assert [(row[0], row[1], row[3]) for row in found] == [row[:3] for row in by_load(readings)]
        for segment, _, wkt, _ in found:
            numbers = [float(n) for n in str(wkt)[17:-1].translate(_NO_SIGNS).split()]
            drawn = list(zip(numbers[::2], numbers[1::2], strict=True))
            points = readings.points[str(segment).removeprefix(SEGMENT)]
            assert len(drawn) == len(points)
            for (x, y), (lon, lat) in zip(drawn, points, strict=True):
                assert abs(x - lon) <= 5e-8 and abs(y - lat) <= 5e-8

    def test_weekday_load(self, city: City, readings: Readings) -> None:
        sums = readings.loads(lambda _, hour: date.fromisoformat(hour[:10]).weekday())
        expected = [(Decimal(str(day)), mean(*sums[day]), sums[day][1]) for day in range(7)]
        assert rows_of(city, "weekday-load") == expected

    def test_one_day(self, city: City, readings: Readings) -> None:
        expected = [
            (time, load, "true" if valid == "1" else "false")
            for time, load, valid in sorted(readings.one_day)
        ]
        assert len(expected) > 200
        assert rows_of(city, "one-day") == expected

    def test_disturbed_readings(self, city: City, readings: Readings) -> None:
        disturbed = sum(count for key, count in readings.counts.items() if key[3] == "0")
        total = readings.counts.total()
        assert rows_of(city, "disturbed-readings") == [(total, disturbed, mean(disturbed, total))]

    def test_unlisted_segments(self, city: City, readings: Readings) -> None:
        found: Counter[str] = Counter()
        for (segment, *_), count in readings.counts.items():
            if segment not in readings.names:
                found[SEGMENT + segment] += count
        assert found
        assert rows_of(city, "unlisted-segments") == sorted(found.items())


_NO_SIGNS = str.maketrans("(),", "   ")


def test_each_question_has_a_reading() -> None:
    questions = {path.stem.replace("-", "_") for path in FILE.parent.glob("queries/*/*.rq")}
    read = {name.removeprefix("test_") for name in vars(TestAgainstPlainPython)}
    assert questions
    assert questions <= read
