"""A plain reading of the schools near stations with polluted air."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pyproj import Geod, Transformer


def expected(data: Path) -> list[tuple[str, str, str, float]]:
    """Rows (school number, school, station, yearly mean) for 1,000 m, 10 µg/m³ and 2024."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    to_degrees = Transformer.from_crs("EPSG:25832", "OGC:CRS84", always_xy=True)
    spheroid = Geod(ellps="WGS84")
    text = (city / "environment" / "stations_yearly_pollution.geojson").read_text("utf-8")
    means = [feature["properties"] for feature in json.loads(text)["features"]]
    polluted = [
        mean
        for mean in means
        if mean["pollutant"] == "Stickstoffdioxid"
        and mean["year"] == 2024
        and mean["mean_value"] > 10
    ]
    rows = []
    with (city / "education" / "Schulen.csv").open(encoding="utf-8-sig", newline="") as file:
        for school in csv.DictReader(file):
            longitude, latitude = to_degrees.transform(float(school["x"]), float(school["y"]))
            for mean in polluted:
                metres = spheroid.inv(longitude, latitude, mean["lon"], mean["lat"])[2]
                if metres <= 1000:
                    station = mean["station_name_x"].split(" ", 1)[1]
                    rows.append(
                        (school["bsn"], school["schulname"].strip(), station, mean["mean_value"])
                    )
    return sorted(rows)
