"""Small questions over HTTP: requests a second, beside what the frameworks alone could do.

    python bench/serving.py [--home FOLDER] [--requests N] [--rounds N]

Entities by IRI and look-ups that join are sent in turn over 16 connections that are kept open: to
`bygraf serve`, to a FastAPI route that always gives the same answer, and to `oxigraph serve` over
the same triples in memory; then over one connection, for the time of a single look-up. Needs a city
published by `bench/publish.py`. The `oxigraph` program is looked for in PATH and beside Python
(`pip install oxigraph`), and skipped by name where there is none.

(No file here may be named `http`: Python would take it for its own package of that name.)
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import peer
import pyoxigraph as ox
from bags import Row, bag_of_peer
from record import Aim, Figures, record

from bygraf.city import City

CONNECTIONS = 16
AIM_RATE, AIM_P99, AIM_SINGLE = 500, 50, 3
EACH = 5
"""Questions of each kind."""
WARM_UP = 1_000
HERE = Path(__file__).parent
JSON = "application/sparql-results+json"
NO_OXIGRAPH = "`oxigraph serve`: the program is not there (`pip install oxigraph`)"

PREFIXES = """\
PREFIX by: <https://bygraf.example.org/def#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
"""
KINDS = (
    ("schema:School", "SELECT ?p ?o { <%s> ?p ?o }"),
    ("by:PlanningArea", "SELECT ?p ?o { <%s> ?p ?o }"),
    (
        "schema:School",
        "SELECT ?school ?district { <%s> rdfs:label ?school ; by:district ?d ."
        " ?d rdfs:label ?district }",
    ),
    (
        "by:BicycleTheft",
        "SELECT ?day ?area { <%s> by:reportedOn ?day ; by:planningArea ?a . ?a rdfs:label ?area }",
    ),
)
"""A class of things, and a question about one of them."""

CONSTANT = """\
import sys
import uvicorn
from fastapi import FastAPI, Response
app = FastAPI(openapi_url=None)
body = open(sys.argv[1], "rb").read()
@app.post("/sparql")
async def answer() -> Response:
    return Response(body, media_type="application/sparql-results+json")
