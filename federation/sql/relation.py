"""A relation of solutions as SQL: a query, and how each variable stands in its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from sqlglot import exp

from federation.relational.convert import all_of, convert, unbound
from federation.relational.encoding import Encoding, IriTemplate, SqlTerm
from federation.relational.nodes import bare, column, quoted


@dataclass(frozen=True, slots=True)
class Rel:
    """A SQL query that gives solutions.

    `terms` has each variable's encoding, over the query's own column names; a variable that is
    missing is unbound in every solution. `shapes` has, by the column of a geometry literal, the
    column of the query that holds the same geometry as WKB (`mappers.published.WKB_SUFFIX`).
    """

    query: exp.Query
    terms: Mapping[str, SqlTerm]
    shapes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aliases:
    """Fresh table names, unique within one SQL text."""

    numbers: Iterator[int] = field(default_factory=count)

    def new(self) -> str:
        """The next name."""
        return f"t{next(self.numbers)}"


def sql_text(query: exp.Query) -> str:
    """A query as DuckDB's SQL. The tree is not copied for it, since DuckDB's generator does not
    change it.
    """
    return query.sql("duckdb", copy=False)


@lru_cache(maxsize=4096)
def column_name(variable: str, index: int) -> str:
    """The name of a variable's column.

    SQL identifiers are compared without case, variables with it, so capitals are marked.
    """
    marked = "".join(f"^{letter}" if letter.isupper() else letter for letter in variable)
    return f"{marked}.{index}"


def named(expression: exp.Expression, name: str) -> exp.Expression:
    """An expression of a SELECT list with a quoted name."""
    return exp.Alias(this=expression, alias=quoted(name))


def of_table(rel: Rel, table: str) -> dict[str, SqlTerm]:
    """The terms of a relation that stands in FROM under a name."""
    return {
        variable: SqlTerm(
            term.encoding,
            tuple(column(column_name(variable, i), table) for i in range(len(term.columns))),
            term.nullable,
        )
        for variable, term in rel.terms.items()
    }


def select(terms: Mapping[str, SqlTerm]) -> tuple[exp.Select, dict[str, SqlTerm]]:
    """A SELECT of terms under their variables' names, and the terms over those names."""
    expressions: list[exp.Expression] = []
    outputs: dict[str, SqlTerm] = {}
    for variable, term in terms.items():
        names = [column_name(variable, index) for index in range(len(term.columns))]
        expressions += [
            named(expression, name) for expression, name in zip(term.columns, names, strict=True)
        ]
        outputs[variable] = SqlTerm(
            term.encoding, tuple(column(name) for name in names), term.nullable
        )
    if not expressions:
        expressions = [named(exp.Literal.number(1), "one")]
    return exp.Select(expressions=expressions), outputs


def source(rel: Rel, alias: str) -> exp.Subquery:
    """A relation as an item of FROM."""
    return exp.Subquery(this=rel.query, alias=exp.TableAlias(this=bare(alias)))


def from_(query: exp.Select, items: Sequence[exp.Expression]) -> exp.Select:
    """Put items in FROM, as a cross join that WHERE makes an inner join."""
    query.set("from_", exp.From(this=items[0]))
    query.set("joins", [exp.Join(this=item, kind="CROSS") for item in items[1:]])
    return query


def where(query: exp.Select, conditions: Sequence[exp.Expression]) -> exp.Select:
    """Set WHERE to all conditions, if there are any."""
    if conditions:
        query.set("where", exp.Where(this=all_of(conditions)))
    return query


def converted(
    terms: Mapping[str, SqlTerm], encodings: Mapping[str, Encoding]
) -> dict[str, SqlTerm]:
    """Terms for exactly the given variables, each in the given encoding, NULL where it is
    missing."""
    found: dict[str, SqlTerm] = {}
    for variable, encoding in encodings.items():
        if variable not in terms:
            found[variable] = unbound(encoding)
        elif isinstance(encoding, IriTemplate) and terms[variable].encoding == encoding:
            found[variable] = terms[variable]
        else:
            found[variable] = convert(terms[variable], encoding)
    return found


def one_row() -> Rel:
    """One solution that binds nothing."""
    query, _ = select({})
    return Rel(query, {})


def no_rows() -> Rel:
    """No solution."""
    query, _ = select({})
    return Rel(where(query, [exp.false()]), {})
