"""Functions on terms: tests, accessors, constructors (SPARQL 1.1 section 17.4.2)."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import rank, static_number
from federation.operators.scope import Function, Scope, boolean, native
from federation.relational.constants import constant_term
from federation.relational.convert import general_struct, iri_text, is_bound, text
from federation.relational.encoding import WHOLE_IRI, General, IriTemplate, Native, SqlTerm
from federation.relational.lexical import lexical_form
from mappers.errors import QueryUnsupportedError
from mappers.iris import iri_of
from mappers.published import NATIVE_TYPES
from mappers.rdf import RDF_LANG_STRING, XSD_STRING, Literal

ERROR: Final = sql("CAST(NULL AS VARCHAR)")

_LANGUAGE_TAG: Final = "[a-zA-Z]+(-[a-zA-Z0-9]+)*"
"""SPARQL 1.1 grammar, rule 145 (LANGTAG)."""


def plain(value: exp.Expression, *, nullable: bool = True) -> SqlTerm:
    """An xsd:string."""
    return native(XSD_STRING, value, nullable=nullable)


def _kind(number: int, holds: type) -> Function:
    def test(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        if isinstance(term.encoding, General):
            value = sql(f"struct_extract(:t, 'k') = {number}", t=term.columns[0])
            return boolean(value, nullable=term.nullable)
        truth = "TRUE" if isinstance(term.encoding, holds) else "FALSE"
        return boolean(
            sql(f"CASE WHEN :b THEN {truth} END", b=is_bound(term)), nullable=term.nullable
        )

    return test


class _NoEncoding:
    """No special encoding holds blank nodes."""


def _is_numeric(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (term,) = arguments
    if isinstance(term.encoding, General):
        value = sql("CASE WHEN :b THEN :r IS NOT NULL END", b=is_bound(term), r=rank(term))
        return boolean(value, nullable=term.nullable)
    truth = "TRUE" if static_number(term) is not None else "FALSE"
    if isinstance(term.encoding, Native) and term.encoding.datatype not in NATIVE_TYPES:
        return boolean(
            sql("CASE WHEN :b THEN :r IS NOT NULL END", b=is_bound(term), r=rank(term)),
            nullable=term.nullable,
        )
    return boolean(sql(f"CASE WHEN :b THEN {truth} END", b=is_bound(term)), nullable=term.nullable)


def string_of(term: SqlTerm) -> SqlTerm:
    """STR: the IRI or lexical form; an error for a blank node."""
    match term.encoding:
        case IriTemplate():
            return plain(iri_text(term), nullable=term.nullable)
        case Native(datatype=datatype):
            return plain(lexical_form(term.columns[0], datatype), nullable=term.nullable)
        case General():
            return plain(
                sql(
                    "CASE WHEN struct_extract(:t, 'k') <> 1 THEN struct_extract(:t, 'lex') END",
                    t=term.columns[0],
                )
            )


def _str(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return string_of(arguments[0])


def _lang(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (term,) = arguments
    match term.encoding:
        case IriTemplate():
            return plain(ERROR)
        case Native(language=language):
            value = sql("CASE WHEN :b THEN :l END", b=is_bound(term), l=text(language))
            return plain(value, nullable=term.nullable)
        case General():
            return plain(
                sql(
                    "CASE WHEN struct_extract(:t, 'k') = 2 THEN struct_extract(:t, 'lang') END",
                    t=term.columns[0],
                )
            )


def _datatype(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (term,) = arguments
    match term.encoding:
        case IriTemplate():
            value = ERROR
        case Native(datatype=datatype):
            value = sql("CASE WHEN :b THEN :d END", b=is_bound(term), d=text(datatype))
        case General():
            value = sql(
                "CASE WHEN struct_extract(:t, 'k') = 2 THEN struct_extract(:t, 'dt') END",
                t=term.columns[0],
            )
    return SqlTerm(WHOLE_IRI, (value,), True)


def _iri(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """IRI: an IRI as it is, a string resolved against the base; other terms are errors."""
    (term,) = arguments
    if isinstance(term.encoding, IriTemplate):
        return term
    base = scope.base
    if isinstance(term.encoding, Native):
        if term.encoding.datatype != XSD_STRING:
            return SqlTerm(WHOLE_IRI, (ERROR,), True)
        value = term.columns[0]
        if isinstance(value, exp.Literal):
            return _constant_iri(value.this, base)
        return SqlTerm(WHOLE_IRI, (_absolute(value, base),), True)
    (column,) = term.columns
    value = sql(
        "CASE WHEN struct_extract(:t, 'k') = 0 THEN struct_extract(:t, 'lex')"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_STRING}' THEN :made END",
        t=column,
        made=_absolute(sql("struct_extract(:t, 'lex')", t=column), base),
    )
    return SqlTerm(WHOLE_IRI, (value,), True)


def _constant_iri(value: str, base: str | None) -> SqlTerm:
    iri = iri_of(value, base)
    if iri is None:
        return SqlTerm(WHOLE_IRI, (ERROR,), True)
    return SqlTerm(IriTemplate((iri,), ()), (), False)


def _absolute(value: exp.Expression, base: str | None) -> exp.Expression:
    """An absolute IRI as it is, any other text resolved against the base."""
    relative = ERROR if base is None else sql("resolved_iri(:v, :b)", v=value, b=text(base))
    return sql(
        "CASE WHEN regexp_full_match(:v, '[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20<>\"{}|\\\\^`]*')"
        " THEN :v ELSE :r END",
        v=value,
        r=relative,
    )


def _strdt(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    lexical, datatype = arguments
    value = simple_string(lexical)
    if isinstance(datatype.encoding, IriTemplate) and not datatype.columns:
        iri = datatype.encoding.parts[0]
        assert iri is not None
        if iri not in NATIVE_TYPES and iri != RDF_LANG_STRING:
            return native(iri, value)
        if iri == RDF_LANG_STRING:
            return native(XSD_STRING, ERROR)
        if isinstance(value, exp.Literal):
            return constant_term(Literal(value.this, iri))
    elif not isinstance(datatype.encoding, IriTemplate | General):
        return native(XSD_STRING, ERROR)
    if isinstance(datatype.encoding, IriTemplate):
        iri_value = iri_text(datatype)
    else:
        iri_value = sql(
            "CASE WHEN struct_extract(:t, 'k') = 0 THEN struct_extract(:t, 'lex') END",
            t=datatype.columns[0],
        )
    struct = general_struct(2, value, iri_value, text(""))
    made = sql(
        "CASE WHEN :v IS NOT NULL AND :d IS NOT NULL THEN :s END", v=value, d=iri_value, s=struct
    )
    return SqlTerm(General(), (made,), True)


def _strlang(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """A tag that is none is an error: written as it stands, it could pass for the answer's text."""
    lexical, language = arguments
    value, tag = simple_string(lexical), simple_string(language)
    if isinstance(tag, exp.Literal) and re.fullmatch(_LANGUAGE_TAG, tag.this):
        return SqlTerm(Native(RDF_LANG_STRING, tag.this.lower()), (value,), True)
    struct = general_struct(2, value, text(RDF_LANG_STRING), sql("lower(:l)", l=tag))
    made = sql(
        f"CASE WHEN :v IS NOT NULL AND regexp_full_match(:l, '{_LANGUAGE_TAG}') THEN :s END",
        v=value,
        l=tag,
        s=struct,
    )
    return SqlTerm(General(), (made,), True)


