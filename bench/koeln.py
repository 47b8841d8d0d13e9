"""Köln's twelve million traffic readings: our whole path beside hand-written DuckDB SQL.

    python bench/koeln.py [--folder FOLDER] [--month YYYY-MM] [--seconds S] [NAME ...]

Publishes the city from BYGRAF_DATA, asks its questions and those in `bench/koeln`, and runs the SQL
of the same name over our snapshot and over the packed files themselves. Oxigraph is asked over one
month, since all readings do not fit its memory here. All answers must be the same bags.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import peer
from koeln_sides import FILE, Ours, Question, ask_ours, over_files, over_snapshot, plain, questions
from process_tree import Usage, measure, tree_bytes
from record import Aim, Figures, record

from bygraf.city import City
from mappers.versions import current_version

RUNS = 5
AIM_SECONDS = 2.0
AIM_MIB = 2048.0
AIM_PUBLISH = 60.0
COLUMNS = (
    "question",
    "rows",
    "ours",
    "first",
    "worker MiB",
    "SQL, snapshot",
    "SQL, CSV",
    "ours, month",
    "Oxigraph, month",
    "ratio",
    "answers",
)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of both: our seconds and Oxigraph's (or why there are none)."""

    ours: float
    peer: float | str
    same: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with all times, in seconds; `same` says that all three full answers agree."""

    question: Question
    ours: Ours
    snapshot: float
    files: float
    same: bool
    month: Month


@dataclass(frozen=True, slots=True)
class Loaded:
    """One month in Oxigraph: its triples, those of the whole, and how many bytes the store took."""

    triples: int
    of: int
    grown: int


def main() -> int:
    """Measure, print and record; the exit status is 1 where an answer differs."""
    options = _options()
    data = Path(os.environ["BYGRAF_DATA"]).resolve()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    whole, month = folder / "whole", folder / "month"
    published = _publish(data, whole)
    _publish(_one_month(data, folder / "data", options.month), month)
    full = _ask_whole(data, whole, options.names)
    loaded, months = _ask_month(month, whole, [one[0] for one in full], options.seconds)
    compared = [Compared(*one, months[one[0].name]) for one in full]
    figures = _figures(compared, published, loaded, options.month)
    _print(figures)
    record("koeln", figures)
    return int(not all(one.same and one.month.same for one in compared))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build") / "koeln")
    parser.add_argument("--month", default="2013-06", help="the month that Oxigraph is asked over")
    parser.add_argument("--seconds", type=float, default=120.0, help="Oxigraph's time for a query")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def _publish(data: Path, home: Path) -> Usage:
    environ = {**os.environ, "BYGRAF_DATA": str(data), "BYGRAF_HOME": str(home)}
    command = str(Path(sys.executable).with_name("bygraf"))
    used = measure([command, "--city", str(FILE), "publish"], environ)
    if used.status:
        sys.exit(used.status)
    return used


def _one_month(data: Path, folder: Path, month: str) -> Path:
    """A folder like the data's, with links to the files of one month only."""
    target = folder / "koeln" / "transport"
    target.mkdir(parents=True)
    for name in (f"load__load_{month}.csv.gz", "load__street_segments.geojson"):
        (target / name).symlink_to(data / "koeln" / "transport" / name)
    return folder


def _ask_whole(
    data: Path, home: Path, names: list[str]
) -> list[tuple[Question, Ours, float, float, bool]]:
    """Each question with our times, those of SQL over snapshot and files, and whether all agree."""
    snapshot, files = over_snapshot(home), over_files(data, home)
    found = []
    with City.open(FILE, home=home) as city:
        for question in questions(city, names):
            ours = ask_ours(city, question)
            quick, first = snapshot.ask(question.sql)
            # a scan of all packed files takes seconds, and nothing of it is kept
            slow, second = files.ask(question.sql, runs=1)
            same = plain(ours.bag) == first == second
            print(f"{question.name}: {ours.seconds:.3f} s, SQL {quick:.3f} s", flush=True)
            if not same:
                _tell(question.name, plain(ours.bag) - first, first - plain(ours.bag))
            found.append((question, ours, quick, slow, same))
    return found


def _tell(name: str, ours: object, theirs: object) -> None:
    print(f"  {name} differs: only ours {str(ours)[:300]}, only SQL {str(theirs)[:300]}")


