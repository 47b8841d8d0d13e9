"""A plain reading of the school budget and the pupils of public schools by district."""

from __future__ import annotations

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path


def _pupils(education: Path) -> Counter[str]:
    """Pupils of public schools by name of the district, of schools that the register lists."""
    with (education / "Schulen.csv").open(encoding="utf-8-sig", newline="") as file:
        public = {
            row["bsn"]: row["bezirk"]
            for row in csv.DictReader(file)
            if row["traeger"] == "öffentlich"
        }
    pupils: Counter[str] = Counter()
    with (education / "berlin_schools_students.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["bsn"] in public and row["students_total"]:
                pupils[public[row["bsn"]]] += int(row["students_total"])
    return pupils


def expected(data: Path) -> list[tuple[str, str, int, int, Decimal]]:
    """Rows (district, name, euro in 2026, pupils, euro per pupil), the most per pupil first."""
    city = data / "berlin" if (data / "berlin").is_dir() else data
    pupils = _pupils(city / "education")
    rows = []
    for number in range(1, 13):
        file = city / "finance" / f"haushalt_2026_Ausgabetitel_{number + 2:02}.json"
        titles = json.loads(file.read_text("utf-8"))
        [name] = {title["bereichs_bezeichnung"] for title in titles}
        euros = sum(
            title["betrag"]
            for title in titles
            if title["oberfunktions_bezeichnung"].startswith("Allgemeinbildende")
        )
        rows.append((f"{number:02}", name, euros, pupils[name], Decimal(euros) / pupils[name]))
    return sorted(rows, key=lambda row: -row[4])
