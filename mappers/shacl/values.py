"""Constraints on single values (SHACL, sections 4.1, 4.3, 4.4.1 and 4.8.3): is one value right?

The answer is TRUE or FALSE where the mapping already decides it, otherwise SQL that is never NULL.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from mappers.published import (
    NATIVE_TYPES,
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    TemplateTerm,
    TermMap,
)
from mappers.rdf import RDF_LANG_STRING, XSD_STRING, Iri, Literal, Term
from mappers.shacl.datatypes import is_always_well_typed, is_of_datatype, lexical_is_valid
from mappers.shacl.fragments import all_of, any_of, column, number, sql, text
from mappers.shacl.model import Constraint
from mappers.shacl.ranges import in_range
from mappers.shacl.regexes import to_re2
from mappers.shacl.rows import Rows
from mappers.shacl.selections import is_member
from mappers.shacl.terms import (
    BLANK,
    IRI,
    LITERAL,
    condition_sql,
    constant_struct,
    field,
    general,
    lexical,
)
from mappers.shacl.vocabulary import NODE_KINDS
from mappers.unfolding import match_term

VALUE_WISE = frozenset(
    [
        "class",
        "datatype",
        "nodeKind",
        "minExclusive",
        "minInclusive",
        "maxExclusive",
        "maxInclusive",
        "minLength",
        "maxLength",
        "pattern",
        "languageIn",
        "in",
    ]
)
"""Parameters that look at one value at a time."""


def is_right(
    constraint: Constraint, rows: Rows, table: str, members: Sequence[Rows]
) -> exp.Expression:
    """Whether the object of a row meets a constraint; `members` are the instances for sh:class."""
    term = rows.object
    value = constraint.values[0] if constraint.values else None
    match constraint.parameter:
        case "class":
            return _is_instance(rows, table, members)
        case "datatype":
            assert isinstance(value, Iri)
            return _datatype(value.value, term, table)
        case "nodeKind":
            assert isinstance(value, Iri)
            return _node_kind(NODE_KINDS[value.value], term, table)
        case "minLength" | "maxLength":
            assert isinstance(value, Literal)
            return _length(constraint.parameter, int(value.lexical), term, table)
        case "pattern":
            assert isinstance(value, Literal)
            return _pattern(value.lexical, constraint.flags, term, table)
        case "languageIn":
            return _languages(constraint.values, term, table)
        case "in":
            return _one_of(constraint.values, term, table)
        case parameter:
            assert isinstance(value, Literal)
            return in_range(parameter, value, term, table)


def kinds_of(term: TermMap) -> frozenset[int]:
    """The kinds of terms that a term map can give."""
    match term:
        case TemplateTerm(kind=kind):
            return frozenset([IRI if kind == "iri" else BLANK])
        case ConstantTerm(term=constant):
            return frozenset([IRI if isinstance(constant, Iri) else LITERAL])
        case ColumnTerm():
            return frozenset([LITERAL])
        case GeneralTerm():
            return frozenset([IRI, BLANK, LITERAL])


def _node_kind(allowed: frozenset[int], term: TermMap, table: str) -> exp.Expression:
    if not isinstance(term, GeneralTerm):
        return exp.true() if kinds_of(term) <= allowed else exp.false()
    kinds = [number(kind) for kind in sorted(allowed)]
    return exp.In(this=field(column(term.column, table), "k"), expressions=kinds)


def _datatype(datatype: str, term: TermMap, table: str) -> exp.Expression:
    match term:
        case TemplateTerm():
            return exp.false()
        case ColumnTerm(column=name, datatype=found):
            if found != datatype:
                return exp.false()
            if found in NATIVE_TYPES or is_always_well_typed(found):
                return exp.true()
            return lexical_is_valid(column(name, table), found)
        case ConstantTerm(term=constant):
            return is_of_datatype(constant_struct(constant), datatype)
        case GeneralTerm(column=name):
            return is_of_datatype(column(name, table), datatype)


def _is_instance(rows: Rows, table: str, members: Sequence[Rows]) -> exp.Expression:
    for one in members:
        same_row = isinstance(one.source, str) and one.source == rows.source
        surely = not one.conditions and set(one.nullable) <= set(rows.nullable)
        if same_row and surely and one.subject == rows.object:
            return exp.true()
    return is_member(rows.object, table, members)


def _no_blank(test: exp.Expression, term: TermMap, table: str) -> exp.Expression:
    """A test of the text of a term: blank nodes, which have none, never pass (SHACL 4.4)."""
    if isinstance(term, TemplateTerm) and term.kind == "bnode":
        return exp.false()
    if isinstance(term, GeneralTerm):
        return sql(":k <> 1 AND :test", k=field(column(term.column, table), "k"), test=test)
    return test


def _length(parameter: str, bound: int, term: TermMap, table: str) -> exp.Expression:
    if parameter == "minLength" and bound <= 0:
        return _no_blank(exp.true(), term, table)
    compare = "length(:lex) >= :n" if parameter == "minLength" else "length(:lex) <= :n"
    return _no_blank(sql(compare, lex=lexical(term, table), n=number(bound)), term, table)


def _pattern(pattern: str, flags: str, term: TermMap, table: str) -> exp.Expression:
    translated = to_re2(pattern, flags)
    assert translated is not None
    test = sql("regexp_matches(:lex, :re)", lex=lexical(term, table), re=text(translated))
    return _no_blank(test, term, table)


def _languages(ranges: Sequence[Term], term: TermMap, table: str) -> exp.Expression:
    """Language tags that match one of some basic ranges (RFC 4647, 3.3.1)."""
    if isinstance(term, ColumnTerm) and term.datatype != RDF_LANG_STRING:
        return exp.false()
    language = field(general(term, table), "lang")
    tests: list[exp.Expression] = []
    for wanted in ranges:
        assert isinstance(wanted, Literal) and wanted.datatype == XSD_STRING
        low = wanted.lexical.lower()
        if low == "*":
            tests.append(sql(":l <> ''", l=language))
        else:
            tests.append(sql(":l = :w", l=language, w=text(low)))
            tests.append(sql("starts_with(:l, :w)", l=language, w=text(low + "-")))
    return any_of(tests)


def _one_of(values: Sequence[Term], term: TermMap, table: str) -> exp.Expression:
    found = [match_term(term, value) for value in values]
    return any_of(
        all_of(condition_sql(condition, table) for condition in conditions)
        for conditions in found
        if conditions is not None
    )
