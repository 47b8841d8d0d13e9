"""Reading formats that are tables already: Parquet, shapefiles, and RDF as its triples."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pyoxigraph as ox
import shapely

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import unique_names
from mappers.sources.files import SourceFile
from mappers.sources.geojson import GEOMETRY
from mappers.sources.geometry import crs_of, wkt_column
from mappers.worker.duck import spatial_extension

GENERAL_ARROW = pa.struct(
    [("k", pa.uint8()), ("lex", pa.string()), ("dt", pa.string()), ("lang", pa.string())]
)
"""The Arrow type of `mappers.published.GENERAL_TYPE`."""


def read_parquet(source: Source, file: SourceFile) -> pa.Table:
    """The rows of a Parquet file, in their types."""
    try:
        table = pq.read_table(file.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceFormatError(
            f"This is not a Parquet file: {error}.", location=Location(file.shown)
        ) from error
    return table.rename_columns(unique_names(table.column_names))


def read_shapefile(source: Source, file: SourceFile) -> pa.Table:
    """The records of a shapefile, with `geometry` as CRS84 WKT by its `.prj` or stated `crs`."""
    stated = source.crs or _projection(file.path)
    if stated is None:
        raise SourceFormatError(
            "The shapefile has no .prj beside it, so its coordinates mean nothing.",
            location=Location(file.shown),
            way_out="Give the source its `crs`, for example EPSG:25833.",
        )
    # a connection of its own: reading through GDAL needs files, which a mapping's SQL may not have
    with duckdb.connect(config={"autoload_known_extensions": False}) as connection:
        connection.load_extension(str(spatial_extension()))
        try:
            table = connection.execute(
                "SELECT * EXCLUDE (geom), ST_AsWKB(geom) AS geom FROM ST_Read(?)", [str(file.path)]
            ).to_arrow_table()
        except duckdb.Error as error:
            raise SourceFormatError(
                f"This is not a shapefile: {error}", location=Location(file.shown)
            ) from error
    shapes = shapely.from_wkb(table.column("geom").to_pylist())
    texts = wkt_column(source, shapes, crs_of(source, stated))
    columns = [name for name in table.column_names if name not in ("geom", GEOMETRY)]
    return table.select(columns).append_column(GEOMETRY, texts)


def read_rdf(source: Source, file: SourceFile) -> pa.Table:
    """The triples of an RDF file as general columns `s`, `p`, `o`."""
    try:
        with file.path.open("rb") as stream:
            form = ox.RdfFormat.from_extension(file.path.suffix.lstrip(".")) or ox.RdfFormat.TURTLE
            # the same label in two files is not the same node
            quads = ox.parse(stream, form, rename_blank_nodes=True)
            rows = [(q.subject, q.predicate, q.object) for q in quads]
    except SyntaxError as error:
        raise SourceFormatError(
            f"This is not RDF: {error.msg}.",
            location=Location(file.shown, error.lineno, error.offset),
        ) from error
    columns = [pa.array([_general(row[i]) for row in rows], type=GENERAL_ARROW) for i in range(3)]
    return pa.table(columns, names=["s", "p", "o"])


def _general(term: object) -> dict[str, object]:
    match term:
        case ox.NamedNode():
            return {"k": 0, "lex": term.value, "dt": "", "lang": ""}
        case ox.BlankNode():
            return {"k": 1, "lex": term.value, "dt": "", "lang": ""}
        case ox.Literal():
            language = (term.language or "").lower()
            return {"k": 2, "lex": term.value, "dt": term.datatype.value, "lang": language}
        case _:
            raise TypeError(f"{term!r} is no RDF 1.1 term")


def _projection(path: Path) -> str | None:
    prj = path.with_suffix(".prj")
    return prj.read_text(encoding="utf-8") if prj.is_file() else None
