"""Rows of relations that are pairs of terms: values of a path, or focus nodes (a term twice).

A `Rows` is one rule's part of such a set; the set is all of its parts together, without repetition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from mappers.published import GENERAL_TYPE, GeneralTerm, TermMap, TripleRule, Version, columns_of
from mappers.rdf import RDF_TYPE, RDFS, Iri, Term
from mappers.shacl.fragments import all_of, column, sql, subquery, union_all
from mappers.shacl.model import Path, Step
from mappers.shacl.terms import condition_sql, constant_struct, form_of, general, key
from mappers.unfolding import Condition, match_rule, may_be_equal


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs of terms, one a row of a source in which the conditions hold and no column is NULL.

    `source` is a relation's name or a SELECT; `nullable` the columns read that may be NULL; `keys`
    sets of columns unique in the source; `size` its number of rows, if known; `traced` whether it
    has `__file` and `__row`; `rule` the rule whose object the second term is.
    """

    source: str | exp.Expression
    subject: TermMap
    object: TermMap
    conditions: tuple[Condition, ...] = ()
    nullable: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    size: int | None = None
    traced: bool = False
    rule: TripleRule | None = None

    def table(self, alias: str) -> exp.Expression:
        """The source, for a FROM."""
        if isinstance(self.source, str):
            name = exp.to_identifier(self.source, quoted=True)
            return exp.Table(this=name, alias=exp.TableAlias(this=exp.to_identifier(alias)))
        return subquery(self.source, alias)

    def holds(self, alias: str) -> exp.Expression:
        """Whether a row of the source is a pair."""
        return all_of(
            [
                *(sql(":c IS NOT NULL", c=column(name, alias)) for name in self.nullable),
                *(condition_sql(condition, alias) for condition in self.conditions),
            ]
        )

    def unique_by(self, term: TermMap) -> bool:
        """Whether no two rows give the same term: its columns hold a key, and it is injective."""
        columns = set(columns_of(term))
        injective = form_of([term]) in ("columns", "literal") or isinstance(term, GeneralTerm)
        return injective and any(set(one) <= columns for one in self.keys)


def rule_rows(version: Version, rule: TripleRule, conditions: tuple[Condition, ...]) -> Rows:
    """The rows of a rule, as pairs of its subject and its object."""
    relation = version.relation(rule.relation)
    columns = {column.name: column for column in relation.columns}
    named = [
        name for term in (rule.subject, rule.predicate, rule.object) for name in columns_of(term)
    ]
    return Rows(
        source=relation.name,
        subject=rule.subject,
        object=rule.object,
        conditions=conditions,
        nullable=tuple(name for name in dict.fromkeys(named) if columns[name].nullable),
        keys=relation.keys,
        size=relation.rows,
        traced="__file" in columns and "__row" in columns,
        rule=rule,
    )


def matching(
    version: Version, subject: Term | None, predicate: Iri | None, obj: Term | None
) -> list[Rows]:
    """The rows of all rules that may match a triple pattern."""
    found = []
    for rule in version.rules:
        match = match_rule(rule, subject, predicate, obj)
        if match is not None:
            found.append(rule_rows(version, match.rule, match.conditions))
    return found


def instances(version: Version, classes: Iterable[str]) -> list[Rows]:
    """The nodes that are typed as one of the classes, once a rule that says so."""
    found = []
    for name in classes:
        for rows in matching(version, None, Iri(RDF_TYPE), Iri(name)):
            found.append(replace(rows, object=rows.subject))
    return found


def constants(terms: Iterable[Term]) -> Rows:
    """A fixed set of terms."""
    selects = [exp.select(exp.alias_(constant_struct(term), "t")) for term in terms]
    return Rows(union_all(selects), GeneralTerm("t"), GeneralTerm("t"))


def path_rows(version: Version, path: Path, focus: list[Rows]) -> list[Rows]:
    """The pairs of a path; of its first step only those that may start at a focus node."""
    assert path.steps is not None
    found = [
        rows
        for rows in _step_rows(version, path.steps[0])
        if any(may_be_equal(rows.subject, one.subject) for one in focus)
    ]
    for step in path.steps[1:]:
        after = _step_rows(version, step)
        found = [
            _composed(one, other)
            for one in found
            for other in after
            if may_be_equal(one.object, other.subject)
        ]
    return found


def _step_rows(version: Version, step: Step) -> list[Rows]:
    rows = matching(version, None, step.predicate, None)
    if step.inverse:
        return [replace(one, subject=one.object, object=one.subject) for one in rows]
    return rows


def _composed(one: Rows, other: Rows) -> Rows:
    """The pairs of two steps; traced where the second step is."""
    form = form_of([one.object, other.subject])
    joined = all_of(
        sql(":a = :b", a=left, b=right)
        for left, right in zip(
            key(one.object, form, "a"), key(other.subject, form, "b"), strict=True
        )
    )
    select = exp.select(
        exp.alias_(general(one.subject, "a"), "s"),
        exp.alias_(general(other.object, "b"), "o"),
        *(exp.alias_(column(name, "b"), name, quoted=True) for name in _trace_names(other)),
    )
    select = select.from_(one.table("a")).join(other.table("b"), on=joined)
    select = select.where(one.holds("a"), other.holds("b"))
    return Rows(select, GeneralTerm("s"), GeneralTerm("o"), traced=other.traced, rule=other.rule)


def _trace_names(rows: Rows) -> tuple[str, ...]:
    return ("__file", "__row") if rows.traced else ()


def subclass_pairs(version: Version) -> list[Rows]:
    """The rdfs:subClassOf of the data."""
    return matching(version, None, Iri(RDFS + "subClassOf"), None)


EMPTY = sql(f"SELECT CAST(NULL AS {GENERAL_TYPE}) AS t WHERE FALSE")
"""A SELECT of no terms."""
