"""A plain reading of the planning areas with little room to play."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path


def expected(data: Path) -> list[tuple[str, str, int, Decimal, Decimal]]:
    """Rows (planning area, name, children under 15, m² of play area, m² per child).

    For less than 1 m² per child and at least 500 children on 31 December 2024.
    """
    city = data / "berlin" if (data / "berlin").is_dir() else data
    with (city / "geo" / "LOR_2021.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {
            row["Planungsraum (Nummer)"]: row["Planungsraum (Name)"] for row in csv.DictReader(file)
        }
    play = dict.fromkeys(names, Decimal(0))
    with (city / "environment" / "playgrounds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, net = row["Nummer des Planungsraumes"], row["Nettospielfläche in m²"]
            if code in play and net != "-":
                play[code] += Decimal(net)
    rows = []
    file_name = "berlin-lor-population-2024-02-t2-planning-areas.csv"
    with (city / "population" / file_name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["id"]
            children = int(row["inhabitants_age_below_6"]) + int(row["inhabitants_age_6_15"])
            if children >= 500 and play[code] < children:
                rows.append((code, names[code], children, play[code], play[code] / children))
    return sorted(rows, key=lambda row: (row[4], row[0]))
