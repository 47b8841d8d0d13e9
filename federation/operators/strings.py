"""Functions on strings (SPARQL 1.1 section 17.4.3). Lengths and positions count code points."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import general_double, rank, static_number
from federation.operators.scope import Function, Scope, boolean, native
from federation.operators.terms import ERROR, plain, simple_string
from federation.relational.convert import general_struct, text, to_general
from federation.relational.encoding import General, Native, SqlTerm
from federation.relational.nodes import paren
from mappers.rdf import RDF_LANG_STRING, XSD_INTEGER, XSD_STRING


def string_text(term: SqlTerm) -> exp.Expression:
    """The text of a string literal (xsd:string or language-tagged); NULL for any other term."""
    match term.encoding:
        case Native(datatype=datatype) if datatype in (XSD_STRING, RDF_LANG_STRING):
            return term.columns[0]
        case General():
            return sql(
                f"CASE WHEN struct_extract(:t, 'dt') IN ('{XSD_STRING}', '{RDF_LANG_STRING}')"
                " THEN struct_extract(:t, 'lex') END",
                t=term.columns[0],
            )
        case _:
            return ERROR


def language(term: SqlTerm) -> exp.Expression:
    """The language of a string literal, '' if it has none."""
    match term.encoding:
        case Native(language=tag):
            return text(tag)
        case General():
            return sql("struct_extract(:t, 'lang')", t=term.columns[0])
        case _:
            return text("")


def like(term: SqlTerm, value: exp.Expression) -> SqlTerm:
    """A string literal of the same language as a term."""
    match term.encoding:
        case Native(datatype=datatype) if datatype in (XSD_STRING, RDF_LANG_STRING):
            return SqlTerm(term.encoding, (value,), True)
        case General():
            struct = general_struct(
                2,
                value,
                sql("struct_extract(:t, 'dt')", t=term.columns[0]),
                sql("struct_extract(:t, 'lang')", t=term.columns[0]),
            )
            return SqlTerm(
                General(), (sql("CASE WHEN :v IS NOT NULL THEN :s END", v=value, s=struct),), True
            )
        case _:
            return plain(ERROR)


def _mapped(fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        return like(term, sql(fragment, v=string_text(term)))

    return apply


_WHOLE: Final = tuple(
    (one, one.upper()) for one in map(chr, range(0x80, 0x20000)) if len(one.upper()) > 1
)
"""Characters whose upper case is several, as ß is SS (Unicode's SpecialCasing; fn:upper-case)."""


def _upper() -> Function:
    """SQL's `upper` maps character to character; where one becomes several, each is looked up."""
    members = "".join(one for one, _ in _WHOLE)
    keys = ", ".join(f"'{one}'" for one, _ in _WHOLE)
    values = ", ".join(f"'{several}'" for _, several in _WHOLE)
    return _mapped(
        f"CASE WHEN regexp_matches(:v, '[{members}]')"
        " THEN array_to_string(list_transform(string_split(:v, ''), lambda c:"
        f" coalesce(element_at(map([{keys}], [{values}]), c)[1], upper(c))), '')"
        " ELSE upper(:v) END"
    )


def _strlen(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    value = sql("CAST(length(:v) AS BIGINT)", v=string_text(arguments[0]))
    return native(XSD_INTEGER, value)


def compatible(left: SqlTerm, right: SqlTerm) -> exp.Expression:
    """Whether two strings may be compared: the second has no language, or the first one's
    (17.4.3.1.2).
    """
    if isinstance(left.encoding, Native) and isinstance(right.encoding, Native):
        fits = right.encoding.language in ("", left.encoding.language)
        return exp.true() if fits else exp.false()
    return sql(":r = '' OR :r = :l", r=language(right), l=language(left))


def _test(fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        left, right = arguments
        value = sql(fragment, a=string_text(left), b=string_text(right))
        fits = compatible(left, right)
        if fits != exp.true():
            value = sql("CASE WHEN :f THEN :v END", f=paren(fits), v=value)
        return boolean(value)

    return apply


def _part(before: bool) -> Function:
    """STRBEFORE and STRAFTER: '' without language where the text is not found (17.4.3.9)."""
    cut = "left(:a, strpos(:a, :b) - 1)" if before else "substr(:a, strpos(:a, :b) + length(:b))"

    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        left, right = arguments
        a, b = string_text(left), string_text(right)
        fits = paren(compatible(left, right))
        found = sql(f"CASE WHEN :f AND strpos(:a, :b) > 0 THEN {cut} END", f=fits, a=a, b=b)
        absent = sql("CASE WHEN :f AND strpos(:a, :b) = 0 THEN '' END", f=fits, a=a, b=b)
        tagged = like(left, found)
        if tagged.encoding == Native(XSD_STRING):
            return plain(sql("coalesce(:x, :y)", x=found, y=absent))
        struct = general_struct(2, text(""), text(XSD_STRING), text(""))
        value = sql(
            "CASE WHEN :y IS NOT NULL THEN :s ELSE :x END",
            y=absent,
            s=struct,
            x=to_general(tagged).columns[0],
        )
        return SqlTerm(General(), (value,), True)

    return apply


def position(term: SqlTerm) -> exp.Expression:
    """A number as a rounded position for SUBSTR; NULL for any other term."""
    number = static_number(term)
    if number is not None and number.datatype == XSD_INTEGER:
        return sql("CAST(:v AS BIGINT)", v=number.value)
    value = general_double(term)
    return sql(
        "CASE WHEN :r IS NOT NULL THEN TRY_CAST(floor(:v + 0.5) AS BIGINT) END",
        r=rank(term),
        v=value,
    )


def _substr(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """SUBSTR: characters whose position p has start <= p < start + length, from 1 on."""
    source, start, *rest = arguments
    a, s = string_text(source), position(start)
    if not rest:
        value = sql("CASE WHEN :s IS NOT NULL THEN substr(:a, greatest(:s, 1)) END", a=a, s=s)
        return like(source, value)
    value = sql(
        "CASE WHEN :s IS NOT NULL AND :n IS NOT NULL THEN"
        " substr(:a, greatest(:s, 1), greatest(:s + :n - greatest(:s, 1), 0)) END",
        a=a,
        s=s,
        n=position(rest[0]),
    )
    return like(source, value)


def _concat(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """CONCAT: of one language if all have it, else without (17.4.3.12)."""
    if not arguments:
        return plain(text(""), nullable=False)
    value = string_text(arguments[0])
    for argument in arguments[1:]:
        value = sql(":a || :b", a=value, b=string_text(argument))
    encodings = {argument.encoding for argument in arguments}
    if all(isinstance(one, Native) for one in encodings):
        return like(arguments[0], value) if len(encodings) == 1 else plain(value)
    first_language = language(arguments[0])
    same: exp.Expression = exp.true()
    for argument in arguments[1:]:
        same = sql(":s AND :a = :b", s=same, a=first_language, b=language(argument))
    tag = sql("CASE WHEN :s THEN :l ELSE '' END", s=paren(same), l=first_language)
    datatype = sql(f"CASE WHEN :l = '' THEN '{XSD_STRING}' ELSE '{RDF_LANG_STRING}' END", l=tag)
    struct = general_struct(2, value, datatype, tag)
    return SqlTerm(
        General(), (sql("CASE WHEN :v IS NOT NULL THEN :s END", v=value, s=struct),), True
    )


def _encode_for_uri(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return plain(sql("url_encode(:v)", v=string_text(arguments[0])))


def _langmatches(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """Basic filtering of RFC 4647, section 3.3.1."""
    tag, wanted = (simple_string(argument) for argument in arguments)
    return boolean(
        sql(
            "CASE WHEN :r = '*' THEN :t <> ''"
            " ELSE lower(:t) = lower(:r) OR starts_with(lower(:t), lower(:r) || '-') END",
            t=tag,
            r=wanted,
        )
    )


FUNCTIONS: Final = {
    "STRLEN": _strlen,
    "SUBSTR": _substr,
    "UCASE": _upper(),
    "LCASE": _mapped("lower(:v)"),
    "STRSTARTS": _test("starts_with(:a, :b)"),
    "STRENDS": _test("ends_with(:a, :b)"),
    "CONTAINS": _test("contains(:a, :b)"),
    "STRBEFORE": _part(True),
    "STRAFTER": _part(False),
    "CONCAT": _concat,
    "ENCODE_FOR_URI": _encode_for_uri,
    "LANGMATCHES": _langmatches,
}
