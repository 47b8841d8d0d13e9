"""The sides of the comparison over Köln's readings: ours, and DuckDB with SQL written by hand."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

import duckdb
from bags import Row, bag_of_ours

from bygraf.city import City
from bygraf.question import find_question
from federation.printing import print_query
from federation.syntax import bind_parameters, parse_query
from mappers.errors import QueryTimeoutError
from mappers.versions import current_version
from mappers.worker import WorkerSettings

FOLDER = Path(__file__).resolve().parent / "koeln"
FILE = FOLDER.parents[1] / "mappers" / "koeln" / "city.toml"
RUNS = 5
WARM = 2

Plain = Counter[tuple[str, ...]]
"""A bag of rows, each cell the plain text of a value: what SQL can say of a term."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages; `sparql` has its parameters' default values in it."""

    name: str
    sparql: str
    sql: str


@dataclass(frozen=True, slots=True)
class Ours:
    """Seconds of the first run and of warm ones (median), the worker's peak MiB, the answer.

    The peak is None where the system does not tell it. Where time ran out, `late` says so, the
    seconds are the time allowed, and the bag is empty.
    """

    first: float
    seconds: float
    peak_mib: float | None
    bag: Counter[Row]
    late: bool = False


def questions(city: City, names: Sequence[str]) -> tuple[Question, ...]:
    """The city's library and the questions of this folder, all or those of the names given."""
    texts = {query.name: query.text for query in city.library}
    texts |= {file.stem: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.rq"))}
    found = []
    for name, text in texts.items():
        if names and name not in names:
            continue
        asked = name if any(query.name == name for query in city.library) else text
        question = find_question(asked, city.library)
        parsed = bind_parameters(parse_query(question.text), dict(question.bind({})))
        sql = (FOLDER / f"{name}.sql").read_text("utf-8")
        found.append(Question(name, print_query(parsed), sql))
    return tuple(found)


def ask_ours(city: City, question: Question) -> Ours:
    """The median of warm runs of the whole path: text, plan, worker, rows in Python."""
    request = city.request(find_question(question.sparql, ()), "public", None, {})
    times, bag = [], Counter[Row]()
    for run in range(WARM + RUNS):
        if run == WARM:
            _forget_peaks()
        started = time.perf_counter()
        try:
            answer = city.answer(request)
        except QueryTimeoutError:
            seconds = time.perf_counter() - started
            return Ours(seconds, seconds, _peak_of_workers(), Counter(), late=True)
        assert answer.solutions is not None, "the questions are SELECT queries"
        rows = list(answer.solutions)
        times.append(time.perf_counter() - started)
        if not run:
            bag = bag_of_ours(rows)
    return Ours(times[0], median(times[WARM:]), _peak_of_workers(), bag)


def _forget_peaks() -> None:
    """Begin anew with the peaks of the workers' memory, where the system can."""
    for child in multiprocessing.active_children():
        with suppress(OSError):
            Path(f"/proc/{child.pid}/clear_refs").write_text("5")


def _peak_of_workers() -> float | None:
    """The peak of the resident memory of all workers, in MiB; None where it is not known."""
    total = 0
    for child in multiprocessing.active_children():
        file = Path(f"/proc/{child.pid}/status")
        if not file.is_file():
            return None
        lines = file.read_text().splitlines()
        total += next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return total / 1024


class HandWritten:
    """DuckDB with views over the readings, within the limits of a worker of ours."""

    def __init__(self, readings: str, segments: str) -> None:
        limits = WorkerSettings((), Path())
        self._connection = duckdb.connect(
            config={"memory_limit": f"{limits.memory_mb}MB", "threads": limits.threads}
        )
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute(f"CREATE VIEW readings AS {readings}")
        self._connection.execute(f"CREATE VIEW segments AS {segments}")

    def ask(self, sql: str, runs: int = RUNS) -> tuple[float, Plain]:
        """The median of runs with rows in Python, the first one left out if there are more."""
        times, bag = [], Plain()
        for _ in range(runs if runs == 1 else runs + 1):
            started = time.perf_counter()
            rows = self._connection.execute(sql).fetchall()
            times.append(time.perf_counter() - started)
            bag = Counter(tuple(map(_plain_value, row)) for row in rows)
        return median(times[1:] or times), bag


def over_snapshot(home: Path) -> HandWritten:
    """SQL over the Parquet files that we have published."""
    version = current_version(home, "koeln", "transport")
    assert version is not None, "the city has been published"
    folder = Path(version.folder)
    readings = folder / version.relation("readings").file
    segments = folder / version.relation("segments").file
    return HandWritten(
        'SELECT identifier, "load%integer" AS load, "recorded_at%dateTime".lex AS taken,'
        f" \"valid%boolean\" AS undisturbed FROM read_parquet('{readings}')",
        f"SELECT id, name, geometry AS wkt FROM read_parquet('{segments}')",
    )


def over_files(data: Path, home: Path) -> HandWritten:
    """SQL over the packed CSV files; the segments are those that we have published."""
    version = current_version(home, "koeln", "transport")
    assert version is not None, "the city has been published"
    segments = Path(version.folder) / version.relation("segments").file
    types = "{'datetime_utc': 'VARCHAR', 'identifier': 'VARCHAR', 'auslastung': 'INTEGER',"
    types += " 'valid': 'INTEGER'}"
    return HandWritten(
        "SELECT identifier, auslastung AS load, replace(datetime_utc, ' ', 'T') || 'Z' AS taken,"
        " valid = 1 AS undisturbed"
        f" FROM read_csv('{data}/koeln/transport/load__load_*.csv.gz', header = true,"
        f" delim = ',', quote = '\"', columns = {types})",
        f"SELECT id, name, geometry AS wkt FROM read_parquet('{segments}')",
    )


def plain(bag: Counter[Row]) -> Plain:
    """A bag of terms as what SQL can say of it: the value without its kind and datatype."""
    found: Plain = Counter()
    for row, count in bag.items():
        found[tuple(_plain_cell(cell) for cell in row)] += count
    return found


def _plain_cell(cell: tuple[str, ...]) -> str:
    return cell[1] if len(cell) > 1 else ""


def _plain_value(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            # as `bags` has it: what is rounded may end in zeros again
            return str(Decimal(f"{Decimal(str(value)):.9g}").normalize() + 0)
        case _:
            return str(value)
