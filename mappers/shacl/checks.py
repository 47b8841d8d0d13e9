"""One constraint of one shape for one set of focus nodes, as one SELECT or as already decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from mappers.rdf import Literal
from mappers.shacl.counts import (
    fewer_than,
    more_than,
    repeated_languages,
    with_value,
    without_value,
)
from mappers.shacl.fragments import render, sql, union_all
from mappers.shacl.model import Constraint, Shape
from mappers.shacl.rows import Rows
from mappers.shacl.selections import in_focus, trace
from mappers.shacl.terms import general
from mappers.shacl.values import is_right


@dataclass(frozen=True, slots=True)
class Check:
    """A constraint to be checked.

    `root` is the shape with the target, `shape` that with the constraint. `query` gives the results
    (see `results_query`), or is None where the mapping proves that there are none; `columns` are
    the source columns of the parts that its results name.
    """

    root: Shape
    shape: Shape
    constraint: Constraint
    query: str | None
    columns: tuple[str | None, ...]


def compile_check(
    root: Shape,
    shape: Shape,
    constraint: Constraint,
    focus: Sequence[Rows],
    pairs: Sequence[Rows],
    members: Sequence[Rows],
    limit: int,
) -> Check:
    """The check of a constraint; `pairs` are focus nodes with their values."""
    broken = _broken(constraint, focus, pairs, members)
    counts_values = constraint.parameter in ("minCount", "maxCount", "hasValue", "uniqueLang")
    if counts_values:
        column = next((found for rows in pairs if (found := _column(rows))), None)
        columns = tuple(column for _ in focus)
    else:
        columns = tuple(_column(rows) for rows in pairs)
    query = None if broken is None else render(results_query(broken, limit))
    return Check(root, shape, constraint, query, columns)


def _column(rows: Rows) -> str | None:
    origin = rows.rule.origin if rows.rule else None
    return origin.source_column if origin else None


def _broken(
    constraint: Constraint,
    focus: Sequence[Rows],
    pairs: Sequence[Rows],
    members: Sequence[Rows],
) -> exp.Expression | None:
    value = constraint.values[0] if constraint.values else None
    match constraint.parameter:
        case "minCount":
            assert isinstance(value, Literal)
            return fewer_than(int(value.lexical), focus, pairs)
        case "maxCount":
            assert isinstance(value, Literal)
            return more_than(int(value.lexical), focus, pairs)
        case "uniqueLang":
            return repeated_languages(focus, pairs)
        case "hasValue":
            assert value is not None
            return without_value(focus, with_value(pairs, value))
        case _:
            return _wrong_values(constraint, focus, pairs, members)


def _wrong_values(
    constraint: Constraint,
    focus: Sequence[Rows],
    pairs: Sequence[Rows],
    members: Sequence[Rows],
) -> exp.Expression | None:
    selects = []
    for part, rows in enumerate(pairs):
        right = is_right(constraint, rows, "t", members)
        if right == exp.true():
            continue
        selects.append(
            exp.select(
                exp.alias_(general(rows.subject, "t"), "f"),
                exp.alias_(general(rows.object, "t"), "v"),
                exp.alias_(trace(rows, "t", part), "at"),
            )
            .from_(rows.table("t"), copy=False)
            .where(
                rows.holds("t"),
                exp.not_(exp.paren(right)),
                in_focus(rows, "t", focus),
                copy=False,
            )
        )
    return union_all(selects) if selects else None


def results_query(broken: exp.Expression, limit: int) -> exp.Expression:
    """The distinct results, the first ones only, each with how many there are.

    Columns: focus as k, lex, dt, lang; value as k, lex, dt, lang; file, row, part; total.
    """
    terms = ("f", "v")
    detail = any(select.alias == "detail" for select in _first(broken).selects)
    grouping = ["f", "v", "detail"] if detail else ["f", "v"]
    one = exp.select("f", "v", exp.alias_(sql("min(at)"), "at"))
    # copying these trees at each step took a third of the gate's time
    one = one.from_(exp.Subquery(this=broken, alias="b"), copy=False)
    one = one.group_by(*grouping, copy=False)
    fields = [
        sql(f"{term}.{name}") if term == "f" or not counts_only(broken) else exp.null()
        for term in terms
        for name in ("k", "lex", "dt", "lang")
    ]
    select = exp.select(*fields, sql("at.file"), sql("at.row"), sql("at.part"))
    select = select.select(sql("count(*) OVER ()"), copy=False)
    select = select.from_(exp.Subquery(this=one, alias="o"), copy=False)
    order = ["f.lex"] if counts_only(broken) else ["f.lex", "v.lex"]
    return select.order_by(*order, copy=False).limit(limit, copy=False)


def _first(broken: exp.Expression) -> exp.Select:
    while isinstance(broken, exp.Union):
        broken = broken.this
    assert isinstance(broken, exp.Select)
    return broken


def counts_only(broken: exp.Expression) -> bool:
    """Whether the results have no value."""
    value = next(select for select in _first(broken).selects if select.alias == "v")
    return isinstance(value, exp.Alias) and isinstance(value.this, exp.Null)
