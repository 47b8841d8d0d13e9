"""Education: schools (two files with one key), catchments in EPSG:25833, day care."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, feature, polygon, write_csv, write_geojson
from mappers.lookalike.names import phone_number, postcode, street_name
from mappers.lookalike.town import Area, Town, lon_lat, zone_32

_SCHOOLS: Final = 120
_CENTRES: Final = 200
_SCHOOL_YEAR: Final = "2024/25"
_KINDS: Final = (
    ("G", "Grundschule", "Grundschule", "Primary School"),
    ("Y", "Gymnasium", "Gymnasium", "Academic Secondary School"),
    ("K", "Integrierte Sekundarschule", "Integrierte Sekundarschule", "Secondary School"),
    # quotes that were doubled twice
    ("P", 'Schule ""Lernfabel""', "Privatschule", "Private School"),
)
_SCHOOL_COLUMNS: Final = (
    "OID,bsn,schulname,schulart,traeger,schultyp,bezirk,ortsteil,plz,strasse,hausnr,telefon,fax,"
    "email,internet,schuljahr,x,y"
)
_STUDENT_COLUMNS: Final = (
    "bsn,school_name,school_type_de,ownership_en,school_category_de,neighborhood,quarter,"
    "postal_code,street,street_number,telephone_number,fax_number,email,website,school_year,"
    "school_category_en,students_total,students_f,students_m,teachers_total,teachers_f,"
    "teachers_m,startchancen_flag,longitude,latitude"
)
_CENTRE_COLUMNS: Final = (
    "id,name,phone_number,places,type,sponsor_id,sponsor_name,street,zip_code,lat,lon,"
    "geojson_feature_id"
)


@dataclass(frozen=True, slots=True)
class _School:
    key: str
    name: str
    kind: tuple[str, str, str, str]
    area: Area
    address: tuple[Cell, ...]
    contact: tuple[Cell, ...]
    x: float
    y: float
    students: tuple[int, int] | None
    teachers: tuple[int, int]


def write_education(town: Town, folder: Path) -> None:
    """Write the files of the education silo into their folder."""
    schools = list(_schools(town, town.random("schools")))
    write_csv(
        folder / "Schulen.csv",
        _SCHOOL_COLUMNS.split(","),
        [(number, *_school_row(school)) for number, school in enumerate(schools, 1)],
        encoding="utf-8-sig",
    )
    write_csv(
        folder / "berlin_schools_students.csv",
        _STUDENT_COLUMNS.split(","),
        [*(_student_row(school) for school in schools), *_sums(schools)],
    )
    write_geojson(folder / "tursics_RBS_OD_ESB_2019_06.geojson", _catchments(town))
    write_csv(
        folder / "berlin-daycare-centers-2026-07-details.csv",
        _CENTRE_COLUMNS.split(","),
        _centres(town, town.random("day care")),
    )


def _schools(town: Town, random: Random) -> Iterator[_School]:
    for number in range(_SCHOOLS):
        area = town.areas[number % len(town.areas)]
        kind = _KINDS[number % len(_KINDS)]
        x, y = area.box.spot(random)
        # some schools stand a few hundred metres from an air station
        if number % 10 == 0:
            at = town.air_stations[number // 10 % len(town.air_stations)]
            x, y = at[0] + random.uniform(-400, 400), at[1] + random.uniform(-400, 400)
            area = next(area for area in town.areas if area.box.holds(x, y))
        name = f"Schule {street_name(random)} {number}"
        key = f"{area.district}{kind[0]}{number // 4:02}"
        # the sign +49 30 stands alone where there is no number
        phone = "+49 30" if number % 40 == 39 else phone_number(random)
        website = "" if number % 25 == 24 else f"https://schule-{number}.example"
        address = (postcode(random), street_name(random), str(random.randint(1, 99)))
        students = random.randint(60, 600), random.randint(60, 600)
        teachers = random.randint(5, 60), random.randint(5, 40)
        yield _School(
            key=key,
            name=name,
            kind=kind,
            area=area,
            address=address,
            contact=(phone, "+49 30 ", f"info@schule-{number}.example", website),
            x=x,
            y=y,
            students=None if number % 30 == 29 else students,
            teachers=teachers,
        )


def _school_row(school: _School) -> tuple[Cell, ...]:
    _, kind, category, _ = school.kind
    return (
        school.key,
        school.name,
        kind,
        "privat" if category == "Privatschule" else "öffentlich",
        category,
        school.area.district_name,
        school.area.name,
        *school.address,
        *school.contact,
        _SCHOOL_YEAR,
        *zone_32(school.x, school.y),
    )


def _student_row(school: _School) -> tuple[Cell, ...]:
    _, kind, category, english = school.kind
    lon, lat = lon_lat(school.x, school.y)
    counts: tuple[Cell, ...] = (None,) * 6
    if school.students is not None:
        counts = (
            sum(school.students),
            *school.students,
            sum(school.teachers),
            *school.teachers,
        )
    return (
        school.key,
        school.name,
        kind,
        "Private" if category == "Privatschule" else "Public",
        category,
        school.area.district_name,
        school.area.name,
        *school.address,
        *school.contact,
        _SCHOOL_YEAR,
        english,
        *counts,
        "FALSE",
        round(lon, 3),
        round(lat, 3),
    )


def _sums(schools: list[_School]) -> list[tuple[Cell, ...]]:
    """The two rows of sums without a key that the file ends with."""
    counted = [school.students for school in schools if school.students is not None]
    female, male = sum(pair[0] for pair in counted), sum(pair[1] for pair in counted)
    return [
        (*(None,) * 16, female + male, female, male, *(None,) * 6),
        (*(None,) * 16, female + male + 1000, *(None,) * 8),
    ]


def _catchments(town: Town) -> Iterator[dict[str, object]]:
    for district in town.districts:
        areas = [area for area in town.areas if area.district == district.code]
        for number, area in enumerate(areas, 1):
            yield feature(
                {
                    "ESB": f"{district.code}{number:02}",
                    "BEZ": district.code,
                    "BEZName": district.name,
                },
                # no system is stated in the file: these are metres of EPSG:25833
                polygon(area.box.corners()),
            )


def _centres(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number in range(_CENTRES):
        area = random.choice(town.areas)
        sponsor = random.randint(1, 40)
        lon, lat = lon_lat(*area.box.spot(random))
        yield (
            f"{area.district}{number:05}0",
            f"Kita {street_name(random)}",
            "" if number % 50 == 49 else phone_number(random).replace(" ", ""),
            random.randint(10, 150),
            random.choice(("Reguläre Einrichtung", "Heilpädagogische Gruppe", "Sprachförderung")),
            f"{sponsor:04}",
            f"Erdachter Träger {sponsor} gGmbH",
            f"{street_name(random)} {random.randint(1, 99)}",
            postcode(random),
            lat,
            lon,
            area.code,
        )
