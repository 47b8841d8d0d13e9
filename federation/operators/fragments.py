"""Fragments of SQL as trees: constant text with named holes, parsed once.

    sql("CASE WHEN :a THEN :b END", a=condition, b=value)

The text is always part of the program, never of a query or of data; holes take trees. Trees of SQL
are never changed once they are made, so what has no hole is shared by all that is made of a
fragment, and so is a tree that is put in several holes: copying them was most of the time a plan
took to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp


def sql(text: str, **holes: exp.Expression) -> exp.Expression:
    """The fragment with the tree of that name in the place of each `:name`."""
    tree, with_holes = _parsed(text)
    return _filled(tree, with_holes, holes, None)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[exp.Expression, frozenset[int]]:
    """The tree of a fragment, and the identities of its nodes that have a hole below them."""
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Expression)
    found: set[int] = set()
    for hole in tree.find_all(exp.Placeholder):
        found.add(id(hole))
        above = hole.parent
        while above is not None:
            found.add(id(above))
            above = above.parent
    return tree, frozenset(found)


def _filled(
    node: exp.Expression,
    with_holes: frozenset[int],
    holes: Mapping[str, exp.Expression],
    parent: exp.Expression | None,
) -> exp.Expression:
    if id(node) not in with_holes:
        return node
    if isinstance(node, exp.Placeholder):
        value = holes[node.name]
        wrapped = parent is not None and isinstance(value, exp.Binary | exp.Not)
        return exp.Paren(this=value) if wrapped else value
    arguments: dict[str, object] = {}
    for name, argument in node.args.items():
        if isinstance(argument, exp.Expression):
            arguments[name] = _filled(argument, with_holes, holes, node)
        elif isinstance(argument, list):
            arguments[name] = [
                _filled(one, with_holes, holes, node) if isinstance(one, exp.Expression) else one
                for one in argument
            ]
        else:
            arguments[name] = argument
    return type(node)(**arguments)
