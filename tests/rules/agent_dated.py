"""What the agent MUST date, say and spare, with its tests and the bugs that they catch."""

from tests.rules.table import Bug, Rule

_TESTS = "tests/agent/test_"
_SPOOL = "agents/numlycee_agent/spool/"
_TELLING = "agents/numlycee_agent/telling/"
_WATCHING = "agents/numlycee_agent/watching/"
_TIMING = "agents/numlycee_agent/timing/"

AGENT_DATED = (
    Rule(
        "A12",
        (
            f"{_TESTS}spool_undated.py::test_a_boot_during_a_cut_is_placed_rightly_once_a_time_server_answers",
            f"{_TESTS}spool_undated.py::test_a_record_is_dated_once_though_the_clock_is_set_again",
            f"{_TESTS}spool_undated.py::test_what_dates_a_boot_is_on_disk_before_anything_dated_is_offered",
            f"{_TESTS}spool_undated.py::test_without_a_time_server_the_centre_gives_the_time",
        ),
        (
            Bug(
                "what is not dated is offered",
                f"{_SPOOL}dating.py",
                "        return known.first - segment.guess.anchor if known else None",
                "        return known.first - segment.guess.anchor if known else 0",
            ),
            Bug(
                "a record is dated again when the clock is set again",
                f"{_SPOOL}dating.py",
                "return known.first - segment.guess.anchor",
                "return known.last - segment.guess.anchor",
            ),
            Bug(
                "what dates a boot is not kept",
                f"{_SPOOL}dating.py",
                "            dates.save(self._path, known, self._disk)\n",
                "",
            ),
            Bug(
                "the centre's time is not heard",
                f"{_SPOOL}dating.py",
                "            self._line.hear(receipt)",
                "            self._line.check()",
            ),
        ),
    ),
    Rule(
        "A13",
        (f"{_TESTS}spool_undated.py::test_a_boot_that_never_knew_the_time_is_declared",),
        (
            Bug(
                "what nothing can date is kept in silence",
                f"{_SPOOL}dating.py",
                "return guess is not None and guess.boot != here and self.shift(segment) is None",
                "return False",
            ),
        ),
    ),
    Rule(
        "A14",
        (
            f"{_TESTS}spool_merging.py::test_what_is_confirmed_keeps_its_own_words",
            f"{_TESTS}spool_merging.py::test_what_is_no_plain_bulletin_is_left_alone",
            f"{_TESTS}spool_merging.py::test_a_spool_that_only_grows_becomes_smaller_and_says_everything",
            f"{_TESTS}spool_merging.py::test_a_merged_record_that_must_go_declares_all_that_it_replaced",
        ),
        (
            Bug(
                "what is confirmed is said again",
                f"{_SPOOL}spool.py",
                "if fresh and self._unconfirmed(segment) == segment.numbers:",
                "if fresh:",
            ),
            Bug(
                "a count of devices is merged as quiet",
                f"{_SPOOL}merging.py",
                "isinstance(record, Bulletin) and not record.previous and not record.fleet",
                "isinstance(record, Bulletin) and not record.previous",
            ),
            Bug(
                "what is merged names nothing that it replaces",
                f"{_SPOOL}merging.py",
                "spells=tuple(self.spells), replaces=replaces)",
                "spells=tuple(self.spells))",
            ),
        ),
    ),
    Rule(
        "A15",
        (
            f"{_TESTS}time_line.py::test_a_step_of_a_synchronised_clock_ends_the_run",
            f"{_TESTS}time_line.py::test_small_corrections_move_no_date",
            f"{_TESTS}site_agent.py::test_a_stepped_clock_ends_the_run_and_the_next_one_follows",
        ),
        (
            Bug(
                "a step is not noticed",
                f"{_TIMING}timeline.py",
                "if better is not None and not self._near(better):",
                "if better is None:",
            ),
            Bug(
                "dates follow the wall clock",
                f"{_TIMING}timeline.py",
                "        return self.anchor + self._elapsed",
                "        return self._clock.now()",
            ),
        ),
    ),
    Rule(
        "A16",
        (
            f"{_TESTS}publisher.py::test_nothing_is_offered_before_hello_is_answered",
            f"{_TESTS}publisher.py::test_nothing_but_the_present_goes_to_a_centre_that_does_not_answer",
            f"{_TESTS}publisher.py::test_says_who_is_there_then_hello_then_the_backlog",
        ),
        (
            Bug(
                "the backlog goes without an answer",
                f"{_TELLING}conversation.py",
                "while self._answered and (records := self._next()):",
                "while records := self._next():",
            ),
            Bug(
                "hello leaves out what is held",
                f"{_TELLING}handshake.py",
                "runs=dict(runs),",
                "runs={},",
            ),
        ),
    ),
    Rule(
        "A17",
        (f"{_TESTS}bulletin_maker.py::test_only_the_first_record_names_the_previous_run",),
        (
            Bug(
                "the run before is not named",
                f"{_WATCHING}bulletin.py",
                "self._journal.previous if seq == 1 else None",
                "None",
            ),
        ),
    ),
    Rule(
        "A18",
        (
            f"{_TESTS}spool_damage.py::test_a_missing_file_in_the_middle_is_declared",
            f"{_TESTS}spool_damage.py::test_what_is_damaged_while_the_agent_runs_is_declared",
        ),
        (
            Bug(
                "a missing file is not noticed",
                f"{_SPOOL}spool.py",
                "self._undeclared = gaps.added(self._undeclared, run, numbers - known)",
                "known |= numbers",
            ),
            Bug(
                "damage is stepped over in silence",
                f"{_SPOOL}spool.py",
                "self._undeclared = gaps.added(self._undeclared, segment.run, lost)",
                "lost -= numbers",
            ),
        ),
    ),
    Rule(
        "A19",
        (
            f"{_TESTS}spool.py::test_after_a_failed_sync_the_file_is_never_synced_again",
            f"{_TESTS}spool_damage.py::test_a_file_that_could_be_neither_synced_nor_removed_blocks_no_later_one",
        ),
        (
            Bug(
                "a file whose sync failed is synced again",
                f"{_SPOOL}segments.py",
                "            self.close()  # what a failed sync",
                "            pass  # what a failed sync",
            ),
        ),
    ),
    Rule(
        "A20",
        (f"{_TESTS}spool.py::test_refusals_are_remembered_to_be_shown",),
        (
            Bug(
                "refusals are not remembered",
                f"{_SPOOL}marks.py",
                "            tuple(refused)[-MOST_REFUSED:],",
                "            (),",
            ),
        ),
    ),
    Rule(
        "A21",
        (f"{_TESTS}publisher.py::test_the_will_says_offline_for_this_run",),
        (
            Bug(
                "the will says that all is well",
                f"{_TELLING}publisher.py",
                'Will(self._identity.up("presence"), self._presence(online=False))',
                'Will(self._identity.up("presence"), self._presence(online=True))',
            ),
        ),
    ),
    Rule(
        "A22",
        (
            "tests/domain/test_devices.py::test_a_count_is_told_from_five_on_or_when_there_is_nobody",
            "tests/agent/mobile/test_mobile_counting.py::test_each_device_stands_in_one_cell",
            "tests/wire/test_records.py::test_a_wrong_field_is_named",
        ),
        (
            Bug(
                "four devices are told",
                "numlycee/domain/devices.py",
                "return None if 0 < number < SMALLEST_TOLD else number",
                "return None if 0 < number < SMALLEST_TOLD - 1 else number",
            ),
            Bug(
                "a small count that is told is stored",
                "numlycee/wire/fleet.py",
                "if 0 < told < SMALLEST_TOLD:",
                "if told < 0:",
            ),
        ),
    ),
    Rule(
        "A23",
        (f"{_TESTS}spool.py::test_two_agents_cannot_share_a_spool",),
        (
            Bug(
                "two agents write one spool",
                f"{_SPOOL}spool.py",
                "fcntl.LOCK_EX | fcntl.LOCK_NB",
                "fcntl.LOCK_SH | fcntl.LOCK_NB",
            ),
        ),
    ),
)
