"""SQL of joins: filters as join conditions, variables that may be unbound, sub-queries."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest
from sqlglot import exp

from federation.planning.translate import Dataset
from federation.sql import SqlWriter
from federation.syntax import parse_query
from federation.unsupported import Unsupported
from tests.asking import Table, ask
from tests.unit.federation.planning.plans import PREFIXES, plan_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def written(text: str, dataset: Dataset) -> exp.Query:
    """The SQL of a query, as a tree."""
    return SqlWriter(NOW).write(plan_of(text, dataset)).query


def rows(text: str, dataset: Dataset, duck: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """The answer by the SQL path; only the last part of IRIs."""
    answered = ask(parse_query(PREFIXES + text), dataset, duck)
    assert answered.path == "sql" and isinstance(answered.answer, Table)
    return sorted(
        tuple("" if term is None else str(getattr(term, "value", None) or term) for term in row)
        for row in answered.answer.rows
    )


def _select_of_join(query: exp.Query) -> exp.Select:
    """The SELECT that reads both relations."""
    for select in query.find_all(exp.Select):
        if select.args.get("joins"):
            return select
    raise AssertionError(query.sql("duckdb"))


def test_a_filter_over_both_sides_is_a_condition_of_their_join(village: Dataset) -> None:
    query = written(
        "SELECT * { ?a by:rating ?x . ?b by:rating ?y . FILTER(?x < ?y && ?a != ?b) }", village
    )
    where = _select_of_join(query).args["where"].sql("duckdb")
    assert " < " in where and '"a.0" = ' in where


def test_a_calculation_over_both_sides_is_done_above_their_join(
    village: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    text = "SELECT ?a ?b { ?a by:size ?x . ?b by:size ?y FILTER(?x * ?y + ?x * ?x > 130000) }"
    assert sum(1 for _ in written(text, village).walk()) < 30_000
    found = rows(text, village, duck)
    assert len([pair for pair in found if pair[0] == pair[1]]) == 1


def test_a_join_on_a_variable_that_may_be_unbound_keeps_the_rows_without_it(
    village: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    text = """SELECT ?s ?d { ?s a by:School OPTIONAL { ?s by:partner ?p }
      { SELECT ?p ?d { ?p by:district ?d } } }"""
    found = rows(text, village, duck)
    with_partner = [row for row in found if not row[0].endswith(("s3", "s6"))]
    assert len(with_partner) == 4
    assert len([row for row in found if row[0].endswith("s6")]) == 5


@pytest.mark.parametrize("side", ["EXISTS", "NOT EXISTS"])
def test_an_exists_that_sees_the_optional_side_alone_is_evaluated_there(
    village: Dataset, duck: duckdb.DuckDBPyConnection, side: str
) -> None:
    text = f"""SELECT ?s ?d {{ ?s a by:School OPTIONAL {{ ?s by:district ?d
      FILTER {side} {{ ?d by:near ?n }} }} }}"""
    near = {"1", "2", "3"}
    found = rows(text, village, duck)
    assert len(found) == 6
    bound = {district.rsplit("/", 1)[-1] for _, district in found if district}
    assert bound and (bound <= near if side == "EXISTS" else not bound & near)


def test_an_exists_over_both_sides_of_an_optional_is_named_as_unsupported(
    village: Dataset,
) -> None:
    text = """SELECT * { ?s by:district ?d OPTIONAL { ?p by:partner ?q
      FILTER EXISTS { ?d by:near ?q } } }"""
    with pytest.raises(Unsupported, match="EXISTS over both sides of an OPTIONAL"):
        written(text, village)


def test_undef_joins_every_row(village: Dataset, duck: duckdb.DuckDBPyConnection) -> None:
    text = "SELECT ?a ?l { ?a by:fee ?l VALUES (?a ?l) { (s:s1 UNDEF) (UNDEF 3.25) } }"
    assert [row[0].rsplit("/", 1)[-1] for row in rows(text, village, duck)] == ["s1", "s4"]


def test_repeated_rows_are_one_triple(village: Dataset, duck: duckdb.DuckDBPyConnection) -> None:
    assert len(rows("SELECT * { d:1 by:near ?b }", village, duck)) == 1
    assert len(rows("SELECT * { d:2 by:population ?n }", village, duck)) == 2


def test_a_circle_of_links_ends(village: Dataset, duck: duckdb.DuckDBPyConnection) -> None:
    assert len(rows("SELECT * { d:1 by:near+ ?b }", village, duck)) == 4
    assert len(rows("SELECT * { d:4 by:near* ?b }", village, duck)) == 1


def test_a_group_that_several_parts_of_a_join_read_is_computed_once(
    village: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    text = """SELECT ?rating ?n ?word {
      { SELECT ?rating (COUNT(?a) AS ?n) { ?a by:rating ?r . BIND(ABS(?r) AS ?rating) }
        GROUP BY ?rating }
      VALUES (?rating ?word) { (3 "three") (UNDEF "any") }
    }"""
    query = written(text, village)
    groups = [found for found in query.find_all(exp.Select) if found.args.get("group")]
    assert len({id(found) for found in groups}) == 1
    tables = [found for found in query.find_all(exp.CTE) if found.args.get("materialized")]
    assert sum(found.find(exp.Group) is not None for found in tables) == 1
    found = rows(text, village, duck)
    words = [row[2] for row in found]
    assert '"any"' in words and len(found) == words.count('"any"') + words.count('"three"')
