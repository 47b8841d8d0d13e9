"""Reading JSON: the objects that a simple path finds, a row each."""

from __future__ import annotations

import json
import re

import pyarrow as pa

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import table_of_objects
from mappers.sources.delimited import decode
from mappers.sources.files import SourceFile, content
from mappers.suggest import did_you_mean

_STEP = re.compile(r"\.(\*)|\.([^.\[\]*]+)|\[(\*)\]|\[(\d+)\]|\['([^']*)'\]")


def read_json(source: Source, file: SourceFile) -> pa.Table:
    """The objects that the source's iterator finds (`$`, `$[*]`, `$.a.b[*]`, `$.*`), a row each."""
    found = select(source, file, load_json(source, file))
    for number, value in enumerate(found, start=1):
        if not isinstance(value, dict):
            raise SourceFormatError(
                f"The iterator {source.iterator!r} finds {_kind(value)}, not an object.",
                location=Location(file.shown, row=number),
                way_out="Choose an iterator that finds objects.",
            )
    return table_of_objects(found)  # type: ignore[arg-type]


def load_json(source: Source, file: SourceFile) -> object:
    """The value in a JSON file; SourceFormatError with line and column where it is not JSON."""
    try:
        return json.loads(decode(source, file, content(file)))
    except json.JSONDecodeError as error:
        raise SourceFormatError(
            f"This is not JSON: {error.msg}.",
            location=Location(file.shown, error.lineno, error.colno),
        ) from error


def select(source: Source, file: SourceFile, root: object) -> list[object]:
    """The values that the source's iterator finds; a list found by `$` stands for its elements."""
    path = source.iterator
    if not path.startswith("$"):
        raise _unknown_path(source)
    position, values = 1, [root]
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise _unknown_path(source)
        position = step.end()
        values = [found for value in values for found in _step(step, value, source, file)]
    if len(values) == 1 and isinstance(values[0], list):
        return values[0]
    return values


def _step(step: re.Match[str], value: object, source: Source, file: SourceFile) -> list[object]:
    every_value, name, every_element, index, quoted = step.groups()
    key = name if name is not None else quoted
    if every_value and isinstance(value, dict):
        return list(value.values())
    if (every_element or every_value) and isinstance(value, list):
        return value
    if index and isinstance(value, list) and int(index) < len(value):
        return [value[int(index)]]
    if key is not None and isinstance(value, dict) and key in value:
        return [value[key]]
    hint = did_you_mean(key, value) if key is not None and isinstance(value, dict) else None
    raise SourceFormatError(
        f"The iterator {source.iterator!r} finds nothing at {step[0]!r} in {_kind(value)}.",
        location=Location(file.shown),
        way_out=hint,
    )


def _unknown_path(source: Source) -> SourceFormatError:
    return SourceFormatError(
        f"The iterator {source.iterator!r} is not a path that can be read.",
        location=source.location,
        way_out="Paths are $, $[*], $.name, $.name[*] and $.*, and these one after the other.",
    )


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else f"the value {json.dumps(value)[:40]}"
