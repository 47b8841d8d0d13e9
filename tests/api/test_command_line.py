"""The command line, run as a process over a tiny city."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.tiny_city import PARKS, write_city, write_data

COMMAND = [sys.executable, "-c", "from bygraf.cli import main; raise SystemExit(main())"]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://bygraf.example.org/def#Park> }"
ROOT = Path(__file__).resolve().parents[2]
GARDENERS = "SELECT ?g { GRAPH <https://data.example.org/tiny/graph/staff> { ?g ?p ?o } }"


class Tiny:
    """A tiny city on disk, and the environment of its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = write_city(folder / "city")
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BYGRAF_")},
            "BYGRAF_DATA": str(write_data(folder / "data")),
            "BYGRAF_HOME": str(folder / "home"),
            "BYGRAF_CITY": str(self.file),
            "TINY_TOKEN_LAB": "secret",
            # the command runs in another folder, where an installed Bygraf need not be found
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environ,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    tiny = Tiny(tmp_path_factory.mktemp("tiny"))
    result = tiny.run("publish")
    assert result.returncode == 0, result.stderr
    return tiny


@pytest.fixture
def unpublished(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path)


def failed(result: subprocess.CompletedProcess[str], status: int) -> str:
    """The error text of a command that must fail without a traceback."""
    assert result.returncode == status, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    return result.stderr


# --- publishing ----------------------------------------------------------------------------------


def test_publishing_says_which_data_is_in_use_and_tells_each_silo(unpublished: Tiny) -> None:
    result = unpublished.run("publish")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert "the folder named by BYGRAF_DATA" in result.stderr
    assert "[1/2] parks: " in result.stderr and "[2/2] staff: " in result.stderr


def test_one_silo_can_be_published_alone_and_the_other_is_said_to_be_missing(
    unpublished: Tiny,
) -> None:
    assert unpublished.run("publish", "parks").returncode == 0
    result = unpublished.run("query", "--format", "csv", COUNT)
    assert result.stdout.splitlines() == ["n", "3"]
    assert "Not published yet, so not asked: staff." in result.stderr


def test_an_unknown_silo_is_named_with_the_nearest(unpublished: Tiny) -> None:
    error = failed(unpublished.run("publish", "park"), 2)
    assert "has no silo 'park' with a mapper. Did you mean 'parks'?" in error


def test_data_that_break_the_shapes_leave_the_last_version(unpublished: Tiny) -> None:
    assert unpublished.run("publish").returncode == 0
    write_data(unpublished.folder / "data", PARKS.replace("12.50", "-12.50"))
    error = failed(unpublished.run("publish", "parks"), 1)
    assert "parks" in error
    total = "SELECT (SUM(?a) AS ?n) { ?s <https://bygraf.example.org/def#area> ?a }"
    assert unpublished.run("query", "--format", "csv", total).stdout.split() == ["n", "16.5"]


def test_missing_data_are_named(unpublished: Tiny) -> None:
    unpublished.environ["BYGRAF_DATA"] = str(unpublished.folder)
    error = failed(unpublished.run("publish"), 2)
    assert "BYGRAF_DATA has no folder 'tiny'" in error


def test_a_silo_whose_files_were_not_fetched_is_left_out_and_named(unpublished: Tiny) -> None:
    fetched = unpublished.folder / "cache" / "bygraf" / "tiny"
    shutil.copytree(unpublished.folder / "data" / "tiny" / "parks", fetched / "parks")
    del unpublished.environ["BYGRAF_DATA"]
    unpublished.environ["XDG_CACHE_HOME"] = str(unpublished.folder / "cache")
    result = unpublished.run("publish")
    assert result.returncode == 0, result.stderr
    assert "the files fetched before" in result.stderr
    assert "Published 1 of 2 silos" in result.stderr
    assert "Left out: staff." in result.stderr


def test_asking_before_publishing_says_what_to_do(unpublished: Tiny) -> None:
    error = failed(unpublished.run("query", COUNT), 1)
    assert "Run `bygraf publish`" in error


# --- asking --------------------------------------------------------------------------------------


