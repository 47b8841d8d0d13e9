"""Made-up names: nothing here is the name of a real area, street, school or firm of Berlin."""

from __future__ import annotations

from random import Random
from typing import Final

# fmt: off
_FIRST: Final = (
    "Ähren", "Ahorn", "Bussard", "Dachs", "Distel", "Elster", "Erlen", "Fuchs", "Ginster",
    "Grün", "Hasel", "Heide", "Igel", "Käuzchen", "Kiebitz", "Krähen", "Luchs", "Möwen",
    "Otter", "Pappel", "Quell", "Reiher", "Schilf", "Seerosen", "Silber", "Thymian", "Ulmen",
    "Wacholder", "Zeisig", "Öl",
)
# fmt: on
_LAST: Final = ("felde", "moor", "höhe", "grund", "rode", "büttel", "weiler", "brück")
_STREET: Final = ("straße", "weg", "allee", "gasse", "steig", "ufer")
_FIRM: Final = ("Musterstrom", "Beispielwerke", "Ladefabel", "Fantasie Energie", "Stromerfunden")


def place_names(random: Random) -> list[str]:
    """All made-up names of areas, each once, in an order drawn by chance."""
    names = [first + last for first in _FIRST for last in _LAST]
    random.shuffle(names)
    return names


def street_name(random: Random) -> str:
    """A made-up street."""
    return random.choice(_FIRST) + random.choice(_STREET)


def firm_name(random: Random) -> str:
    """A made-up operator of charging stations."""
    return f"{random.choice(_FIRM)} GmbH"


def phone_number(random: Random) -> str:
    """A telephone number out of the range that Berlin keeps for films and books (030 23125 ...)."""
    return f"+49 30 23125 {random.randrange(1000):03}"


def postcode(random: Random) -> str:
    """Five digits of which no place in Germany has the beginning (00...)."""
    return f"00{random.randrange(100, 1000)}"
