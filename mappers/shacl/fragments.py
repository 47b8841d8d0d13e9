"""Fragments of SQL as trees: constant text with named holes, parsed once.

    sql("CASE WHEN :a THEN :b END", a=condition, b=value)

The text is always part of the program, never of a shape or of data; holes take trees.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import sqlglot
from sqlglot import exp


@lru_cache(maxsize=512)
def _parsed(text: str) -> exp.Expression:
    return _expression(sqlglot.parse_one(text, dialect="duckdb"))


def _expression(tree: object) -> exp.Expression:
    """What sqlglot's own types call by a wider name."""
    assert isinstance(tree, exp.Expression)
    return tree


def sql(text: str, **holes: exp.Expression) -> exp.Expression:
    """The parsed fragment with each `:name` replaced by a copy of the tree of that name."""
    tree = _parsed(text).copy()
    if isinstance(tree, exp.Placeholder):
        return holes[tree.name].copy()
    for placeholder in list(tree.find_all(exp.Placeholder)):
        value = holes[placeholder.name].copy()
        placeholder.replace(exp.paren(value) if isinstance(value, exp.Binary | exp.Not) else value)
    return tree


def text(value: str) -> exp.Expression:
    """A SQL string constant."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expression:
    """A SQL integer constant."""
    return exp.Literal.number(value)


def column(name: str, table: str) -> exp.Expression:
    """A quoted column of a table alias."""
    return exp.column(name, table=table, quoted=True)


def all_of(conditions: Iterable[exp.Expression]) -> exp.Expression:
    """All conditions with AND; TRUE if there are none."""
    parts = list(conditions)
    return _expression(exp.and_(*parts)) if parts else exp.true()


def any_of(conditions: Iterable[exp.Expression]) -> exp.Expression:
    """Any condition with OR; FALSE if there are none."""
    parts = list(conditions)
    return _expression(exp.or_(*parts)) if parts else exp.false()


def union_all(selects: Iterable[exp.Expression]) -> exp.Expression:
    """All SELECTs, one after the other; at least one is needed."""
    first, *rest = selects
    tree = first
    for select in rest:
        tree = exp.Union(this=tree, expression=select, distinct=False)
    return tree


def subquery(tree: exp.Expression, alias: str) -> exp.Expression:
    """A SELECT as a table of that alias."""
    return exp.Subquery(this=tree.copy(), alias=exp.TableAlias(this=exp.to_identifier(alias)))


def render(tree: exp.Expression) -> str:
    """The text for DuckDB."""
    return tree.sql(dialect="duckdb")
