"""Set-at-a-time SELECTs over rows: focus nodes, membership, and rows that line up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from mappers.published import GeneralTerm, TermMap
from mappers.shacl.fragments import any_of, column, number, sql, union_all
from mappers.shacl.rows import EMPTY, Rows
from mappers.shacl.terms import form_of, general, key
from mappers.unfolding import may_be_equal


def key_select(rows: Rows, term: TermMap, form: str) -> exp.Select:
    """The keys of a term in all rows, as k0, k1, ..."""
    keys = [exp.alias_(part, f"k{at}") for at, part in enumerate(key(term, form, "t"))]
    return exp.select(*keys).from_(rows.table("t"), copy=False).where(rows.holds("t"), copy=False)


def is_member(term: TermMap, table: str, among: Iterable[Rows]) -> exp.Expression:
    """Whether a row's term is the subject of any of some rows (a semi-join)."""
    by_form: dict[str, list[Rows]] = {}
    for rows in among:
        if may_be_equal(term, rows.subject):
            by_form.setdefault(form_of([term, rows.subject]), []).append(rows)
    return any_of(
        is_among(
            key(term, form, table), union_all(key_select(one, one.subject, form) for one in parts)
        )
        for form, parts in by_form.items()
    )


def is_among(keys: Sequence[exp.Expression], select: exp.Expression) -> exp.Expression:
    """Whether the keys are a row of a SELECT."""
    needle = keys[0] if len(keys) == 1 else exp.Tuple(expressions=list(keys))
    return exp.In(this=needle, query=exp.Subquery(this=select.copy()))


def nodes_select(nodes: Sequence[Rows]) -> exp.Expression:
    """The distinct nodes of some rows, each as a general struct `t`."""
    if not nodes:
        return EMPTY.copy()
    selects = [
        exp.select(exp.alias_(general(rows.subject, "t"), "t"))
        .from_(rows.table("t"))
        .where(rows.holds("t"))
        for rows in nodes
    ]
    if len(nodes) == 1 and nodes[0].unique_by(nodes[0].subject):
        return selects[0]
    return exp.select("t").distinct().from_(exp.Subquery(this=union_all(selects), alias="u"))


def known_count(nodes: Sequence[Rows]) -> int | None:
    """How many distinct nodes there are, where the manifest tells."""
    if not nodes:
        return 0
    if len(nodes) > 1:
        return None
    only = nodes[0]
    every_row = not only.conditions and not only.nullable
    return only.size if every_row and only.unique_by(only.subject) else None


def count_select(nodes: Sequence[Rows]) -> exp.Expression:
    """A SELECT of the number of distinct nodes."""
    form = form_of([rows.subject for rows in nodes])
    keys = union_all(key_select(rows, rows.subject, form) for rows in nodes)
    distinct = exp.select("*").distinct().from_(exp.Subquery(this=keys, alias="u"))
    return exp.select(sql("count(*)")).from_(exp.Subquery(this=distinct, alias="d"))


def lines_up(one: Rows, other: Rows) -> bool:
    """Whether two parts read the same relation and give the same subject in the same row."""
    return isinstance(one.source, str) and (one.source, one.subject) == (
        other.source,
        other.subject,
    )


def covers(focus: Rows, pairs: Rows) -> bool:
    """Whether every subject of `pairs` is surely a node of `focus`, row by row."""
    return (
        lines_up(focus, pairs)
        and not focus.conditions
        and set(focus.nullable) <= set(pairs.nullable)
    )


def in_focus(pairs: Rows, table: str, focus: Sequence[Rows]) -> exp.Expression:
    """Whether the subject of a row of `pairs` is a focus node."""
    for one in focus:
        if one is pairs or covers(one, pairs):
            return exp.true()
    for one in focus:
        if lines_up(one, pairs) and one.unique_by(one.subject) and len(focus) == 1:
            return one.holds(table)
    return is_member(pairs.subject, table, focus)


def value_nodes(pairs: Sequence[Rows], focus: Sequence[Rows]) -> list[Rows]:
    """The distinct values of a path from the focus nodes, as focus nodes of a nested shape."""
    if not pairs:
        return []
    selects = [
        exp.select(exp.alias_(general(rows.object, "t"), "t"))
        .from_(rows.table("t"))
        .where(rows.holds("t"), in_focus(rows, "t", focus))
        for rows in pairs
    ]
    distinct = exp.select("t").distinct()
    distinct = distinct.from_(exp.Subquery(this=union_all(selects), alias="u"))
    return [Rows(distinct, GeneralTerm("t"), GeneralTerm("t"))]


def trace(rows: Rows, table: str, part: int) -> exp.Expression:
    """The source file and row of a row, and which part it is of, as a struct."""
    names = ("__file", "__row") if rows.traced else None
    file = column(names[0], table) if names else sql("CAST(NULL AS VARCHAR)")
    row = column(names[1], table) if names else sql("CAST(NULL AS BIGINT)")
    return sql(
        "{'row': CAST(:row AS BIGINT), 'file': CAST(:file AS VARCHAR), 'part': :part}",
        row=row,
        file=file,
        part=number(part),
    )
