"""CSV is read strictly, and errors name the file and the row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources import read_source
from mappers.sources.delimited import read_delimited
from mappers.sources.files import SourceFile


def source(access: str = "a.csv", **options: object) -> Source:
    return Source("a", access, "csv", Location("mapping.yml", 3), **options)  # type: ignore[arg-type]


def rows(folder: Path, content: str | bytes, **options: object) -> list[dict[str, object]]:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "a.csv").write_bytes(data)
    return read_source(source(**options), folder).table.to_pylist()


def test_rows_carry_their_file_and_number(tmp_path: Path) -> None:
    assert rows(tmp_path, "id,name\n1,a\n2,b\n") == [
        {"id": "1", "name": "a", "__file": "a.csv", "__row": 1},
        {"id": "2", "name": "b", "__file": "a.csv", "__row": 2},
    ]


def test_a_quoted_cell_may_hold_the_delimiter_quotes_and_line_ends(tmp_path: Path) -> None:
    found = rows(tmp_path, 'id,name\n1,"a, ""b""\r\nc"\n')
    assert found[0]["name"] == 'a, "b"\r\nc'


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert "id" in rows(tmp_path, b"\xef\xbb\xbfid,name\n1,a\n")[0]


@pytest.mark.parametrize(("row", "fields"), [("2", 1), ("2,b,c", 3)])
def test_a_row_of_another_length_than_the_header_is_named(
    tmp_path: Path, row: str, fields: int
) -> None:
    with pytest.raises(SourceFormatError, match=rf"a\.csv, row 2: The row has {fields} fields"):
        rows(tmp_path, f"id,name\n1,a\n{row}\n")


def test_an_undecodable_byte_is_named_with_its_row_and_the_way_out(tmp_path: Path) -> None:
    text = 'id,name\n1,"two\nlines"\n2,Grün\n'
    with pytest.raises(SourceFormatError) as caught:
        rows(tmp_path, text.encode("latin-1"))
    assert str(caught.value).startswith("a.csv, row 2: The byte 0xFC cannot be read as utf-8.")
    assert "encoding: latin-1" in str(caught.value)


def test_the_declared_encoding_is_used(tmp_path: Path) -> None:
    found = rows(tmp_path, "id\nGrün\n".encode("latin-1"), encoding="latin-1")
    assert found[0]["id"] == "Grün"


def test_an_unknown_encoding_is_an_error_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(SourceFormatError, match=r"mapping\.yml:3: There is no encoding 'utf-9'"):
        rows(tmp_path, "id\n1\n", encoding="utf-9")


def test_lines_are_skipped_and_the_header_may_be_lower(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        "a title, with commas, no table\nx;y\nid;name\n1;a\n",
        delimiter=";",
        skip=1,
        header=2,
    )
    assert found == [{"id": "1", "name": "a", "__file": "a.csv", "__row": 1}]


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    assert rows(tmp_path, "1,a\n", header=0)[0]["column2"] == "a"


def test_names_that_differ_in_case_only_are_told_apart(tmp_path: Path) -> None:
    assert list(rows(tmp_path, "id,ID,,id\n1,2,3,4\n")[0])[:4] == ["id", "ID_1", "column3", "id_2"]


def test_a_glob_unites_files_by_the_names_of_their_columns(tmp_path: Path) -> None:
    (tmp_path / "y-2.csv").write_text("name,id\nb,2\n")
    (tmp_path / "y-1.csv").write_text("id,old\n1,x\n")
    loaded = read_source(source("y-*.csv"), tmp_path)
    assert loaded.table.select(["id", "name", "__file", "__row"]).to_pylist() == [
        {"id": "1", "name": None, "__file": "y-1.csv", "__row": 1},
        {"id": "2", "name": "b", "__file": "y-2.csv", "__row": 1},
    ]
    assert [name for name, _ in loaded.files] == ["y-1.csv", "y-2.csv"]


def test_a_missing_file_is_named_with_a_close_match(tmp_path: Path) -> None:
    (tmp_path / "parks.csv").write_text("id\n")
    with pytest.raises(SourceFormatError, match=r"no such file .*Did you mean 'parks\.csv'\?"):
        read_source(source("park.csv"), tmp_path)


def test_a_packed_file_is_read_as_the_one_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"id,name\n1,a\n"))
    assert read_source(source("a.csv.gz"), tmp_path).table.to_pylist() == [
        {"id": "1", "name": "a", "__file": "a.csv.gz", "__row": 1}
    ]


def test_packed_and_plain_files_are_united(tmp_path: Path) -> None:
    (tmp_path / "y-1.csv").write_text("id\n1\n")
    (tmp_path / "y-2.csv.gz").write_bytes(gzip.compress(b"id\n2\n"))
    found = read_source(source("y-*"), tmp_path).table
    assert found.select(["id", "__file"]).to_pylist() == [
        {"id": "1", "__file": "y-1.csv"},
        {"id": "2", "__file": "y-2.csv.gz"},
    ]


@pytest.mark.parametrize(
    "damaged", [b"id\n1\n", gzip.compress(b"id\n1\n" * 999)[:-9], b"\x1f\x8b\x08\x00" + b"x" * 30]
)
def test_a_file_that_cannot_be_unpacked_is_named(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "a.csv.gz").write_bytes(damaged)
    with pytest.raises(SourceFormatError, match=r"a\.csv\.gz: .* cannot be unpacked as gzip"):
        read_source(source("a.csv.gz"), tmp_path)


def test_an_undecodable_byte_of_a_packed_file_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress("id\n1\nGrün\n".encode("latin-1")))
    with pytest.raises(SourceFormatError, match=r"a\.csv\.gz, row 2: The byte 0xFC"):
        read_source(source("a.csv.gz"), tmp_path)


def outcome(folder: Path, text: str, quote: str) -> tuple[object, ...]:
    """Names and rows of a text, or the error; with a quote that occurs it is read row by row."""
    file = folder / "a.csv"
    file.write_bytes(text.encode())
    try:
        table = read_delimited(source(quote=quote), SourceFile(file, "a.csv"))
    except SourceFormatError as error:
        return (str(error),)
    return table.column_names, table.schema.types, [list(r.values()) for r in table.to_pylist()]


@given(rest=st.text(alphabet="ab,,\n\n\r ü\x00\u2028\x0c\x85", max_size=25))
def test_text_without_quotes_is_read_alike_at_once_and_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, rest: str
) -> None:
    # a quote within a cell is a sign like any other, but makes the reader go row by row
    folder, text = tmp_path_factory.getbasetemp(), "x,y'z\n" + rest
    assert outcome(folder, text, '"') == outcome(folder, text, "'")
