import errno
import logging
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.wire.records import Previous
from numlycee_agent.inspection import inspect
from numlycee_agent.spool.frames import FORMAT, HEADER_SIZE, Frame, frame, frames, header
from numlycee_agent.spool.spool import Spool
from tests.agent.spooling import (
    SMALL,
    SickDisk,
    declared,
    fill,
    numbers,
    receipt,
    records,
    segments,
    waiting,
)
from tests.agent.virtual import VirtualClock

CLOCK = VirtualClock()


def written(directory: Path, count: int) -> str:
    with Spool(directory, CLOCK, SMALL) as spool:
        fill(spool, count)
        return spool.run


@given(st.lists(st.binary(max_size=40), min_size=1), st.randoms(use_true_random=False))
def test_frames_come_back_whatever_lies_between_them(raws: list[bytes], chance: Random) -> None:
    data = header()
    for seq, raw in enumerate(raws, 1):
        data += chance.randbytes(chance.randrange(30)) + frame(seq, raw)
    assert [(found.seq, found.raw) for found in frames(data)] == list(enumerate(raws, 1))


@given(st.binary(max_size=300))
def test_noise_holds_no_frame(noise: bytes) -> None:
    assert not list(frames(noise))


def test_a_flipped_bit_anywhere_costs_one_frame_at_most() -> None:
    data = header() + frame(1, b"one") + frame(2, b"two") + frame(3, b"three")
    for position in range(HEADER_SIZE, len(data)):
        for bit in range(8):
            bad = bytearray(data)
            bad[position] ^= 1 << bit
            found = list(frames(bytes(bad)))
            assert len(found) == 2
            assert all(item in list(frames(data)) for item in found)


@pytest.mark.slow
def test_a_torn_tail_is_ignored_at_every_byte(tmp_path: Path) -> None:
    run = written(tmp_path, 4)
    (path,) = segments(tmp_path)
    whole = path.read_bytes()
    ends = [item.end for item in frames(whole)]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        with Spool(tmp_path, CLOCK, SMALL) as spool:
            kept = sum(end <= size for end in ends)
            assert numbers(spool, run) == list(range(1, kept + 1))
            assert spool.previous == (Previous(run, kept) if kept else None)
            fill(spool, 1)
            assert not declared(records(spool))
        for other in segments(tmp_path):
            other.unlink()


def test_zeros_at_the_end_of_a_file_are_a_torn_tail(tmp_path: Path) -> None:
    run = written(tmp_path, 3)
    (path,) = segments(tmp_path)
    path.write_bytes(path.read_bytes() + bytes(4096))
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        assert numbers(spool, run) == [1, 2, 3]


def test_a_damaged_record_is_stepped_over_and_declared_once(tmp_path: Path) -> None:
    run = written(tmp_path, 5)
    (path,) = segments(tmp_path)
    data = bytearray(path.read_bytes())
    third = list(frames(bytes(data)))[1].end
    data[third + 30] ^= 0xFF
    path.write_bytes(data)
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        assert numbers(spool, run) == [1, 2, 4, 5]
        fill(spool, 1)
        assert declared(records(spool)) == {(run, 3)}
        assert spool.next_seq() == 3, "one record, then one gap"
    with Spool(tmp_path, CLOCK, SMALL) as again:
        fill(again, 1)
        assert again.next_seq() == 2, "the gap is not declared twice"


def test_damage_that_was_confirmed_is_not_a_loss_until_the_epoch_grows(tmp_path: Path) -> None:
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 5)
        spool.settle(receipt(spool, upto=5))
        run = spool.run
    (path,) = segments(tmp_path)
    data = bytearray(path.read_bytes())
    data[list(frames(bytes(data)))[1].end + 30] ^= 0xFF
    path.write_bytes(data)
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 1)
        assert not declared(records(spool))
        spool.settle(receipt(spool, run=run, upto=0, epoch=2))
        fill(spool, 1)
        assert declared(records(spool)) == {(run, 3)}


def test_a_damaged_header_loses_nothing(tmp_path: Path) -> None:
    run = written(tmp_path, 3)
    (path,) = segments(tmp_path)
    path.write_bytes(b"x" * HEADER_SIZE + path.read_bytes()[HEADER_SIZE:])
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        assert numbers(spool, run) == [1, 2, 3]


def test_a_file_of_a_later_version_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, 3)
    (path,) = segments(tmp_path)
    data = bytearray(path.read_bytes())
    data[HEADER_SIZE - 2] = FORMAT + 1
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING), Spool(tmp_path, CLOCK, SMALL) as spool:
        assert waiting(spool) == []
        fill(spool, 1)
        assert len(segments(tmp_path)) == 2
    assert path.read_bytes() == data
    assert "later version" in caplog.text


