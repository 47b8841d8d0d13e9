"""Term maps as SQL: general structs, texts of IRIs, and keys by which terms are compared.

A key is a list of expressions that are equal just if the terms are. Where all terms to be compared
have one form, the key is their plain columns; otherwise the text of the IRI, otherwise the struct.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from mappers.published import (
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
)
from mappers.rdf import BlankNode, Iri, Literal, Term
from mappers.shacl.fragments import all_of, column, number, sql, text
from mappers.shacl.lexical import lexical_form
from mappers.unfolding import ColumnIs, Condition, TermIs, TermIsNot, TextIs, is_injective

IRI, BLANK, LITERAL = 0, 1, 2
_STRUCT = "{'k': CAST(:k AS UTINYINT), 'lex': :lex, 'dt': :dt, 'lang': :lang}"


def struct(
    kind: int, lexical: exp.Expression, datatype: str = "", language: str = ""
) -> exp.Expression:
    """A general term of a known kind."""
    return sql(_STRUCT, k=number(kind), lex=lexical, dt=text(datatype), lang=text(language))


def constant_struct(term: Term) -> exp.Expression:
    """A term as a general struct."""
    match term:
        case Iri(value=value):
            return struct(IRI, text(value))
        case BlankNode(label=label):
            return struct(BLANK, text(label))
        case Literal(lexical=lexical, datatype=datatype, language=language):
            return struct(LITERAL, text(lexical), datatype, language)


def general(term_map: TermMap, table: str) -> exp.Expression:
    """The term of a row of `table` as a general struct (GENERAL_TYPE)."""
    match term_map:
        case ConstantTerm(term=term):
            return constant_struct(term)
        case TemplateTerm(kind=kind):
            return struct(IRI if kind == "iri" else BLANK, template_text(term_map, table))
        case ColumnTerm(column=name, datatype=datatype, language=language):
            return struct(LITERAL, lexical_form(column(name, table), datatype), datatype, language)
        case GeneralTerm(column=name):
            return column(name, table)


def template_text(template: TemplateTerm, table: str) -> exp.Expression:
    """The whole IRI or label of a template, as VARCHAR."""
    return parts_text(template.parts, table)


def parts_text(parts: Sequence[str | Slot], table: str) -> exp.Expression:
    """Constant text and columns, joined."""
    pieces = [text(p) if isinstance(p, str) else column(p.column, table) for p in parts]
    joined = pieces[0] if pieces else text("")
    for piece in pieces[1:]:
        joined = sql(":a || :b", a=joined, b=piece)
    return joined


def lexical(term_map: TermMap, table: str) -> exp.Expression:
    """The lexical form of a literal, the text of an IRI, the label of a blank node."""
    match term_map:
        case ConstantTerm(term=term):
            return text(term.value if isinstance(term, Iri) else term.lexical)
        case TemplateTerm():
            return template_text(term_map, table)
        case ColumnTerm(column=name, datatype=datatype):
            return lexical_form(column(name, table), datatype)
        case GeneralTerm(column=name):
            return field(column(name, table), "lex")


def field(general_term: exp.Expression, name: str) -> exp.Expression:
    """One field of a general struct."""
    return sql("struct_extract(:s, :n)", s=general_term, n=text(name))


def _skeleton(template: TemplateTerm) -> tuple[object, ...]:
    return (template.kind, *(p if isinstance(p, str) else p.encoded for p in template.parts))


def form_of(terms: Iterable[TermMap]) -> str:
    """How these terms can be compared: "columns", "literal", "iri" or "general"."""
    maps = list(terms)
    templates = [term for term in maps if isinstance(term, TemplateTerm)]
    if len(templates) == len(maps):
        same = len({_skeleton(template) for template in templates}) <= 1
        if same and all(is_injective(template) for template in templates):
            return "columns"
    literals = {(t.datatype, t.language) for t in maps if isinstance(t, ColumnTerm)}
    if all(isinstance(term, ColumnTerm) for term in maps) and len(literals) <= 1:
        return "literal"
    if all(_is_iri(term) for term in maps):
        return "iri"
    return "general"


def _is_iri(term: TermMap) -> bool:
    if isinstance(term, TemplateTerm):
        return term.kind == "iri"
    return isinstance(term, ConstantTerm) and isinstance(term.term, Iri)


def key(term: TermMap, form: str, table: str) -> list[exp.Expression]:
    """The key of a term in a form that `form_of` gave for it and what it is compared with."""
    if form == "columns" and isinstance(term, TemplateTerm):
        slots = [part for part in term.parts if isinstance(part, Slot)]
        return [column(slot.column, table) for slot in slots] or [number(0)]
    if form == "literal" and isinstance(term, ColumnTerm):
        return [column(term.column, table)]
    if form == "iri":
        return [lexical(term, table)]
    return [general(term, table)]


def condition_sql(condition: Condition, table: str) -> exp.Expression:
    """A condition of a match on the rows of `table`."""
    match condition:
        case ColumnIs(column=name, text=value):
            return sql(":c = :v", c=column(name, table), v=text(value))
        case TextIs(parts=parts, text=value):
            return sql(":c = :v", c=parts_text(parts, table), v=text(value))
        case TermIs(column=name, term=term):
            return _struct_is(column(name, table), term)
        case TermIsNot(term=term_map, iris=iris):
            texts = [text(iri) for iri in sorted(iris)]
            return exp.not_(exp.In(this=lexical(term_map, table), expressions=texts))
        case _:
            form = lexical_form(column(condition.column, table), condition.literal.datatype)
            return sql(":c = :v", c=form, v=text(condition.literal.lexical))


def _struct_is(term: exp.Expression, value: Term) -> exp.Expression:
    """Field by field, the rarest first, so that Parquet statistics can help."""
    if isinstance(value, Literal):
        parts = {"lex": value.lexical, "dt": value.datatype, "lang": value.language}
        kind = LITERAL
    else:
        parts = {"lex": value.value if isinstance(value, Iri) else value.label}
        kind = IRI if isinstance(value, Iri) else BLANK
    tests = [sql(":f = :v", f=field(term, name), v=text(part)) for name, part in parts.items()]
    return all_of([*tests, sql(":f = :v", f=field(term, "k"), v=number(kind))])
