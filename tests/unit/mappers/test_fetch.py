"""Fetching a city: resumed, checked, and in place only when whole."""

from __future__ import annotations

import csv
import hashlib
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import mappers.berlin
from mappers.egress import Door
from mappers.errors import DataError, DeniedError, SourceFailedError, UsageError
from mappers.fetch import COLUMNS, Fetch, Progress, door_for, fetch_city, read_listing
from tests.unit.mappers.loopback import Loopback, send, send_range, serving

PARKS = b"name;area\n" + b"Tiergarten;210\n" * 20_000
TREES = b"kind;count\nLinde;100\n"


def listing(folder: Path, *rows: tuple[str, bytes, str, str]) -> Path:
    """A listing of (path, body, URL, grade)."""
    path = folder / "files.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name, body, url, grade in rows:
            digest = hashlib.sha256(body).hexdigest() if grade == "A" else ""
            writer.writerow((name, len(body), digest, url, "CC0", grade))
    return path


def fetch(listed: Path, target: Path, server: Loopback) -> tuple[Fetch, list[Progress]]:
    """The fetch of a city called `town`, and its progress."""
    steps: list[Progress] = []
    door = Door(frozenset((server.origin,)))
    return fetch_city("town", listed, target, door, steps.append), steps


def both(handler: BaseHTTPRequestHandler) -> None:
    """Serve the two files, ranges too."""
    send_range(handler, {"/parks.csv": PARKS, "/trees.csv": TREES}[handler.path])


def test_the_openly_licensed_files_are_fetched_and_the_others_named(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(
            tmp_path,
            ("green/parks.csv", PARKS, server.origin + "/parks.csv", "A"),
            ("green/trees.csv", TREES, server.origin + "/trees.csv", "A"),
            ("finance/budget.json", b"[]", "", "B"),
        )
        done, steps = fetch(listed, tmp_path / "data", server)
    assert done.fetched == ("green/parks.csv", "green/trees.csv")
    assert (tmp_path / "data/town/green/parks.csv").read_bytes() == PARKS
    assert (tmp_path / "data/town/green/trees.csv").read_bytes() == TREES
    assert not (tmp_path / "data/town/finance").exists()
    assert [path for path, _ in done.left_out] == ["finance/budget.json"]
    assert "states no licence" in done.summary()
    assert "finance/budget.json" in done.summary()
    assert steps[-1] == Progress(
        "green/trees.csv", 2, 2, len(PARKS) + len(TREES), len(PARKS) + len(TREES)
    )
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert any(0 < step.done < len(PARKS) for step in steps)


def test_what_is_there_and_whole_is_not_fetched_again(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("trees.csv", TREES, server.origin + "/trees.csv", "A"))
        fetch(listed, tmp_path, server)
        done, _ = fetch(listed, tmp_path, server)
    assert done.present == ("trees.csv",)
    assert done.fetched == ()
    assert len(server.requests) == 1


def test_a_file_that_was_changed_is_fetched_again(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("trees.csv", TREES, server.origin + "/trees.csv", "A"))
        fetch(listed, tmp_path, server)
        (tmp_path / "town/trees.csv").write_bytes(TREES.replace(b"Linde", b"Eiche"))
        done, _ = fetch(listed, tmp_path, server)
    assert done.fetched == ("trees.csv",)
    assert (tmp_path / "town/trees.csv").read_bytes() == TREES


def test_a_download_that_is_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def cut_off_once(handler: BaseHTTPRequestHandler) -> None:
        if "Range" in handler.headers:
            send_range(handler, PARKS)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(PARKS)))
        handler.end_headers()
        handler.wfile.write(PARKS[:100_000])

    with serving(cut_off_once) as server:
        listed = listing(tmp_path, ("parks.csv", PARKS, server.origin + "/parks.csv", "A"))
        with pytest.raises(SourceFailedError, match=r"parks.csv could not be fetched") as raised:
            fetch(listed, tmp_path, server)
        assert "goes on where it stopped" in str(raised.value)
        assert not (tmp_path / "town/parks.csv").exists()
        kept = (tmp_path / "town/parks.csv.part").stat().st_size
        assert 0 < kept <= 100_000
        fetch(listed, tmp_path, server)
    assert (tmp_path / "town/parks.csv").read_bytes() == PARKS
    assert not (tmp_path / "town/parks.csv.part").exists()
    assert server.requests[1][1]["range"] == f"bytes={kept}-"


def test_a_server_without_ranges_sends_the_whole_again(tmp_path: Path) -> None:
    with serving(lambda handler: send(handler, PARKS)) as server:
        listed = listing(tmp_path, ("parks.csv", PARKS, server.origin + "/parks.csv", "A"))
        (tmp_path / "town").mkdir()
        (tmp_path / "town/parks.csv.part").write_bytes(PARKS[:1000])
        fetch(listed, tmp_path, server)
    assert (tmp_path / "town/parks.csv").read_bytes() == PARKS


@pytest.mark.parametrize("rest", [b"of another file", b"x" * 2 * len(PARKS), PARKS[:-1] + b"!"])
def test_a_rest_of_another_file_is_thrown_away(tmp_path: Path, rest: bytes) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("parks.csv", PARKS, server.origin + "/parks.csv", "A"))
        (tmp_path / "town").mkdir()
        (tmp_path / "town/parks.csv.part").write_bytes(rest)
        fetch(listed, tmp_path, server)
    assert (tmp_path / "town/parks.csv").read_bytes() == PARKS


