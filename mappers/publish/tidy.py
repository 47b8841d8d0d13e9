"""A source's table as its description says: NULLs, decimal signs, leading zeros and ISO dates."""

from __future__ import annotations

import duckdb

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.publish.sql import matches, name, select, text
from mappers.sources import FILE, ROW
from mappers.suggest import did_you_mean


def tidy_table(connection: duckdb.DuckDBPyConnection, raw: str, source: Source) -> None:
    """Make the table `source.name` from the registered relation `raw`.

    Raises SourceFormatError for an option that names a missing column, and for a date that does not
    have the form stated.
    """
    described = connection.execute(f"DESCRIBE {name(raw)}").fetchall()
    types = {str(column): str(sql_type) for column, sql_type, *_ in described}
    _check_columns(source, types)
    columns = [f"{_cell(source, c, types[c])} AS {name(c)}" for c in types]
    for column, form in source.dates:
        _check_dates(connection, raw, source, column, form)
    query = select(columns, raw)
    connection.execute(f"CREATE TABLE {name(source.name)} AS {query}")


def _check_columns(source: Source, types: dict[str, str]) -> None:
    options = (
        ("pad", [column for column, _ in source.pad]),
        ("dates", [column for column, _ in source.dates]),
        ("numeric", source.numeric),
        ("keys", [column for key in source.keys for column in key]),
    )
    for option, columns in options:
        for column in columns:
            if column not in types:
                raise SourceFormatError(
                    f"`{option}` of the source {source.name!r} names the column {column!r}, which"
                    f" {source.access} does not have.",
                    location=source.location,
                    way_out=did_you_mean(column, types),
                )


def _cell(source: Source, column: str, sql_type: str) -> str:
    """The expression of one column."""
    expression = name(column)
    if sql_type != "VARCHAR" or column in (FILE, ROW):
        return expression
    if source.null_values:
        listed = ", ".join(text(value) for value in source.null_values)
        expression = f"CASE WHEN {expression} NOT IN ({listed}) THEN {expression} END"
    if (source.decimal != "." or source.thousands) and _may_be_number(source, column):
        expression = _number(source, expression)
    width = dict(source.pad).get(column)
    if width is not None:
        expression = (
            f"CASE WHEN length({expression}) < {width} THEN lpad({expression}, {width}, '0')"
            f" ELSE {expression} END"
        )
    form = dict(source.dates).get(column)
    if form is not None:
        expression = _iso(expression, form)
    return expression


def _may_be_number(source: Source, column: str) -> bool:
    return not source.numeric or column in source.numeric


def _number(source: Source, expression: str) -> str:
    """A cell that looks like a number, with a point and without signs between thousands."""
    thousands = _sign(source.thousands) if source.thousands else None
    whole = f"([0-9]{{1,3}}({thousands}[0-9]{{3}})+|[0-9]+)" if thousands else "[0-9]+"
    pattern = f"[+-]?{whole}({_sign(source.decimal)}[0-9]*)?"
    plain = expression
    if source.thousands:
        plain = f"replace({plain}, {text(source.thousands)}, '')"
    plain = f"replace({plain}, {text(source.decimal)}, '.')"
    return f"CASE WHEN {matches(expression, pattern)} THEN {plain} ELSE {expression} END"


def _sign(sign: str) -> str:
    """A sign in a regular expression."""
    return rf"\x{{{ord(sign):X}}}"


def _iso(expression: str, form: str) -> str:
    plain = form.replace("%-", "%")
    has_time = any(f"%{sign}" in plain for sign in "HIMScXTfgn")
    iso = "%Y-%m-%dT%H:%M:%S" if has_time else "%Y-%m-%d"
    return f"strftime(try_strptime({expression}, {text(form)}), {text(iso)})"


def _check_dates(
    connection: duckdb.DuckDBPyConnection, raw: str, source: Source, column: str, form: str
) -> None:
    listed = ", ".join(text(value) for value in source.null_values) or "NULL"
    cell = name(column)
    failing = connection.execute(
        select(
            [name(FILE), name(ROW), cell],
            raw,
            where=f"{cell} IS NOT NULL AND coalesce({cell} NOT IN ({listed}), true)"
            f" AND try_strptime({cell}, {text(form)}) IS NULL",
            limit=1,
        )
    ).fetchone()
    if failing is not None:
        raise SourceFormatError(
            f"The value {failing[2]!r} is not a date of the form {form!r}.",
            location=Location(failing[0], row=failing[1], field=column),
            way_out="Repair the cell, or the `dates` of the source.",
        )
