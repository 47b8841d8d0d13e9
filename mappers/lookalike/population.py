"""Population: the matrix of the system until 2020, and four tables a half-year since 2021."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import Cell, write_csv, write_text
from mappers.lookalike.town import Area, Town

HALF_YEARS: Final = tuple((year, half) for year in range(2021, 2025) for half in (1, 2))

_YEARS: Final = range(2001, 2021)
_QUOTED_WITH_COMMAS: Final = range(2012, 2016)
_KEYS: Final = ("ZEIT", "RAUMID", "BEZ", "PGR", "BZR", "PLR", "STADTRAUM")
# fmt: off
_BANDS: Final = (
    0, 1, 2, 3, 5, 6, 7, 8, 10, 12, 14, 15, 18, 21, 25, 27, 30, 35, 40, 45, 50, 55, 60, 63, 65, 67,
    70, 75, 80, 85, 90, 95, 110,
)
# fmt: on
_WIDE: Final = (0, 1, 6, 15, 18, 25, 55, 65, 80, 110)
_AGES: Final = (
    "age_below_6",
    "age_6_15",
    "age_15_18",
    "age_18_27",
    "age_27_45",
    "age_45_55",
    "age_55_65",
    "age_above_65",
)
_SHARES: Final = (6, 9, 3, 11, 28, 13, 12, 18)
_ORIGINS: Final = (
    "european_union france greece italy austria spain poland bulgaria rumania croatia "
    "united_kingdom former_yugoslavia bosnia_herzegovina serbia former_soviet_union russia "
    "ukraine kazakhstan islamic_countries turkey iran arabic_countries lebanon syria vietnam "
    "united_states undefined"
)

Counts = dict[str, int]
Table = Callable[[int, Random], Counts]


def write_population(town: Town, folder: Path) -> None:
    """Write the files of the population silo into their folder."""
    for year in _YEARS:
        _write_matrix(town, year, folder / f"EWR{year}12E_Matrix.csv")
    for year, half in HALF_YEARS:
        people = inhabitants(town, year, half)
        _write_tables(town, town.areas, people, f"{year}-{half:02}", "planning-areas", folder)
    # the last count is given by district region and district too
    year, half = HALF_YEARS[-1]
    people = inhabitants(town, year, half)
    for level, areas in (("district-regions", town.regions), ("districts", town.districts)):
        sums = {
            area.code: sum(n for code, n in people.items() if code.startswith(area.code))
            for area in areas
        }
        _write_tables(town, areas, sums, f"{year}-{half:02}", level, folder)


def inhabitants(town: Town, year: int, half: int) -> Counts:
    """Inhabitants of each planning area of 2021 at the end of a half-year since 2021."""
    passed = 2 * (year - 2021) + half - 1
    random, people = town.random("inhabitants"), {}
    for number, area in enumerate(town.areas):
        start = random.randint(4000, 9000)
        # every third area grows by more than 500 in three years
        rate = random.uniform(0.025, 0.035) if number % 3 == 0 else random.uniform(-0.004, 0.006)
        people[area.code] = round(start * (1 + rate * passed))
    return people


def crowded(town: Town) -> frozenset[str]:
    """The codes of the planning areas with little green and many bicycles."""
    return frozenset(area.code for number, area in enumerate(town.areas) if number % 6 == 2)


def split(total: int, shares: Sequence[float], random: Random) -> list[int]:
    """Whole numbers near the shares of a total, which they add up to."""
    weights = [share * random.uniform(0.8, 1.2) for share in shares]
    parts = [int(total * weight / sum(weights)) for weight in weights]
    parts[parts.index(max(parts))] += total - sum(parts)
    return parts


def _write_matrix(town: Town, year: int, file: Path) -> None:
    random = town.random(f"matrix {year}")
    shares = [end - start for start, end in pairwise(_BANDS)]
    shares[-3:] = [2, 1, 1]
    # the columns of the wide bands have another prefix in later years
    wide = "E_E" if year >= _QUOTED_WITH_COMMAS.stop else "E_"
    header = [*_KEYS, "E_E", "E_EM", "E_EW"]
    header += [f"E_E{a:02}_{b:02}" for a, b in pairwise(_BANDS)]
    header += [f"{wide}{a or ''}U{b}" for a, b in pairwise(_WIDE)]
    lines: list[list[str]] = []
    for area in town.old_areas:
        total = random.randint(5000, 9000) + 60 * (year - 2001)
        men = round(total * random.uniform(0.47, 0.51))
        bands = split(total, shares, random)
        numbers = [total, men, total - men, *bands, *_wide_bands(bands)]
        lines.append([*_keys(area, year), *map(str, numbers)])
    if year in _QUOTED_WITH_COMMAS:
        lines = [
            [
                *(f'"{cell}"' for cell in line[: len(_KEYS)]),
                *(f"{n},00" for n in line[len(_KEYS) :]),
            ]
            for line in lines
        ]
        header = [f'"{name}"' for name in header]
    if year == 2009:  # ends with a row that has two sums and no key
        sums = [str(sum(int(line[at]) for line in lines)) for at in (-2, -1)]
        lines.append([*[""] * (len(header) - 2), *sums])
    write_text(file, "".join(";".join(line) + "\r\n" for line in (header, *lines)))


def _keys(area: Area, year: int) -> tuple[str, ...]:
    code = area.code
    return f"{year}12", code, code[:2], code[2:4], code[4:6], code[6:], "1"


def _wide_bands(bands: list[int]) -> list[int]:
    return [
        sum(n for start, n in zip(_BANDS, bands, strict=False) if low <= start < high)
        for low, high in pairwise(_WIDE)
    ]


def _write_tables(
    town: Town, areas: Sequence[Area], people: Counts, period: str, level: str, folder: Path
) -> None:
    tables: dict[str, Table] = {
        "t1": _by_migration,
        "t2": partial(_by_age, prefix="inhabitants"),
        "t3": partial(_by_age, prefix="inhabitants_with_migration_background"),
        "t4": _by_origin,
    }
    for name, table in tables.items():
        rows: list[tuple[Cell, ...]] = []
        header: list[str] = []
        for area in areas:
            # the same chance in each table, so that foreigners are as many in all of them
            counts = table(people[area.code], town.random(f"{period} {area.code}"))
            total = counts["inhabitants"]
            header = ["id", *counts, *(f"{column}_percentage" for column in counts)]
            rows.append((area.code, *counts.values(), *(100 * n / total for n in counts.values())))
        write_csv(folder / f"berlin-lor-population-{period}-{name}-{level}.csv", header, rows)


def _background(total: int, random: Random) -> tuple[int, int]:
    """Foreigners, and Germans with a migration background."""
    foreigners = round(total * random.uniform(0.12, 0.35))
    return foreigners, round(total * random.uniform(0.1, 0.2))


def _by_migration(total: int, random: Random) -> Counts:
    foreigners, germans_with = _background(total, random)
    return {
        "inhabitants": total,
        "inhabitants_with_migration_background": foreigners + germans_with,
        "inhabitants_germans": total - foreigners,
        "inhabitants_germans_without_migration_background": total - foreigners - germans_with,
        "inhabitants_germans_with_migration_background": germans_with,
        "inhabitants_foreigners": foreigners,
    }


def _by_age(total: int, random: Random, *, prefix: str) -> Counts:
    foreigners, germans_with = _background(total, random)
    counted = total if prefix == "inhabitants" else foreigners + germans_with
    ages = split(counted, _SHARES, random)
    return {
        "inhabitants": counted,
        **{f"{prefix}_{age}": n for age, n in zip(_AGES, ages, strict=True)},
        f"{prefix}_female": round(counted * random.uniform(0.47, 0.53)),
        "inhabitants_foreigners": foreigners,
    }


def _by_origin(total: int, random: Random) -> Counts:
    counted = sum(_background(total, random))
    names = _ORIGINS.split()
    parts = split(counted, [1] * len(names), random)
    return {
        "inhabitants": counted,
        **{f"inhabitants_from_{name}": n for name, n in zip(names, parts, strict=True)},
    }