def test_a_download_that_was_whole_but_not_in_place_is_not_fetched_again(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("parks.csv", PARKS, server.origin + "/parks.csv", "A"))
        (tmp_path / "town").mkdir()
        (tmp_path / "town/parks.csv.part").write_bytes(PARKS)
        fetch(listed, tmp_path, server)
    assert server.requests == []
    assert (tmp_path / "town/parks.csv").read_bytes() == PARKS


@pytest.mark.parametrize(
    "sent", [TREES[:-1] + b"!", TREES[:-1], TREES + b"more"], ids=["other", "shorter", "longer"]
)
def test_a_file_that_is_not_the_one_listed_is_not_put_in_place(tmp_path: Path, sent: bytes) -> None:
    with serving(lambda handler: send(handler, sent)) as server:
        listed = listing(tmp_path, ("trees.csv", TREES, server.origin + "/trees.csv", "A"))
        with pytest.raises(SourceFailedError, match=r"trees\.csv"):
            fetch(listed, tmp_path, server)
    assert not (tmp_path / "town/trees.csv").exists()
    assert not (tmp_path / "town/trees.csv.part").exists()


def test_the_last_good_file_stays_where_the_new_one_is_wrong(tmp_path: Path) -> None:
    with serving(lambda handler: send(handler, b"?" * len(TREES))) as server:
        listed = listing(tmp_path, ("trees.csv", TREES, server.origin + "/trees.csv", "A"))
        (tmp_path / "town").mkdir()
        (tmp_path / "town/trees.csv").write_bytes(b"the one before")
        with pytest.raises(SourceFailedError, match="size or sha256 differ"):
            fetch(listed, tmp_path, server)
    assert (tmp_path / "town/trees.csv").read_bytes() == b"the one before"
    assert not (tmp_path / "town/trees.csv.part").exists()


def test_an_origin_that_the_door_does_not_know_is_refused(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("trees.csv", TREES, "http://example.org/trees.csv", "A"))
        with pytest.raises(DeniedError, match="not among the origins"):
            fetch(listed, tmp_path, server)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with serving(both) as server:
        listed = listing(tmp_path, ("a/trees.csv", TREES, server.origin + "/trees.csv", "A"))
        (tmp_path / "town").mkdir()
        (tmp_path / "town/a").write_text("a file where a folder should be")
        with pytest.raises(DataError, match=r"trees\.csv could not be written"):
            fetch(listed, tmp_path, server)


@pytest.mark.parametrize("path", ["../x.csv", "/etc/x.csv", "a/../../x.csv", "", "a\\..\\x"])
def test_a_path_that_leaves_the_folder_is_refused_with_its_row(tmp_path: Path, path: str) -> None:
    listed = listing(tmp_path, ("a.csv", b"", "http://h/", "A"), (path, b"", "http://h/", "A"))
    with pytest.raises(DataError, match="must stay below") as raised:
        read_listing(listed)
    assert raised.value.location is not None
    assert (raised.value.location.row, raised.value.location.field) == (2, "path")


def test_a_missing_listing_and_a_missing_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no listing of files at .*files\.csv"):
        read_listing(tmp_path / "files.csv")
    (tmp_path / "files.csv").write_text("path,url\n")
    with pytest.raises(DataError, match="must have the columns path, bytes, sha256"):
        read_listing(tmp_path / "files.csv")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("x.csv", "bytes"),
        ("x.csv,many,,http://h/,CC0,A", "bytes"),
        ("x.csv,1,abc,http://h/,CC0,A", "sha256"),
        (f"x.csv,1,{'0' * 64},,CC0,A", "url"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(tmp_path: Path, row: str, column: str) -> None:
    (tmp_path / "files.csv").write_text(",".join(COLUMNS) + "\n" + row + "\n")
    with pytest.raises(DataError) as raised:
        read_listing(tmp_path / "files.csv")
    assert raised.value.location is not None
    assert (raised.value.location.row, raised.value.location.field) == (1, column)


BERLIN = Path(mappers.berlin.__path__[0]) / "files.csv"


def test_the_listing_of_berlin_names_pinned_commits_and_no_other_origin() -> None:
    files = read_listing(BERLIN)
    assert len(files) == 271
    for file in files:
        if file.grade == "A":
            assert file.url.startswith("https://raw.githubusercontent.com/")
            assert len(file.url.split("/")[5]) == 40, file.url
        else:
            assert (file.url, file.sha256) == ("", "")
    assert door_for(BERLIN).allowed == {"https://raw.githubusercontent.com:443"}


@pytest.mark.city
def test_the_listing_of_berlin_fits_the_files(city_data: Path) -> None:
    wrong = []
    for file in read_listing(BERLIN):
        body = (city_data / "berlin" / file.path).read_bytes()
        if len(body) != file.size:
            wrong.append(file.path)
        if file.sha256 and hashlib.sha256(body).hexdigest() != file.sha256:
            wrong.append(file.path)
    assert wrong == []
