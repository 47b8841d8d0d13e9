"""Every operator and function over every kind of term, beside Oxigraph.

Each is asked three times: over constants, over a column of one kind, and over a column of all kinds.
The three answers are one. Where Oxigraph answers otherwise, `DEVIATIONS` says by which rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.rdf import XSD, Iri, Literal
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask

HEAD = f"PREFIX xsd: <{XSD}> BASE <http://base.example/a/b>\n"

TERMS = {
    "integer": "5",
    "negative": "-3",
    "zero": "0",
    "decimal": "2.5",
    "double": "1.5e0",
    "nan": '"NaN"^^xsd:double',
    "inf": '"INF"^^xsd:double',
    "minus zero": '"-0.0"^^xsd:double',
    "float": '"0.1"^^xsd:float',
    "byte": '"7"^^xsd:byte',
    "string": '"abc"',
    "empty": '""',
    "digits": '"12"',
    "english": '"abc"@en',
    "french": '"b"@fr',
    "date": '"2020-02-29"^^xsd:date',
    "date in UTC": '"2020-02-29Z"^^xsd:date',
    "time": '"2020-02-29T23:30:00.5"^^xsd:dateTime',
    "time in UTC": '"2020-02-29T23:30:00.5Z"^^xsd:dateTime',
    "time in the east": '"2020-03-01T04:30:00.5+05:00"^^xsd:dateTime',
    "true": "true",
    "false": "false",
    "no integer": '"x"^^xsd:integer',
    "no time": '"2020-13-01T00:00:00"^^xsd:dateTime',
    "no boolean": '"maybe"^^xsd:boolean',
    "unknown": '"v"^^<http://e.example/datatype>',
    "iri": "<http://e.example/i>",
    "unbound": "UNDEF",
}
NUMBERS = frozenset(list(TERMS)[:10])
NAN = frozenset({"nan"})
DATES = frozenset({"date", "date in UTC"})
TIMES = frozenset({"time", "time in UTC", "time in the east"})
TAGGED = frozenset({"english", "french"})
ILL_TYPED = frozenset({"no integer", "no time", "no boolean"})
UNORDERED = TAGGED | ILL_TYPED | {"unknown", "iri"}
LITERALS = frozenset(TERMS) - {"iri", "unbound"}

UNARY = {
    **{
        name: f"{name}(?a)"
        for name in (
            *("STR", "LANG", "DATATYPE", "IRI", "ABS", "CEIL", "FLOOR", "ROUND", "STRLEN", "UCASE"),
            *("LCASE", "ENCODE_FOR_URI", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS"),
            *("TIMEZONE", "TZ", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "isIRI", "isBLANK"),
            *("isLITERAL", "isNUMERIC", "xsd:integer", "xsd:decimal", "xsd:double", "xsd:float"),
            *("xsd:string", "xsd:boolean", "xsd:date", "xsd:dateTime", "!", "-", "+"),
        )
    },
    "BOUND": "BOUND(?a)",
    "IF": "IF(?a, 1, 2)",
    "COALESCE": "COALESCE(?a, 'none')",
    "REGEX": "REGEX(?a, 'B', 'i')",
    "REPLACE": "REPLACE(?a, '[ac]', '<$0>')",
    "SUBSTR": "SUBSTR(?a, 2)",
    "STRDT": "STRDT(?a, xsd:integer)",
    "STRLANG": "STRLANG(?a, 'de')",
    "IN": "?a IN (5, 'abc', <http://e.example/i>)",
}
BINARY = {
    **{symbol: f"?a {symbol} ?b" for symbol in ("=", "!=", "<", ">", "<=", ">=", *"+-*/")},
    **{symbol: f"?a {symbol} ?b" for symbol in ("&&", "||")},
    **{
        name: f"{name}(?a, ?b)"
        for name in (
            *("sameTerm", "STRDT", "STRLANG", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE"),
            *("STRAFTER", "LANGMATCHES", "CONCAT", "SUBSTR", "REGEX", "COALESCE"),
        )
    },
    "IF": "IF(?a, ?a, ?b)",
    "IN": "?a IN (?b)",
    "NOT IN": "?a NOT IN (?b)",
    "REPLACE": "REPLACE(?a, ?b, 'z')",
}


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where Oxigraph's answer is another, and the rule that ours goes by."""

    functions: frozenset[str]
    holds: Callable[[tuple[str, ...]], bool]
    reason: str


