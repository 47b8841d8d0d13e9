"""Columns from values: unique names, and the natural type of values out of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pyarrow as pa

_LARGEST = 2**63


def unique_names(names: Iterable[str]) -> list[str]:
    """Column names without repetition, letter case apart, as SQL needs them.

    Spaces at its ends, which nobody sees, are no part of a name. An empty name becomes `column` and
    its 1-based position, a repeated one gets `_1`, `_2`, ...
    """
    found: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names, start=1):
        wanted = name.strip() or f"column{position}"
        unique, number = wanted, 0
        while unique.lower() in taken:
            number += 1
            unique = f"{wanted}_{number}"
        taken.add(unique.lower())
        found.append(unique)
    return found


def natural_column(values: Sequence[object]) -> pa.Array:
    """JSON values as a column of their common type, and as text where they have none.

    Objects and arrays are JSON text; whole numbers beside others are numbers with a fraction.
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.array(values, type=pa.bool_())
    if kinds == {int} and all(v is None or -_LARGEST <= v < _LARGEST for v in values):  # type: ignore[operator]
        return pa.array(values, type=pa.int64())
    if kinds == {float} or kinds == {int, float}:
        return pa.array(
            [None if v is None else float(v) for v in values],  # type: ignore[arg-type]
            type=pa.float64(),
        )
    return pa.array([json_text(value) for value in values], type=pa.string())


def json_text(value: object) -> str | None:
    """A text as it is, null as None, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def table_of_objects(rows: Sequence[dict[str, object]]) -> pa.Table:
    """Objects as rows; a column for every key of any of them, in order of first occurrence."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    columns = [natural_column([row.get(key) for row in rows]) for key in keys]
    return pa.table(columns, names=unique_names(keys))
