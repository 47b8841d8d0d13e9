"""Numbers: the numeric datatypes, their promotion, and numeric views of terms (SPARQL 1.1, 17.3).

xsd:integer is HUGEINT in expressions, xsd:decimal is DECIMAL(38,18). A general term's number is
read from its lexical form; what is not a number, or ill-typed, is NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.relational.convert import to_general
from federation.relational.encoding import Native, SqlTerm
from mappers.rdf import XSD, XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT, XSD_INTEGER

DERIVED_INTEGERS: Final = tuple(
    XSD + name
    for name in (
        "nonPositiveInteger",
        "negativeInteger",
        "long",
        "int",
        "short",
        "byte",
        "nonNegativeInteger",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
        "positiveInteger",
    )
)
RANKS: Final = (XSD_INTEGER, XSD_DECIMAL, XSD_FLOAT, XSD_DOUBLE)
"""The numeric datatypes in the order of promotion."""

_INTEGER_TYPES = ", ".join(f"'{iri}'" for iri in (XSD_INTEGER, *DERIVED_INTEGERS))


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric value of statically known datatype: the SQL value in the datatype's type."""

    datatype: str
    value: exp.Expression


def static_number(term: SqlTerm) -> Number | None:
    """The number of a native numeric term, in the type that expressions use; None for other
    terms."""
    if not isinstance(term.encoding, Native) or term.encoding.datatype not in RANKS:
        return None
    return Number(term.encoding.datatype, cast_to(term.columns[0], term.encoding.datatype))


def cast_to(value: exp.Expression, datatype: str) -> exp.Expression:
    """A number as the SQL type of a wider numeric datatype."""
    match datatype:
        case "http://www.w3.org/2001/XMLSchema#integer":
            return sql("CAST(:v AS HUGEINT)", v=value)
        case "http://www.w3.org/2001/XMLSchema#decimal":
            return sql("TRY_CAST(:v AS DECIMAL(38, 18))", v=value)
        case "http://www.w3.org/2001/XMLSchema#float":
            return sql("TRY_CAST(:v AS FLOAT)", v=value)
        case _:
            return sql("CAST(:v AS DOUBLE)", v=value)


def of_unknown_value(term: SqlTerm) -> SqlTerm:
    """A literal of a datatype derived from xsd:integer as a general term: a number by its text."""
    if isinstance(term.encoding, Native) and term.encoding.datatype in DERIVED_INTEGERS:
        return to_general(term)
    return term


def is_number(term: SqlTerm) -> bool:
    """Whether a term is known to be numeric by its encoding."""
    return static_number(term) is not None


def promoted(left: Number, right: Number) -> tuple[str, exp.Expression, exp.Expression]:
    """Both values in the SQL type of the wider of their datatypes, and that datatype."""
    datatype = RANKS[max(RANKS.index(left.datatype), RANKS.index(right.datatype))]
    return datatype, cast_to(left.value, datatype), cast_to(right.value, datatype)


def rank(term: SqlTerm) -> exp.Expression:
    """SQL: 0 integer, 1 decimal, 2 float, 3 double; NULL where a general term is not a number."""
    number = static_number(term)
    if number is not None:
        return sql(
            f"CASE WHEN :v IS NOT NULL THEN {RANKS.index(number.datatype)} END", v=number.value
        )
    return sql(
        f"CASE WHEN struct_extract(:t, 'k') <> 2 THEN NULL"
        f" WHEN struct_extract(:t, 'dt') IN ({_INTEGER_TYPES})"
        f" THEN CASE WHEN regexp_full_match(struct_extract(:t, 'lex'), '[+-]?[0-9]+') THEN 0 END"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_DECIMAL}' THEN CASE WHEN"
        f" regexp_full_match(struct_extract(:t, 'lex'), '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)')"
        f" THEN 1 END"
        f" WHEN struct_extract(:t, 'dt') IN ('{XSD_FLOAT}', '{XSD_DOUBLE}') THEN CASE WHEN"
        f" regexp_full_match(struct_extract(:t, 'lex'),"
        f" '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN')"
        f" THEN CASE WHEN struct_extract(:t, 'dt') = '{XSD_FLOAT}' THEN 2 ELSE 3 END END END",
        t=to_general(term).columns[0],
    )


def general_integer(term: SqlTerm) -> exp.Expression:
    """A general term's integer as HUGEINT, where its rank is 0."""
    return sql("TRY_CAST(struct_extract(:t, 'lex') AS HUGEINT)", t=to_general(term).columns[0])


def general_decimal(term: SqlTerm) -> exp.Expression:
    """A term's exact value as DECIMAL(38,18), where its rank is 0 or 1."""
    number = static_number(term)
    if number is not None:
        return cast_to(number.value, XSD_DECIMAL)
    return sql(
        "TRY_CAST(rtrim(struct_extract(:t, 'lex'), '.') AS DECIMAL(38, 18))",
        t=to_general(term).columns[0],
    )


def general_double(term: SqlTerm) -> exp.Expression:
    """A term's value as DOUBLE, for any rank."""
    number = static_number(term)
    if number is not None:
        return cast_to(number.value, XSD_DOUBLE)
    text = "replace(struct_extract(:t, 'lex'), 'INF', 'Infinity')"
    return sql(
        f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_FLOAT}'"
        f" THEN CAST(TRY_CAST({text} AS FLOAT) AS DOUBLE) ELSE TRY_CAST({text} AS DOUBLE) END",
        t=to_general(term).columns[0],
    )