def _any(kinds: frozenset[str]) -> Callable[[tuple[str, ...]], bool]:
    return lambda terms: not kinds.isdisjoint(terms)


def _unlike_literals(terms: tuple[str, ...]) -> bool:
    return LITERALS.issuperset(terms)


LOGIC = frozenset({"!", "IF", "&&", "||"})
EQUALITY = frozenset({"=", "!=", "IN", "NOT IN"})
ORDER = frozenset({"<", ">", "<=", ">="})
DEVIATIONS = (
    Deviation(
        frozenset({"STR", "CONCAT"}),
        _any(frozenset({"double", "minus zero"})),
        "Oxigraph changes lexical forms when it reads them",
    ),
    Deviation(
        frozenset({"DATATYPE", "COALESCE", "IF"}),
        _any(frozenset({"byte"})),
        "Oxigraph reads derived integers as xsd:integer",
    ),
    Deviation(
        LOGIC,
        _any(TAGGED | ILL_TYPED),
        "a string with a language has the truth of its length, and an ill-typed number or boolean"
        " is false (SPARQL 1.1, 17.2.2)",
    ),
    Deviation(
        EQUALITY,
        _unlike_literals,
        "two literals that differ and that no operator compares are a type error (17.4.1.7)",
    ),
    Deviation(
        ORDER,
        _any(NAN),
        "a comparison of numbers with NaN is false, and no error (XPath Functions, 6.3)",
    ),
    Deviation(
        ORDER,
        lambda terms: terms[0] == terms[1] and terms[0] in UNORDERED,
        "SPARQL has no order of these, not even of a term with itself (17.3)",
    ),
    Deviation(
        ORDER,
        lambda terms: frozenset({"true", "false"}).issuperset(terms),
        "false is less than true (17.3)",
    ),
    Deviation(
        frozenset({"REPLACE"}),
        lambda terms: terms[-1] == "empty",
        "a pattern that matches the empty string is an error (XPath Functions, 7.6.3)",
    ),
    Deviation(
        frozenset({"TZ", "TIMEZONE"}),
        _any(DATES),
        "these are functions of xsd:dateTime only (17.4.5.8)",
    ),
    Deviation(
        frozenset({"-"}),
        lambda terms: DATES.issuperset(terms) or TIMES.issuperset(terms),
        "SPARQL's minus is of numbers only (17.3)",
    ),
    Deviation(
        frozenset({"xsd:decimal"}),
        _any(frozenset({"float"})),
        "a float is cast by the shortest decimal that reads back as the same float",
    ),
    Deviation(
        frozenset({"/"}),
        lambda terms: terms == ("zero", "decimal"),
        "0 divided by 2.5 is 0",
    ),
    Deviation(
        frozenset({"SUBSTR"}),
        lambda terms: len(terms) == 2 and terms[1] in NUMBERS,
        "a position that is no integer is rounded, as in XPath (5.4.3)",
    ),
)

Value = tuple[object, ...] | None


def _value(lexical: str, datatype: str, language: str) -> Value:
    """A literal, numbers by their value: stores differ in how they write them."""
    name = datatype.removeprefix(XSD)
    try:
        if name in ("integer", "decimal"):
            return (name, Decimal(lexical))
        if name in ("double", "float"):
            number = float(lexical.replace("INF", "inf"))
            return (name, "NaN") if math.isnan(number) else (name, number, math.copysign(1, number))
    except ArithmeticError:
        return (name, lexical)
    except ValueError:
        return (name, lexical)
    return (name, lexical, language.lower())


def _ours(query: str, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Value, ...]]:
    answered = ask(parse_query(HEAD + query), Dataset((), ()), connection)
    assert answered.path == "sql", answered.reason
    assert isinstance(answered.answer, Table)
    for row in answered.answer.rows:
        yield tuple(
            _value(term.lexical, term.datatype, term.language)
            if isinstance(term, Literal)
            else (term.value,)
            if isinstance(term, Iri)
            else None
            for term in row
        )


