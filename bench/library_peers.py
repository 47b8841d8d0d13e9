"""The query library beside real peers, in one run: ours, Oxigraph, maplib and Jena.

    python bench/library_peers.py [--home FOLDER] [--as CALLER] [--seconds S] [--peers A,B] [NAME]

Needs a city published by `bench/publish.py`. The peers get the triples that the caller may see as
N-Triples, hold them in memory and run one after the other, each in a process of its own; all sides
run warm and make rows of values in their own language. What cannot be had, or cannot be expressed,
is named with the reason. maplib comes from PyPI and Jena from Maven Central, below
`build/bench/peers`; Jena needs Java 17 and Maven.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import peer as oxigraph
from bags import LISTED
from library import AIM, RUNS, SMALL, Ours, ask_ours
from peers.dialogue import Answer, Dialogue, Failure, Peer
from peers.installing import FOLDER, HERE, MAPLIB, java_command, library_version, maplib_python
from record import Aim, Figures, record

from bygraf.city import City
from bygraf.question import find_question

LOAD_SECONDS = 600.0
MISSING = "https://bygraf.example.org/def#distanceWithin"
"""A function of ours that only Oxigraph could be taught."""
AIMED = ("maplib",)
KNOWN = {
    "maplib": "maplib divides integers to an integer; SPARQL 1.1 (section 17.3) has a decimal.",
}
"""Why a peer differs."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a peer said of each question, in their order; `loaded` are seconds."""

    name: str
    answers: tuple[Answer | Failure, ...]
    loaded: float

    def agreed(self, ours: list[Ours]) -> list[tuple[Ours, Answer]]:
        """The questions that it answered as we do, with its answers."""
        both = zip(ours, self.answers, strict=True)
        return [(one, a) for one, a in both if isinstance(a, Answer) and a.bag == one.bag]


def main() -> int:
    """Print the table of times; the exit status is 1 where an answer differs."""
    options = _options()
    home = options.home.resolve()
    with City.open(home=home) as city, tempfile.TemporaryDirectory() as folder:
        chosen = [q for q in city.library if not options.names or q.name in options.names]
        ours = [ask_ours(city, query, options.caller) for query in chosen]
        file = Path(folder) / "all.nt"
        request = city.request(find_question("ASK {}", ()), options.caller, None, {})
        triples = oxigraph.materialise(city.view(request.caller, None), home, file)
        print(f"{triples:,} triples written", flush=True)
        found = [PEERS[name](ours, file, options.seconds) for name in options.peers]
    columns = [one for one in found if isinstance(one, Column)]
    skipped = [one for one in found if isinstance(one, str)]
    table = figures(ours, columns, skipped, triples)
    _print(table)
    if not options.names and options.peers == list(PEERS):
        record("library-peers", table)
    return int(any("DIFFERENT" in row[-1] for row in table.rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("build") / "bench" / "home")
    parser.add_argument("--as", dest="caller", default="lab")
    parser.add_argument("--seconds", type=float, default=60.0, help="a peer's time for a query")
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS))
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def _oxigraph(ours: list[Ours], file: Path, seconds: float) -> Column | str:
    started = time.perf_counter()
    store = oxigraph.load(file)
    loaded = time.perf_counter() - started
    answers: list[Answer | Failure] = []
    for one in ours:
        found = oxigraph.ask(store, one.text, RUNS, seconds)
        if isinstance(found, str):
            answers.append(Failure(found, late=found.startswith("no answer in")))
        else:
            answers.append(Answer(found.seconds, found.bag))
    return Column("Oxigraph", tuple(answers), loaded)


def _maplib(ours: list[Ours], file: Path, seconds: float) -> Column | str:
    python = maplib_python()
    if isinstance(python, str):
        return python
    command = (str(python), str(HERE / "maplib_side.py"), str(file))
    return _ask_all(Peer("maplib", MAPLIB, command), ours, seconds)


def _jena(ours: list[Ours], file: Path, seconds: float) -> Column | str:
    command = java_command("jena", "JenaSide")
    if isinstance(command, str):
        return command
    version = library_version(HERE / "java" / "jena" / "pom.xml")
    return _ask_all(Peer("Jena", version, (*command, str(file))), ours, seconds)


