"""Intermediate values become columns of the source that they read, constants of any."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from federation.operators import Lets
from federation.relational.nodes import bare, column


def tree(text: str) -> exp.Expression:
    found = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(found, exp.Expression)
    return found


def lets(*hosts: str) -> Lets:
    found = Lets()
    for host in hosts:
        found.host(host)
    return found


def source(found: Lets, alias: str) -> str:
    inner = exp.Select(expressions=[exp.Star()])
    item = exp.Subquery(this=inner, alias=exp.TableAlias(this=bare(alias)))
    return found.source(item).sql("duckdb")


def test_a_large_value_is_a_column_of_the_source_it_reads() -> None:
    found = lets("a", "b")
    value = found.keep(tree('abs(b."x" + 1) * abs(b."y" - 2)'))
    assert value == column("let0", "b")
    assert 'AS "let0"' in source(found, "b")
    assert 'AS "let0"' not in source(found, "a")


def test_a_value_of_two_sources_stays_where_it_is() -> None:
    found = lets("a", "b")
    value = tree('abs(a."x" + 1) * abs(b."y" - 2)')
    assert found.keep(value) is value


def test_a_constant_is_kept_again_where_a_value_of_another_source_needs_it() -> None:
    found = lets("a", "b")
    constant = found.keep(tree("power(2, 3) + power(4, 5) + 1"))
    assert constant == column("let0", "a")
    made = found.keep(tree('abs(b."x" + a."let0") * abs(b."x" - 1)'))
    assert isinstance(made, exp.Column)
    assert made.table == "b"
    assert source(found, "b").count("POWER(2, 3)") == 1
    assert {read.table for read in found.definition(made).find_all(exp.Column)} == {"b"}


def test_a_constant_made_of_constants_moves_with_them() -> None:
    found = lets("a", "b")
    one = found.keep(tree("power(2, 3) + power(4, 5) + 1"))
    assert isinstance(one, exp.Column)
    found.keep(tree('abs(a."let0" + 7) + abs(a."let0" + 8)'))
    made = found.keep(tree('abs(b."x" + a."let1") * abs(b."x" - 1)'))
    assert isinstance(made, exp.Column) and made.table == "b"
    assert "POWER(2, 3)" in source(found, "b")


def test_a_random_value_is_no_constant() -> None:
    found = lets("a", "b")
    drawn = found.keep(tree("random() + random() * 2 + 1"))
    again = found.keep(tree("random() + random() * 2 + 1"))
    assert drawn != again
    value = tree('abs(b."x" + a."let0") * abs(b."x" - 1)')
    assert found.keep(value) is value
