"""Each query of the library answers over the real city as a plain reading of its files does."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from bygraf.city import City
from mappers.errors import UsageError
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_INTEGER, Iri, Literal, Term

QUERIES = sorted(Path(__file__).resolve().parents[2].glob("queries/*/*.rq"))
NUMERIC = {XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE}
TOLERANCE = 1e-9
"""Greatest relative difference of two numbers taken as the same."""

Cell = str | int | float | Decimal
Reading = Callable[[Path], Sequence[tuple[Cell, ...]]]


@pytest.fixture(scope="module")
def city(city_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The reference city, published from its real files by its own gate."""
    variables = {name: text for name, text in os.environ.items() if not name.startswith("BYGRAF_")}
    home = tmp_path_factory.mktemp("home")
    with City.open(home=home, data=city_data / "berlin", environ=variables) as opened:
        opened.publish()
        yield opened


def reading_of(query: Path) -> Reading:
    """The function that reads the answer of a query from the files, without Bygraf."""
    module = import_module(f"tests.library.readings.{query.stem.replace('-', '_')}")
    return cast(Reading, module.expected)


def same(found: Term | None, expected: Cell) -> bool:
    """Whether a term of an answer says what was read."""
    match found, expected:
        case Iri(value=value) | Literal(lexical=value), str():
            return value == expected
        case Literal(lexical=lexical, datatype=datatype), _ if datatype in NUMERIC:
            if isinstance(expected, int):
                return Decimal(lexical) == expected
            return math.isclose(float(lexical), float(expected), rel_tol=TOLERANCE)
        case _:
            return False


@pytest.mark.city
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_a_query_answers_as_a_plain_reading_of_the_files(
    query: Path, city: City, city_data: Path
) -> None:
    answer = city.ask(query.stem, caller="lab")
    assert answer.solutions is not None
    found = list(answer.solutions)
    expected = list(reading_of(query)(city_data))
    assert expected, "a reading that finds nothing proves nothing"
    assert len(found) == len(expected)
    different = [
        (row, wanted)
        for row, wanted in zip(found, expected, strict=True)
        if len(row) != len(wanted) or not all(map(same, row, wanted))
    ]
    assert different == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_a_query_has_a_reading(query: Path) -> None:
    assert callable(reading_of(query))


def test_an_unknown_query_is_refused(tmp_path: Path) -> None:
    with City.open(home=tmp_path) as opened, pytest.raises(UsageError):
        opened.ask("district-transport-and-theft")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Literal("2.01", XSD_DECIMAL), Decimal("2.02")),
        (Literal("3", XSD_INTEGER), 4),
        (Literal("3"), 3),
        (Literal("Mitte"), "Mitt"),
        (None, "Mitte"),
    ],
)
def test_a_cell_that_differs_is_told(found: Term | None, expected: Cell) -> None:
    assert not same(found, expected)
