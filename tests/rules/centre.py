"""What the centre MUST take in, with its tests and the bugs that they catch."""

from tests.rules.table import Bug, Rule

_LEDGER = "tests/collector/test_ledger.py::test_"
_DURABLE = "tests/collector/test_durable.py::test_"
_HOSTILE = "tests/collector/test_hostile.py::test_"
_ROOM = "numlycee/collector/"

CENTRE = (
    Rule(
        "C1",
        (
            f"{_DURABLE}a_store_that_fails_confirms_nothing",
            "tests/adapters/test_store_contract.py::test_an_exception_undoes_everything",
        ),
        (
            Bug(
                "what could not be committed is confirmed",
                f"{_ROOM}ingest.py",
                "            self._ready = False\n            raise",
                "            self._ready = False\n            return receipts",
            ),
            Bug(
                "half a transaction stays",
                "numlycee/adapters/memory.py",
                "content = self._content.copy()",
                "content = self._content",
            ),
        ),
    ),
    Rule(
        "C2",
        (
            f"{_LEDGER}the_same_record_again_changes_nothing",
            f"{_LEDGER}an_overlap_that_agrees_is_a_union",
            "tests/collector/test_order.py::test_spells_that_touch_are_one",
        ),
        (
            Bug(
                "a duplicate is stored again",
                f"{_ROOM}ledger.py",
                "if key.seq in book.marks.held:",
                "if key.seq in book.marks.lost:",
            ),
            Bug(
                "spells that touch stay apart",
                f"{_ROOM}timeline.py",
                "spell.start <= last.end:",
                "spell.start < last.end:",
            ),
        ),
    ),
    Rule(
        "C3",
        (
            f"{_LEDGER}other_content_under_the_same_number_is_a_conflict",
            f"{_LEDGER}an_overlap_with_other_content_is_refused",
            f"{_LEDGER}a_run_has_one_beginning",
        ),
        (
            Bug(
                "other content passes for a duplicate",
                f"{_ROOM}ledger.py",
                "if entry is not None and entry.digest != content:",
                "if entry is not None and not content:",
            ),
            Bug(
                "the same time may be told in two ways",
                f"{_ROOM}ledger.py",
                "if not book.timeline.agrees(bulletin):",
                "if not book.timeline:",
            ),
            Bug(
                "a run may begin twice",
                f"{_ROOM}book.py",
                "(self.marks.vantage, self.marks.began) == (key.vantage, key.began)",
                "self.marks.vantage == key.vantage",
            ),
        ),
    ),
    Rule(
        "C4",
        (
            f"{_LEDGER}a_malformed_record_with_a_key_is_settled",
            f"{_LEDGER}a_refusal_is_told_again_with_every_hello_and_duplicate",
        ),
        (
            Bug(
                "what is refused is not settled",
                f"{_ROOM}ledger.py",
                "    book.enter(Entry(key.seq, content, reason), NEVER)\n",
                "",
            ),
            Bug(
                "a refusal is not told",
                f"{_ROOM}receipts.py",
                "if verdict.reason and verdict.outcome is not Outcome.POSTPONED:",
                "if verdict.reason and verdict.outcome is Outcome.POSTPONED:",
            ),
            Bug(
                "hello is not told of refusals",
                f"{_ROOM}receipts.py",
                "*ledger.refusals(uai, held)",
                "*ledger.refusals(uai, ())",
            ),
        ),
    ),
    Rule(
        "C5",
        (
            f"{_LEDGER}a_hole_stays_beyond_the_mark_until_it_is_filled",
            f"{_LEDGER}holes_are_bounded_and_what_is_beyond_is_offered_again",
        ),
        (
            Bug(
                "what is beyond a hole is not confirmed",
                f"{_ROOM}marks.py",
                "return Mark(spans[0][1] - 1, _inclusive(spans[1:]))",
                "return Mark(spans[0][1] - 1)",
            ),
            Bug(
                "a hole is confirmed",
                f"{_ROOM}marks.py",
                "return Mark(spans[0][1] - 1, _inclusive(spans[1:]))",
                "return Mark(self.last)",
            ),
            Bug(
                "holes have no bound",
                f"{_ROOM}ledger.py",
                "if book.marks.scattered(key.seq):",
                "if book.marks.scattered(1):",
            ),
        ),
    ),
    Rule(
        "C6",
        (f"{_LEDGER}a_bulletin_may_come_before_its_inventory",),
        (
            Bug(
                "a bulletin before its inventory is refused",
                f"{_ROOM}ledger.py",
                "        if listed is None:\n            return None",
                "        if listed is None:\n            return uai",
            ),
        ),
    ),
    Rule(
        "C7",
        (
            f"{_DURABLE}an_agent_that_knows_a_later_commit_raises_the_epoch",
            f"{_DURABLE}an_agent_of_a_later_epoch_raises_ours_above_it",
            f"{_DURABLE}one_site_raises_the_epoch_once_an_hour",
            (
                "tests/adapters/test_store_copies.py::"
                "test_what_was_stored_since_the_copy_comes_back_from_the_agents"
            ),
        ),
        (
            Bug(
                "a later commit shows nothing",
                f"{_ROOM}epochs.py",
                "(hello.epoch, hello.commit) > (epoch, standing.commit)",
                "hello.epoch > epoch",
            ),
            Bug(
                "the epoch is not raised above the agent's",
                f"{_ROOM}epochs.py",
                "epoch = max(epoch, hello.epoch) + 1",
                "epoch = epoch + 1",
            ),
            Bug(
                "a hostile site makes all send all again",
                f"{_ROOM}epochs.py",
                "return at - last >= RISE_EVERY or epoch < raised",
                "return True",
            ),
            Bug(
                "what is restored keeps its epoch",
                "numlycee/adapters/sql/sqlite/copies.py",
                "epoch = max(epoch + 1, known + 1, now)",
                "epoch = max(epoch, known)",
            ),
        ),
    ),
    Rule(
        "C8",
        (
            f"{_HOSTILE}malformed_is_counted_and_kept_for_diagnosis",
            f"{_HOSTILE}one_line_per_site_and_minute",
            f"{_HOSTILE}the_quarantine_is_bounded_per_site_and_day",
        ),
        (
            Bug(
                "bad input is an exception",
                f"{_ROOM}mail.py",
                "except (ValueError, RecursionError) as error:",
                "except RecursionError as error:",
            ),
            Bug(
                "every fault is a line of the log",
                f"{_ROOM}complaints.py",
                "if 0 <= at - last < MINUTE:",
                "if at < last:",
            ),
            Bug(
                "the quarantine has no bound",
                f"{_ROOM}complaints.py",
                "range(room)",
                "range(MOST_SUSPECTS * room + MOST_SUSPECTS)",
            ),
        ),
    ),
    Rule(
        "C9",
        (
            (
                "tests/collector/test_present_leaves_no_trace.py::"
                "test_the_present_and_the_presence_are_never_history"
            ),
        ),
        (
            Bug(
                "the present opens a transaction",
                f"{_ROOM}mail.py",
                "            mail.live.append((uai, now))",
                "            mail.live.append((_of(mail, uai) and uai, now))",
            ),
        ),
    ),
)
