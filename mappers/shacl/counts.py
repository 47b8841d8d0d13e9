"""Constraints on all values of a focus node together (SHACL, sections 4.2, 4.4.5 and 4.8.2).

Each SELECT gives focus nodes that break the constraint, as `f`, with their trace; None says that
the mapping already proves that there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from mappers.published import ColumnTerm, ConstantTerm, TemplateTerm, columns_of
from mappers.rdf import Term
from mappers.shacl.fragments import any_of, column, number, sql, union_all
from mappers.shacl.rows import Rows
from mappers.shacl.selections import is_among, is_member, key_select, lines_up, trace
from mappers.shacl.terms import field, form_of, general, key
from mappers.unfolding import match_term, may_be_equal


def with_value(pairs: Sequence[Rows], value: Term) -> list[Rows]:
    """The pairs whose object is one term."""
    found = []
    for rows in pairs:
        conditions = match_term(rows.object, value)
        if conditions is not None:
            found.append(replace(rows, conditions=(*rows.conditions, *conditions)))
    return found


def without_value(focus: Sequence[Rows], pairs: Sequence[Rows]) -> exp.Expression | None:
    """Focus nodes without any pair (sh:minCount 1; sh:hasValue over the pairs with that value)."""
    selects = []
    for at, nodes in enumerate(focus):
        if any(_always_has(nodes, rows) for rows in pairs):
            continue
        same_row = [rows for rows in pairs if lines_up(nodes, rows)]
        unique = nodes.unique_by(nodes.subject)
        others = [rows for rows in pairs if not (unique and lines_up(nodes, rows))]
        here = any_of(rows.holds("t") for rows in same_row)
        elsewhere = is_member(nodes.subject, "t", others)
        selects.append(
            _focus_select(nodes, at).where(exp.not_(exp.paren(here)), exp.not_(elsewhere))
        )
    return union_all(selects) if selects else None


def _always_has(nodes: Rows, pairs: Rows) -> bool:
    """Whether each row that gives a node gives it a value too."""
    return (
        lines_up(nodes, pairs)
        and not pairs.conditions
        and set(pairs.nullable) <= set(nodes.nullable)
    )


def _focus_select(nodes: Rows, part: int) -> exp.Select:
    return (
        exp.select(
            exp.alias_(general(nodes.subject, "t"), "f"),
            exp.alias_(exp.null(), "v"),
            exp.alias_(trace(nodes, "t", part), "at"),
        )
        .from_(nodes.table("t"))
        .where(nodes.holds("t"))
    )


def fewer_than(least: int, focus: Sequence[Rows], pairs: Sequence[Rows]) -> exp.Expression | None:
    """Focus nodes with fewer distinct values than `least` (sh:minCount)."""
    if least <= 1:
        return without_value(focus, pairs) if least else None
    enough, form = _counted(focus, pairs, sql("count(*) >= :n", n=number(least)))
    return union_all(
        _focus_select(nodes, at).where(
            exp.not_(is_among(key(nodes.subject, form, "t"), enough)) if pairs else exp.true()
        )
        for at, nodes in enumerate(focus)
    )


def more_than(most: int, focus: Sequence[Rows], pairs: Sequence[Rows]) -> exp.Expression | None:
    """Focus nodes with more distinct values than `most` (sh:maxCount)."""
    if not pairs or (most >= 1 and at_most_one(pairs)):
        return None
    many, form = _counted(focus, pairs, sql("count(*) > :n", n=number(most)))
    return union_all(
        _focus_select(nodes, at).where(is_among(key(nodes.subject, form, "t"), many))
        for at, nodes in enumerate(focus)
    )


def at_most_one(pairs: Sequence[Rows]) -> bool:
    """Whether the mapping proves that no subject has two values."""
    if not _disjoint(pairs):
        return False
    return all(rows.unique_by(rows.subject) or _is_function(rows) for rows in pairs)


def _disjoint(pairs: Sequence[Rows]) -> bool:
    return not any(
        may_be_equal(one.subject, other.subject)
        for at, one in enumerate(pairs)
        for other in pairs[at + 1 :]
    )


def _is_function(rows: Rows) -> bool:
    """Whether the value is made of nothing but the columns that name the subject."""
    if isinstance(rows.object, ConstantTerm):
        return True
    named = isinstance(rows.object, TemplateTerm | ColumnTerm)
    injective = form_of([rows.subject]) == "columns"
    return named and injective and set(columns_of(rows.object)) <= set(columns_of(rows.subject))


def _counted(
    focus: Sequence[Rows], pairs: Sequence[Rows], having: exp.Expression
) -> tuple[exp.Expression, str]:
    """The keys, and their form, of subjects whose number of distinct values meets a test."""
    form = form_of([rows.subject for rows in (*focus, *pairs)])
    object_form = form_of([rows.object for rows in pairs])
    parts, names = [], []
    for rows in pairs:
        select = key_select(rows, rows.subject, form)
        names = [select.alias for select in select.selects]
        for at, part in enumerate(key(rows.object, object_form, "t")):
            select = select.select(exp.alias_(part, f"o{at}"))
        parts.append(select)
    if not parts:
        return sql("SELECT NULL WHERE FALSE"), form
    distinct = exp.select("*").distinct().from_(exp.Subquery(this=union_all(parts), alias="p"))
    counted = exp.select(*names).from_(exp.Subquery(this=distinct, alias="d"))
    return counted.group_by(*names).having(having), form


def repeated_languages(focus: Sequence[Rows], pairs: Sequence[Rows]) -> exp.Expression | None:
    """Focus nodes with two values of one language (sh:uniqueLang), once a language."""
    tagged = [rows for rows in pairs if not isinstance(rows.object, TemplateTerm)]
    tagged = [
        rows for rows in tagged if not isinstance(rows.object, ColumnTerm) or rows.object.language
    ]
    if not tagged or at_most_one(tagged):
        return None
    form = form_of([rows.subject for rows in (*focus, *tagged)])
    parts, names = [], []
    for rows in tagged:
        select = key_select(rows, rows.subject, form)
        names = [one.alias for one in select.selects]
        value = general(rows.object, "t")
        select = select.select(
            exp.alias_(field(value, "lang"), "lang"), exp.alias_(field(value, "lex"), "lex")
        )
        parts.append(select.where(sql(":l <> ''", l=field(value, "lang"))))
    distinct = exp.select("*").distinct().from_(exp.Subquery(this=union_all(parts), alias="p"))
    grouped = exp.select(*names, "lang").from_(exp.Subquery(this=distinct, alias="d"))
    grouped = grouped.group_by(*names, "lang").having(sql("count(*) > 1"))
    selects = []
    for at, nodes in enumerate(focus):
        joined = [
            sql(":a = :b", a=part, b=column(name, "g"))
            for part, name in zip(key(nodes.subject, form, "t"), names, strict=True)
        ]
        select = _focus_select(nodes, at).join(
            exp.Subquery(this=grouped.copy(), alias="g"), on=exp.and_(*joined)
        )
        selects.append(select.select(exp.alias_(column("lang", "g"), "detail")))
    return union_all(selects)