def simple_string(term: SqlTerm) -> exp.Expression:
    """The text of an xsd:string; NULL for any other term."""
    match term.encoding:
        case Native(datatype=datatype) if datatype == XSD_STRING:
            return term.columns[0]
        case General():
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') = '{XSD_STRING}'"
                " THEN struct_extract(:t, 'lex') END",
                t=term.columns[0],
            )
        case _:
            return ERROR


def _bnode(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """BNODE: a fresh node, or one made of a text and the name of the solution.

    Planning adds that name (`federation.planning.fresh_nodes`). Raises QueryUnsupportedError where
    it could not.
    """
    if not arguments:
        label = sql("'b' || replace(CAST(uuid() AS VARCHAR), '-', '')")
        return SqlTerm(General(), (general_struct(1, label, text(""), text("")),), False)
    if len(arguments) == 1:
        raise QueryUnsupportedError(
            "BNODE of a text cannot be used in a condition inside EXISTS.",
            way_out="Use BNODE() or compare the texts themselves.",
        )
    value, solution = simple_string(arguments[0]), arguments[1].columns[0]
    struct = general_struct(1, sql("'b' || md5(:s || :v)", s=solution, v=value), text(""), text(""))
    return SqlTerm(
        General(), (sql("CASE WHEN :v IS NOT NULL THEN :s END", v=value, s=struct),), True
    )


def _uuid(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return SqlTerm(
        IriTemplate(("urn:uuid:", None), (True,)), (sql("CAST(uuid() AS VARCHAR)"),), False
    )


def _struuid(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return plain(sql("CAST(uuid() AS VARCHAR)"), nullable=False)


FUNCTIONS: Final = {
    "ISIRI": _kind(0, IriTemplate),
    "ISBLANK": _kind(1, _NoEncoding),
    "ISLITERAL": _kind(2, Native),
    "ISNUMERIC": _is_numeric,
    "STR": _str,
    "LANG": _lang,
    "DATATYPE": _datatype,
    "IRI": _iri,
    "STRDT": _strdt,
    "STRLANG": _strlang,
    "BNODE": _bnode,
    "UUID": _uuid,
    "STRUUID": _struuid,
}
"""Function by name."""
