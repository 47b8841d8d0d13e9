"""A plain reading of the transport budget and the bicycle thefts by district."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path


def _budget(city: Path) -> Counter[str]:
    """Euros of expenditure on transport in 2026 by district; file 03 is that of district 01."""
    euros: Counter[str] = Counter()
    for number in range(3, 15):
        file = city / "finance" / f"haushalt_2026_Ausgabetitel_{number:02}.json"
        for title in json.loads(file.read_text("utf-8")):
            if title["hauptfunktions_bezeichnung"].startswith("Verkehr"):
                euros[f"{number - 2:02}"] += title["betrag"]
    return euros


def _thefts(city: Path) -> Counter[str]:
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


def expected(data: Path) -> list[tuple[str, str, Decimal, Decimal]]:
    """Rows (district, name, euro per inhabitant, thefts per 1,000), rounded to 2 decimals."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    districts = json.loads((city / "geo" / "berlin-lor-districts.geojson").read_text("utf-8"))
    names = {
        feature["properties"]["id"]: feature["properties"]["name"]
        for feature in districts["features"]
    }
    budget, thefts, cents = _budget(city), _thefts(city), Decimal("0.01")
    rows = []
    name = "berlin-lor-population-2024-02-t1-districts.csv"
    with (city / "population" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, inhabitants = row["id"], int(row["inhabitants"])
            euro = Decimal(budget[code]) / inhabitants
            stolen = Decimal(1000 * thefts[code]) / inhabitants
            rows.append(
                (
                    code,
                    names[code],
                    euro.quantize(cents, ROUND_HALF_UP),
                    stolen.quantize(cents, ROUND_HALF_UP),
                )
            )
    return sorted(rows)
