"""Names of licences, from wherever they come, lead to one key."""

from __future__ import annotations

import pytest

from federation.licences import (
    LICENCES,
    NO_LICENCE,
    Condition,
    licence_by_key,
    normalise,
)

NAMES = [
    ("CC0-1.0", "CC0-1.0"),
    ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ("http://publications.europa.eu/resource/authority/licence/CC0", "CC0-1.0"),
    ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
    ("http://creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
    ("https://www.creativecommons.org/licenses/by/4.0/legalcode.de", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by/4.0/deed.da", "CC-BY-4.0"),
    ("https://spdx.org/licenses/CC-BY-4.0.html", "CC-BY-4.0"),
    ("cc by 4.0", "CC-BY-4.0"),
    ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "CC-BY-4.0"),
    ("http://dcat-ap.de/def/licenses/cc-by/4.0", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by/3.0/de/", "CC-BY-3.0-DE"),
    ("https://creativecommons.org/licenses/by/3.0/de/deed.de", "CC-BY-3.0-DE"),
    ("https://creativecommons.org/licenses/by/3.0/", "CC-BY-3.0"),
    ("https://creativecommons.org/licenses/by-sa/3.0/de/", "CC-BY-SA-3.0-DE"),
    ("https://www.govdata.de/dl-de/zero-2-0", "DL-DE-ZERO-2.0"),
    ("dl-de/zero-2.0", "DL-DE-ZERO-2.0"),
    ("http://dcat-ap.de/def/licenses/dl-by-de/2.0", "DL-DE-BY-2.0"),
    ("dl-de/by-2-0", "DL-DE-BY-2.0"),
    ("http://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
    ("http://publications.europa.eu/resource/authority/licence/ODC_BL", "ODbL-1.0"),
    ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
    ("ISC", "ISC"),
    ("https://opensource.org/licenses/MIT", "MIT"),
]


@pytest.mark.parametrize(("name", "key"), NAMES)
def test_a_name_of_a_licence_leads_to_its_key(name: str, key: str) -> None:
    assert normalise(name) == key


@pytest.mark.parametrize(
    "name",
    [
        "",
        "CC-BY",
        "cc-by",
        "http://dcat-ap.de/def/licenses/cc-by-sa",
        "https://creativecommons.org/licenses/by/3.0/at/",
        "https://creativecommons.org/licenses/by/5.0/",
        "https://example.org/terms",
        "https://evil.example/creativecommons.org/licenses/by/4.0/",
        "unknown",
        "other-open",
    ],
)
def test_a_name_that_leaves_the_licence_open_is_unknown(name: str) -> None:
    assert normalise(name) is None


def test_every_licence_answers_to_its_key_its_address_and_its_aliases() -> None:
    for licence in LICENCES:
        for name in (licence.key, licence.iri, *licence.aliases):
            assert normalise(name) == licence.key, name


def test_keys_and_ranks_are_unique_and_in_order() -> None:
    ranks = [licence.rank for licence in (*LICENCES, NO_LICENCE)]
    assert ranks == sorted(set(ranks))
    assert len({licence.key for licence in LICENCES}) == len(LICENCES)


def test_every_licence_says_where_its_conditions_were_read() -> None:
    assert all(licence.source and licence.title for licence in LICENCES)


@pytest.mark.parametrize("key", [None, "unknown", "CC-BY", "nonsense"])
def test_without_a_known_key_there_is_no_licence(key: str | None) -> None:
    assert licence_by_key(key) is NO_LICENCE


def test_names_that_differ_by_family_do_not_share_an_address() -> None:
    seen: dict[str, str] = {}
    for licence in LICENCES:
        for name in (licence.iri, *licence.aliases):
            assert seen.setdefault(name.casefold(), licence.key) == licence.key


def test_conditions_have_words_for_people() -> None:
    assert Condition.SHARE_ALIKE.keyword == "share-alike"
