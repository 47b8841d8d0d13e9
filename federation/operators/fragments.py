"""Fragments of SQL as trees: constant text with named holes, parsed once.

    sql("CASE WHEN :a THEN :b END", a=condition, b=value)

The text is always part of the program, never of a query or of data; holes take trees.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp


@lru_cache(maxsize=1024)
def _parsed(text: str) -> exp.Expression:
    tree = sqlglot.parse_one(text, dialect="duckdb")
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
