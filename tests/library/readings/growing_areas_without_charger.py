"""A plain reading of the growing planning areas whose stations have no charging station nearby."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pyproj import Geod, Transformer
from shapely.geometry import Point, shape
from shapely.prepared import prep


def _inhabitants(file: Path) -> dict[str, int]:
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["id"]: int(row["inhabitants"]) for row in csv.DictReader(opened)}


def _chargers(city: Path) -> list[tuple[float, float]]:
    to_degrees = Transformer.from_crs("EPSG:25833", "OGC:CRS84", always_xy=True)
    with (city / "transport" / "ladesaeulen.csv").open(encoding="utf-8", newline="") as file:
        return [
            to_degrees.transform(float(row["x_wert"]), float(row["y_wert"]))
            for row in csv.DictReader(file)
        ]


def expected(data: Path) -> list[tuple[str, str, int, int]]:
    """Rows (planning area, name, increase 2021 to 2024 of 500 or more, stations), for 500 m."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    spheroid = Geod(ellps="WGS84")
    places = _chargers(city)
    form = "berlin-lor-population-{}-t1-planning-areas.csv"
    before = _inhabitants(city / "population" / form.format("2021-02"))
    after = _inhabitants(city / "population" / form.format("2024-02"))
    stations = json.loads((city / "transport" / "vbb-stations-8.31.0-full.json").read_text("utf-8"))
    text = (city / "geo" / "lor_planungsraeume_2021_wgs84.geojson").read_text("utf-8")
    rows = []
    for area in json.loads(text)["features"]:
        code, name = area["properties"]["PLR_ID"], area["properties"]["PLR_NAME"]
        if code not in before or code not in after or after[code] - before[code] < 500:
            continue
        outline = shape(area["geometry"])
        west, south, east, north = outline.bounds
        contains = prep(outline).contains
        count = 0
        for station in stations.values():
            x, y = station["location"]["longitude"], station["location"]["latitude"]
            if not (west <= x <= east and south <= y <= north) or not contains(Point(x, y)):
                continue
            if all(spheroid.inv(x, y, *place)[2] > 500 for place in places):
                count += 1
        if count:
            rows.append((code, name, after[code] - before[code], count))
    return sorted(rows, key=lambda row: (-row[3], row[0]))
