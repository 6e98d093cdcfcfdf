"""What the broker, the store and the alarm MUST do, with their tests and the bugs they catch."""

from tests.rules.table import Bug, Rule

_SERVERS = "tests/external/test_servers.py::test_"
_STORE = "tests/adapters/test_store_"
_CALLS = "tests/outages/test_calls.py::test_"
_WATCH = "tests/outages/test_outage_watch.py::test_"
_CONF = "deploy/mosquitto/mosquitto.conf"
_ACL = "deploy/mosquitto/acl"
_MEMORY = "numlycee/adapters/memory.py"
_SQLITE = "numlycee/adapters/sql/sqlite/"

BROKER = (
    Rule(
        "B1",
        (
            f"{_SERVERS}nobody_enters_without_a_certificate_of_ours",
            f"{_SERVERS}a_site_cannot_take_the_client_id_of_another",
        ),
        (
            Bug(
                "nobody needs a certificate",
                _CONF,
                "require_certificate true\nuse_identity_as_username true",
                "require_certificate false\nuse_identity_as_username false",
            ),
            Bug(
                "a client says who it is",
                _CONF,
                "use_username_as_clientid true",
                "use_username_as_clientid false",
            ),
        ),
    ),
    Rule(
        "B2",
        (
            "tests/house/test_deploy.py::test_the_broker_knows_the_topics_of_the_wire",
            f"{_SERVERS}a_site_hears_what_is_meant_for_it_only",
            f"{_SERVERS}a_site_cannot_publish_outside_its_branch",
            f"{_SERVERS}the_collector_hears_every_site",
        ),
        (
            Bug(
                "a site writes for another",
                _ACL,
                "pattern write numlycee/v1/%u/up/#",
                "pattern write numlycee/v1/+/up/#",
            ),
            Bug(
                "a site reads what another is told",
                _ACL,
                "pattern read numlycee/v1/%u/down/#",
                "pattern read numlycee/v1/+/down/#",
            ),
        ),
    ),
    Rule(
        "B3",
        (
            "tests/house/test_rules.py::test_the_broker_disconnects_and_never_drops",
            (
                "tests/external/test_broker_limits.py::"
                "test_a_packet_beyond_the_limit_is_a_disconnection_not_an_acknowledgement"
            ),
        ),
        (
            Bug("a packet has no bound", _CONF, "max_packet_size 262144\n", ""),
            Bug(
                "what is too long is acknowledged and dropped",
                _CONF,
                "max_packet_size 262144",
                "message_size_limit 262144",
            ),
        ),
    ),
    Rule(
        "B4",
        ("tests/house/test_rules.py::test_the_queues_of_the_broker_are_bounded_and_never_by_0",),
        (
            Bug("a bound of 0", _CONF, "max_queued_messages 100000", "max_queued_messages 0"),
            Bug("no bound in bytes", _CONF, "max_queued_bytes 268435456\n", ""),
        ),
    ),
)

