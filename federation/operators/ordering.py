"""ORDER BY (SPARQL 1.1 section 15.1): unbound, blank nodes, IRIs, literals; total and repeatable.

Literals are ordered by what they are (numbers, booleans, times, dates, strings, others), numbers by
value, all else by value or text, and at last by datatype and language, so that no two terms tie.
"""

from __future__ import annotations

from sqlglot import exp

from federation.operators.comparison import instant
from federation.operators.fragments import sql
from federation.operators.numeric import general_decimal, general_double, rank
from federation.relational.convert import iri_text
from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from mappers.rdf import XSD_BOOLEAN, XSD_DATE, XSD_DATE_TIME, XSD_STRING


def order_keys(term: SqlTerm, descending: bool) -> list[exp.Ordered]:
    """The sort expressions of a term, the first one deciding."""
    match term.encoding:
        case IriTemplate() if not term.columns:
            return []
        case IriTemplate():
            keys = [iri_text(term)]
        case Native():
            keys = [term.columns[0]]
        case General():
            keys = general_keys(term)
    # DuckDB's default places NULL last; SPARQL orders unbound first.
    return [exp.Ordered(this=key, desc=descending, nulls_first=not descending) for key in keys]


def tie_break(term: SqlTerm) -> list[exp.Ordered]:
    """Sort expressions that part any two terms, in the order that is cheapest to compare.

    They come after all that a query asks for, so that a LIMIT takes the same rows each time.
    """
    return [exp.Ordered(this=column, desc=False, nulls_first=True) for column in term.columns]


def general_keys(term: SqlTerm) -> list[exp.Expression]:
    """Sort expressions of a general term: class, numeric value, time, text, datatype, language."""
    (column,) = term.columns
    number = rank(term)
    kind = sql(
        "CASE WHEN :t IS NULL THEN NULL WHEN struct_extract(:t, 'k') = 1 THEN 0"
        " WHEN struct_extract(:t, 'k') = 0 THEN 1"
        " WHEN :n IS NOT NULL THEN 2"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_BOOLEAN}' THEN 3"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_DATE_TIME}' THEN 4"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_DATE}' THEN 5"
        f" WHEN struct_extract(:t, 'dt') = '{XSD_STRING}' THEN 6 ELSE 7 END",
        t=column,
        n=number,
    )
    time = sql(
        f"CASE WHEN struct_extract(:t, 'dt') IN ('{XSD_DATE_TIME}', '{XSD_DATE}') THEN :i END",
        t=column,
        i=instant(column),
    )
    return [
        kind,
        sql("CASE WHEN :n IS NOT NULL THEN :v END", n=number, v=general_double(term)),
        sql("CASE WHEN :n < 2 THEN :v END", n=number, v=general_decimal(term)),
        time,
        *(sql(f"struct_extract(:t, '{name}')", t=column) for name in ("lex", "dt", "lang")),
    ]
