"""Writing the formats of the city's files: CSV in several dialects, and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path

from mappers.lookalike.town import Box

Cell = str | int | float | None
Ring = Sequence[tuple[float, float]]


def write_csv(
    file: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    newline: str = "\n",
) -> None:
    """Write a CSV file; None is an empty cell."""
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerow(header)
    writer.writerows(rows)
    write_text(file, text.getvalue(), encoding)


def write_text(file: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text with the line ends that it has; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode(encoding))


def write_json(file: Path, value: object, *, ascii_only: bool = False) -> None:
    """Write a JSON file."""
    write_text(file, json.dumps(value, ensure_ascii=ascii_only) + "\n")


def write_geojson(
    file: Path,
    features: Iterable[Mapping[str, object]],
    *,
    crs: str | None = None,
    ascii_only: bool = False,
) -> None:
    """Write a GeoJSON file; `crs` is the URN of a system that is stated as in GeoJSON of 2008."""
    stated = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    collection = {"type": "FeatureCollection", **stated, "features": list(features)}
    write_json(file, collection, ascii_only=ascii_only)


def feature(properties: Mapping[str, object], geometry: Mapping[str, object]) -> dict[str, object]:
    """A feature of GeoJSON."""
    return {"type": "Feature", "properties": dict(properties), "geometry": dict(geometry)}


def point(x: float, y: float) -> dict[str, object]:
    """A point of GeoJSON."""
    return {"type": "Point", "coordinates": [x, y]}


def polygon(ring: Ring) -> dict[str, object]:
    """A polygon of GeoJSON, of a closed ring."""
    return {"type": "Polygon", "coordinates": [list(ring)]}


def multi_polygon(ring: Ring) -> dict[str, object]:
    """A multipolygon of GeoJSON with one part, of a closed ring."""
    return {"type": "MultiPolygon", "coordinates": [[list(ring)]]}


def polygon_wkt(box: Box) -> str:
    """The outline of a rectangle as WKT, longitude and latitude."""
    ring = ", ".join(f"{lon} {lat}" for lon, lat in box.ring())
    return f"MULTIPOLYGON ((({ring})))"


def decimal_comma(value: float, digits: int) -> str:
    """A number as printed in German, without thousands."""
    return f"{value:.{digits}f}".replace(".", ",")
