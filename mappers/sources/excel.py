"""Reading Excel workbooks, old (.xls) and new (.xlsx): every cell becomes text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import unique_names
from mappers.sources.files import SourceFile
from mappers.suggest import did_you_mean

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_excel(source: Source, file: SourceFile) -> pa.Table:
    """The rows of the source's sheet (default: the first) below its header; empty rows count."""
    rows = _rows(source, file)[source.skip :]
    width = max((len(row) for row in rows), default=0)
    texts = [[_text(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    if source.header:
        header = texts[source.header - 1] if len(texts) >= source.header else []
    else:
        header = [""] * width
    body = texts[source.header :]
    names = unique_names(header)
    columns = [pa.array([row[i] for row in body], type=pa.string()) for i in range(len(names))]
    return pa.table(columns, names=names)


def _rows(source: Source, file: SourceFile) -> list[list[Cell]]:
    try:
        workbook = CalamineWorkbook.from_path(str(file.path))
        sheet = source.sheet if source.sheet is not None else workbook.sheet_names[0]
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        raise SourceFormatError(
            f"The workbook has no sheet {source.sheet!r}.",
            location=Location(file.shown),
            way_out=did_you_mean(source.sheet or "", workbook.sheet_names),
        ) from error
    except CalamineError as error:
        raise SourceFormatError(
            f"This is not an Excel workbook: {error}.", location=Location(file.shown)
        ) from error


def _text(cell: Cell) -> str:
    """A cell as text; numbers without a needless fraction, as a person sees them."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
