"""A plain reading of the planning areas with few parks and many bicycle thefts."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path


def _thefts(city: Path) -> Counter[str]:
    """Thefts by planning area that began in 2023: the first file until 2022, all of the second."""
    thefts: Counter[str] = Counter()
    safety = city / "safety"
    with (safety / "fahrraddiebstahl_2022-01_2023-06.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["angelegt_am"] < "2023" and row["tatzeit_anfang_datum"].startswith("2023"):
                thefts[row["lor"].zfill(8)] += 1
    with (safety / "fahrraddiebstahl_2023-01_2024-04.csv").open(
        encoding="latin-1", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["TATZEIT_ANFANG_DATUM"].endswith(".2023"):
                thefts[row["LOR"].zfill(8)] += 1
    return thefts


def _parks(city: Path) -> dict[str, Decimal]:
    """Square metres of park by planning area."""
    parks: dict[str, Decimal] = {}
    with (city / "environment" / "public_parks.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            code, size = row["Nummer des Planungsraumes"], row["Größe in m² (Kataster)"]
            if size not in ("", "-", "–"):
                parks[code] = parks.get(code, Decimal(0)) + Decimal(size.replace(",", "."))
    return parks


def expected(data: Path) -> list[tuple[str, str, int, int, Decimal, Decimal]]:
    """Rows (planning area, name, inhabitants, thefts, m² of park each, thefts per 1,000).

    For less than 3 m² of park per inhabitant and more than 10 thefts per 1,000.
    """
    city = data / "berlin" if (data / "berlin").is_dir() else data
    with (city / "geo" / "LOR_2021.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {
            row["Planungsraum (Nummer)"]: row["Planungsraum (Name)"] for row in csv.DictReader(file)
        }
    thefts, parks = _thefts(city), _parks(city)
    rows = []
    file_name = "berlin-lor-population-2024-02-t1-planning-areas.csv"
    with (city / "population" / file_name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, inhabitants = row["id"], int(row["inhabitants"])
            park = parks.get(code, Decimal(0))
            if park < 3 * inhabitants and 1000 * thefts[code] > 10 * inhabitants:
                rows.append(
                    (
                        code,
                        names[code],
                        inhabitants,
                        thefts[code],
                        park / inhabitants,
                        Decimal(1000 * thefts[code]) / inhabitants,
                    )
                )
    return sorted(rows, key=lambda row: (-row[5], row[0]))
