"""Culture: made-up institutions with their places, and their visitors in four years."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, write_csv
from mappers.lookalike.names import postcode, street_name
from mappers.lookalike.town import Area, Town, lon_lat

_VISITOR_COLUMNS: Final = (
    "Institution_11_12;2011;2012;Institution_13_14;2013;2014;Bemerkung_11_12;Bemerkung_13_14;"
    "Kategorie;Block"
)
_PLACE_COLUMNS: Final = (
    "Institution;Adresse;Lat;Lon;Haltestelle;HaltestelleLat;HaltestelleLon;Entfernung;SUBahn;"
    "SUEntfernung;Betreiber;GruppeA;GruppeB"
)
# what it is called, and its group and category; some keep a blank at their end or beginning
_KINDS: Final = (
    ("Theater", "Bühnen und Theater", "Große Sprechbühnen", 1),
    ("Museum", "Berliner Landesmuseen", "Berliner Landesmuseen", 4),
    ("Archiv", "Archive/Bibliotheken ", "Archive/Bibliotheken ", 9),
    ("Bühne", "Förderung", "Basisförderung", 10),
    ("Kino", "Literatur und Kino", "Kulturzentren / Kino", 3),
)


def write_culture(town: Town, folder: Path) -> None:
    """Write the files of the culture silo into their folder."""
    random = town.random("culture")
    names = [
        f"{_KINDS[number % len(_KINDS)][0]} {area.name}" for number, area in enumerate(town.areas)
    ]
    write_csv(
        folder / "besucherstatistik.csv",
        _VISITOR_COLUMNS.split(";"),
        _visitors(names, random),
        encoding="utf-8-sig",
        delimiter=";",
        newline="\r\n",
    )
    write_csv(
        folder / "kultureinrichtungen_alle.csv",
        _PLACE_COLUMNS.split(";"),
        [_place(number, names[number], area, random) for number, area in enumerate(town.areas)],
        encoding="utf-8-sig",
        delimiter=";",
        newline="\r\n",
    )


def _visitors(names: list[str], random: Random) -> Iterator[tuple[Cell, ...]]:
    for number, name in enumerate(names):
        counts: list[Cell] = [_thousands(random.randint(500, 190_000)) for _ in range(4)]
        category, block = _KINDS[number % len(_KINDS)][2:]
        before, remark = name, None
        if number % 12 == 5:  # unknown in the first two years
            before, counts[:2] = "", [None, None]
            counts[2], remark = "-", "Angaben ab 2014 verfügbar"
        label = f"  {category}" if block == 10 else category
        yield before, *counts[:2], name, *counts[2:], None, remark, label, block


def _place(number: int, name: str, area: Area, random: Random) -> tuple[Cell, ...]:
    x, y = area.box.spot(random)
    lon, lat = lon_lat(x, y)
    stop_lon, stop_lat = lon_lat(x + 60, y)
    near = (f"U {street_name(random)}", random.randint(100, 900)) if number % 4 else (None, None)
    comma = "," if number % 2 else ", "
    return (
        name,
        f"{street_name(random)} {random.randint(1, 99)}{comma}{postcode(random)} Berlin",
        lat,
        lon,
        street_name(random),
        _mangled(stop_lat),
        _mangled(stop_lon),
        60,
        *near,
        "Erdachte Theater GmbH" if number % 9 == 0 else None,
        *_KINDS[number % len(_KINDS)][1:3],
    )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _mangled(degrees: float) -> str:
    """Degrees in which a spreadsheet took the point for a sign of thousands ("52.523.126")."""
    return _thousands(round(degrees * 1_000_000))
