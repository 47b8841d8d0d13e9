"""GTFS-Madrid: the benchmark's mapping, read by our front end, gives the benchmark's graph and answers.

The expected graph comes from two engines that are none of ours, the answers from Oxigraph over it,
the numbers of rows from the benchmark's notes.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from bench.bags import Row, bag_of_ours, bag_of_peer
from bench.gtfs_city import (
    Entry,
    Feed,
    benchmark,
    build,
    one_silo,
    publish,
    silo_per_table,
    write_city,
    write_tables,
)
from bygraf.city import City

pytestmark = pytest.mark.suites

OWN = Path(__file__).resolve().parents[2] / "bench" / "gtfs" / "queries"
OWN_NAMES = tuple(sorted(file.stem for file in OWN.glob("*.rq")))
NAMES = tuple(f"q{number}" for number in (1, 2, 4, 5, 7, 11, 12, 14, 17))
LAYOUTS = {"one silo": one_silo, "a silo for each table": silo_per_table}


@pytest.fixture(scope="module")
def feed() -> Feed:
    found = benchmark()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="module")
def expected(feed: Feed) -> ox.Store:
    lines = gzip.decompress((feed.root / "expected.nt.gz").read_bytes()).splitlines(keepends=True)
    stated = (feed.root / "expected.sorted.nt.sha256").read_text().split()[0]
    assert hashlib.sha256(b"".join(sorted(lines))).hexdigest() == stated
    store = ox.Store()
    store.bulk_load(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture(scope="module", params=LAYOUTS)
def city(
    request: pytest.FixtureRequest, feed: Feed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    mappings: dict[str, Entry] = LAYOUTS[request.param](feed)
    file, home = build(feed, tmp_path_factory.mktemp("gtfs"), mappings)
    with City.open(file, home=home) as opened:
        assert len(opened.definition.silos) == len(mappings)
        yield opened


def text_of(name: str, feed: Feed) -> str:
    """The text of a query of the benchmark, or of one of ours."""
    if name in OWN_NAMES:
        return (OWN / f"{name}.rq").read_text("utf-8")
    return feed.queries()[name]


def ours(city: City, text: str) -> tuple[tuple[str, ...], Counter[Row]]:
    """The variables and the bag of our answer, which must come from SQL alone."""
    answer = city.ask(text)
    assert not answer.notes
    assert answer.solutions is not None
    return answer.variables, bag_of_ours(answer.solutions)


def scanned(city: City, text: str) -> list[str]:
    """The tables that the plan of a query scans, without the names of their silos."""
    shown = city.explain(text)
    assert "path: SQL" in shown
    return re.findall(r"^ *scan [a-z-]+\.([A-Za-z0-9_-]+) ", shown, re.MULTILINE)


def test_the_mapping_gives_the_expected_graph(city: City, expected: ox.Store) -> None:
    triples = ((quad.subject, quad.predicate, quad.object) for quad in expected)
    _, found = ours(city, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert found == bag_of_peer(triples)


def test_the_benchmark_has_the_queries_listed_here(feed: Feed) -> None:
    assert tuple(feed.queries()) == NAMES


@pytest.mark.parametrize("name", (*NAMES, *OWN_NAMES))
def test_the_answer_is_that_of_oxigraph_over_the_expected_graph(
    city: City, feed: Feed, expected: ox.Store, name: str
) -> None:
    text = text_of(name, feed)
    solutions = expected.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    # the order of the variables of SELECT * is anybody's
    variables, found = ours(city, text)
    assert {variable.value for variable in solutions.variables} == set(variables)
    assert found == bag_of_peer([row[name] for name in variables] for row in solutions)


@pytest.mark.parametrize("name", NAMES)
def test_there_are_as_many_rows_as_the_notes_of_the_benchmark_say(
    city: City, feed: Feed, name: str
) -> None:
    notes = (feed.root / "README.md").read_text("utf-8")
    stated = dict(re.findall(r"\b(q\d+) ([\d,]+)", notes))
    _, found = ours(city, text_of(name, feed))
    assert found.total() == int(stated[name].replace(",", ""))


@pytest.mark.parametrize("name", NAMES)
def test_no_table_is_read_twice(city: City, feed: Feed, name: str) -> None:
    tables = scanned(city, text_of(name, feed))
    assert tables
    assert len(tables) == len(set(tables))


def test_fifteen_patterns_are_four_tables(city: City, feed: Feed) -> None:
    tables = scanned(city, text_of("q7", feed))
    assert sorted(tables) == ["ROUTES", "STOPS", "STOP_TIMES", "TRIPS"]


def test_shapes_with_their_points_are_one_table(city: City, feed: Feed) -> None:
    assert scanned(city, text_of("q1", feed)) == ["SHAPES"]


@pytest.mark.parametrize("name", OWN_NAMES)
def test_nothing_takes_the_residual_path(city: City, feed: Feed, name: str) -> None:
    assert scanned(city, text_of(name, feed))


def test_the_mapping_is_read_as_it_stands(feed: Feed, tmp_path: Path) -> None:
    cut = Feed(feed.root, "tiny")
    # the mapping reads /data/TABLE.csv
    write_tables(cut, tmp_path / "data", 1)
    file = write_city(tmp_path / "city", {"transport": feed.mapping()})
    publish(file, tmp_path, tmp_path / "home")
    stated = re.search(
        r"`tiny/`.*?\(([\d,]+) triples\)", (feed.root / "README.md").read_text("utf-8")
    )
    assert stated is not None
    with City.open(file, home=tmp_path / "home") as opened:
        _, found = ours(opened, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert found.total() == int(stated[1].replace(",", ""))