def test_a_missing_file_in_the_middle_is_declared(tmp_path: Path) -> None:
    run = written(tmp_path, 60)
    first, second, third, *_ = segments(tmp_path)
    start, end = (int(path.name.split(".")[2]) for path in (second, third))
    second.unlink()
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 1)
        assert first.exists()
        assert declared(records(spool)) == {(run, seq) for seq in range(start, end)}


def test_a_file_that_vanishes_while_the_agent_runs_is_declared(tmp_path: Path) -> None:
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 60)
        first, second, *_ = segments(tmp_path)
        first.unlink()
        end = int(second.name.split(".")[2])
        assert numbers(spool) == list(range(end, 61))
        fill(spool, 1)
        assert declared(records(spool)) == {(spool.run, seq) for seq in range(1, end)}


def test_what_is_damaged_while_the_agent_runs_is_declared(tmp_path: Path) -> None:
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 60)
        spool.settle(receipt(spool, upto=2))
        path = segments(tmp_path)[0]
        data = bytearray(path.read_bytes())
        inside = [found.end for found in frames(bytes(data))]
        for at in (inside[0] + 30, inside[4] + 30):
            data[at] ^= 0xFF
        path.write_bytes(data)
        assert numbers(spool) == [3, 4, 5, *range(7, 61)]
        fill(spool, 1)
        assert declared(records(spool)) == {(spool.run, 6)}
        spool.settle(receipt(spool, upto=62, commit=2))
        assert spool.unconfirmed == 0


@pytest.mark.slow
def test_what_a_lost_gap_declared_is_declared_again(tmp_path: Path) -> None:
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 6000)
        told = {seq for _, seq in declared(records(spool))}
        assert told | set(numbers(spool)) == set(range(1, spool.next_seq()))


@given(st.integers(0, 2**32))
def test_any_damage_lets_the_agent_start_and_accounts_for_every_number(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    directory, chance = tmp_path_factory.mktemp("spool"), Random(seed)
    run = written(directory, 40)
    for _ in range(chance.randrange(1, 6)):
        path = chance.choice(segments(directory))
        data = bytearray(path.read_bytes())
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(1, 600)] = chance.randbytes(chance.randrange(600))
        path.write_bytes(data)
    with Spool(directory, CLOCK, SMALL) as spool:
        fill(spool, 1)
        held, lost = set(numbers(spool, run)), {seq for _, seq in declared(records(spool))}
        assert not held & lost
        inside = set(range(min(held, default=1), max(held, default=0) + 1))
        assert inside == held | lost


def test_a_frame_is_what_it_says() -> None:
    data = header() + frame(7, b"record")
    assert list(frames(data)) == [Frame(7, b"record", len(data))]


def test_a_segment_that_the_disk_cannot_give_back_prevents_no_start(tmp_path: Path) -> None:
    run = written(tmp_path, 90)
    first, second, *_ = segments(tmp_path)
    held = [frame.seq for frame in frames(second.read_bytes())]
    second.unlink()
    second.mkdir()
    with Spool(tmp_path, CLOCK, SMALL) as spool:
        fill(spool, 1)
        assert declared(records(spool)) == {(run, seq) for seq in held}
        assert first.exists()
        assert second.exists()


def test_a_spool_that_vanishes_while_it_is_looked_at_is_looked_at_all_the_same(
    tmp_path: Path,
) -> None:
    written(tmp_path, 30)
    _, second, *_ = segments(tmp_path)
    second.unlink()
    second.symlink_to(tmp_path / "nowhere")
    assert inspect(tmp_path).waiting


def test_a_file_that_could_be_neither_synced_nor_removed_blocks_no_later_one(
    tmp_path: Path,
) -> None:
    disk = ReadOnlyAfterAnError()
    with Spool(tmp_path, CLOCK, SMALL, disk) as spool:
        disk.unsynced = disk.stuck = True
        with pytest.raises(OSError, match="Read-only"):
            fill(spool, 1)
        disk.unsynced = disk.stuck = False
        fill(spool, 1)
        assert numbers(spool) == [1]


class ReadOnlyAfterAnError(SickDisk):
    """What Linux makes of a disk that fails: nothing can be removed until it is mounted again."""

    stuck = False

    def unlink(self, path: Path) -> None:
        if self.stuck:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        super().unlink(path)
