"""Nodes of SQL trees, made without copying what is put in them.

sqlglot's own builders copy their arguments and parse types anew at each call. Our trees are never
changed once made, so they may share parts.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp


def quoted(name: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.Identifier(this=name, quoted=True)


def bare(name: str) -> exp.Identifier:
    """An identifier that needs no quotes, such as an alias of ours."""
    return exp.Identifier(this=name, quoted=False)


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column reference."""
    return exp.Column(this=quoted(name), table=None if table is None else bare(table))


def paren(value: exp.Expression) -> exp.Paren:
    """A value in parentheses."""
    return exp.Paren(this=value)


def cast(value: exp.Expression, kind: str) -> exp.Cast:
    """A CAST to a type, given as DuckDB writes it."""
    return exp.Cast(this=value, to=_data_type(kind))


@lru_cache(maxsize=256)
def _data_type(kind: str) -> exp.DataType:
    found = exp.DataType.build(kind, dialect="duckdb")
    assert isinstance(found, exp.DataType)
    return found
