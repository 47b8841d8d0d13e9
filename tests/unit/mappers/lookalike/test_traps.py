"""The faults of the real files that mappings have to deal with are in the lookalike city too."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from mappers.lookalike.areas import write_areas
from mappers.lookalike.education import write_education
from mappers.lookalike.environment import write_environment
from mappers.lookalike.finance import write_finance
from mappers.lookalike.population import write_population
from mappers.lookalike.safety import write_safety
from mappers.lookalike.town import Town, plan
from mappers.lookalike.transport import write_transport

OLD_THEFTS = "fahrraddiebstahl_2022-01_2023-06.csv"
NEW_THEFTS = "fahrraddiebstahl_2023-01_2024-04.csv"


@pytest.fixture(scope="module")
def town() -> Town:
    return plan(5)


def _rows(file: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def test_no_code_is_in_both_systems_of_planning_areas(town: Town) -> None:
    assert not {area.code for area in town.areas} & {area.code for area in town.old_areas}


def test_one_outline_has_the_code_of_another_area(town: Town, tmp_path: Path) -> None:
    write_areas(town, tmp_path)
    text = (tmp_path / "berlin-lor-planning-areas-until-2020.geojson").read_text(encoding="utf-8")
    found = [feature["properties"] for feature in json.loads(text)["features"]]
    twice = [about for about in found if about["id"] == "06010102"]
    souths = sorted(about["bounding_box"][1] for about in twice)
    assert len(twice) == 2
    assert souths[0] < 52.48 < souths[1]
    assert "04030417" not in {about["id"] for about in found}


def test_the_old_workbook_can_be_read_and_has_numbers_among_its_codes(
    town: Town, tmp_path: Path
) -> None:
    write_areas(town, tmp_path)
    book = CalamineWorkbook.from_path(tmp_path / "LOR-Schluesselsystematik.xls")
    assert book.sheet_names == ["Deckblatt", *(district.code for district in town.districts)]
    codes = [row[10] for row in book.get_sheet_by_name("01").to_python()[4:]]
    assert codes == ["01", 2.0, "16", 17.0]


def test_thefts_overlap_and_have_rows_that_are_equal(town: Town, tmp_path: Path) -> None:
    write_safety(town, tmp_path)
    old = _rows(tmp_path / OLD_THEFTS)
    new = _rows(tmp_path / NEW_THEFTS, "latin-1")
    both = [row for row in old if row["angelegt_am"] >= "2023-01-01"]
    later = [row for row in new if row["ANGELEGT_AM"][3:] < "07.2023" and "2023" in str(row)]
    assert both
    assert len(both) <= len(later)
    assert max(Counter(tuple(row.values()) for row in new).values()) > 1


def test_thefts_of_the_first_extract_have_lost_zeros_and_a_word(town: Town, tmp_path: Path) -> None:
    write_safety(town, tmp_path)
    old = _rows(tmp_path / OLD_THEFTS)
    assert {len(row["lor"]) for row in old} == {7, 8}
    assert "Keller- und Bode0bruch" in {row["delikt"] for row in old}


@pytest.mark.parametrize("name", [NEW_THEFTS, "accidents_berlin_2019.csv"])
def test_files_in_latin_1_do_not_decode_as_utf_8(town: Town, tmp_path: Path, name: str) -> None:
    write_safety(town, tmp_path)
    with pytest.raises(UnicodeDecodeError):
        (tmp_path / name).read_bytes().decode("utf-8")


def test_one_accident_has_lost_the_order_of_its_cells(town: Town, tmp_path: Path) -> None:
    write_safety(town, tmp_path)
    rows = _rows(tmp_path / "accidents_berlin_2019.csv", "latin-1", ";")
    assert len([row for row in rows if row["IstSonstige"] not in {"0", "1"}]) == 1
    assert all("," in row["XGCSWGS84"] for row in rows)


def test_the_detectors_are_mojibake_that_six_pairs_repair(town: Town, tmp_path: Path) -> None:
    write_transport(town, tmp_path)
    data = (tmp_path / "TEU-Standorte.geojson").read_bytes()
    texts = [
        text
        for feature in json.loads(data)["features"]
        for name, text in feature["properties"].items()
        if name != "Start of Operation"
    ]
    assert data.isascii()
    assert any("Ã" in text for text in texts)
    pairs = {"Ã¤": "ä", "Ã¶": "ö", "Ã¼": "ü", "ÃŸ": "ß", "Ã©": "é", "â€“": "–"}
    for text in texts:
        repaired = text.encode("cp1252").decode("utf-8")
        for wrong, right in pairs.items():
            text = text.replace(wrong, right)
        assert text == repaired


@pytest.mark.parametrize("name", ["public_parks.csv", "playgrounds.csv"])
def test_sites_have_dashes_for_nothing_and_an_area_of_the_old_system(
    town: Town, tmp_path: Path, name: str
) -> None:
    write_environment(town, tmp_path)
    rows = _rows(tmp_path / name, "utf-8-sig", ";" if "parks" in name else ",")
    codes = {row["Nummer des Planungsraumes"] for row in rows}
    assert codes - {area.code for area in town.areas} == {"-", town.old_areas[0].code}
    assert {"-", "–"} <= {cell for row in rows for cell in row.values()}


def test_parks_begin_with_a_byte_order_mark(town: Town, tmp_path: Path) -> None:
    write_environment(town, tmp_path)
    assert (tmp_path / "public_parks.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_air_stations_are_metres_and_stations_of_transport_are_degrees(
    town: Town, tmp_path: Path
) -> None:
    write_environment(town, tmp_path)
    write_transport(town, tmp_path)
    air = json.loads((tmp_path / "stations_yearly_pollution.geojson").read_bytes())
    stops = json.loads((tmp_path / "vbb-stations-8.31.0-full.json").read_bytes())
    assert air["crs"]["properties"]["name"].endswith("25833")
    assert air["features"][0]["geometry"]["coordinates"][0] > 300_000
    assert 13 < stops["de:11000:900000000"]["location"]["longitude"] < 14


def test_schools_have_one_key_and_end_with_sums_without_key(town: Town, tmp_path: Path) -> None:
    write_education(town, tmp_path)
    schools = _rows(tmp_path / "Schulen.csv", "utf-8-sig")
    counted = _rows(tmp_path / "berlin_schools_students.csv")
    keys = [row["bsn"] for row in schools]
    assert len(set(keys)) == len(keys)
    assert [row["bsn"] for row in counted] == [*keys, "", ""]


def test_telephone_numbers_are_of_the_range_kept_for_fiction(town: Town, tmp_path: Path) -> None:
    write_education(town, tmp_path)
    numbers = {row["telefon"] for row in _rows(tmp_path / "Schulen.csv", "utf-8-sig")}
    assert all(number.startswith("+49 30 23125") for number in numbers - {"+49 30"})


def test_the_matrix_of_inhabitants_changes_its_form_over_the_years(
    town: Town, tmp_path: Path
) -> None:
    write_population(town, tmp_path)
    lines = {
        year: (tmp_path / f"EWR{year}12E_Matrix.csv").read_text(encoding="utf-8").splitlines()
        for year in (2001, 2009, 2012, 2020)
    }
    assert lines[2001][0].endswith("E_80U110")
    assert lines[2009][-1].startswith(";;;")
    assert lines[2012][1].endswith(",00")
    assert lines[2020][0].endswith("E_E80U110")


def test_age_groups_add_up_to_the_inhabitants(town: Town, tmp_path: Path) -> None:
    write_population(town, tmp_path)
    for row in _rows(tmp_path / "EWR201912E_Matrix.csv", delimiter=";"):
        bands = [int(n) for name, n in row.items() if name.startswith("E_E") and "_" in name[3:]]
        assert sum(bands) == int(row["E_E"]) == int(row["E_EM"]) + int(row["E_EW"])


def test_revenue_and_expenditure_of_a_year_are_equal(town: Town, tmp_path: Path) -> None:
    write_finance(town, tmp_path)
    for year in (2026, 2027):
        sums = [
            sum(
                title["betrag"]
                for file in tmp_path.glob(f"haushalt_{year}_{direction}titel_*.json")
                for title in json.loads(file.read_bytes())
            )
            for direction in ("Einnahme", "Ausgabe")
        ]
        assert sums[0] == sums[1] > 0