def test_the_answer_is_on_standard_output_and_the_receipt_on_standard_error(
    published: Tiny,
) -> None:
    result = published.run("query", "parks-by-area")
    assert result.returncode == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["label", "area"]
    assert lines[2:4] == [["Volkspark", "12.5"], ["Grüner", "Weg", "3.25"]]
    assert "2 rows" in result.stdout
    assert "Tiny Town, parks" in result.stderr
    assert "CC-BY-4.0" in result.stderr


def test_a_parameter_replaces_a_default(published: Tiny) -> None:
    result = published.run("query", "parks-by-area", "--param", "least=10", "--format", "csv")
    assert result.stdout.splitlines() == ["label,area", "Volkspark,12.5"]


def test_wrong_parameters_are_refused(published: Tiny) -> None:
    assert "For example: least=2.5" in failed(
        published.run("query", "parks-by-area", "--param", "least=much"), 2
    )
    assert "Did you mean 'least'" in failed(
        published.run("query", "parks-by-area", "--param", "lest=1"), 2
    )
    assert "not of the form K=V" in failed(
        published.run("query", "parks-by-area", "--param", "least"), 2
    )


def test_a_query_comes_from_a_file_or_standard_input(published: Tiny) -> None:
    (published.folder / "count.rq").write_text(COUNT)
    for arguments in (("count.rq",), ("-",)):
        result = published.run("query", "--format", "csv", *arguments, stdin=COUNT)
        assert result.stdout.splitlines() == ["n", "3"]


def test_query_alone_lists_the_library(published: Tiny) -> None:
    result = published.run("query")
    assert result.returncode == 0
    assert "parks-by-area  Parks by area" in result.stdout


def test_an_unknown_name_gets_the_nearest(published: Tiny) -> None:
    assert "Did you mean 'parks-by-area'" in failed(published.run("query", "park-by-area"), 2)


def test_a_syntax_error_names_file_line_and_column_and_shows_the_line(published: Tiny) -> None:
    (published.folder / "wrong.rq").write_text("SELECT ?s\nWHERE { ?s ?p }\n")
    error = failed(published.run("query", "wrong.rq"), 1)
    assert "wrong.rq:2:15:" in error
    assert "    2 | WHERE { ?s ?p }" in error
    assert error.splitlines()[2].index("^") == error.splitlines()[1].index("}")


def test_the_whole_receipt_goes_to_a_file(published: Tiny) -> None:
    file = published.folder / "receipt.json"
    assert published.run("query", COUNT, "--receipt", str(file)).returncode == 0
    receipt = json.loads(file.read_text())
    assert receipt["caller"] == "public"
    assert [graph["silo"] for graph in receipt["graphs"]] == ["parks"]
    error = failed(published.run("query", COUNT, "--receipt", "no/such/folder/x"), 2)
    assert "cannot be written" in error


def test_a_listed_graph_is_denied_to_the_public_and_given_to_the_analyst(published: Tiny) -> None:
    assert "graph/staff" in failed(published.run("query", GARDENERS), 3)
    result = published.run("query", "--as", "lab", "--format", "csv", GARDENERS)
    assert result.returncode == 0, result.stderr
    assert "https://data.example.org/tiny/id/gardener/7" in result.stdout


def test_an_unknown_caller_is_named(published: Tiny) -> None:
    assert "lab" in failed(published.run("query", "--as", "labb", COUNT), 2)


def test_a_format_that_does_not_fit_is_refused_before_anything_runs(published: Tiny) -> None:
    error = failed(published.run("query", "--format", "csv", "ASK {}"), 2)
    assert "Choose one of table, json, xml" in error


def test_geojson_has_the_parks_with_and_without_a_place(published: Tiny) -> None:
    text = (
        "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX by: <https://bygraf.example.org/def#> "
        "SELECT ?area ?wkt { ?p by:area ?area OPTIONAL { ?p geo:asWKT ?wkt } } ORDER BY ?area"
    )
    features = json.loads(published.run("query", "--format", "geojson", text).stdout)["features"]
    assert [feature["properties"]["area"] for feature in features] == [0.75, 3.25, 12.5]
    assert features[0]["geometry"] is None
    assert features[2]["geometry"] == {"type": "Point", "coordinates": [13.4, 52.5]}


