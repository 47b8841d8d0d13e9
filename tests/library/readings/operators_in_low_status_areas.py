"""A plain reading of the operators of day-care centres in areas of very low social status."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path


def expected(data: Path) -> list[tuple[str, str, int, int]]:
    """Rows (operator, name, centres, places), the most centres first."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    with (city / "social" / "mss_2021_index-indikatoren_z-werte_plr.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        low = {
            row["PLR-ID"].zfill(8)
            for row in csv.DictReader(file, delimiter=";")
            if row["Zuordnung Klasse Status-Index "] == "sehr niedrig"
        }
    centres: Counter[str] = Counter()
    places: Counter[str] = Counter()
    names: dict[str, str] = {}
    name = "berlin-daycare-centers-2026-07-details.csv"
    with (city / "education" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, label = row["sponsor_id"], row["sponsor_name"].strip()
            if not code:
                continue
            names[code] = min(names.get(code, label), label)
            if row["geojson_feature_id"].zfill(8) in low:
                centres[code] += 1
                places[code] += int(row["places"])
    rows = [(code, names[code], count, places[code]) for code, count in centres.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))
