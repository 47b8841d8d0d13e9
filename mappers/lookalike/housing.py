"""Housing: stock of apartments by old planning area, land values, areas of protected milieu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, polygon_wkt, write_csv
from mappers.lookalike.names import street_name
from mappers.lookalike.population import split
from mappers.lookalike.town import Box, Town

_STOCK_YEARS: Final = range(2015, 2023)
_STOCK_COLUMNS: Final = (
    "id,apartments,apartments_with_1_room,apartments_with_2_rooms,apartments_with_3_rooms,"
    "apartments_with_4_rooms,apartments_with_5_rooms,apartments_with_6_rooms,"
    "apartments_with_7_rooms_or_more,apartments_rooms,apartments_living_area,"
    "residential_buildings,residential_buildings_living_area,residential_buildings_apartments,"
    "residential_buildings_with_1_apartment,residential_buildings_with_1_apartment_living_area,"
    "residential_buildings_with_2_apartments,residential_buildings_with_2_apartments_living_area,"
    "residential_buildings_with_2_apartments_apartments,residential_buildings_with_3_apartments,"
    "residential_buildings_with_3_apartments_living_area,"
    "residential_buildings_with_3_apartments_apartments"
)
_LAND_COLUMNS: Final = (
    "Bodenrichtwert-Nummer,district_name,standard_land_value,typical_land_use_type,"
    "typical_floor_space_ratio,reference_date"
)
_MILIEU_COLUMNS: Final = (
    "protection_zone_id,protection_zone_key,district,district_id,protection_zone_name,"
    "date_announced,date_effective,amendment_announced,amendment_effective,area_ha,zone_type,"
    "geometry_wkt"
)
_LAND_YEARS: Final = range(2012, 2025)
_LAND_USES: Final = ("W - Wohngebiet", "M1 - Kerngebiet", "M2 - Mischgebiet", "G - Gewerbe")


def write_housing(town: Town, folder: Path) -> None:
    """Write the files of the housing silo into their folder."""
    for year in _STOCK_YEARS:
        write_csv(
            folder / f"berlin-lor-housing-stock-{year}-00.csv",
            _STOCK_COLUMNS.split(","),
            _stock(town, year, town.random("stock")),
        )
    write_csv(
        folder / "land_prices.csv",
        _LAND_COLUMNS.split(","),
        _land_values(town, town.random("land")),
        newline="\r\n",
    )
    write_csv(
        folder / "milieuschutz_combined.csv",
        _MILIEU_COLUMNS.split(","),
        _protected(town, town.random("milieu")),
    )


def _stock(town: Town, year: int, random: Random) -> Iterator[tuple[Cell, ...]]:
    for area in town.old_areas:
        houses = split(random.randint(200, 900) + 4 * (year - 2015), (5, 2, 3), random)
        flats = houses[0] + 2 * houses[1] + random.randint(6, 9) * houses[2]
        rooms = split(flats, (6, 20, 32, 24, 10, 5, 3), random)
        # living area in units of 100 square metres
        sizes = [houses[0] * 13 // 10, houses[1] * 19 // 10]
        sizes.append(7 * (flats - houses[0] - 2 * houses[1]) // 10)
        yield (
            area.code,
            flats,
            *rooms,
            sum(number * count for number, count in enumerate(rooms, 1)),
            sum(sizes),
            sum(houses),
            sum(sizes),
            flats,
            houses[0],
            sizes[0],
            houses[1],
            sizes[1],
            2 * houses[1],
            houses[2],
            sizes[2],
            flats - houses[0] - 2 * houses[1],
        )


def _land_values(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number, area in enumerate(town.areas):
        value, use = random.randint(4, 40) * 50, random.choice(_LAND_USES)
        ratio = random.choice(("-", "0.4", "1", "2.5"))
        for year in _LAND_YEARS:
            price = round(value * (1 + 0.08 * (year - _LAND_YEARS.start)) / 10) * 10
            date = f"{year}-01-01 00:00:00"
            yield 9000 + number, area.district_name, price, use, ratio, date


def _protected(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number, area in enumerate(town.areas[::2]):
        kind = "EM" if number % 2 else "ES"
        key = f"{kind}{area.district}{number:02}"
        x, y = area.box.spot(random)
        side = random.uniform(200, 500)
        box = Box(x, y, x + side, y + side)
        year = random.randint(1999, 2021)
        amended = (f"{year + 2}-11-30", f"{year + 2}-12-01") if number % 6 == 0 else (None, None)
        yield (
            f"erhaltgeb_{kind.lower()}.{key}",
            key,
            area.district_name,
            area.district,
            f"Kiez {street_name(random)}",
            f"{year}-03-18",
            f"{year}-03-19",
            *amended,
            round(box.square_metres / 10_000, 1),
            kind,
            polygon_wkt(box),
        )
