"""A plain reading of the day-care places and the completed dwellings by district."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path


def expected(data: Path) -> list[tuple[str, str, int, int, Decimal, int]]:
    """Rows (district, name, places, children under 6, places per child, dwellings of 2023)."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    districts = json.loads((city / "geo" / "berlin-lor-districts.geojson").read_text("utf-8"))
    names = {
        feature["properties"]["id"]: feature["properties"]["name"]
        for feature in districts["features"]
    }
    places: Counter[str] = Counter()
    name = "berlin-daycare-centers-2026-07-details.csv"
    with (city / "education" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["geojson_feature_id"].zfill(8)
            if code.isdigit() and len(code) == 8 and row["places"]:
                places[code[:2]] += int(row["places"])
    name = (
        "berlin-building-completions-2023-00-12-completions-including-measures-on-existing"
        "-buildings-districts.csv"
    )
    with (city / "permits" / name).open(encoding="utf-8", newline="") as file:
        completed = {row["id"]: int(row["apartments"]) for row in csv.DictReader(file)}
    rows = []
    name = "berlin-lor-population-2024-02-t2-districts.csv"
    with (city / "population" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, children = row["id"], int(row["inhabitants_age_below_6"])
            rows.append(
                (
                    code,
                    names[code],
                    places[code],
                    children,
                    Decimal(places[code]) / children,
                    completed[code],
                )
            )
    return sorted(rows, key=lambda row: row[4])
