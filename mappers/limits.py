"""What one question may cost: every limit with its default, and where a city sets another.

`docs/reference/limits.md` describes each, with the problem that names it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Self

from mappers.errors import Location, MappingError, UsageError
from mappers.suggest import did_you_mean

VARIABLE: Final = "BYGRAF_LIMIT_"
"""What the name of an environment variable begins with that sets a limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The budget of a question, and of a server; a setting is a number, 0 or more.

    In this order: its text, its plan, its work, its answer, and the server's own limits.
    """

    text_bytes: int = 65_536
    """Length of the text, in bytes of UTF-8."""
    nesting: int = 64
    """Brackets open at one time: (), [] and {} together."""
    tree_depth: int = 160
    """Bound on the depth of the algebra: nesting and chained operators together."""
    triple_patterns: int = 200
    """Triple and path patterns in the whole query, templates included."""
    path_length: int = 100
    """Predicates in one property path."""
    operators: int = 200
    """Occurrences of one operator (UNION, OPTIONAL, FILTER, &&, ||, +, ...) in the query."""
    list_terms: int = 100
    """Terms of one collection, IN list or argument list."""
    values_cells: int = 10_000
    """Terms in all VALUES blocks together."""

    planning_seconds: float = 10.0
    """Time for planning, which is done in the server's own process."""
    plan_nodes: int = 20_000
    """Scans, joins and other operators in the plan."""
    sql_characters: int = 4_000_000
    """Length of the SQL that a plan becomes."""

    seconds: float = 60.0
    """Time for the whole question, from when it is taken up until its answer is written."""
    memory_mb: int = 1_500
    """Memory that DuckDB uses before it spills to disk, for each worker, in megabytes."""
    process_mb: int = 4_000
    """Memory that a worker process holds in all, in megabytes."""
    spill_mb: int = 10_000
    """Room on disk that a worker spills to, in megabytes."""
    residual_triples: int = 2_000_000
    """Triples fetched for a query on the residual path."""

    rows: int = 5_000_000
    """Rows of an answer."""
    triples: int = 1_000_000
    """Triples of an answer that is a graph."""
    bytes: int = 1_000_000_000
    """Bytes of an answer, both as it leaves the worker and as it is written."""
    residual_bytes: int = 100_000_000
    """Bytes of an answer as it leaves the residual path."""

    concurrent_queries: int = 8
    """Questions that a server works on at a time."""
    waiting_queries: int = 64
    """Questions that may wait for their turn; more are turned away."""
    body_bytes: int = 1_000_000
    """The largest body of an HTTP request."""
    receipts_kept: int = 1_000
    """The latest receipts that can still be fetched."""

    def changed(self, settings: Mapping[str, object]) -> Self:
        """These limits with some set otherwise; ValueError says what is wrong with a setting."""
        numbers: dict[str, Any] = {name: _number(name, said) for name, said in settings.items()}
        return replace(self, **numbers)


_TYPES: Final[Mapping[str, str]] = {one.name: str(one.type) for one in fields(Limits)}

NAMES: Final = tuple(_TYPES)
"""The names of all limits."""


def limits_of_file(table: Mapping[str, object], file: Path) -> Limits:
    """The limits that the table [limits] of a `city.toml` sets; MappingError if one is wrong."""
    try:
        return Limits().changed(table)
    except ValueError as error:
        raise MappingError(f"[limits]: {error}", location=Location(str(file))) from error


def limits_set(limits: Limits, environ: Mapping[str, str], options: Iterable[str] = ()) -> Limits:
    """Limits as the environment (`BYGRAF_LIMIT_ROWS=1000`) and then options (`rows=1000`) set them.

    Raises UsageError for a setting that is wrong.
    """
    stated: dict[str, object] = {
        name.removeprefix(VARIABLE).lower(): value
        for name, value in environ.items()
        if name.startswith(VARIABLE)
    }
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise UsageError(
                f"--limit {option!r} has no value.", way_out="Say --limit NAME=NUMBER."
            )
        stated[name.strip()] = value
    try:
        return limits.changed(stated)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _number(name: str, said: object) -> int | float:
    kind = _TYPES.get(name)
    if kind is None:
        raise ValueError(f"There is no limit {name!r}. {did_you_mean(name, NAMES)}".strip())
    text = str(said).strip()
    try:
        number = float(text) if kind == "float" else int(text)
    except ValueError:
        number = -1
    too_little = number <= 0 if kind == "float" else number < 0
    if isinstance(said, bool) or not math.isfinite(number) or too_little:
        what = "a number of seconds above 0" if kind == "float" else "a whole number of 0 or more"
        raise ValueError(f"The limit {name!r} is {what}, not {text!r}.")
    return number