def _oxigraph(query: str) -> Iterator[tuple[Value, ...]]:
    found = ox.Store().query(HEAD + query)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        yield tuple(
            _value(term.value, term.datatype.value, term.language or "")
            if isinstance(term, ox.Literal)
            else (term.value,)
            if isinstance(term, ox.NamedNode)
            else None
            for term in (row[0], row[1])
        )


def _question(expression: str, kinds: list[tuple[str, ...]]) -> str:
    """The expression over all rows at once, each with its number."""
    names = " ".join(("?a", "?b")[: len(kinds[0])])
    rows = " ".join(
        f"({number} {' '.join(TERMS[kind] for kind in row)})" for number, row in enumerate(kinds)
    )
    return f"SELECT ?i ({expression} AS ?x) {{ VALUES (?i {names}) {{ {rows} }} }}"


def _by_kind(expression: str, kinds: list[tuple[str, ...]]) -> str:
    """The expression over columns that hold terms of one kind each."""
    names = " ".join(("?a", "?b")[: len(kinds[0])])
    branches = (
        f"{{ VALUES (?i {names}) {{ ({number} {row}) ({number} {row}) }} BIND({expression} AS ?x) }}"
        for number, row in enumerate(" ".join(TERMS[one] for one in kind) for kind in kinds)
    )
    return f"SELECT ?i ?x {{ {' UNION '.join(branches)} }}"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("empty")
    return open_duckdb(readable=(folder,), spill=None, memory_mb=700, threads=1)


def _numbered(rows: Iterator[tuple[Value, ...]]) -> dict[object, Value]:
    return {number[1]: value for number, value in rows if number is not None}


def _deviates(function: str, kinds: tuple[str, ...]) -> bool:
    return any(function in one.functions and one.holds(kinds) for one in DEVIATIONS)


@pytest.mark.parametrize("function", UNARY)
def test_a_function_of_one_term(connection: duckdb.DuckDBPyConnection, function: str) -> None:
    expression = UNARY[function]
    kinds = [(kind,) for kind in TERMS]
    question = _question(expression, kinds)
    ours, theirs = _numbered(_ours(question, connection)), _numbered(_oxigraph(question))
    unlike = {
        kind: (ours[number], theirs[number])
        for number, (kind,) in enumerate(kinds)
        if ours[number] != theirs[number] and not _deviates(function, (kind,))
    }
    assert unlike == {}
    assert _numbered(_ours(_by_kind(expression, kinds), connection)) == ours
    if function != "BOUND":
        constants = " UNION ".join(
            f"{{ BIND({number} AS ?i) BIND({expression.replace('?a', text)} AS ?x) }}"
            for number, (kind, text) in enumerate(TERMS.items())
            if kind != "unbound"
        )
        found = _numbered(_ours(f"SELECT ?i ?x {{ {constants} }}", connection))
        assert found == {number: ours[number] for number in found}


@pytest.mark.parametrize("function", BINARY)
def test_a_function_of_two_terms(connection: duckdb.DuckDBPyConnection, function: str) -> None:
    kinds = list(product(TERMS, repeat=2))
    question = _question(BINARY[function], kinds)
    ours, theirs = _numbered(_ours(question, connection)), _numbered(_oxigraph(question))
    unlike = {
        pair: (ours[number], theirs[number])
        for number, pair in enumerate(kinds)
        if ours[number] != theirs[number] and not _deviates(function, pair)
    }
    assert unlike == {}


@pytest.mark.parametrize("function", ["=", "<", "+", "/", "IF", "CONCAT"])
@pytest.mark.parametrize("kind", ["integer", "float", "english", "time"])
def test_columns_of_one_kind_give_what_columns_of_all_kinds_give(
    connection: duckdb.DuckDBPyConnection, function: str, kind: str
) -> None:
    expression = BINARY[function]
    pairs = [(kind, other) for other in TERMS]
    mixed = _numbered(_ours(_question(expression, pairs), connection))
    assert _numbered(_ours(_by_kind(expression, pairs), connection)) == mixed


def test_every_deviation_is_one() -> None:
    for one in DEVIATIONS:
        found = False
        for function in one.functions:
            for table, size in ((UNARY, 1), (BINARY, 2)):
                if function in table:
                    kinds = [row for row in product(TERMS, repeat=size) if one.holds(row)]
                    found = found or bool(kinds)
        assert found, one.reason
