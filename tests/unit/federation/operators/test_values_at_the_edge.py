"""Values that SQL's own functions would get wrong, or would end the whole query for."""

from __future__ import annotations

from pathlib import Path

import pytest

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.rdf import Literal
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask

XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


def value_of(expression: str, tmp_path: Path) -> Literal | None:
    connection = open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1)
    query = parse_query(f"{XSD}SELECT ({expression} AS ?x) {{}}")
    answer = ask(query, Dataset((), ()), connection).answer
    connection.close()
    assert isinstance(answer, Table)
    ((value,),) = answer.rows
    assert value is None or isinstance(value, Literal)
    return value


@pytest.mark.parametrize(
    ("text", "upper"),
    [
        ("Straße", "STRASSE"),
        ("Grundschule am Weißen See", "GRUNDSCHULE AM WEISSEN SEE"),
        ("\ufb01n \u0149a", "FIN \u02bcNA"),
        ("Übergröße é", "ÜBERGRÖSSE É"),
        ("", ""),
    ],
)
def test_upper_case_may_be_longer_than_the_text(text: str, upper: str, tmp_path: Path) -> None:
    found = value_of(f'UCASE("{text}"@de)', tmp_path)
    assert found is not None
    assert (found.lexical, found.language) == (upper, "de")


@pytest.mark.parametrize("text", ["a\\u0000b", "\\u0000", "\\u0000\\u0000'"])
def test_a_character_nul_does_not_end_the_text(text: str, tmp_path: Path) -> None:
    found = value_of(f'CONCAT("{text}", "!")', tmp_path)
    assert found is not None
    assert found.lexical == text.replace("\\u0000", "\0") + "!"


@pytest.mark.parametrize("number", ["9" * 60, "1e59", "-1e300"])
def test_a_large_number_of_any_type_can_be_computed_with(number: str, tmp_path: Path) -> None:
    found = value_of(f"COALESCE(STRDT('{number}', xsd:double) + 1, 'error')", tmp_path)
    assert found is not None
    assert float(found.lexical) == float(number)


def test_an_integer_beyond_what_is_computed_with_is_an_error_of_its_own_row(tmp_path: Path) -> None:
    assert value_of(f"{'9' * 60} + 1", tmp_path) is None