def _ask_all(side: Peer, ours: list[Ours], seconds: float) -> Column | str:
    """Ask a peer in a process of its own; a sentence if it did not load the data."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Dialogue(side, FOLDER.resolve(), LOAD_SECONDS) as dialogue:
        failure = dialogue.start()
        if failure is not None or dialogue.loaded is None:
            return f"{side.name}: {failure.reason if failure else 'it loaded nothing'}"
        answers = []
        for one in ours:
            answers.append(_ask(dialogue, one, seconds))
            print(f"{side.name}: {one.name}: {_seconds(answers[-1])}", flush=True)
            _show_difference(one, answers[-1])
        return Column(side.name, tuple(answers), dialogue.loaded)


def _ask(dialogue: Dialogue, one: Ours, seconds: float) -> Answer | Failure:
    if MISSING in one.text:
        return Failure("it has no geodesic distance: by:distanceWithin is ours")
    return dialogue.ask(one.text, one.variables, RUNS, seconds)


def _show_difference(one: Ours, answer: Answer | Failure) -> None:
    """Print some rows of only one side, for whoever wants to know why."""
    if isinstance(answer, Answer):
        for sign, rows in (("+", one.bag - answer.bag), ("-", answer.bag - one.bag)):
            for row in sorted(rows)[:2]:
                print(f"  {sign} {row}")


PEERS: Mapping[str, Callable[[list[Ours], Path, float], Column | str]] = {
    "oxigraph": _oxigraph,
    "maplib": _maplib,
    "jena": _jena,
}


def figures(ours: list[Ours], columns: list[Column], skipped: list[str], triples: int) -> Figures:
    """The table for the report."""
    rows = []
    for at, one in enumerate(ours):
        cells = [cell for column in columns for cell in _cells(one, column.answers[at])]
        said = {column.name: column.answers[at] for column in columns}
        rows.append((one.name, f"{one.seconds:.3f}", *cells, _verdict(one, said)))
    total = [cell for column in columns for cell in _total(column.agreed(ours))]
    heads = [cell for column in columns for cell in (f"{column.name}, s", "ratio")]
    failures = [
        f"{column.name} has no answer to `{one.name}`: {answer.reason}."
        for column in columns
        for one, answer in zip(ours, column.answers, strict=True)
        if isinstance(answer, Failure)
    ]
    return Figures(
        title="Berlin's query library beside Oxigraph, maplib and Jena",
        text=f"{triples:,} triples, virtual over Parquet files for us, in memory in each peer."
        " All sides run warm and make rows of their language's values; ours includes rights, the"
        " worker process, the audit line and the receipt. A ratio is our time over the peer's,"
        " and the last row sums what the peer answers as we do, with our time for the same"
        " questions in the ratio.",
        columns=("question", "ours, s", *heads, "answers"),
        rows=(*rows, ("**answered alike**", "", *total, "")),
        aims=tuple(
            aim for column in columns if column.name in AIMED for aim in _aims(column, ours)
        ),
        skipped=tuple(skipped),
        remarks=(
            *(f"{column.name} loaded the triples in {column.loaded:.0f} s." for column in columns),
            *failures,
            *(KNOWN[column.name] for column in columns if column.name in KNOWN),
            *(f"Listed, and no difference: {one}." for one in LISTED),
        ),
    )


def _cells(one: Ours, answer: Answer | Failure) -> tuple[str, str]:
    ratio = f"{one.seconds / answer.seconds:.3f}" if isinstance(answer, Answer) else "-"
    return _seconds(answer), ratio


def _seconds(answer: Answer | Failure) -> str:
    match answer:
        case Answer(seconds=seconds):
            return f"{seconds:.3f}"
        case Failure(late=True):
            return "no answer in time"
        case _:
            return "-"


def _total(agreed: list[tuple[Ours, Answer]]) -> tuple[str, str]:
    if not agreed:
        return "-", "-"
    ours, theirs = (
        sum(one.seconds for one, _ in agreed),
        sum(answer.seconds for _, answer in agreed),
    )
    return f"{theirs:.3f}", f"{ours / theirs:.3f}"


def _verdict(one: Ours, answers: Mapping[str, Answer | Failure]) -> str:
    """Whether all who answered gave our bag; a difference is ours if nobody agrees with us."""
    bags = {name: a.bag for name, a in answers.items() if isinstance(a, Answer)}
    if not bags:
        return "nobody else answers"
    others = "; ".join(
        f"{name} differs: {(bag - one.bag).total()} rows only there,"
        f" {(one.bag - bag).total()} only ours"
        for name, bag in bags.items()
        if bag != one.bag
    )
    if not others:
        return "same bag"
    agree = any(bag == one.bag for bag in bags.values())
    return f"{'same bag, but' if agree else 'DIFFERENT:'} {others}"


def _aims(column: Column, ours: list[Ours]) -> tuple[Aim, ...]:
    agreed = column.agreed(ours)
    if not agreed:
        return ()
    total = sum(one.seconds for one, _ in agreed) / sum(answer.seconds for _, answer in agreed)
    slower = [
        one.name
        for one, answer in agreed
        if answer.seconds > SMALL and one.seconds > answer.seconds
    ]
    return (
        Aim(
            f"what {column.name} answers alike of the library in a tenth of its time",
            f"{total:.3f}",
            total <= AIM,
        ),
        Aim(
            f"no question that takes {column.name} over 20 ms is slower",
            ", ".join(slower) or "none is",
            not slower,
        ),
    )


def _print(table: Figures) -> None:
    lines = [table.columns, *table.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.columns))]
    print(f"\nOn {os.cpu_count()} cores; medians of warm runs.")
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
    for remark in (*table.remarks, *(f"Skipped: {peer}" for peer in table.skipped)):
        print(f"- {remark}")


if __name__ == "__main__":
    sys.exit(main())
