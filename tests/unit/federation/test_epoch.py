"""What is kept between questions, and when it is not: a kept plan never outlives a right or a
version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from federation.answering import answer
from federation.loading import file_stamp
from federation.opened import Federation
from federation.policy import parse_policies, turning_points
from federation.preparing import Request
from federation.view import Caller
from mappers.errors import UsageError
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate
from mappers.rdf import Literal
from mappers.versions import list_versions, prune
from tests.differential.village import BASE, write_village
from tests.unit.federation.planning.plans import PREFIXES

PUBLIC = Caller("public")
LAB = Caller("lab", frozenset(("analyst",)))
POLICY = """@prefix by: <https://bygraf.example.org/def#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{base}graph/{silo}> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access {access} ; by:attribution "{silo}" .
"""
RATINGS = PREFIXES + "SELECT * { ?school by:rating ?rating }"


def write_policy(folder: Path, silo: str, access: str = "by:public") -> None:
    (folder / silo / "policy.ttl").write_text(POLICY.format(base=BASE, silo=silo, access=access))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    city = write_village(tmp_path)
    for silo in ("places", "schools"):
        write_policy(tmp_path, silo)
        publish_silo(city, silo, tmp_path / "data", tmp_path / "home", gate=no_gate)
    return tmp_path


@pytest.fixture
def federation(folder: Path) -> Iterator[Federation]:
    city = write_village(folder)
    with Federation.open(city, folder / "home") as opened:
        yield opened


def ratings(federation: Federation, caller: Caller = PUBLIC) -> int:
    solutions = answer(Request(RATINGS, caller), federation).solutions
    assert solutions is not None
    return len(solutions)


def kept(federation: Federation, request: Request) -> bool:
    with federation.epoch() as epoch:
        return epoch.plan(request, datetime.now(UTC)) is not None


def test_the_plan_of_a_question_is_kept(federation: Federation) -> None:
    request = Request(RATINGS, PUBLIC)
    assert not kept(federation, request)
    first = answer(request, federation)
    assert kept(federation, request)
    again = answer(request, federation)
    assert list(first.solutions or ()) == list(again.solutions or ())
    assert first.receipt.id != again.receipt.id
    assert first.receipt.graphs == again.receipt.graphs


def test_a_plan_is_kept_for_its_caller_purpose_and_graphs_only(federation: Federation) -> None:
    answer(Request(RATINGS, PUBLIC), federation)
    assert not kept(federation, Request(RATINGS, LAB))
    assert not kept(federation, Request(RATINGS, PUBLIC, "Marketing"))
    assert not kept(federation, Request(RATINGS, PUBLIC, default_graphs=(f"{BASE}graph/places",)))
    named = (("rating", Literal("3")),)
    assert not kept(federation, Request(RATINGS, PUBLIC, parameters=named))


def test_a_question_that_asks_for_the_time_is_planned_each_time(federation: Federation) -> None:
    request = Request("SELECT (NOW() AS ?now) {}", PUBLIC)
    rows = [list(answer(request, federation).solutions or ()) for _ in range(2)]
    assert rows[0] != rows[1]
    assert not kept(federation, request)


def test_a_right_that_is_withdrawn_is_gone_with_the_next_question(
    federation: Federation, folder: Path
) -> None:
    assert ratings(federation) > 0
    write_policy(folder, "schools", "by:hidden")
    assert ratings(federation) == 0
    write_policy(folder, "schools")
    assert ratings(federation) > 0


def test_a_policy_of_the_same_size_and_time_takes_effect(
    federation: Federation, folder: Path
) -> None:
    file = folder / "schools" / "policy.ttl"
    before = file.stat()
    assert ratings(federation) > 0
    write_policy(folder, "schools", "by:hidden")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert after.st_size == before.st_size
    assert ratings(federation) == 0


def test_a_file_that_was_changed_just_now_is_looked_at_again(folder: Path) -> None:
    file = folder / "schools" / "policy.ttl"
    changed = file.stat().st_ctime_ns
    just_now = [file_stamp(str(file), changed + late) for late in (0, 1_000_000)]
    assert just_now[0] != just_now[1], "another change may get the same time"
    later = [file_stamp(str(file), changed + late * 1_000_000_000) for late in (1, 2)]
    assert later[0] == later[1]


def test_plans_stay_when_a_file_is_written_with_what_it_held(
    federation: Federation, folder: Path
) -> None:
    request = Request(RATINGS, PUBLIC)
    answer(request, federation)
    write_policy(folder, "schools")
    assert kept(federation, request)


def test_a_new_version_is_read_by_the_next_question(federation: Federation, folder: Path) -> None:
    before = ratings(federation)
    schools = folder / "data" / "schools" / "schools.csv"
    lines = schools.read_text().splitlines()
    schools.write_text("\n".join(lines[:2]) + "\n")
    publish_silo(federation.definition, "schools", folder / "data", folder / "home", gate=no_gate)
    assert ratings(federation) < before


def test_the_versions_of_an_epoch_stay_until_its_last_question_is_answered(
    federation: Federation, folder: Path
) -> None:
    home = folder / "home"
    with federation.epoch() as epoch:
        old = next(silo.version for silo in epoch.catalogue.silos if silo.id == "schools")
        assert old is not None
        publish_silo(federation.definition, "schools", folder / "data", home, gate=no_gate)
        with federation.epoch() as later:
            assert later is not epoch
        prune(home, federation.city, "schools", keep=1)
        assert old.id in list_versions(home, federation.city, "schools")
    prune(home, federation.city, "schools", keep=1)
    assert old.id not in list_versions(home, federation.city, "schools")


def test_a_policy_turns_at_the_moments_that_it_names() -> None:
    text = POLICY.format(base=BASE, silo="schools", access="by:listed")
    text = (
        text.rstrip().rstrip(".")
        + """;
      odrl:permission
        [ odrl:action odrl:read ; odrl:constraint [ odrl:leftOperand odrl:dateTime ;
          odrl:operator odrl:lt ; odrl:rightOperand "2026-12-01T12:00:00+01:00"^^xsd:dateTime ] ] ,
        [ odrl:action odrl:read ; odrl:constraint [ odrl:leftOperand odrl:dateTime ;
          odrl:operator odrl:eq ; odrl:rightOperand "2026-12-24"^^xsd:date ] ] .
    """
    )
    eve = datetime.combine(date(2026, 12, 24), datetime.min.time(), UTC)
    assert turning_points(parse_policies(text, "policy.ttl", base=BASE)) == (
        datetime(2026, 12, 1, 11, tzinfo=UTC),
        eve,
        eve + timedelta(days=1),
    )


def test_a_version_that_is_gone_is_no_epoch(federation: Federation, folder: Path) -> None:
    shutil.rmtree(folder / "home" / federation.city / "schools")
    with federation.epoch() as epoch:
        assert epoch.catalogue.unpublished() == ("schools",)


def test_a_home_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("")
    city = write_village(folder)
    with pytest.raises(UsageError, match=r"file.*cannot be made: Not a directory"):
        Federation.open(city, folder / "file")
