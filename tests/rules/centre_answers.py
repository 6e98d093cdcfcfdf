"""What the centre MUST answer and show, with its tests and the bugs that they catch."""

from tests.rules.table import Bug, Rule

_LEDGER = "tests/collector/test_ledger.py::test_"
_DURABLE = "tests/collector/test_durable.py::test_"
_HOSTILE = "tests/collector/test_hostile.py::test_"
_BOARD = "tests/collector/test_board.py::test_"
_WIRE = "tests/wire/test_"
_ROOM = "numlycee/collector/"

CENTRE_ANSWERS = (
    Rule(
        "C10",
        (
            f"{_WIRE}messages.py::test_each_site_has_its_own_key",
            f"{_LEDGER}every_commit_has_its_number",
        ),
        (
            Bug(
                "every site has the same key",
                "numlycee/wire/receipts.py",
                'b"numlycee receipt key v1 " + uai.encode()',
                'b"numlycee receipt key v1 "',
            ),
            Bug(
                "two commits bear one number",
                f"{_ROOM}epochs.py",
                "return Standing(epoch, standing.commit + 1)",
                "return Standing(epoch, standing.commit or 1)",
            ),
        ),
    ),
    Rule(
        "C11",
        (
            f"{_DURABLE}without_a_handshake_there_is_no_receipt",
            f"{_LEDGER}hello_is_answered_for_every_run_it_names",
        ),
        (
            Bug(
                "records are answered without a handshake",
                f"{_ROOM}ingest.py",
                "(nonce := nonces.get(uai))",
                '(nonce := nonces.get(uai, "n"))',
            ),
            Bug(
                "hello is told of what it just sent only",
                f"{_ROOM}receipts.py",
                "held = site.hello.runs if site.hello else ()",
                "held = ()",
            ),
        ),
    ),
    Rule(
        "C12",
        (
            f"{_LEDGER}a_declared_gap_advances_the_mark",
            f"{_LEDGER}what_was_declared_lost_may_be_found_again",
            f"{_LEDGER}what_hello_no_longer_holds_is_declared_lost",
            f"{_LEDGER}what_a_full_hello_leaves_out_may_still_be_held",
            f"{_LEDGER}a_site_declares_nothing_lost_for_the_centre",
        ),
        (
            Bug(
                "a declared gap stays a hole",
                f"{_ROOM}marks.py",
                "(self.held | self.lost).spans if self.lost else self.held.spans",
                "self.held.spans",
            ),
            Bug(
                "what is found again stays lost",
                f"{_ROOM}marks.py",
                "lost=self.lost - held if self.lost else self.lost,",
                "lost=self.lost,",
            ),
            Bug(
                "what hello no longer holds is awaited for ever",
                f"{_ROOM}ledger.py",
                "if first > 1 and heard.last:",
                "if first < 1 and heard.last:",
            ),
            Bug(
                "what a full hello leaves out is declared lost",
                f"{_ROOM}ledger.py",
                "(full and marks.run not in hello.runs)",
                "(full and marks.run in hello.runs)",
            ),
        ),
    ),
    Rule(
        "C13",
        (
            f"{_LEDGER}the_future_is_refused_beyond_five_minutes",
            f"{_LEDGER}a_run_that_began_in_the_future_is_refused",
        ),
        (
            Bug(
                "the future is stored",
                f"{_ROOM}ledger.py",
                "if bulletin.end > self.at + AHEAD:",
                "if bulletin.end > self.at + 288 * AHEAD:",
            ),
            Bug(
                "a clock that is just not quite right is refused",
                f"{_ROOM}ledger.py",
                "if bulletin.end > self.at + AHEAD:",
                "if bulletin.end > self.at:",
            ),
            Bug(
                "a run may begin in the future",
                f"{_ROOM}ledger.py",
                "if record.key.began > self.at + AHEAD:",
                "if record.key.began < AHEAD:",
            ),
        ),
    ),
    Rule(
        "C14",
        (
            f"{_LEDGER}a_site_never_speaks_for_the_centre",
            f"{_HOSTILE}an_unknown_site_is_counted_without_effect",
            f"{_LEDGER}the_sites_have_their_own_numbers",
        ),
        (
            Bug(
                "a site speaks for the centre",
                f"{_ROOM}ledger.py",
                "if record.key.vantage not in self._vantages:",
                "if not self._vantages:",
            ),
            Bug(
                "anybody is a site of the fleet",
                f"{_ROOM}mail.py",
                "elif parsed[0] not in fleet:",
                "elif not fleet:",
            ),
        ),
    ),
    Rule(
        "C15",
        (
            f"{_LEDGER}a_hole_stays_beyond_the_mark_until_it_is_filled",
            f"{_LEDGER}the_first_record_of_a_run_tells_what_the_one_before_numbered",
            f"{_LEDGER}late_is_two_minutes_after_the_end",
            "tests/adapters/test_prometheus_metrics.py::test_every_count_of_the_ledger_is_told",
        ),
        (
            Bug(
                "what is missing is not seen",
                f"{_ROOM}marks.py",
                "return self.last - self.held.measure - self.lost.measure",
                "return 0",
            ),
            Bug(
                "the end of the run before is not heeded",
                f"{_ROOM}ledger.py",
                "other.marks = other.marks.reaching(record.previous.last)",
                "other.marks = other.marks.reaching(0)",
            ),
            Bug(
                "everything is late",
                f"{_ROOM}ledger.py",
                "self.at - bulletin.end > LATE_AFTER",
                "self.at > bulletin.end",
            ),
            Bug(
                "a count is not exposed",
                "numlycee/adapters/prometheus/families.py",
                '"declared_lost", "conflict",',
                '"declared_lost",',
            ),
        ),
    ),
    Rule(
        "C16",
        (f"{_LEDGER}a_record_replaces_others_in_the_mark",),
        (
            Bug(
                "what is replaced is awaited",
                f"{_ROOM}marks.py",
                "            held = held | replaces\n",
                "            held = held | held\n",
            ),
        ),
    ),
    Rule(
        "C17",
        (
            f"{_WIRE}versions.py::test_everything_is_stored_and_confirmed",
            f"{_WIRE}versions.py::test_it_is_on_the_board",
            (
                f"{_WIRE}versions.py::"
                "test_another_version_of_the_wire_waits_in_the_spool_until_it_is_understood"
            ),
            f"{_WIRE}versions.py::test_the_words_of_a_later_version_keep_the_time_and_lose_their_shade",
        ),
        (
            Bug(
                "an unknown word is a fault",
                "numlycee/wire/reading.py",
                "        return otherwise\n",
                "        pass\n",
            ),
            Bug(
                "an unknown gauge makes a site silent",
                "numlycee/wire/messages.py",
                "            if name in catalogue\n",
                "",
            ),
            Bug(
                "a later field changes the name of an inventory",
                "numlycee/wire/records.py",
                '_resource(resource) | {"kind": kind} for',
                '_resource(resource) | {"kind": kind, "room": None} for',
            ),
            Bug(
                "another version is settled unread",
                "numlycee/wire/records.py",
                'if fields.get("v") != VERSION:',
                'if fields.get("v") is None:',
            ),
        ),
    ),
    Rule(
        "C18",
        (
            f"{_WIRE}limits.py::test_64_kib_and_no_more",
            f"{_WIRE}limits.py::test_no_key_twice",
            f"{_LEDGER}scattered_ranges_are_refused",
            f"{_HOSTILE}a_receipt_never_outgrows_a_payload",
        ),
        (
            Bug(
                "a payload has no bound",
                "numlycee/wire/reading.py",
                "    if len(payload) > MAXIMUM_BYTES:",
                "    if len(payload) > 100 * MAXIMUM_BYTES:",
            ),
            Bug(
                "a key may be repeated",
                "numlycee/wire/reading.py",
                "if len(result) != len(pairs):",
                "if len(result) > len(pairs):",
            ),
            Bug(
                "ranges have no bound",
                f"{_ROOM}ledger.py",
                "if ranges and len((known | numbers(ranges)).spans) > MOST_HOLES:",
                "if ranges and not numbers(ranges):",
            ),
            Bug(
                "a receipt tells everything at once",
                f"{_ROOM}receipts.py",
                "list(refused)[:MOST_REFUSED]",
                "list(refused) * MOST_REFUSED",
            ),
        ),
    ),
    Rule(
        "C19",
        (
            f"{_BOARD}silence_makes_everything_unobserved",
            f"{_BOARD}a_will_of_the_current_run_is_silence",
            f"{_BOARD}a_backlog_after_a_restart_says_nothing_of_now",
        ),
        (
            Bug(
                "a silence is not noticed",
                f"{_ROOM}live.py",
                "return at - (self.last_seen or 0) >= SILENT_AFTER and",
                "return self.last_seen is None and",
            ),
            Bug(
                "the will of another run is heeded",
                f"{_ROOM}live.py",
                "if not presence.online and self.now and presence.run != self.now.run:",
                "if not presence.online and self.now and not presence.run:",
            ),
        ),
    ),
    Rule(
        "C20",
        (
            f"{_BOARD}the_present_is_told_by_exception",
            "tests/collector/test_clock_offset.py::test_the_clock_of_a_site_is_held_against_ours",
            "tests/adapters/web/test_pages.py::test_a_clock_that_is_wrong_is_shown",
        ),
        (
            Bug(
                "every clock seems right",
                f"{_ROOM}live.py",
                "self.clock_offset, self.now = at, now.at - at, now",
                "self.clock_offset, self.now = at, 0, now",
            ),
        ),
    ),
)
