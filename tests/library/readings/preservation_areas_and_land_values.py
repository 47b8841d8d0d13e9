"""A plain reading of preservation areas, land values and permitted dwellings by district."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path


def _hectares(housing: Path) -> dict[str, Decimal]:
    """Hectares of social preservation by name of the district."""
    hectares: dict[str, Decimal] = defaultdict(Decimal)
    csv.field_size_limit(sys.maxsize)
    with (housing / "milieuschutz_combined.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["zone_type"] == "EM":
                hectares[row["district"]] += Decimal(row["area_ha"])
    return hectares


def _land_values(housing: Path) -> dict[str, list[Decimal]]:
    """Values of residential land of 2024 by name of the district."""
    values: dict[str, list[Decimal]] = defaultdict(list)
    with (housing / "land_prices.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["reference_date"].startswith("2024-01-01") and row[
                "typical_land_use_type"
            ].startswith("W - "):
                values[row["district_name"]].append(Decimal(row["standard_land_value"]))
    return values


def _permitted(permits: Path) -> Counter[str]:
    """Dwellings permitted in 2024 by code of the district; an en-dash alone is none, else a minus."""
    dwellings: Counter[str] = Counter()
    for path in permits.glob("berlin-building-permits-2024-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = row["apartments"].replace("–", "-").replace(" ", "")
                dwellings[row["id"]] += 0 if text == "-" else int(text)
    return dwellings


def expected(data: Path) -> list[tuple[str, str, Decimal, Decimal, int]]:
    """Rows (district, name, hectares, mean land value, dwellings permitted), dearest land first."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    hectares, values = _hectares(city / "housing"), _land_values(city / "housing")
    permitted = _permitted(city / "permits")
    districts = json.loads((city / "geo" / "berlin-lor-districts.geojson").read_text("utf-8"))
    rows = []
    for feature in districts["features"]:
        code, name = feature["properties"]["id"], feature["properties"]["name"]
        mean = sum(values[name], Decimal()) / len(values[name])
        rows.append((code, name, hectares[name], mean, permitted[code]))
    return sorted(rows, key=lambda row: (-row[3], row[0]))
