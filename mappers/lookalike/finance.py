"""Finance: the titles of a budget of two years, a JSON file an area, year and direction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from mappers.lookalike.files import write_json
from mappers.lookalike.population import split
from mappers.lookalike.town import Town

_YEARS: Final = (2026, 2027)
_EXPENDITURE: Final = 60
_REVENUE: Final = 20

# function at three levels, chapter at two, and titles
_BRANCHES: Final = (
    (
        ("Allgemeine Dienste", "Politische Führung und zentrale Verwaltung", "Innere Verwaltung"),
        ("Erdachte Verwaltung", "Amt für Erfundenes"),
        ("Büromaterial aus der Fabel", "Gutachten über Möwen", "Ehrenämter"),
    ),
    (
        ("Bildungswesen, Wissenschaft, Forschung", "Allgemeinbildende Schulen", "Grundschulen"),
        ("Bildung und Märchen", "Schulen im Grünen"),
        ("Lernmittel", "Unterhaltung der Gebäude", "Schulessen"),
    ),
    (
        ("Verkehrs- und Nachrichtenwesen", "Straßen", "Gemeindestraßen"),
        ("Wege und Brücken", "Radwege"),
        ("Fahrradbügel", "Straßenlicht", "Brücken über den Otterbach"),
    ),
)
_MAIN: Final = ("02", "Hauptverwaltung")


def write_finance(town: Town, folder: Path) -> None:
    """Write the files of the finance silo into their folder."""
    areas = [_MAIN, *((f"{int(d.code) + 2:02}", d.name) for d in town.districts)]
    number = 0
    for year in _YEARS:
        for code, name in areas:
            random = town.random(f"budget {year} {code}")
            total = random.randint(200_000, 900_000) * 100
            # revenue and expenditure are equal in each area
            for direction, count in (("Ausgabe", _EXPENDITURE), ("Einnahme", _REVENUE)):
                titles = list(_titles(number, name, _amounts(total, count, random), random))
                write_json(folder / f"haushalt_{year}_{direction}titel_{code}.json", titles)
                number += len(titles)


def _amounts(total: int, count: int, random: Random) -> list[int]:
    """Amounts in euros that add up to a total; one of them is below zero."""
    general_cut = -random.randint(1, 50) * 1000
    return [general_cut, *split(total - general_cut, [1] * (count - 1), random)]


def _titles(
    number: int, area: str, amounts: list[int], random: Random
) -> Iterator[dict[str, object]]:
    for amount in amounts:
        number += 1
        functions, chapters, titles = random.choice(_BRANCHES)
        yield {
            "id": number,
            "betrag": amount,
            "bereichs_bezeichnung": area,
            "titel_bezeichnung": random.choice(titles),
            "hauptfunktions_bezeichnung": functions[0],
            "oberfunktions_bezeichnung": functions[1],
            "funktions_bezeichnung": functions[2],
            "einzelplan_bezeichnung": chapters[0],
            "kapitel_bezeichnung": chapters[1],
        }
