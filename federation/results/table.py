"""Answers as a table for people to read on a terminal."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import IO, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from federation.results.native import NUMERIC, native_value
from federation.results.result import BlankLabels, Result, rows_of
from federation.results.turtle import PREFIXES, write_turtle
from mappers.rdf import BlankNode, Iri, Literal, Term

MOST_ROWS: Final = 1_000
"""Rows that a table shows; it says so when there are more."""

_NARROWEST_COLUMN: Final = 10
_ENDLESS: Final = 100_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FRACTION: Final = Decimal("0.0001")


def write_table(result: Result, stream: IO[bytes], width: int | None = None) -> None:
    """Write any answer for reading: a table, `yes` or `no`, or Turtle.

    IRIs are short (prefixed, or their last two steps), numbers have at most four decimal
    places, control characters are shown and not sent. `width` is that of the terminal in
    columns; None does not fold. Where the columns would be narrower than ten characters, each
    row is a block of lines.
    """
    if result.form == "ask":
        stream.write(b"yes\n" if result.boolean else b"no\n")
    elif result.form == "select":
        stream.write(_rows_text(result, width or _ENDLESS).encode())
    else:
        write_turtle(result, stream)


def _rows_text(result: Result, width: int) -> str:
    rows = rows_of(result)
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None, legacy_windows=False)
    blank_label = BlankLabels()
    shown: list[tuple[Term | None, ...]] = []
    for row in rows:
        if len(shown) == MOST_ROWS:
            break
        shown.append(row)
    cells = [tuple(cell_text(term, blank_label) for term in row) for row in shown]
    if shown and len(result.variables) * (_NARROWEST_COLUMN + 3) > width:
        console.print(_blocks(result.variables, cells))
    elif shown and result.variables:
        console.print(_grid(result.variables, shown, cells))
    console.print(_count(len(rows), len(shown)), highlight=False)
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())


def _grid(
    names: tuple[str, ...], rows: list[tuple[Term | None, ...]], cells: list[tuple[str, ...]]
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, name in enumerate(names):
        numeric = all(is_number(row[index]) for row in rows if row[index] is not None)
        table.add_column(
            Text(name), justify="right" if numeric else "left", overflow="fold", no_wrap=False
        )
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _blocks(names: tuple[str, ...], cells: list[tuple[str, ...]]) -> Text:
    """Each row as lines `name: value`, a blank line between rows."""
    blocks = [
        "\n".join(f"{name}: {cell}" for name, cell in zip(names, row, strict=True) if cell)
        for row in cells
    ]
    return Text("\n\n".join(blocks) + "\n", overflow="fold")


def _count(total: int, shown: int) -> str:
    if total > shown:
        return (
            f"The first {shown:,} of {total:,} rows. "
            "Another format (--format csv, json, ...) has them all."
        )
    return "1 row" if total == 1 else f"{total:,} rows"


def is_number(term: Term | None) -> bool:
    """Whether a term is a literal of a numeric datatype."""
    return isinstance(term, Literal) and term.datatype in NUMERIC


def cell_text(term: Term | None, blank_label: BlankLabels) -> str:
    """A term as a table shows it; empty for unbound."""
    match term:
        case None:
            return ""
        case Iri(value=value):
            return _visible(short_iri(value))
        case BlankNode(label=label):
            return f"_:{blank_label(label)}"
        case Literal(lexical=lexical):
            return _number(term) if term.datatype in NUMERIC else _visible(lexical)


def short_iri(iri: str) -> str:
    """An IRI as people read it: with a known prefix, or its last two steps.

    >>> short_iri("https://data.example.org/berlin/id/district/02")
    'district/02'
    """
    for prefix, namespace in PREFIXES:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    steps = [step for step in iri.split("/") if step]
    return "/".join(steps[-2:]) if len(steps) > 3 else iri


def _number(literal: Literal) -> str:
    """A number without exponent, rounded to four decimal places; as it is if it is no number."""
    value = native_value(literal)
    if value is None or isinstance(value, int):
        return _visible(literal.lexical)
    number = Decimal(str(value))
    if not number.is_finite() or number.adjusted() > 15:
        return literal.lexical
    if number and abs(number) < _FRACTION:
        return f"{float(number):.3g}"
    text = format(number.quantize(_FRACTION, rounding=ROUND_HALF_EVEN), "f")
    return text.rstrip("0").rstrip(".")


def _visible(text: str) -> str:
    """Text with control and direction characters as pictures, so that none reaches a terminal."""
    return _CONTROL.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}"
