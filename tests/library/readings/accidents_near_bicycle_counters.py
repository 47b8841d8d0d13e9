"""A plain reading of the accidents with bicycles near the counters of bicycles."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pyproj import Geod


def _accidents(city: Path) -> list[tuple[float, float]]:
    """Longitude and latitude of each accident with a bicycle."""
    with (city / "safety" / "accidents_berlin_2019.csv").open(
        encoding="latin-1", newline=""
    ) as file:
        return [
            (
                float(row["XGCSWGS84"].replace(",", ".")),
                float(row["YGCSWGS84"].replace(",", ".")),
            )
            for row in csv.DictReader(file, delimiter=";")
            if row["IstRad"] == "1"
        ]


def expected(data: Path) -> list[tuple[str, str, int, int]]:
    """Rows (counter, name, bicycles a day, accidents within 300 m), the most accidents first."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    spheroid = Geod(ellps="WGS84")
    accidents = _accidents(city)
    text = (city / "transport" / "ecocounter_segments.geojson").read_text("utf-8")
    rows = []
    for feature in json.loads(text)["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        about = feature["properties"]["eco-counter"]
        near = sum(
            spheroid.inv(longitude, latitude, x, y)[2] <= 300
            for x, y in accidents
            if abs(y - latitude) < 0.01
        )
        if near:
            key = str(feature["properties"]["segment_id"])
            rows.append((key, about["nom"], about["moyD"], near))
    return sorted(rows, key=lambda row: (-row[3], row[0]))
