"""Environment: air stations (yearly means in EPSG:25833, daily means), parks, playgrounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, decimal_comma, feature, point, write_csv, write_geojson
from mappers.lookalike.names import street_name
from mappers.lookalike.population import crowded
from mappers.lookalike.town import Town, lon_lat

_POLLUTANTS: Final = (
    ("Stickstoffdioxid", "µg/m³", 24.0),
    ("Feinstaub (PM10)", "µg/m³", 17.0),
    ("Ozon", "µg/m³", 50.0),
    ("Kohlenmonoxid", "mg/m³", 0.4),
)
_DAYS: Final = 31
_PARKS: Final = 150
_PLAYGROUNDS: Final = 120
_DAILY_COLUMNS: Final = "date,station_id,station_name,pollutant,value,unit"
_PARK_COLUMNS: Final = (
    "Technischer Schlüssel;Schlüssel;Objektnummer;Bezirk;Ortsteil;Art der Grünanlage;"
    "Name der Grünanlage;Namenszusatz der Grünanlage;Baujahr;letztes Sanierungsjahr;"
    "Größe in m² (Kataster);Widmung;Nummer des Planungsraumes;Name des Planungsraumes"
)
_PLAYGROUND_COLUMNS: Final = (
    "Technischer Schlüssel,Schlüssel,Objektnummer,Bezirk,Ortsteil,Art der Grünanlage,"
    "Name des Spielplatzes,Namenszusatz des Spielplatzes,Baujahr,letztes Sanierungsjahr,"
    "Größe in m² (Kataster),Widmung,Nummer des Planungsraumes,Name des Planungsraumes,"
    "Nettospielfläche in m²"
)


def write_environment(town: Town, folder: Path) -> None:
    """Write the files of the environment silo into their folder."""
    write_csv(
        folder / "air_pollution_daily_long.csv",
        _DAILY_COLUMNS.split(","),
        _daily_means(town, town.random("daily air")),
    )
    write_geojson(
        folder / "stations_yearly_pollution.geojson",
        _yearly_means(town, town.random("yearly air")),
        crs="urn:ogc:def:crs:EPSG::25833",
    )
    write_csv(
        folder / "public_parks.csv",
        _PARK_COLUMNS.split(";"),
        _parks(town, town.random("parks")),
        encoding="utf-8-sig",
        delimiter=";",
        newline="\r\n",
    )
    write_csv(
        folder / "playgrounds.csv",
        _PLAYGROUND_COLUMNS.split(","),
        _playgrounds(town, town.random("playgrounds")),
    )


def _stations(town: Town) -> list[tuple[str, str]]:
    return [
        (f"{number:02}0", f"{town.districts[number - 1].name} {number}")
        for number in range(1, len(town.air_stations) + 1)
    ]


def _daily_means(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for station, name in _stations(town):
        for pollutant, unit, usual in _POLLUTANTS:
            for day in range(_DAYS):
                value = usual * random.uniform(0.4, 1.8)
                yield (
                    (date(2024, 11, 1) + timedelta(days=day)).isoformat(),
                    station,
                    name,
                    pollutant,
                    round(value, 1) if usual < 1 else round(value),
                    unit,
                )


def _yearly_means(town: Town, random: Random) -> Iterator[dict[str, object]]:
    for (station, name), (x, y) in zip(_stations(town), town.air_stations, strict=True):
        lon, lat = lon_lat(x, y)
        for pollutant, unit, usual in _POLLUTANTS:
            for year in (2024, 2025):
                properties = {
                    "station_id": station,
                    "station_name_x": f"{station} {name}",
                    "lat": lat,
                    "lon": lon,
                    "active": True,
                    "components": "['pm10_1h' 'pm10_24h'\n 'no2_1h' 'no2_1y']",
                    "station_name_y": name,
                    "pollutant": pollutant,
                    "year": year,
                    "unit": unit,
                    "mean_value": usual * random.uniform(0.6, 1.4),
                }
                yield feature(properties, point(x, y))


def _parks(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    busy = crowded(town)
    for number in range(_PARKS):
        site = _site(town, number, random, kind="Grünanlage", name='Garten "{}"')
        largest = 2_000 if site[11] in busy else 90_000
        size = decimal_comma(random.uniform(100, largest), 2) if number % 60 else "-"
        yield (*site[:10], size, *site[10:])


def _playgrounds(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number in range(_PLAYGROUNDS):
        site = _site(town, number, random, kind="Spielplatz", name="Spielplatz {}")
        size = random.uniform(50, 5000)
        net = f"{size * 0.6:.2f}" if number % 40 else "-"
        yield (*site[:10], f"{size:.2f}", *site[10:], net)


def _site(town: Town, number: int, random: Random, *, kind: str, name: str) -> tuple[Cell, ...]:
    """The cells that parks and playgrounds share, all but the size."""
    area = random.choice(town.areas)
    # one row has no planning area, and one the code of a system that is no longer in force
    code, area_name = area.code, area.name
    if number == 0:
        code, area_name = "-", "-"
    elif number == 1:
        code, area_name = town.old_areas[0].code, town.old_areas[0].name
    key = f"{random.randrange(1 << 20):05x}{number:03x}"
    return (
        f"00009900_{key}",
        f"00009900:{key}",
        f"{90_000 + number}",
        area.district_name,
        area.name,
        kind,
        name.format(street_name(random)),
        "-" if number % 2 else "Uferweg",
        "-" if number % 3 else str(random.randint(1900, 2020)),
        "–" if number % 5 else str(random.randint(1990, 2024)),
        "-" if number % 25 == 3 else "gewidmet",
        code,
        area_name,
    )
