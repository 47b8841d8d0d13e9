"""A plain reading of the bicycle thefts of 2023 in the crime atlas and in the reports."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path


def _reported(city: Path) -> Counter[str]:
    """Thefts by district that began in 2023: the first file until 2022, all of the second."""
    thefts: Counter[str] = Counter()
    safety = city / "safety"
    with (safety / "fahrraddiebstahl_2022-01_2023-06.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["angelegt_am"] < "2023" and row["tatzeit_anfang_datum"].startswith("2023"):
                thefts[row["lor"].zfill(8)[:2]] += 1
    with (safety / "fahrraddiebstahl_2023-01_2024-04.csv").open(
        encoding="latin-1", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["TATZEIT_ANFANG_DATUM"].endswith(".2023"):
                thefts[row["LOR"].zfill(8)[:2]] += 1
    return thefts


def expected(data: Path) -> list[tuple[str, str, int, int]]:
    """Rows (district, name, cases of the atlas, reported thefts)."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    atlas: Counter[str] = Counter()
    name = "berlin-lor-crime-atlas-2023-00-case-numbers-district-regions.csv"
    with (city / "safety" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            atlas[row["id"].zfill(6)[:2]] += int(row["bicycle_theft"])
    reported = _reported(city)
    districts = json.loads((city / "geo" / "berlin-lor-districts.geojson").read_text("utf-8"))
    names = {
        feature["properties"]["id"]: feature["properties"]["name"]
        for feature in districts["features"]
    }
    return [(code, names[code], atlas[code], reported[code]) for code in sorted(atlas)]