uvicorn.run(app, port=int(sys.argv[2]), access_log=False, log_level="warning")
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, and milliseconds of a request, over all connections and over one."""

    name: str
    rate: float
    median: float
    p99: float
    single: float


def main() -> int:
    """Measure, compare, print and record; 1 if an answer differs from Oxigraph's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("build") / "bench" / "home")
    parser.add_argument("--requests", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home: Path = options.home.resolve()
    found: list[Measured] = []
    skipped: list[str] = []
    same = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts, triples = _questions(home, folder / "all.nt")
        with _bygraf(home) as port:
            answers = _measure("bygraf serve", port, texts, options, found)
        (folder / "answer").write_text(answers[0])
        with _constant(folder / "answer") as port:
            _measure("a constant FastAPI route", port, texts, options, found)
        program = _program()
        if program is None:
            skipped.append(NO_OXIGRAPH)
        else:
            with _oxigraph(program, folder / "all.nt") as port:
                theirs = _measure("oxigraph serve", port, texts, options, found)
            same = [_bag(one) for one in answers] == [_bag(one) for one in theirs]
            print(f"The {len(answers)} answers are {'the same' if same else 'DIFFERENT'} bags.")
    _report(found, skipped, triples, options)
    return int(not same)


def _questions(home: Path, file: Path) -> tuple[list[str], int]:
    """The questions, about the first things of their classes, and the triples in the public view,
    which are written into a file.
    """
    texts = []
    with City.open(home=home) as city:
        for class_, question in KINDS:
            listed = (
                f"{PREFIXES} SELECT ?thing {{ ?thing a {class_} }} ORDER BY ?thing LIMIT {EACH}"
            )
            solutions = city.ask(listed).solutions
            assert solutions is not None
            texts += [PREFIXES + question % row[0].value for row in solutions if row[0] is not None]
        return texts, peer.materialise(city.view(city.public, None), home, file)


def _measure(
    name: str,
    port: int,
    texts: Sequence[str],
    options: argparse.Namespace,
    found: list[Measured],
) -> list[str]:
    """Load a server, warm, a number of rounds; gives its answers, and adds the medians to what
    was found.
    """
    _load(port, texts, CONNECTIONS, WARM_UP)
    rounds = [_load(port, texts, CONNECTIONS, options.requests) for _ in range(options.rounds)]
    single = [
        _load(port, texts, 1, max(200, options.requests // 10)) for _ in range(options.rounds)
    ]
    one = Measured(
        name,
        median(options.requests / each["seconds"] for each in rounds),
        median(each["median"] for each in rounds),
        median(each["p99"] for each in rounds),
        median(each["median"] for each in single),
    )
    print(
        f"{name:<26}{one.rate:>8,.0f} a second, median {one.median:.1f} ms,"
        f" p99 {one.p99:.1f} ms; alone {one.single:.2f} ms",
        flush=True,
    )
    found.append(one)
    return list(rounds[0]["bodies"])


def _load(port: int, texts: Sequence[str], connections: int, number: int) -> dict[str, Any]:
    requests = "\n".join(json.dumps(_request(text)) for text in texts)
    client = subprocess.run(
        [
            sys.executable,
            str(HERE / "load.py"),
            "127.0.0.1",
            *map(str, (port, connections, number)),
        ],
        input=requests,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    printed: dict[str, Any] = json.loads(client.stdout)
    return printed


def _request(text: str) -> str:
    return (
        "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        f"Accept: {JSON}\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}"
    )


def _bag(body: str) -> Counter[Row]:
    """The bag of a document of SPARQL 1.1 results in JSON."""
    results = ox.parse_query_results(body.encode(), format=ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return bag_of_peer(
        [solution[variable] for variable in results.variables] for solution in results
    )


@contextmanager
def _bygraf(home: Path) -> Iterator[int]:
    environ = {**os.environ, "BYGRAF_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("bygraf")), "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = re.search(r":(\d+)/", process.stdout.readline())
        assert address is not None, "bygraf serve did not begin"
        try:
            yield int(address[1])
        finally:
            process.terminate()


@contextmanager
def _constant(body: Path) -> Iterator[int]:
    with _served(lambda port: [sys.executable, "-c", CONSTANT, str(body), str(port)]) as port:
        yield port


@contextmanager
def _oxigraph(program: str, triples: Path) -> Iterator[int]:
    with _served(lambda port: [program, "serve", "--bind", f"127.0.0.1:{port}"]) as port:
        response = httpx.post(
            f"http://127.0.0.1:{port}/store?default&no_transaction",
            content=_pieces(triples),
            headers={"Content-Type": "application/n-triples"},
            timeout=600,
        )
        response.raise_for_status()
        yield port


@contextmanager
def _served(command: Any) -> Iterator[int]:
    """A server at a free port, once it takes connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(command(port), stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while not _listens(port):
                assert process.poll() is None and time.monotonic() < deadline, command(port)
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(1 << 20):
            yield piece


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _program() -> str | None:
    beside = str(Path(sys.executable).parent)
    return shutil.which("oxigraph", path=os.pathsep.join((os.environ.get("PATH", ""), beside)))


def _report(
    found: Sequence[Measured], skipped: Sequence[str], triples: int, options: argparse.Namespace
) -> None:
    ours = found[0]
    columns = ("server", "requests a second", "median ms", "p99 ms", "alone, median ms")
    rows = tuple(
        (one.name, f"{one.rate:,.0f}", f"{one.median:.1f}", f"{one.p99:.1f}", f"{one.single:.2f}")
        for one in found
    )
    aims = (
        Aim(f"{AIM_RATE} requests a second", f"{ours.rate:,.0f}", ours.rate >= AIM_RATE),
        Aim(f"p99 below {AIM_P99} ms", f"{ours.p99:.1f} ms", ours.p99 < AIM_P99),
        Aim(f"a look-up in {AIM_SINGLE} ms", f"{ours.single:.2f} ms", ours.single <= AIM_SINGLE),
    )
    text = (
        f"{EACH} questions each of four kinds (two entities by IRI, two look-ups that join) over"
        f" Berlin's public graphs ({triples:,} triples), sent in turn by POST over {CONNECTIONS}"
        f" connections that are kept open, {options.requests:,} requests a round, medians of"
        f" {options.rounds} rounds, all plans kept from the warm-up. The client has the same"
        " processors as the server. Each of our answers has a receipt, and a line in the audit"
        " log. The constant route is what FastAPI and uvicorn can do at best; Oxigraph holds the"
        " same triples in memory. Repeat it with `.venv/bin/python bench/serving.py`."
    )
    record("http", Figures("Small questions over HTTP", text, columns, rows, aims, tuple(skipped)))
    for aim in aims:
        print(f"{aim.aim}: {aim.measured} ({'met' if aim.met else 'NOT MET'})")
    for sentence in skipped:
        print(f"Skipped: {sentence}.")


if __name__ == "__main__":
    sys.exit(main())
