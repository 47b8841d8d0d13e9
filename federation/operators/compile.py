"""Expressions to SQL: the operator table, and the forms that are no functions."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.algebra import Aggregate, Call, Exists, Expression, Variable
from federation.operators.fragments import sql
from federation.operators.numeric import (
    RANKS,
    general_double,
    of_unknown_value,
    rank,
    static_number,
)
from federation.operators.scope import Scope, boolean
from federation.operators.table import function_named
from federation.relational.constants import constant_term
from federation.relational.convert import (
    all_of,
    any_of,
    common_encoding,
    convert,
    is_bound,
    unbound,
)
from federation.relational.encoding import WHOLE_IRI, General, IriTemplate, Native, SqlTerm
from federation.relational.nodes import paren
from federation.unsupported import Unsupported
from mappers.canonical import canonical_literal
from mappers.rdf import (
    RDF_LANG_STRING,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    XSD_STRING,
    Iri,
    Literal,
)


def compile_term(expression: Expression, scope: Scope) -> SqlTerm:
    """The value of an expression; NULL for an error or an unbound variable.

    Raises Unsupported, naming the function that SQL cannot express exactly.
    """
    match expression:
        case Variable(name=name):
            return scope.terms.get(name) or unbound(General())
        case Iri() | Literal():
            return constant_term(expression)
        case Exists():
            return boolean(scope.exists(expression), nullable=False)
        case Call(function=function, arguments=arguments):
            return _call(function, arguments, scope)
        case Aggregate(function=function):
            raise Unsupported(f"{function} outside of a group")


def compile_condition(expression: Expression, scope: Scope) -> exp.Expression:
    """The effective boolean value (section 17.2.2) as SQL; NULL for a type error."""
    match expression:
        case Call(function="&&", arguments=arguments):
            return all_of([paren(compile_condition(one, scope)) for one in arguments])
        case Call(function="||", arguments=arguments):
            return any_of([paren(compile_condition(one, scope)) for one in arguments])
        case Call(function="!", arguments=(inner,)):
            return exp.Not(this=paren(compile_condition(inner, scope)))
        case Exists():
            return scope.exists(expression)
        case _:
            term = of_unknown_value(compile_term(expression, scope))
            if term.encoding == Native(XSD_BOOLEAN):
                return term.columns[0]
            return effective_boolean(kept_term(term, scope))


def effective_boolean(term: SqlTerm) -> exp.Expression:
    """The effective boolean value of a term."""
    match term.encoding:
        case IriTemplate():
            return sql("CAST(NULL AS BOOLEAN)")
        case Native(datatype=datatype):
            return _native_boolean(datatype, term.columns[0])
        case General():
            return sql(
                "CASE WHEN struct_extract(:t, 'k') <> 2 THEN NULL"
                f" WHEN struct_extract(:t, 'dt') IN ('{XSD_STRING}', '{RDF_LANG_STRING}')"
                " THEN struct_extract(:t, 'lex') <> ''"
                f" WHEN struct_extract(:t, 'dt') = '{XSD_BOOLEAN}'"
                " THEN struct_extract(:t, 'lex') IN ('true', '1')"
                " WHEN :r IS NOT NULL THEN :d <> 0 AND NOT isnan(:d)"
                " WHEN struct_extract(:t, 'dt') IN"
                f" ('{XSD_INTEGER}', '{XSD_DECIMAL}', '{XSD_DOUBLE}', '{XSD_FLOAT}')"
                " THEN FALSE END",
                t=term.columns[0],
                r=rank(term),
                d=general_double(term),
            )


def _native_boolean(datatype: str, value: exp.Expression) -> exp.Expression:
    if datatype == XSD_BOOLEAN:
        return value
    if datatype in (XSD_STRING, RDF_LANG_STRING):
        return sql(":v <> ''", v=value)
    if datatype in (XSD_INTEGER, XSD_DECIMAL):
        return sql(":v <> 0", v=value)
    if datatype in (XSD_DOUBLE, XSD_FLOAT):
        return sql(":v <> 0 AND NOT isnan(:v)", v=value)
    return sql("CAST(NULL AS BOOLEAN)")


def _call(function: str, arguments: tuple[Expression, ...], scope: Scope) -> SqlTerm:
    match function:
        case "&&" | "||" | "!":
            return boolean(compile_condition(Call(function, arguments), scope))
        case "BOUND":
            return boolean(is_bound(compile_term(arguments[0], scope)), nullable=False)
        case "IF":
            return _if(arguments, scope)
        case "COALESCE":
            return _coalesce(_branches(arguments, scope))
        case _:
            if function in _OF_VALUES:
                arguments = tuple(by_value(argument) for argument in arguments)
            compiled = tuple(
                kept_term(of_unknown_value(compile_term(one, scope)), scope) for one in arguments
            )
            return function_named(function)(compiled, scope)


_OF_VALUES: Final = frozenset(
    {"=", "!=", "<", ">", "<=", ">=", "IN", "NOT IN"}
    | {"+", "-", "*", "/", "unary-", "unary+", "ABS", "CEIL", "FLOOR", "ROUND"}
)
"""Functions that see a number's value and never how it was written."""


def by_value(expression: Expression) -> Expression:
    """A numeric constant in canonical form (`100.0` is `100`), so that it is a native value."""
    if isinstance(expression, Literal) and expression.datatype in RANKS:
        return canonical_literal(expression) or expression
    return expression


def kept_term(term: SqlTerm, scope: Scope) -> SqlTerm:
    """The same term, with large columns computed once."""
    return SqlTerm(
        term.encoding, tuple(scope.keep(column) for column in term.columns), term.nullable
    )


def _if(arguments: tuple[Expression, ...], scope: Scope) -> SqlTerm:
    condition = scope.keep(compile_condition(arguments[0], scope))
    chosen, other = _aligned(_branches(arguments[1:], scope))
    columns = tuple(
        sql("CASE WHEN :c THEN :a WHEN NOT :c THEN :b END", c=paren(condition), a=a, b=b)
        for a, b in zip(chosen.columns, other.columns, strict=True)
    )
    return SqlTerm(chosen.encoding, columns, True)


def _branches(arguments: tuple[Expression, ...], scope: Scope) -> list[SqlTerm]:
    """The alternatives of IF or COALESCE.

    A numeric constant beside a native value of its datatype is one too, in canonical form as all
    that is computed: `COALESCE(?area, 0.0)` stays a column of decimals.
    """
    terms = [kept_term(compile_term(argument, scope), scope) for argument in arguments]
    native_types = {number.datatype for term in terms if (number := static_number(term))}
    return [
        compile_term(by_value(argument), scope)
        if isinstance(argument, Literal) and argument.datatype in native_types
        else term
        for argument, term in zip(arguments, terms, strict=True)
    ]


def _coalesce(terms: list[SqlTerm]) -> SqlTerm:
    if not terms:
        return unbound(General())
    aligned = _aligned(terms)
    columns = tuple(
        exp.Coalesce(this=parts[0], expressions=list(parts[1:]))
        for parts in zip(*(term.columns for term in aligned), strict=True)
    )
    return SqlTerm(aligned[0].encoding, columns, all(term.nullable for term in terms))


def _aligned(terms: list[SqlTerm]) -> list[SqlTerm]:
    """The terms in one encoding that has columns."""
    encoding = common_encoding([term.encoding for term in terms])
    if isinstance(encoding, IriTemplate) and None not in encoding.parts:
        encoding = WHOLE_IRI
    return [convert(term, encoding) for term in terms]
