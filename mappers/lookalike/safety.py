"""Safety: two overlapping extracts of bicycle thefts, accidents of 2019, the crime atlas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, decimal_comma, write_csv
from mappers.lookalike.population import crowded
from mappers.lookalike.town import Area, Town, lon_lat, zone_32

_ATLAS_YEARS: Final = range(2012, 2024)
_OFFENCES: Final = (
    "offences,robbery,street_robbery_purse_snatching,bodily_harm,"
    "dangerous_and_grievous_bodily_harm,deprivation_of_liberty_coercion_threat_stalking,theft,"
    "motor_vehicle_theft,theft_from_motor_vehicle,bicycle_theft,residential_burglary,"
    "fire_offences,arson,damage_to_property,damage_to_property_by_graffiti,narcotics_offences,"
    "kieztaten"
)
_OLD_COLUMNS: Final = (
    "angelegt_am,tatzeit_anfang_datum,tatzeit_anfang_stunde,tatzeit_ende_datum,"
    "tatzeit_ende_stunde,lor,schadeshoehe,versuch,art_des_fahrrads,delikt,erfassungsgrund,id"
)
_NEW_COLUMNS: Final = (
    "ANGELEGT_AM,TATZEIT_ANFANG_DATUM,TATZEIT_ANFANG_STUNDE,TATZEIT_ENDE_DATUM,"
    "TATZEIT_ENDE_STUNDE,LOR,SCHADENSHOEHE,VERSUCH,ART_DES_FAHRRADS,DELIKT,ERFASSUNGSGRUND"
)
_ACCIDENT_COLUMNS: Final = (
    "OBJECTID;LAND;BEZ;LOR;STRASSE;UJAHR;UMONAT;USTUNDE;UWOCHENTAG;UKATEGORIE;UART;UTYP1;"
    "ULICHTVERH;IstRad;IstPKW;IstFuss;IstKrad;IstGkfz;IstSonstige;USTRZUSTAND;LINREFX;LINREFY;"
    "XGCSWGS84;YGCSWGS84"
)
_KINDS: Final = (
    "Herrenfahrrad",
    "Damenfahrrad",
    "Fahrrad",
    "Kinderfahrrad",
    "Mountainbike",
    "diverse Fahrräder",
)
_FIRST_DAY: Final = date(2022, 1, 1)
_OVERLAP: Final = (date(2023, 1, 1), date(2023, 6, 30))
_DAYS: Final = 840
_THEFTS: Final = 2_400
_ACCIDENTS: Final = 600


@dataclass(frozen=True, slots=True)
class _Theft:
    reported: date
    begun: date
    hour: int
    area: str
    damage: int
    attempt: str
    kind: str
    cellar: bool


def write_safety(town: Town, folder: Path) -> None:
    """Write the files of the safety silo into their folder."""
    thefts = sorted(_thefts(town, town.random("thefts")), key=lambda theft: theft.reported)
    write_csv(
        folder / "fahrraddiebstahl_2022-01_2023-06.csv",
        _OLD_COLUMNS.split(","),
        [
            (*_old_row(theft), number)
            for number, theft in enumerate(thefts, 1)
            if theft.reported <= _OVERLAP[1]
        ],
    )
    write_csv(
        folder / "fahrraddiebstahl_2023-01_2024-04.csv",
        _NEW_COLUMNS.split(","),
        [_new_row(theft) for theft in reversed(thefts) if theft.reported >= _OVERLAP[0]],
        encoding="latin-1",
    )
    write_csv(
        folder / "accidents_berlin_2019.csv",
        _ACCIDENT_COLUMNS.split(";"),
        _accidents(town, town.random("accidents")),
        encoding="latin-1",
        delimiter=";",
        newline="\r\n",
    )
    for year in _ATLAS_YEARS:
        write_csv(
            folder / f"berlin-lor-crime-atlas-{year}-00-case-numbers-district-regions.csv",
            ["id", *_OFFENCES.split(",")],
            _atlas(town, year, town.random(f"atlas {year}")),
        )


def _thefts(town: Town, random: Random) -> Iterator[_Theft]:
    busy = crowded(town)
    weights = [12 if area.code in busy else 1 for area in town.areas]
    for number in range(_THEFTS):
        reported = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
        theft = _Theft(
            reported=reported,
            begun=reported - timedelta(days=random.choice((0, 0, 1, 1, 2, 9))),
            hour=random.randrange(24),
            area=random.choices(town.areas, weights)[0].code,
            damage=random.randint(50, 3500),
            attempt="Unbekannt" if number % 400 == 7 else random.choice(("Nein",) * 19 + ("Ja",)),
            kind=random.choice(_KINDS),
            cellar=random.random() < 0.06,
        )
        yield theft
        # rows that are equal in every cell are so many incidents
        if number % 150 == 0:
            yield theft


def _old_row(theft: _Theft) -> tuple[Cell, ...]:
    # the code has lost its zero, and a replacement of "nein" by 0 has hit a word too
    attempt = {"Nein": "0", "Ja": "1"}.get(theft.attempt, theft.attempt)
    return (
        theft.reported.isoformat(),
        theft.begun.isoformat(),
        theft.hour,
        theft.reported.isoformat(),
        23,
        theft.area.lstrip("0"),
        theft.damage,
        attempt,
        theft.kind,
        "Keller- und Bode0bruch" if theft.cellar else "Fahrraddiebstahl",
        _reason(theft),
    )


def _new_row(theft: _Theft) -> tuple[Cell, ...]:
    return (
        f"{theft.reported:%d.%m.%Y}",
        f"{theft.begun:%d.%m.%Y}",
        f"{theft.hour:02}",
        f"{theft.reported:%d.%m.%Y}",
        "23",
        theft.area,
        theft.damage,
        theft.attempt,
        theft.kind,
        "Keller- und Bodeneinbruch" if theft.cellar else "Fahrraddiebstahl",
        _reason(theft),
    )


def _reason(theft: _Theft) -> str:
    place = " in/aus Keller/Boden" if theft.cellar else ""
    return f"Sonstiger schwerer Diebstahl{place} von Fahrrädern"


def _accidents(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number in range(_ACCIDENTS):
        area = random.choice(town.old_areas)
        x, y = area.box.spot(random)
        # every tenth lies near a counter of bicycles, whatever its area says
        if number % 10 == 0:
            at = town.counters[number // 10 % len(town.counters)]
            x, y = at[0] + random.uniform(-120, 120), at[1] + random.uniform(-120, 120)
            area = next(area for area in town.old_areas if area.box.holds(x, y))
        row = _accident(90_000 + number, area, x, y, bicycle=number % 2 == 0, random=random)
        yield _disordered(row) if number == 333 else row


def _accident(
    number: int, area: Area, x: float, y: float, *, bicycle: bool, random: Random
) -> tuple[Cell, ...]:
    lon, lat = lon_lat(x, y)
    east, north = zone_32(x, y)
    return (
        number,
        11,
        int(area.district),
        area.code.lstrip("0"),
        area.name,
        2019,
        random.randint(1, 12),
        random.randrange(24),
        random.randint(1, 7),
        random.choices((1, 2, 3), (1, 15, 84))[0],
        random.randrange(10),
        random.randint(1, 7),
        random.randrange(3),
        int(bicycle),
        int(random.random() < 0.8),
        int(random.random() < 0.2),
        int(random.random() < 0.1),
        0,
        int(random.random() < 0.1),
        random.choice((0, 0, 0, 1, 2)),
        decimal_comma(east, 4),
        decimal_comma(north, 3),
        decimal_comma(lon, 5),
        decimal_comma(lat, 5),
    )


def _disordered(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The row that lost its order: from IstSonstige on come other cells."""
    flag, (east, north, lon, lat) = row[19], row[20:]
    return (*row[:18], east, row[4], north, lon, lat, flag)


def _atlas(town: Town, year: int, random: Random) -> Iterator[tuple[Cell, ...]]:
    columns = _OFFENCES.split(",")
    nowhere = [f"{district.code}9900" for district in town.districts]
    for number, code in enumerate([*(region.code for region in town.regions), *nowhere]):
        parts: list[Cell] = [random.randint(0, 300) for _ in columns[1:-1]]
        # in one cell there is no number
        if year == 2013 and number == 3:
            parts[0] = "Eso"
        total = sum(part for part in parts if isinstance(part, int))
        yield (code, total, *parts, total // 4)
