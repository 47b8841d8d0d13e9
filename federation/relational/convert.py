"""Conversions between encodings, and identity of terms, as SQL.

All functions are pure: sqlglot trees in, new trees out. NULL (unbound, error) stays NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from sqlglot import exp

from federation.relational.encoding import (
    WHOLE_IRI,
    Encoding,
    General,
    IriTemplate,
    Native,
    SqlTerm,
)
from federation.relational.lexical import lexical_form, text_constant
from federation.relational.nodes import bare, cast, paren
from mappers.published import GENERAL_TYPE
from mappers.rdf import BlankNode, Iri, Literal

KIND_IRI, KIND_BNODE, KIND_LITERAL = 0, 1, 2


def text(value: str) -> exp.Expression:
    """A SQL string constant."""
    return text_constant(value)


def all_of(parts: Sequence[exp.Expression]) -> exp.Expression:
    """The conditions with AND; at least one."""
    return reduce(lambda a, b: exp.And(this=_grouped(a), expression=_grouped(b)), parts)


def any_of(parts: Sequence[exp.Expression]) -> exp.Expression:
    """The conditions with OR; at least one."""
    return reduce(lambda a, b: exp.Or(this=_grouped(a), expression=_grouped(b)), parts)


def _grouped(condition: exp.Expression) -> exp.Expression:
    return paren(condition) if isinstance(condition, exp.Connector) else condition


def conjunction(conditions: Iterable[exp.Expression]) -> exp.Expression:
    """All conditions with AND; TRUE if there are none."""
    parts = list(conditions)
    return all_of(parts) if parts else exp.true()


def is_bound(term: SqlTerm) -> exp.Expression:
    """SQL truth of "the term is bound and no error"; constant TRUE where that is certain."""
    if not term.nullable:
        return exp.true()
    return exp.Not(this=exp.Is(this=term.columns[0], expression=exp.null()))


def general_struct(
    kind: int, lexical: exp.Expression, datatype: exp.Expression, language: exp.Expression
) -> exp.Expression:
    """A STRUCT(k, lex, dt, lang) of the given parts, without a check for NULL."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=bare(name), expression=value)
            for name, value in (
                ("k", cast(exp.Literal.number(kind), "UTINYINT")),
                ("lex", lexical),
                ("dt", datatype),
                ("lang", language),
            )
        ]
    )


def field(struct: exp.Expression, name: str) -> exp.Expression:
    """One field of a general term's struct."""
    return exp.Anonymous(this="struct_extract", expressions=[struct, text(name)])


def iri_text(term: SqlTerm) -> exp.Expression:
    """The whole IRI of a term encoded as an IRI template, as VARCHAR; NULL if unbound."""
    encoding = term.encoding
    assert isinstance(encoding, IriTemplate)
    columns = iter(term.columns)
    parts = [text(part) if part is not None else next(columns) for part in encoding.parts]
    if not parts:
        return text("")
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part)
    return paren(joined) if len(parts) > 1 else joined


def to_whole_iri(term: SqlTerm) -> SqlTerm:
    """The same IRI in one column."""
    return SqlTerm(WHOLE_IRI, (iri_text(term),), term.nullable)


def to_general(term: SqlTerm) -> SqlTerm:
    """The same term in a general column."""
    match term.encoding:
        case General():
            return term
        case IriTemplate():
            struct = general_struct(KIND_IRI, iri_text(term), text(""), text(""))
        case Native(datatype=datatype, language=language):
            struct = general_struct(
                KIND_LITERAL,
                lexical_form(term.columns[0], datatype),
                text(datatype),
                text(language),
            )
    if term.nullable:
        struct = exp.Case(
            ifs=[exp.If(this=is_bound(term), true=struct)],
        )
    return SqlTerm(General(), (struct,), term.nullable)


def convert(term: SqlTerm, encoding: Encoding) -> SqlTerm:
    """The same term in a wider (or the same) encoding."""
    if term.encoding == encoding:
        return term
    if encoding == WHOLE_IRI and isinstance(term.encoding, IriTemplate):
        return to_whole_iri(term)
    if isinstance(encoding, General):
        return to_general(term)
    raise ValueError(f"no conversion from {term.encoding} to {encoding}")


def common_encoding(encodings: Sequence[Encoding]) -> Encoding:
    """The narrowest encoding that all of these convert to."""
    first = encodings[0]
    if all(encoding == first for encoding in encodings):
        return first
    if all(isinstance(encoding, IriTemplate) for encoding in encodings):
        return WHOLE_IRI
    return General()


def constant(term: Iri | Literal | BlankNode) -> SqlTerm:
    """A term of the query as SQL, in the narrowest encoding that holds it exactly."""
    from federation.relational.constants import constant_term

    return constant_term(term)


def unbound(encoding: Encoding) -> SqlTerm:
    """An unbound term of an encoding: NULL in every column."""
    if isinstance(encoding, IriTemplate):
        return SqlTerm(WHOLE_IRI, (cast(exp.null(), "VARCHAR"),), True)
    if isinstance(encoding, Native):
        from federation.relational.lexical import sql_type

        return SqlTerm(encoding, (cast(exp.null(), sql_type(encoding.datatype)),), True)
    return SqlTerm(encoding, (cast(exp.null(), GENERAL_TYPE),), True)
