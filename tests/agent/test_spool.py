import errno
from pathlib import Path

import pytest

from numlycee.wire.records import Gap, Previous, encode
from numlycee_agent.spool.segments import Place
from numlycee_agent.spool.spool import LONGEST_RECORD, Limits, Spool, SpoolBusyError
from tests.agent.spooling import (
    SMALL,
    SickDisk,
    bulletin,
    declared,
    fill,
    numbers,
    receipt,
    records,
    segments,
    waiting,
)
from tests.agent.virtual import VirtualClock

DAY = 86_400


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def test_what_is_kept_is_offered_in_order_byte_for_byte(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        kept = [bulletin(spool)]
        spool.keep(kept[0])
        kept.append(bulletin(spool, "é" * 50))
        spool.keep(kept[1])
        assert [item.raw for item in spool.pending()] == [encode(record) for record in kept]
        assert spool.held() == {spool.run: (1, 2)}


def test_a_run_is_never_continued_and_names_the_one_before(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as first:
        assert first.previous is None
        fill(first, 3)
    with Spool(tmp_path, clock, SMALL) as second:
        assert second.previous == Previous(first.run, 3)
        assert second.next_seq() == 1
        assert second.run != first.run
    with Spool(tmp_path, clock, SMALL) as third:  # the second kept nothing
        assert third.previous == Previous(first.run, 3)
        fill(third, 1)
        assert list(third.held()) == [first.run, third.run]


def test_a_run_can_end_within_the_process(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 2)
        before = spool.run
        assert spool.renew() is spool
        assert spool.previous == Previous(before, 2)
        assert (spool.run != before, spool.next_seq()) == (True, 1)
        fill(spool, 1)
        assert waiting(spool) == [(before, 1), (before, 2), (spool.run, 1)]


def test_two_agents_cannot_share_a_spool(tmp_path: Path, clock: VirtualClock) -> None:
    with (
        Spool(tmp_path, clock, SMALL),
        pytest.raises(SpoolBusyError, match="another agent is using this spool"),
    ):
        Spool(tmp_path, clock, SMALL)


def test_reading_goes_on_from_a_place(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 60)
        everything = list(spool.pending())
        assert len(segments(tmp_path)) > 2
        for index in (0, 17, 58):
            assert list(spool.pending(everything[index].after)) == everything[index + 1 :]
        last = everything[-1].after
        fill(spool, 1)
        assert [kept.seq for kept in spool.pending(last)] == [61]


def test_confirmed_records_are_no_longer_offered_but_stay_for_the_retention(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 60)
        files = segments(tmp_path)
        spool.settle(receipt(spool, upto=30, beyond=((40, 42),)))
        assert numbers(spool) == [*range(31, 40), *range(43, 61)]
        assert spool.unconfirmed == 27
        assert segments(tmp_path) == files


async def test_a_segment_goes_fourteen_days_after_its_own_receipt(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 60)
        first, second, *_ = segments(tmp_path)
        start_of_second = int(second.name.split(".")[2])
        spool.settle(receipt(spool, upto=start_of_second - 1))
        await clock.advance(10 * DAY)
        spool.settle(receipt(spool, upto=60, commit=2))
        await clock.advance(4 * DAY - 1)
        spool.settle(receipt(spool, upto=60, commit=3))
        assert first.exists()
        await clock.advance(1)
        spool.settle(receipt(spool, upto=60, commit=4))
        assert (first.exists(), second.exists()) == (False, True)
        await clock.advance(10 * DAY)
        spool.settle(receipt(spool, upto=60, commit=5))
        assert len(segments(tmp_path)) == 1, "the newest segment names the run to the next one"


async def test_the_days_are_counted_anew_from_the_receipts_of_a_greater_epoch(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 60)
        first, *_ = segments(tmp_path)
        spool.settle(receipt(spool, upto=60))
        await clock.advance(13 * DAY)
        spool.settle(receipt(spool, upto=60, epoch=2))
        await clock.advance(13 * DAY)
        spool.settle(receipt(spool, upto=60, epoch=2, commit=2))
        assert first.exists()
        await clock.advance(DAY)
        spool.settle(receipt(spool, upto=60, epoch=2, commit=3))
        assert not first.exists()


async def test_receipts_and_their_times_outlive_the_process(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 60)
        spool.settle(receipt(spool, upto=50, epoch=3, commit=9))
        run = spool.run
    await clock.advance(14 * DAY)
    with Spool(tmp_path, clock, SMALL) as spool:
        assert (spool.marks.epoch, spool.marks.commit) == (3, 9)
        assert numbers(spool, run) == list(range(51, 61))
        spool.settle(receipt(spool, run=run, upto=50, epoch=3, commit=9))
        assert spool.held()[run][0] > 1


def test_a_greater_epoch_offers_everything_again(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 10)
        spool.settle(receipt(spool, upto=10, epoch=1, commit=500))
        assert numbers(spool) == []
        spool.settle(receipt(spool, upto=4, epoch=2, commit=20))
        assert numbers(spool) == list(range(5, 11))


def test_a_greater_epoch_forgets_the_runs_that_its_receipt_leaves_out(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 10)
        spool.settle(receipt(spool, upto=10, epoch=1))
        spool.settle(receipt(spool, upto=1, epoch=2, run="00000000000000bb"))
        assert numbers(spool) == list(range(1, 11))


@pytest.mark.parametrize(("epoch", "commit"), [(1, 900), (2, 49)])
def test_a_receipt_from_the_past_changes_nothing(
    tmp_path: Path, clock: VirtualClock, epoch: int, commit: int
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 10)
        spool.settle(receipt(spool, upto=3, epoch=2, commit=50))
        with pytest.raises(ValueError, match=r"after 2\.50"):
            spool.settle(receipt(spool, upto=10, epoch=epoch, commit=commit))
        assert numbers(spool) == list(range(4, 11))


def test_when_full_the_oldest_confirmed_goes_first(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 100)
        spool.settle(receipt(spool, upto=0, beyond=((40, 90),)))
        confirmed = segments(tmp_path)[2:4]  # whole files of what is confirmed
        while any(path.exists() for path in confirmed):
            fill(spool, 1)
        assert {*range(1, 40), *range(91, 101)} <= set(numbers(spool))
        assert not declared(records(spool))
        assert spool.size <= SMALL.capacity


def test_when_all_is_unconfirmed_the_oldest_goes_and_its_gap_is_a_record(
    tmp_path: Path, clock: VirtualClock
) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 1500)
        last = spool.next_seq() - 1
        told = declared(records(spool))
        assert {seq for _, seq in told} | set(numbers(spool)) == set(range(1, last + 1))
        assert spool.size <= SMALL.capacity
        gap = next(record for record in records(spool) if isinstance(record, Gap))
        assert (gap.run, gap.reason) == (spool.run, "spool full")


def test_a_full_disk_is_told_and_the_record_can_be_kept_again_later(
    tmp_path: Path, clock: VirtualClock
) -> None:
    disk = SickDisk(room=1000)
    with Spool(tmp_path, clock, SMALL, disk) as spool:
        with pytest.raises(OSError, match="No space") as full:
            fill(spool, 100)
        assert full.value.errno == errno.ENOSPC
        held = numbers(spool)
        assert held == list(range(1, spool.next_seq()))
        disk.room = 1 << 20
        fill(spool, 5)
        assert numbers(spool) == list(range(1, len(held) + 6))
    with Spool(tmp_path, clock, SMALL) as again:
        assert numbers(again, spool.run) == list(range(1, len(held) + 6))


def test_a_full_disk_takes_what_is_confirmed_and_nothing_else(
    tmp_path: Path, clock: VirtualClock
) -> None:
    disk = SickDisk()
    with Spool(tmp_path, clock, SMALL, disk) as spool:
        fill(spool, 60)
        spool.settle(receipt(spool, upto=30))
        disk.room = 0
        with pytest.raises(OSError, match="No space"):
            fill(spool, 100)
        assert numbers(spool)[0] == 31
        assert spool.next_seq() > 80
        assert not declared(records(spool))


def test_a_read_only_disk_is_told(tmp_path: Path, clock: VirtualClock) -> None:
    disk = SickDisk()
    with Spool(tmp_path, clock, SMALL, disk) as spool:
        fill(spool, 3)
        disk.read_only = True
        with pytest.raises(OSError, match="Read-only"):
            fill(spool, 1)
        spool.settle(receipt(spool, upto=2))
        disk.read_only = False
        fill(spool, 1)
        assert numbers(spool) == [3, 4]


def test_after_a_failed_sync_the_file_is_never_synced_again(
    tmp_path: Path, clock: VirtualClock
) -> None:
    disk = SickDisk()
    with Spool(tmp_path, clock, SMALL, disk) as spool:
        fill(spool, 3)
        disk.unsynced = True
        with pytest.raises(OSError, match="Input/output"):
            spool.keep(bulletin(spool, "first writing"))
        disk.unsynced = False
        spool.keep(bulletin(spool, "second writing"))
        fill(spool, 1)
        assert disk.syncs_after_failure == 0
        assert len(segments(tmp_path)) == 2
    with Spool(tmp_path, clock, SMALL) as again:
        assert numbers(again, spool.run) == [1, 2, 3, 4, 5]
        assert b"second writing" in list(again.pending())[3].raw


def test_unreadable_marks_offer_everything_again(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 5)
        spool.settle(receipt(spool, upto=5))
    for content in (b"", b"{", b"[]", b'{"epoch":1}', b"\xff", b'{"epoch":"1"}'):
        (tmp_path / "marks").write_bytes(content)
        with Spool(tmp_path, clock, SMALL) as again:
            assert len(waiting(again)) == 5


def test_a_record_out_of_turn_or_too_long_is_refused(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        record = bulletin(spool)
        spool.keep(record)
        with pytest.raises(ValueError, match="not the next record"):
            spool.keep(record)
        with pytest.raises(ValueError, match="at most 65472"):
            spool.keep(bulletin(spool, "x" * LONGEST_RECORD))
        assert numbers(spool) == [1]


def test_refusals_are_remembered_to_be_shown(tmp_path: Path, clock: VirtualClock) -> None:
    with Spool(tmp_path, clock, SMALL) as spool:
        fill(spool, 2)
        word = receipt(spool, upto=2)
        refused = type(word)(1, 2, "n", word.runs, 0, refused=((spool.run, 2, "conflict"),))
        spool.settle(refused)
        run = spool.run
    with Spool(tmp_path, clock, SMALL) as again:
        assert again.marks.refused == ((run, 2, "conflict"),)


def test_the_default_limits_leave_room_for_gaps() -> None:
    assert Limits().reserve > 2 * Limits().segment
    assert Place() < Place(1)
