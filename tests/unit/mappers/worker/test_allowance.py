"""A question's allowance: its time, its cancellation, and computations that it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from mappers.errors import QueryCancelledError, QueryTimeoutError, QueryTooComplexError
from mappers.worker import Allowance, Limits, SqlJob, WorkerPool, WorkerSettings

HOUR = 3_600


def endless() -> None:
    """Compute for ever, and take every error for one of its own."""
    for _ in count():
        try:
            int("no number")
        except Exception:  # noqa: BLE001 - what the allowance must be stronger than
            continue


def test_a_computation_ends_when_its_time_has_passed() -> None:
    with pytest.raises(QueryTimeoutError, match=r"0\.2 s"):
        Allowance(0.2).compute(endless)


def test_a_computation_ends_when_another_thread_cancels() -> None:
    allowance = Allowance(HOUR)
    threading.Timer(0.1, allowance.cancel).start()
    with pytest.raises(QueryCancelledError):
        allowance.compute(endless)


def test_a_computation_may_have_less_time_and_an_error_of_its_own() -> None:
    with pytest.raises(QueryTooComplexError, match="planning"):
        Allowance(HOUR).compute(endless, 0.1, lambda: QueryTooComplexError("planning"))


def test_a_computation_that_ends_by_itself_gives_its_result_or_error() -> None:
    allowance = Allowance(HOUR)
    assert allowance.compute(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        allowance.compute(lambda: 1 // 0)


def test_nothing_is_stopped_after_a_computation_that_ended_just_in_time() -> None:
    """However the end of a computation and that of its time fall together."""
    outcomes = set()
    for tenths in [*range(1, 20)] * 10:
        try:
            Allowance(HOUR).compute(
                lambda: sum(range(100_000)), tenths / 10_000, lambda: QueryTooComplexError("late")
            )
            outcomes.add("in time")
        except QueryTooComplexError:
            outcomes.add("late")
        assert sum(range(1_000)) == 499_500
    assert outcomes <= {"in time", "late"}


def test_nothing_begins_once_the_question_is_to_end() -> None:
    allowance = Allowance(HOUR)
    allowance.cancel()
    assert allowance.left() == 0
    with pytest.raises(QueryCancelledError):
        allowance.compute(lambda: 7)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    folder = tmp_path_factory.mktemp("home")
    with WorkerPool(WorkerSettings((folder,), folder / "spill"), size=1) as pool:
        yield pool


ENDLESS = SqlJob(
    "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range % 7 = b.range % 11",
    Limits(seconds=HOUR),
)
ONE = SqlJob("SELECT 1 AS n", Limits())


def test_a_job_ends_when_another_thread_cancels(pool: WorkerPool) -> None:
    pool.run_sql(ONE)  # a worker that is cold still would not have begun
    (before,) = pool.processes()
    allowance = Allowance(HOUR)
    threading.Timer(0.5, allowance.cancel).start()
    with pytest.raises(QueryCancelledError):
        pool.run_sql(ENDLESS, allowance)
    assert pool.run_sql(ONE).num_rows == 1
    assert before not in pool.processes()


def test_who_waits_for_a_worker_may_cancel_or_run_out_of_time(pool: WorkerPool) -> None:
    first, second = Allowance(HOUR), Allowance(HOUR)
    ended = threading.Event()

    def occupy() -> None:
        with pytest.raises(QueryCancelledError):
            pool.run_sql(ENDLESS, first)
        ended.set()

    threading.Thread(target=occupy).start()
    while pool.processes():
        pass
    threading.Timer(0.1, second.cancel).start()
    with pytest.raises(QueryCancelledError):
        pool.run_sql(ONE, second)
    with pytest.raises(QueryTimeoutError, match="All 1 workers were busy"):
        pool.run_sql(ONE, Allowance(0.1))
    first.cancel()
    assert ended.wait(30)
    assert pool.run_sql(ONE).num_rows == 1


def test_a_spare_worker_is_warm_when_another_has_been_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("spare")
    with WorkerPool(WorkerSettings((folder,), folder / "spill"), size=1, spares=1) as pool:
        begun = set(pool.processes())
        pool.run_sql(ONE)
        with pytest.raises(QueryTimeoutError):
            pool.run_sql(ENDLESS, Allowance(0.3))
        pool.run_sql(ONE)
        assert len(begun & set(pool.processes())) == 1
        assert len(pool.processes()) == 2


def test_a_killed_worker_leaves_no_files_and_those_of_dead_servers_are_deleted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    spill = tmp_path_factory.mktemp("spill")
    left = spill / "999999999-0"
    left.mkdir()
    (left / "duckdb_temp_storage.tmp").write_bytes(b"x")
    with WorkerPool(WorkerSettings((spill,), spill), size=1) as pool:
        assert not left.exists()
        with pytest.raises(QueryTimeoutError):
            pool.run_sql(ENDLESS, Allowance(0.3))
        pool.run_sql(ONE)
    assert list(spill.iterdir()) == []
