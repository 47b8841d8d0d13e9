"""Permits: building permits a month, and completions and backlog a year, by district."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, write_csv
from mappers.lookalike.town import Town

_MONTHS: Final = tuple(
    (year, month)
    for year in range(2022, 2026)
    for month in range(1, 13)
    if (year, month) <= (2025, 4)
)
_YEARS: Final = range(2020, 2024)
_NEW: Final = "id,buildings,volume,usage_area,apartments,estimated_costs"
_BACKLOG: Final = (
    "id,backlog_total,backlog_new_buildings,backlog_new_buildings_under_roof,"
    "backlog_new_buildings_not_yet_under_roof,backlog_new_buildings_not_yet_started,"
    "expired_building_permits"
)
_TABLES: Final = {
    "12-completions-including-measures-on-existing-buildings": (
        "id,buildings,usage_area,apartments,estimated_costs"
    ),
    "13-completions-new-buildings": _NEW,
    "14-completions-new-buildings-with-1-or-2-apartments": _NEW,
    "15-completions-new-non-residential-buildings": _NEW,
    "16-construction-backlog-housing-projects": _BACKLOG,
    "17-construction-backlog-apartments": _BACKLOG,
    "18-construction-backlog-non-residential-buildings": _BACKLOG,
    "23-outflow-of-all-buildings-complete-districts": (
        "id,residential_buildings,residential_buildings_apartments,"
        "residential_buildings_usage_area,non_residential_buildings,"
        "non_residential_buildings_apartments,non_residential_buildings_usage_area"
    ),
}
_PERMITS: Final = "id,measures,usage_area,apartments,living_area,estimated_costs"


def write_permits(town: Town, folder: Path) -> None:
    """Write the files of the permits silo into their folder."""
    for year, month in _MONTHS:
        name = (
            f"berlin-building-permits-{year}-{month:02}-6-permits-by-district-"
            "including-measures-on-existing-buildings-districts.csv"
        )
        random = town.random(f"permits {year} {month}")
        write_csv(folder / name, _PERMITS.split(","), _rows(town, _PERMITS, random))
    for year in _YEARS:
        for table, header in _TABLES.items():
            random = town.random(f"completions {year} {table}")
            write_csv(
                folder / f"berlin-building-completions-{year}-00-{table}-districts.csv",
                header.split(","),
                _rows(town, header, random),
            )


def _rows(town: Town, header: str, random: Random) -> Iterator[tuple[Cell, ...]]:
    columns = header.split(",")[1:]
    for district in town.districts:
        cells: list[Cell] = [_cell(column, random) for column in columns]
        if columns[0] == "backlog_total":
            cells = _backlog(random)
        # an en dash stands for "exactly nothing"
        elif random.random() < 0.15:
            cells[random.randrange(1, len(cells))] = "–"
        yield (district.code, *cells)


def _cell(column: str, random: Random) -> Cell:
    if column.endswith("area"):
        return round(random.uniform(1, 400), 1)
    if column == "estimated_costs":
        return random.randint(5_000, 300_000)
    return random.randint(1, 300)


def _backlog(random: Random) -> list[Cell]:
    parts = [random.randint(1, 90) for _ in range(3)]
    existing, expired = random.randint(1, 120), random.randint(0, 20)
    return [sum(parts) + existing, sum(parts), *parts, expired or "–"]
