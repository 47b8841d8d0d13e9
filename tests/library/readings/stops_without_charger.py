"""A plain reading of the stations in Berlin that have no charging station within 500 m."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pyproj import Geod, Transformer
from shapely import STRtree
from shapely.geometry import Point, shape


def chargers(city: Path) -> list[tuple[float, float]]:
    """Longitude and latitude of each charging station."""
    to_degrees = Transformer.from_crs("EPSG:25833", "OGC:CRS84", always_xy=True)
    with (city / "transport" / "ladesaeulen.csv").open(encoding="utf-8", newline="") as file:
        return [
            to_degrees.transform(float(row["x_wert"]), float(row["y_wert"]))
            for row in csv.DictReader(file)
        ]


def stations_far_from(
    city: Path, places: list[tuple[float, float]], metres: float
) -> list[tuple[str, str, str, str]]:
    """Rows (stop, its name, planning area, its name) for stations farther than that from all."""
    spheroid = Geod(ellps="WGS84")
    text = (city / "geo" / "lor_planungsraeume_2021_wgs84.geojson").read_text("utf-8")
    areas = json.loads(text)["features"]
    outlines = [shape(area["geometry"]) for area in areas]
    tree = STRtree(outlines)
    stations = json.loads((city / "transport" / "vbb-stations-8.31.0-full.json").read_text("utf-8"))
    reach = (
        metres / 100_000
    )  # more degrees of latitude, and half of it of longitude, than the metres
    rows = []
    for key, station in stations.items():
        longitude, latitude = station["location"]["longitude"], station["location"]["latitude"]
        inside = tree.query(Point(longitude, latitude), predicate="within")
        if not len(inside):
            continue
        near = (
            (x, y)
            for x, y in places
            if abs(y - latitude) <= reach and abs(x - longitude) <= 2 * reach
        )
        if any(spheroid.inv(longitude, latitude, x, y)[2] <= metres for x, y in near):
            continue
        for index in inside:
            properties = areas[index]["properties"]
            rows.append((key, station["name"], properties["PLR_ID"], properties["PLR_NAME"]))
    return sorted(rows)


def expected(data: Path) -> list[tuple[str, str, str, str]]:
    """Rows (stop, its name, planning area, its name), for 500 m."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    return stations_far_from(city, chargers(city), 500)