STORE = (
    Rule(
        "S1",
        (f"{_STORE}sqlite.py::test_two_collectors_never_share_a_file",),
        (
            Bug(
                "two collectors write one file",
                f"{_SQLITE}opening.py",
                "fcntl.LOCK_EX | fcntl.LOCK_NB",
                "fcntl.LOCK_SH | fcntl.LOCK_NB",
            ),
        ),
    ),
    Rule(
        "S2",
        (f"{_STORE}sqlite.py::test_commits_are_synced_in_a_write_ahead_log",),
        (
            Bug(
                "a commit is not synced",
                f"{_SQLITE}database.py",
                "PRAGMA synchronous = FULL",
                "PRAGMA synchronous = NORMAL",
            ),
        ),
    ),
    Rule(
        "S3",
        (
            f"{_STORE}copies.py::test_a_copy_is_what_was_committed_when_it_was_begun",
            f"{_STORE}copies.py::test_a_copy_never_replaces_another",
            f"{_STORE}copies.py::test_a_damaged_copy_is_found_out",
        ),
        (
            Bug(
                "a copy replaces another",
                f"{_SQLITE}copies.py",
                "    if target.exists():",
                "    if not target.name and target.exists():",
            ),
            Bug(
                "a damaged copy is put back",
                f"{_SQLITE}copies.py",
                'if found != "ok":',
                "if not found:",
            ),
        ),
    ),
    Rule(
        "S4",
        (
            "tests/collector/test_ledger.py::test_old_entries_are_forgotten_and_still_duplicates",
            "tests/collector/test_ledger.py::test_what_is_beyond_a_hole_is_told_apart_however_old",
        ),
        (
            Bug(
                "what is beyond a hole is forgotten",
                _MEMORY,
                "if at >= before or seq > marks[uai, run]",
                "if at >= before",
            ),
        ),
    ),
    Rule(
        "S5",
        (
            "tests/cuts/test_sick_disks.py::test_what_is_confirmed_later_survives_a_cut",
            "tests/cuts/test_sick_disks.py::test_a_log_that_cannot_be_read_from_the_disk_is_told",
        ),
        (
            Bug(
                "no connection knows where the log ends",
                f"{_SQLITE}store.py",
                'self._knows.execute("SELECT 1 FROM standing").fetchall()',
                "self._knows.close()",
            ),
            Bug(
                "a log is taken in after its sync has failed",
                f"{_SQLITE}store.py",
                "self._sound = error.sqlite_errorcode != sqlite3.SQLITE_IOERR_FSYNC",
                "self._sound = bool(error)",
            ),
            Bug(
                "a log that was left is read from memory",
                f"{_SQLITE}opening.py",
                '        _reread(Path(f"{path}-wal"))',
                '        Path(f"{path}-wal")',
            ),
        ),
    ),
)

ALARM = (
    Rule(
        "L1",
        (
            f"{_WATCH}a_cut_link_is_told_at_once_with_its_owner_and_bounds",
            f"{_WATCH}it_closes_when_it_works_again",
            f"{_WATCH}a_blind_stretch_does_not_end_an_outage",
            f"{_WATCH}from_down_to_degraded_one_closes_and_another_opens",
        ),
        (
            Bug(
                "an outage ends because nobody sees it",
                "numlycee/outages/watch.py",
                "self._open.keys() - seen.troubles.keys() - seen.blind",
                "self._open.keys() - seen.troubles.keys()",
            ),
            Bug(
                "an outage never ends",
                "numlycee/outages/watch.py",
                "            del self._open[key]\n",
                "            self._open[key] = self._open[key]\n",
            ),
            Bug(
                "each look is another outage",
                "numlycee/outages/watch.py",
                "if before and before.state is trouble.state:",
                "if before and before.state is not trouble.state:",
            ),
        ),
    ),
    Rule(
        "L2",
        (
            f"{_WATCH}children_are_swallowed_by_their_parent",
            f"{_WATCH}half_of_the_lycees_dark_call_for_the_centre_not_for_each",
            f"{_WATCH}the_ent_down_for_half_of_the_voters_is_told_once_for_the_region",
        ),
        (
            Bug(
                "everything behind a parent calls",
                "numlycee/outages/sightings.py",
                "_TROUBLED = frozenset({State.DOWN, State.DEGRADED})",
                "_TROUBLED = frozenset({State.DOWN, State.DEGRADED, State.UNREACHABLE})",
            ),
            Bug(
                "the silence of the centre calls for every lycée",
                "numlycee/outages/watch.py",
                "called = call_for_dark if dark else",
                "called = True if dark else",
            ),
            Bug(
                "what fails for all calls for each",
                "numlycee/outages/watch.py",
                "else resource not in self._regional",
                "else resource not in gone_dark",
            ),
        ),
    ),
    Rule(
        "L3",
        (
            f"{_CALLS}told_at_once_then_every_minute",
            f"{_CALLS}an_end_is_told_once",
            f"{_CALLS}what_ended_while_it_was_being_told_is_ended",
        ),
        (
            Bug(
                "what lasts is not told again",
                "numlycee/outages/calls.py",
                "if identity not in self._told or now - self._told[identity] >= RESEND",
                "if identity not in self._told",
            ),
            Bug(
                "an end is not told",
                "numlycee/outages/calls.py",
                "return [*late, *self._ending.values()]",
                "return late",
            ),
        ),
    ),
)
