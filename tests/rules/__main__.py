"""`make mutants`: plant every deliberate bug, and tell which rule's tests catch it."""

import sys

from numlycee.clock import SystemClock
from tests.rules.judging import Verdict, judge, trials
from tests.rules.registry import RULES

_CLOCK = SystemClock()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(verdict: Verdict) -> None:
    trial = verdict.trial
    what = trial.bug.name if trial.bug else "as it is"
    done = "caught" if trial.bug else "passed"
    mark = (
        f"{done} in {verdict.seconds:4.1f} s" if verdict.right else f"WRONG (exit {verdict.code})"
    )
    _say(f"{trial.rule.number:4} {mark:18} {what}")
    if not verdict.right:
        _say("\n".join(f"     | {line}" for line in verdict.said.splitlines()[-30:]))


def main(wanted: list[str]) -> int:
    """Try all rules, or these; return an exit code."""
    began = _CLOCK.monotonic()
    rules = [rule for rule in RULES if not wanted or rule.number in wanted]
    verdicts = judge(trials(rules), _tell)
    caught = sum(verdict.right for verdict in verdicts if verdict.trial.bug)
    bugs = sum(len(rule.bugs) for rule in rules)
    seconds = _CLOCK.monotonic() - began
    _say(f"{len(rules)} rules, {caught} of {bugs} deliberate bugs caught, {seconds:.0f} s")
    return 0 if all(verdict.right for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
