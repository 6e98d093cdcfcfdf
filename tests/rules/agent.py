"""What the agent MUST keep and offer, with its tests and the bugs that they catch."""

from tests.rules.table import Bug, Rule

_TESTS = "tests/agent/test_"
_DAMAGE = f"{_TESTS}spool_damage.py::test_"
_SPOOL = "agents/numlycee_agent/spool/"
_TELLING = "agents/numlycee_agent/telling/"
_WATCHING = "agents/numlycee_agent/watching/"

AGENT = (
    Rule(
        "A1",
        (f"{_TESTS}spool_power_cuts.py::test_a_cut_at_any_instant_loses_nothing_that_was_kept",),
        (
            Bug(
                "a record is not synced",
                f"{_SPOOL}segments.py",
                "            self._disk.sync(descriptor)",
                "            pass",
            ),
            Bug(
                "the name of a new segment is not synced",
                f"{_SPOOL}disk.py",
                "            self.sync_directory(path.parent)\n        except",
                "        except",
            ),
        ),
    ),
    Rule(
        "A2",
        (
            f"{_TESTS}spool.py::test_a_run_is_never_continued_and_names_the_one_before",
            f"{_TESTS}spool.py::test_a_run_can_end_within_the_process",
            f"{_TESTS}spool.py::test_a_record_out_of_turn_or_too_long_is_refused",
        ),
        (
            Bug(
                "a run is continued",
                f"{_SPOOL}spool.py",
                "self._run = secrets.token_hex(8)",
                'self._run = "00000000000000aa"',
            ),
            Bug(
                "numbers go on from one run to the next",
                f"{_SPOOL}spool.py",
                "        self._seq = 0\n",
                '        self._seq = getattr(self, "_seq", 0)\n',
            ),
            Bug(
                "a number may be skipped",
                f"{_SPOOL}spool.py",
                "if (record.key.run, record.key.seq) != (self._run, self.next_seq()):",
                "if record.key.run != self._run:",
            ),
        ),
    ),
    Rule(
        "A3",
        (
            f"{_TESTS}spool_damage.py::test_a_torn_tail_is_ignored_at_every_byte",
            f"{_TESTS}spool_damage.py::test_a_damaged_record_is_stepped_over_and_declared_once",
            f"{_DAMAGE}a_segment_that_the_disk_cannot_give_back_prevents_no_start",
            f"{_TESTS}spool.py::test_unreadable_marks_offer_everything_again",
        ),
        (
            Bug(
                "half a record is taken for one",
                f"{_SPOOL}frames.py",
                "if len(raw) < length or proof !=",
                "if proof == 0 and proof !=",
            ),
            Bug(
                "what follows a damaged record is not read",
                f"{_SPOOL}frames.py",
                "offset = at + 1 if found is None else found.end",
                "offset = len(data) if found is None else found.end",
            ),
            Bug(
                "a segment that cannot be read prevents the start",
                f"{_SPOOL}segments.py",
                '_log.error("%s: cannot be read: %s", path, error)\n            continue',
                "raise error",
            ),
            Bug(
                "damaged marks prevent the start",
                f"{_SPOOL}marks.py",
                "except (OSError, WireError, ValueError, KeyError) as error:",
                "except PermissionError as error:",
            ),
        ),
    ),
    Rule(
        "A4",
        (
            f"{_TESTS}publisher.py::test_at_most_four_batches_wait_for_a_receipt",
            f"{_TESTS}publisher.py::test_says_who_is_there_then_hello_then_the_backlog",
            f"{_TESTS}publisher.py::test_without_progress_everything_unconfirmed_is_offered_again",
        ),
        (
            Bug(
                "the window has no end",
                f"{_TELLING}window.py",
                "if len(self._flying) >= SIZE:",
                "if len(self._flying) >= 100 * SIZE:",
            ),
            Bug(
                "the newest is offered first",
                f"{_SPOOL}spool.py",
                "for kept in self._read(segment, offset):",
                "for kept in reversed(self._read(segment, offset)):",
            ),
            Bug(
                "what got no receipt is not offered again",
                f"{_TELLING}conversation.py",
                "if self._window.overdue(self._clock.monotonic()):",
                "if self._window.overdue(0):",
            ),
        ),
    ),
    Rule(
        "A5",
        (f"{_TESTS}publisher.py::test_the_present_never_waits_behind_the_backlog",),
        (
            Bug(
                "the present waits for the backlog",
                f"{_TELLING}conversation.py",
                'self._identity.up("now"), payload, qos=0)',
                'self._identity.up("now"), payload, qos=1)',
            ),
        ),
    ),
    Rule(
        "A6",
        (
            f"{_TESTS}publisher.py::test_a_forged_receipt_confirms_nothing",
            f"{_TESTS}publisher.py::test_a_receipt_replayed_on_a_later_connection_confirms_nothing",
            f"{_TESTS}spool.py::test_a_receipt_from_the_past_changes_nothing",
        ),
        (
            Bug(
                "the authentication is not looked at",
                "numlycee/wire/receipts.py",
                'if not _proves(reading.text(fields, "mac", 64), body, key):',
                'if not reading.text(fields, "mac", 64):',
            ),
            Bug(
                "the nonce is not looked at",
                f"{_TELLING}handshake.py",
                "if receipt.nonce != self._nonce:",
                "if not receipt.nonce:",
            ),
            Bug(
                "a lesser epoch is heeded",
                f"{_SPOOL}marks.py",
                "if (receipt.epoch, receipt.commit) < (self.epoch, self.commit):",
                "if receipt.commit < self.commit:",
            ),
            Bug(
                "a lesser commit is heeded",
                f"{_SPOOL}marks.py",
                "if (receipt.epoch, receipt.commit) < (self.epoch, self.commit):",
                "if receipt.epoch < self.epoch:",
            ),
        ),
    ),
    Rule(
        "A7",
        (
            f"{_TESTS}spool.py::test_a_greater_epoch_offers_everything_again",
            f"{_TESTS}spool.py::test_a_greater_epoch_forgets_the_runs_that_its_receipt_leaves_out",
            f"{_TESTS}spool_damage.py::test_damage_that_was_confirmed_is_not_a_loss_until_the_epoch_grows",
        ),
        (
            Bug(
                "the marks outlive their epoch",
                f"{_SPOOL}marks.py",
                "before = self if receipt.epoch == self.epoch else Marks()",
                "before = self",
            ),
            Bug(
                "what was damaged is not looked for when the epoch grows",
                f"{_SPOOL}spool.py",
                "        if risen:\n            self._look_for_holes()\n",
                "",
            ),
        ),
    ),
    Rule(
        "A8",
        (
            f"{_TESTS}spool.py::test_confirmed_records_are_no_longer_offered_but_stay_for_the_retention",
            f"{_TESTS}spool.py::test_a_segment_goes_fourteen_days_after_its_own_receipt",
            f"{_TESTS}spool.py::test_receipts_and_their_times_outlive_the_process",
            f"{_TESTS}spool.py::test_the_days_are_counted_anew_from_the_receipts_of_a_greater_epoch",
        ),
        (
            Bug(
                "what is confirmed goes at once",
                f"{_SPOOL}spool.py",
                "if settled[segment.number] + self._limits.retention <= now:",
                "if settled[segment.number] <= now:",
            ),
            Bug(
                "the days of another epoch count",
                f"{_SPOOL}marks.py",
                "            before.settled,",
                "            self.settled,",
            ),
            Bug(
                "the days are counted from the latest receipt of all",
                f"{_SPOOL}spool.py",
                "settled[segment.number] = self._marks.settled.get(segment.number, now)",
                "settled[segment.number] = now",
            ),
            Bug(
                "the broker's acknowledgement confirms",
                f"{_SPOOL}spool.py",
                "                if kept.seq in wanted:\n                    yield",
                "                if kept.seq in wanted:\n"
                "                    segment.numbers -= IntervalSet(((kept.seq, kept.seq + 1),))\n"
                "                    yield",
            ),
        ),
    ),
    Rule(
        "A9",
        (f"{_TESTS}spool.py::test_what_is_kept_is_offered_in_order_byte_for_byte",),
        (
            Bug(
                "a record is spelt anew when it is offered",
                f"{_SPOOL}segments.py",
                "Kept(self.run, found.seq, found.raw, ",
                'Kept(self.run, found.seq, found.raw.replace(b":", b": "), ',
            ),
        ),
    ),
    Rule(
        "A10",
        (
            f"{_TESTS}spool.py::test_when_full_the_oldest_confirmed_goes_first",
            f"{_TESTS}spool.py::test_when_all_is_unconfirmed_the_oldest_goes_and_its_gap_is_a_record",
            f"{_TESTS}spool.py::test_a_full_disk_takes_what_is_confirmed_and_nothing_else",
            f"{_TESTS}spool_damage.py::test_what_a_lost_gap_declared_is_declared_again",
        ),
        (
            Bug(
                "the oldest goes, confirmed or not",
                f"{_SPOOL}spool.py",
                "next((s for s in self._ring.closed if not self._unconfirmed(s)), None)",
                "next(iter(self._ring.closed), None)",
            ),
            Bug(
                "what is given up is not declared",
                f"{_SPOOL}spool.py",
                "            self._declare(self._lost_with(segment), reason)\n",
                "",
            ),
            Bug(
                "what a gap declared is forgotten with it",
                f"{_SPOOL}spool.py",
                "losses = gaps.told(kept for kept in segment.read() if kept.seq in unconfirmed)",
                "losses = {}",
            ),
        ),
    ),
    Rule(
        "A11",
        (
            f"{_TESTS}watch_rules.py::test_settled_is_the_least_of_all_resources",
            f"{_TESTS}bulletin_maker.py::test_bulletins_touch_and_nothing_settled_makes_none",
        ),
        (
            Bug(
                "what the slowest resource did is guessed",
                f"{_WATCHING}watch.py",
                "return min((track.resolved",
                "return max((track.resolved",
            ),
            Bug(
                "bulletins leave an instant out",
                f"{_WATCHING}bulletin.py",
                "        self.closed = end\n",
                "        self.closed = end + 1\n",
            ),
        ),
    ),
)