def test_explain_names_the_graphs_and_runs_nothing(published: Tiny) -> None:
    result = published.run("explain", "parks-by-area")
    assert result.returncode == 0, result.stderr
    assert "https://data.example.org/tiny/graph/parks" in result.stdout


def test_a_reader_that_goes_away_is_no_traceback(published: Tiny) -> None:
    text = "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(4)) + " }"
    command = " ".join(f"'{part}'" for part in [*COMMAND, "query", "--format", "tsv", text])
    result = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -c 10"],
        env=published.environ,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.stdout == b"?a0\t?b0\t?c"
    assert b"Traceback" not in result.stderr and b"BrokenPipe" not in result.stderr


@pytest.mark.parametrize(
    "arguments", [("querry",), ("query", "--frmat", "csv", COUNT), (), ("serve", "--port", "x")]
)
def test_wrong_use_is_status_2(published: Tiny, arguments: tuple[str, ...]) -> None:
    assert "usage: bygraf" in failed(published.run(*arguments), 2)


def test_a_city_file_that_is_not_there_is_named(published: Tiny) -> None:
    assert "--city names" in failed(published.run("--city", "nowhere.toml", "query"), 2)


def _heed_interrupts() -> None:
    """A command started in the background by a shell ignores Ctrl-C, and its children with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _seconds_at_work(process: int) -> float:
    """The processor time of a process (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    file = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in file.read_text().split()]


def test_ctrl_c_ends_a_query_and_its_worker(published: Tiny) -> None:
    patterns = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(15))
    process = subprocess.Popen(
        [
            *COMMAND,
            "query",
            f"SELECT (COUNT(*) AS ?n) {{ {patterns} FILTER(STR(?c0) < STR(?c9)) }}",
        ],
        env=published.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    )
    deadline = time.monotonic() + 60
    # a worker takes a second or two to start, and works when it has taken more
    while max(map(_seconds_at_work, _children(process.pid)), default=0.0) < 5:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    workers = _children(process.pid)
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert error.strip() == "Stopped."
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline + 60, "a worker is left"
        time.sleep(0.05)


def test_a_limit_is_set_by_an_option_and_by_the_environment(published: Tiny) -> None:
    everything = "SELECT * { ?s ?p ?o }"
    error = failed(published.run("query", "--limit", "rows=3", everything), 1)
    assert "more than 3 rows" in error
    published.environ["BYGRAF_LIMIT_TRIPLE_PATTERNS"] = "1"
    try:
        error = failed(published.run("query", "SELECT * { ?s ?p ?o . ?o ?q ?r }"), 1)
    finally:
        del published.environ["BYGRAF_LIMIT_TRIPLE_PATTERNS"]
    assert "more than 1 triple patterns" in error
    assert "Did you mean 'rows'" in failed(published.run("query", "--limit", "row=3", COUNT), 2)


# --- serving -------------------------------------------------------------------------------------


@pytest.fixture
def server(published: Tiny) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        env=published.environ,
        cwd=published.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    address = line.partition("http://")[2].partition("/")[0]
    try:
        yield process, f"http://{address}"
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_serving_prints_its_address_answers_and_stops_cleanly(
    server: tuple[subprocess.Popen[str], str], number: int, status: int
) -> None:
    process, address = server
    response = httpx.get(f"{address}/sparql", params={"query": COUNT, "format": "csv"}, timeout=60)
    assert response.text == "n\r\n3\r\n"
    process.send_signal(number)
    _, error = process.communicate(timeout=60)
    assert process.returncode == status, error
    assert "Traceback" not in error


def test_a_port_in_use_is_named_with_a_way_out(published: Tiny) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        error = failed(published.run("serve", "--port", str(port)), 2)
    assert f"The port {port} of 127.0.0.1 is in use already." in error
    assert f"--port {port + 1}" in error


def test_demo_publishes_and_stops_where_told(unpublished: Tiny) -> None:
    result = unpublished.run("demo", "--no-serve")
    assert result.returncode == 0, result.stderr
    assert "bygraf query parks-by-area" in result.stderr
    assert unpublished.run("query", "--format", "csv", COUNT).stdout.split() == ["n", "3"]
