"""A plain reading of the accidents with bicycles by district."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path


def expected(data: Path) -> list[tuple[str, str, int, int, Decimal]]:
    """Rows (district, name, accidents, inhabitants, accidents per 1,000), the most first."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    districts = json.loads((city / "geo" / "berlin-lor-districts.geojson").read_text("utf-8"))
    names = {
        feature["properties"]["id"]: feature["properties"]["name"]
        for feature in districts["features"]
    }
    accidents: Counter[str] = Counter()
    with (city / "safety" / "accidents_berlin_2019.csv").open(
        encoding="latin-1", newline=""
    ) as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["IstRad"] == "1":
                accidents[row["BEZ"].zfill(2)] += 1
    inhabitants: Counter[str] = Counter()
    with (city / "population" / "EWR201912E_Matrix.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        for row in csv.DictReader(file, delimiter=";"):
            inhabitants[row["RAUMID"].zfill(8)[:2]] += int(row["E_E"])
    rows = [
        (code, names[code], count, inhabitants[code], Decimal(1000 * count) / inhabitants[code])
        for code, count in accidents.items()
    ]
    return sorted(rows, key=lambda row: -row[4])