def _ask_month(
    home: Path, whole: Path, asked: list[Question], seconds: float
) -> tuple[Loaded, dict[str, Month]]:
    """Each question over one month, of us and of Oxigraph in memory."""
    found = {}
    with City.open(FILE, home=home) as city:
        ours = {question.name: ask_ours(city, question) for question in asked}
        file = home / "month.nt"
        triples = peer.materialise(city.view(city.public, None), home, file)
    before = tree_bytes(os.getpid())
    store = peer.load(file)
    loaded = Loaded(triples, _triples(whole), tree_bytes(os.getpid()) - before)
    file.unlink()
    for question in asked:
        mine = ours[question.name]
        answer = peer.ask(store, question.sparql, RUNS, seconds)
        if isinstance(answer, str):
            found[question.name] = Month(mine.seconds, answer, same=True)
        else:
            same = answer.bag == mine.bag
            if not same:
                _tell(question.name, mine.bag - answer.bag, answer.bag - mine.bag)
            found[question.name] = Month(mine.seconds, answer.seconds, same)
    return loaded, found


def _triples(home: Path) -> int:
    version = current_version(home, "koeln", "transport")
    assert version is not None, "the city has been published"
    return sum(count for _, count in version.triples)


def _figures(compared: list[Compared], published: Usage, loaded: Loaded, month: str) -> Figures:
    slowest = max(compared, key=lambda one: one.ours.seconds)
    peaks = [one.ours.peak_mib for one in compared if one.ours.peak_mib is not None]
    needed = loaded.grown / loaded.triples * loaded.of / 2**30
    return Figures(
        title="Köln: twelve million traffic readings",
        text=(
            "The questions of `mappers/koeln/queries` and `bench/koeln` over 12,000,888 readings of"
            f" street segments ({loaded.of:,} virtual triples), the whole path: text, plan, worker,"
            " rows in Python. Beside it SQL written by hand for DuckDB, over the same Parquet"
            " snapshot and straight over the packed CSV files, within the same memory and threads;"
            " and Oxigraph"
            f" in memory over one month ({month}, {loaded.triples:,} triples), with ours over that"
            " month and the ratio of the two. `first` is the first run, with planning. Publishing"
            f" took {published.seconds:.0f} s. Repeat it with `.venv/bin/python bench/koeln.py`."
        ),
        columns=COLUMNS,
        rows=tuple(_row(one) for one in compared),
        aims=(
            Aim(
                f"each question under {AIM_SECONDS:.0f} s",
                f"{slowest.ours.seconds:.2f} s ({slowest.question.name})",
                slowest.ours.seconds < AIM_SECONDS,
            ),
            Aim(
                "each question under 2 GiB",
                f"{max(peaks):.0f} MiB" if peaks else "not known on this system",
                bool(peaks) and max(peaks) < AIM_MIB,
            ),
            Aim(
                f"published within {AIM_PUBLISH:.0f} s and 2 GiB",
                f"{published.seconds:.0f} s, {published.peak_mib or 0:.0f} MiB",
                published.seconds < AIM_PUBLISH and (published.peak_mib or AIM_MIB) < AIM_MIB,
            ),
        ),
        skipped=(
            "Oxigraph over all readings: by what the month took, the triples would need"
            f" {needed:.0f} GiB of memory.",
        ),
        remarks=(
            "Answers are compared as bags, numbers to nine digits; `tests/library/test_koeln.py`"
            " compares them exactly with a reading in plain Python.",
        ),
    )


def _row(one: Compared) -> tuple[str, ...]:
    peak = one.ours.peak_mib
    theirs = one.month.peer
    known = not isinstance(theirs, str)
    return (
        one.question.name,
        f"{one.ours.bag.total():,}",
        f"{'>' if one.ours.late else ''}{one.ours.seconds:.3f}",
        f"{one.ours.first:.3f}",
        "-" if peak is None else f"{peak:.0f}",
        f"{one.snapshot:.3f}",
        f"{one.files:.2f}",
        f"{one.month.ours:.3f}",
        f"{theirs:.3f}" if known else str(theirs),
        f"{one.month.ours / float(theirs):.3f}" if known else "-",
        _verdict(one),
    )


def _verdict(one: Compared) -> str:
    if one.ours.late:
        return "time ran out"
    return "same bag" if one.same and one.month.same else "DIFFERENT"


def _print(figures: Figures) -> None:
    rows = [figures.columns, *figures.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(figures.columns))]
    print(f"\nOn {os.cpu_count()} cores; medians of {RUNS} warm runs, in seconds.")
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    for aim in figures.aims:
        print(f"{'met' if aim.met else 'MISSED'}: {aim.aim}: {aim.measured}")
    for reason in figures.skipped:
        print(f"skipped: {reason}")


if __name__ == "__main__":
    sys.exit(main())
