"""Scans as SQL: one SELECT over one Parquet file."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from federation.planning.plan import OptionalOutputs, Scan
from federation.relational.constants import constant_term
from federation.relational.convert import (
    KIND_BNODE,
    all_of,
    conjunction,
    field,
    general_struct,
    iri_text,
    text,
    to_general,
    to_whole_iri,
)
from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.relational.identity import same_term
from federation.relational.nodes import column, paren, quoted
from federation.sql.relation import Rel, column_name, named, select, where
from mappers.published import (
    WKB_SUFFIX,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
)
from mappers.unfolding import ColumnIs, Condition, TermIs, TermIsNot, TextIs, ValueIs


def parquet(file: str) -> exp.Expression:
    """A Parquet file as an item of FROM: a table of that name, which a worker may keep (see
    `mappers.worker.hot`), and else the file itself.
    """
    return exp.Table(this=quoted(file))


def scan_sql(scan: Scan) -> Rel:
    """The SELECT of a scan; beside the columns of geometry literals those of their shapes."""
    found = scan_select(scan, scan_terms(scan))
    if scan.distinct:
        return found
    stored = {one.name for one in scan.table.relation.columns if one.name.endswith(WKB_SUFFIX)}
    shapes = {
        column_name(variable, 0): column(term.column + WKB_SUFFIX)
        for variable, term in scan.outputs
        if isinstance(term, ColumnTerm) and term.column + WKB_SUFFIX in stored
    }
    beside = [named(shape, name + WKB_SUFFIX) for name, shape in shapes.items()]
    found.query.set("expressions", [*found.query.selects, *beside])
    return Rel(found.query, found.terms, {name: name + WKB_SUFFIX for name in shapes})


def scan_terms(scan: Scan) -> dict[str, SqlTerm]:
    """The variables of a scan over the columns of its file."""
    terms = {name: term_sql(term) for name, term in scan.outputs}
    for group in scan.optional:
        terms.update(_optional_terms(group))
    return terms


def scan_select(scan: Scan, terms: Mapping[str, SqlTerm]) -> Rel:
    """The SELECT of a scan that gives these terms."""
    query, outputs = select(terms)
    query.set("from_", exp.From(this=parquet(scan.table.path)))
    excluded = [
        _never_all(_conditions(one.required, one.conditions, one.equal)) for one in scan.excluded
    ]
    where(query, [*_conditions(scan.required, scan.conditions, scan.equal), *excluded])
    if scan.distinct:
        query.set("distinct", exp.Distinct())
        if not terms:
            query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    return Rel(query, outputs)


def term_sql(term: TermMap) -> SqlTerm:
    """A term map over the columns of its relation."""
    match term:
        case ConstantTerm(term=constant):
            return constant_term(constant)
        case ColumnTerm(column=name, datatype=datatype, language=language):
            return SqlTerm(Native(datatype, language), (column(name),), False)
        case GeneralTerm(column=name):
            return SqlTerm(General(), (column(name),), False)
        case TemplateTerm(parts=parts, kind="iri"):
            slots = [part for part in parts if isinstance(part, Slot)]
            encoding = IriTemplate(
                tuple(part if isinstance(part, str) else None for part in parts),
                tuple(slot.encoded for slot in slots),
            )
            return SqlTerm(encoding, tuple(column(slot.column) for slot in slots), False)
        case TemplateTerm(parts=parts):
            label = iri_text(term_sql(TemplateTerm(parts)))
            struct = general_struct(KIND_BNODE, label, text(""), text(""))
            return SqlTerm(General(), (struct,), False)


def _optional_terms(group: OptionalOutputs) -> dict[str, SqlTerm]:
    """The outputs of an optional group: NULL in rows that do not meet its conditions."""
    met = conjunction(_conditions(group.required, group.conditions, group.equal))
    certain = isinstance(met, exp.Boolean)
    found: dict[str, SqlTerm] = {}
    for name, term in group.outputs:
        plain = term_sql(term)
        if isinstance(plain.encoding, IriTemplate) and not plain.columns:
            plain = to_whole_iri(plain)
        if certain:
            found[name] = SqlTerm(plain.encoding, plain.columns, False)
            continue
        columns = tuple(exp.Case(ifs=[exp.If(this=met, true=one)]) for one in plain.columns)
        found[name] = SqlTerm(plain.encoding, columns, True)
    return found


def _conditions(
    required: tuple[str, ...],
    conditions: tuple[Condition, ...],
    equal: tuple[tuple[TermMap, TermMap], ...],
) -> list[exp.Expression]:
    found: list[exp.Expression] = [
        exp.Not(this=exp.Is(this=column(name), expression=exp.null())) for name in required
    ]
    found += [condition_sql(condition) for condition in conditions]
    found += [same_term(term_sql(left), term_sql(right)) for left, right in equal]
    return found


def _never_all(conditions: list[exp.Expression]) -> exp.Expression:
    """SQL truth of "not all of these are true"; what is not known is not true."""
    met = exp.Is(this=paren(conjunction(conditions)), expression=exp.true())
    return exp.Not(this=paren(met))


def condition_sql(condition: Condition) -> exp.Expression:
    """A condition of unfolding as SQL."""
    match condition:
        case ColumnIs(column=name, text=value):
            return exp.EQ(this=column(name), expression=text(value))
        case TextIs(parts=parts, text=value):
            return exp.EQ(this=iri_text(term_sql(TemplateTerm(parts))), expression=text(value))
        case ValueIs(column=name, literal=literal):
            return exp.EQ(this=column(name), expression=constant_term(literal).columns[0])
        case TermIs(column=name, term=term):
            wanted = to_general(constant_term(term)).columns[0]
            # The single field first: it can be looked up in a file's statistics.
            return all_of(
                [
                    exp.EQ(this=field(column(name), "lex"), expression=field(wanted, "lex")),
                    exp.EQ(this=column(name), expression=wanted),
                ]
            )
        case TermIsNot(term=term, iris=iris):
            iri = term_sql(term)
            if iri.encoding == General():
                subject = field(iri.columns[0], "lex")
            else:
                subject = to_whole_iri(iri).columns[0]
            return exp.Not(
                this=exp.In(this=subject, expressions=[text(one) for one in sorted(iris)])
            )
