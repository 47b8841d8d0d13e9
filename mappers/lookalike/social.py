"""Social: the social index of 2021, inhabitants of June 2022, the atlas of health of 2022."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, write_csv
from mappers.lookalike.population import inhabitants, split
from mappers.lookalike.town import Town

_INDEX_COLUMNS: Final = (
    "PLR-ID;PLR-Name;EW 31.12.2020;zS1;zS3;zS4;Status-summe;"
    "Status-Index (standardisierte Statussumme);Zuordnung Klasse Status-Index ;"
    "zD1;zD3;zD4;Dynamik-summe;Dynamik-Index (standardisierte Dynamik-summe);"
    "Zuordnung Klasse Dynamik-Index "
)
_CONTEXT_COLUMNS: Final = (
    "PLR-ID;PLR-Name;EW 31.12.2020;K01;K02;K03;K04;K05;K16;K06;K17;K07;K09;K10;K11;K12;K13"
)
_PEOPLE_COLUMNS: Final = (
    "Gesamt;unter6;6-15;15-18;18-27;27-45;45-55;55-65;65undmehr;weiblich;ausländer;PLR-ID"
)
_ATLAS_COLUMNS: Final = (
    "id,health_and_social_index,employment_and_social_index,working_life_sub_index,"
    "social_status_sub_index,health_sub_index"
)
_UNINHABITED: Final = 5
"""Every area of this remainder by 24 has too few inhabitants for an index."""


def write_social(town: Town, folder: Path) -> None:
    """Write the files of the social silo into their folder."""
    for name, columns, rows in (
        ("mss_2021_index-indikatoren_z-werte_plr.csv", _INDEX_COLUMNS, _index),
        ("mss_2021_kontext-indikatoren_anteile_plr.csv", _CONTEXT_COLUMNS, _context),
        ("einwohnerbestand_06-2022_plr.csv", _PEOPLE_COLUMNS, _people),
    ):
        write_csv(
            folder / name,
            columns.split(";"),
            rows(town, town.random(name)),
            encoding="utf-8-sig",
            delimiter=";",
            newline="\r\n",
        )
    write_csv(
        folder / "berlin-lor-health-and-social-structure-atlas-2022-00-planning-areas.csv",
        _ATLAS_COLUMNS.split(","),
        _atlas(town, town.random("atlas of health")),
    )


def _index(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    people = inhabitants(town, 2021, 1)
    for number, area in enumerate(town.areas):
        if number % 24 == _UNINHABITED:
            yield area.code, area.name, number, *(None,) * 12
            continue
        status = [random.gauss(0, 1) for _ in range(3)]
        change = [random.gauss(0, 1) for _ in range(3)]
        yield (
            area.code,
            area.name,
            people[area.code],
            *_scores(status),
            _status_class(sum(status) / 3),
            *_scores(change),
            _change_class(sum(change) / 3),
        )


def _scores(values: list[float]) -> list[str]:
    return [f"{value:.2f}" for value in (*values, sum(values), sum(values) / 3)]


def _status_class(index: float) -> str:
    # a high index is one of need, and so a low status
    if index < -0.6:
        return "hoch"
    if index < 0.3:
        return "mittel"
    return "niedrig" if index < 0.6 else "sehr niedrig"


def _change_class(index: float) -> str:
    if index < -0.8:
        return "positiv"
    return "stabil" if index < 0.8 else "negativ"


def _context(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    people = inhabitants(town, 2021, 1)
    shares = len(_CONTEXT_COLUMNS.split(";")) - 5
    for number, area in enumerate(town.areas):
        if number % 24 == _UNINHABITED:
            yield area.code, area.name, number, *(None,) * (shares + 2)
            continue
        # the last two are changes, which may be below zero
        values = [random.uniform(0, 80) for _ in range(shares)]
        values += [random.uniform(-5, 5) for _ in range(2)]
        yield area.code, area.name, people[area.code], *(f"{value:.2f}" for value in values)


def _people(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    people = inhabitants(town, 2022, 1)
    for area in town.areas:
        total = people[area.code]
        ages = split(total, (6, 9, 3, 11, 28, 13, 12, 18), random)
        women, foreigners = total * random.uniform(0.48, 0.52), total * random.uniform(0.1, 0.4)
        yield total, *ages, round(women), round(foreigners), area.code


def _atlas(town: Town, random: Random) -> Iterator[tuple[Cell, ...]]:
    for number, area in enumerate(town.old_areas):
        # codes without their zero, numbers without theirs, and some areas without any number
        code = area.code.lstrip("0")
        if number % 20 == 1:
            yield code, *(None,) * 5
            continue
        yield code, *(_bare(random.gauss(0, 1)) for _ in range(5))


def _bare(value: float) -> str:
    return f"{value:.8g}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.8g}"
