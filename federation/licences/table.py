"""The open-data licences that Bygraf knows, checked by hand against their texts.

A licence that is not here is unknown, and unknown is the most restrictive of all. Names that leave
the version open ("CC-BY", the unversioned identifiers of CKAN and dcat-ap.de) are unknown too:
which duties they mean cannot be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final


class Condition(Enum):
    """What a licence asks of whoever passes the data on. The value is the term in a receipt."""

    ATTRIBUTE = "http://creativecommons.org/ns#Attribution"
    NOTICE = "http://creativecommons.org/ns#Notice"
    STATE_CHANGES = "https://bygraf.example.org/def#stateChanges"
    SHARE_ALIKE = "http://creativecommons.org/ns#ShareAlike"
    NON_COMMERCIAL = "https://bygraf.example.org/def#nonCommercialUse"
    NO_DERIVATIVES = "https://bygraf.example.org/def#noDerivatives"
    INTERNAL_USE = "https://bygraf.example.org/def#internalUse"

    @property
    def keyword(self) -> str:
        """The condition as a word of a command line or table, such as `share-alike`."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: `key` is its SPDX identifier, `iri` its text, `aliases` other names and addresses.

    `rank` orders licences that may stand together: an answer takes the highest. `family` joins the
    share-alike licences that a later one of the same family may take over. `source` says in which
    clauses the conditions were read.
    """

    key: str
    title: str
    iri: str
    rank: int
    conditions: frozenset[Condition]
    source: str
    aliases: tuple[str, ...] = ()
    family: str | None = None

    @property
    def share_alike(self) -> bool:
        """Whether what is made of the data must carry this licence."""
        return Condition.SHARE_ALIKE in self.conditions

    @property
    def derivatives(self) -> bool:
        """Whether anything made of the data may be passed on."""
        return Condition.NO_DERIVATIVES not in self.conditions


_EU: Final = "http://publications.europa.eu/resource/authority/licence/"
_DE: Final = "http://dcat-ap.de/def/licenses/"
_BY: Final = frozenset({Condition.ATTRIBUTE, Condition.NOTICE, Condition.STATE_CHANGES})
_SA: Final = _BY | {Condition.SHARE_ALIKE}
_NC: Final = _BY | {Condition.NON_COMMERCIAL}
_ND: Final = frozenset({Condition.ATTRIBUTE, Condition.NOTICE, Condition.NO_DERIVATIVES})

NO_LICENCE: Final = Licence(
    "unknown",
    "No licence is known",
    "https://bygraf.example.org/def#licenceUnknown",
    99,
    frozenset({Condition.INTERNAL_USE}),
    "without a licence the law reserves every right; only the owner may use the data",
)
"""Stands for data of which no licence is known; only their owner ever sees them."""

LICENCES: Final[tuple[Licence, ...]] = (
    Licence(
        "CC0-1.0",
        "Creative Commons Zero 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        0,
        frozenset(),
        "CC0 1.0, sections 2 and 3: waiver, and licence without conditions as a fallback",
        ("CC0", "CC-Zero", "cc-zero", _EU + "CC0", _DE + "cc-zero"),
    ),
    Licence(
        "PDDL-1.0",
        "Open Data Commons Public Domain Dedication and License 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
        1,
        frozenset(),
        "PDDL 1.0, section 3: dedication to the public domain",
        (
            "PDDL",
            "ODC-PDDL",
            _EU + "ODC_PDDL",
            _DE + "odcpddl",
            "https://opendatacommons.org/licenses/pddl/",
            "https://opendatacommons.org/licenses/pddl/1.0/",
        ),
    ),
    Licence(
        "DL-DE-ZERO-2.0",
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        2,
        frozenset(),
        "dl-de/zero-2-0, sentence 1: any use without restriction or condition",
        ("dl-de/zero-2.0", "dl-de/zero-2-0", "dl-zero-de/2.0", _DE + "dl-zero-de/2.0"),
    ),
    Licence(
        "ISC",
        "ISC License",
        "https://opensource.org/license/isc-license-txt",
        10,
        frozenset({Condition.NOTICE}),
        "ISC: copyright and permission notice in all copies",
        ("https://opensource.org/licenses/ISC", _EU + "ISC"),
    ),
    Licence(
        "MIT",
        "MIT License",
        "https://opensource.org/license/mit",
        11,
        frozenset({Condition.NOTICE}),
        "MIT: copyright and permission notice in all copies",
        ("https://opensource.org/licenses/MIT", _EU + "MIT"),
    ),
    Licence(
        "ODC-By-1.0",
        "Open Data Commons Attribution License 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
        20,
        frozenset({Condition.ATTRIBUTE, Condition.NOTICE}),
        "ODC-By 1.0, sections 4.2 and 4.3: notices kept, source named in produced works",
        (
            "ODC-BY",
            _EU + "ODC_BY",
            _DE + "odby",
            "https://opendatacommons.org/licenses/by/",
            "https://opendatacommons.org/licenses/by/1.0/",
        ),
    ),
    Licence(
        "OGL-UK-3.0",
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        21,
        frozenset({Condition.ATTRIBUTE}),
        "OGL 3.0, 'You must': acknowledge the source; interoperable with CC BY 4.0 and ODC-By",
        ("OGL-3.0", "OGL3", _EU + "OGL_3_0"),
    ),
    Licence(
        "DL-DE-BY-2.0",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        22,
        _BY,
        "dl-de/by-2-0, (2) name, licence and reference; (3) changes must be noted",
        ("dl-de/by-2.0", "dl-de/by-2-0", "dl-by-de/2.0", _DE + "dl-by-de/2.0"),
    ),
    Licence(
        "CC-BY-3.0",
        "Creative Commons Attribution 3.0 Unported",
        "https://creativecommons.org/licenses/by/3.0/",
        30,
        _BY,
        "CC BY 3.0, sections 3(b), 4(a) and 4(b)",
        (_EU + "CC_BY_3_0", _DE + "cc-by/3.0"),
    ),
    Licence(
        "CC-BY-3.0-DE",
        "Creative Commons Namensnennung 3.0 Deutschland",
        "https://creativecommons.org/licenses/by/3.0/de/",
        31,
        _BY,
        "CC BY 3.0 DE, sections 3(b), 4(a) and 4(b)",
        (_DE + "cc-by-de/3.0",),
    ),
    Licence(
        "CC-BY-4.0",
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        32,
        _BY,
        "CC BY 4.0, section 3(a)",
        (_EU + "CC_BY_4_0", _DE + "cc-by/4.0"),
    ),
    Licence(
        "CC-BY-NC-4.0",
        "Creative Commons Attribution-NonCommercial 4.0 International",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        40,
        _NC,
        "CC BY-NC 4.0, sections 2(a)(1) and 3(a)",
        (_EU + "CC_BYNC_4_0", _DE + "cc-by-nc/4.0"),
    ),
    Licence(
        "CC-BY-SA-3.0",
        "Creative Commons Attribution-ShareAlike 3.0 Unported",
        "https://creativecommons.org/licenses/by-sa/3.0/",
        50,
        _SA,
        "CC BY-SA 3.0, section 4(b): this, a later or a ported licence of the same elements",
        (_EU + "CC_BYSA_3_0", _DE + "cc-by-sa/3.0"),
        "CC-BY-SA",
    ),
    Licence(
        "CC-BY-SA-3.0-DE",
        "Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 3.0 Deutschland",
        "https://creativecommons.org/licenses/by-sa/3.0/de/",
        51,
        _SA,
        "CC BY-SA 3.0 DE, section 4(b): this or a later licence of the same elements",
        (_DE + "cc-by-sa-de/3.0",),
        "CC-BY-SA",
    ),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        52,
        _SA,
        "CC BY-SA 4.0, section 3(b): this, a later or a declared compatible licence",
        (_EU + "CC_BYSA_4_0", _DE + "cc-by-sa/4.0"),
        "CC-BY-SA",
    ),
    Licence(
        "ODbL-1.0",
        "Open Data Commons Open Database License 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        53,
        frozenset({Condition.ATTRIBUTE, Condition.NOTICE, Condition.SHARE_ALIKE}),
        "ODbL 1.0, sections 4.2 to 4.4: derivative databases under this or a compatible licence",
        (
            "ODbL",
            "ODC-ODbL",
            _EU + "ODC_BL",
            _DE + "odbl",
            "https://opendatacommons.org/licenses/odbl/",
            "https://opendatacommons.org/licenses/odbl/1.0/",
        ),
        "ODbL",
    ),
    Licence(
        "CC-BY-NC-SA-4.0",
        "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        60,
        _NC | {Condition.SHARE_ALIKE},
        "CC BY-NC-SA 4.0, sections 2(a)(1), 3(a) and 3(b)",
        (_EU + "CC_BYNCSA_4_0", _DE + "cc-by-nc-sa/4.0"),
        "CC-BY-NC-SA",
    ),
    Licence(
        "CC-BY-ND-4.0",
        "Creative Commons Attribution-NoDerivatives 4.0 International",
        "https://creativecommons.org/licenses/by-nd/4.0/",
        70,
        _ND,
        "CC BY-ND 4.0, sections 2(a)(1)(B) and 3(a)(1): adapted material is not shared",
        (_EU + "CC_BYND_4_0", _DE + "cc-by-nd/4.0"),
    ),
    Licence(
        "CC-BY-NC-ND-4.0",
        "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International",
        "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        71,
        _ND | {Condition.NON_COMMERCIAL},
        "CC BY-NC-ND 4.0, sections 2(a)(1) and 3(a)(1)",
        (_EU + "CC_BYNCND_4_0", _DE + "cc-by-nc-nd/4.0"),
    ),
)
"""Every licence known by name, in order of rank."""

_ADDRESS = re.compile(r"^https?://(?:www\.)?(?P<rest>[^#?]*)")
_TAIL = re.compile(r"(?:/(?:legalcode|deed)(?:\.[a-z-]+)?|\.html|\.json)$")


def _plain(name: str) -> str:
    """A name or address of a licence without the differences that do not matter."""
    text = name.strip().casefold()
    address = _ADDRESS.match(text)
    if address is None:
        return re.sub(r"[\s_]+", "-", text)
    return _TAIL.sub("", address["rest"].rstrip("/")).rstrip("/")


def _names(licence: Licence) -> tuple[str, ...]:
    spdx = f"https://spdx.org/licenses/{licence.key}"
    return (licence.key, licence.iri, spdx, *licence.aliases)


_BY_NAME: Final = MappingProxyType(
    {_plain(name): licence.key for licence in LICENCES for name in _names(licence)}
)
_BY_KEY: Final = MappingProxyType({licence.key: licence for licence in (*LICENCES, NO_LICENCE)})


def normalise(name: str) -> str | None:
    """The key of the licence that a name or IRI means, or None if it is not one of the table.

    Taken are SPDX identifiers and addresses, Creative Commons URLs (with `/deed` or `/legalcode`),
    the EU's authority IRIs, and the identifiers of GovData and dcat-ap.de; in any case of letters.
    """
    return _BY_NAME.get(_plain(name))


def licence_by_key(key: str | None) -> Licence:
    """The licence of a key; NO_LICENCE for None or a key that is not in the table."""
    return NO_LICENCE if key is None else _BY_KEY.get(key, NO_LICENCE)
