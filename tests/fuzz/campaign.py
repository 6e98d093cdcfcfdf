"""`python -m tests.fuzz.campaign`: the wire is given bad input for minutes, guided by coverage.

What is learnt stays in build/fuzz/corpus, what is found in build/fuzz/found: both are tried again
first by the next run, and by the tests.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.fuzz.targets import cases

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "fuzz"
HOLDS, DISPROVED, MISUSED = 0, 1, 2
LONGEST = 70_000
"""Bytes of a case: a little more than any message may have."""
_LIMITS = ("-timeout=20", "-rss_limit_mb=1024", f"-max_len={LONGEST}", "-print_final_stats=1")
_ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
"""libFuzzer counts what is covered itself, and ends its process without a word to anyone."""
_TRIED = re.compile(r"^stat::number_of_executed_units: (\d+)", re.MULTILINE)
_COVERED = re.compile(r"cov: (\d+)")


def campaign(seconds: float, folder: Path, console: Console) -> int:
    """Fuzz for so many seconds; return whether nothing was found."""
    corpus, found = folder / "corpus", folder / "found"
    for each in (corpus, found):
        each.mkdir(parents=True, exist_ok=True)
    for name, case in cases().items():
        (corpus / name).write_bytes(case)
    before = set(found.iterdir())
    done = subprocess.run(  # noqa: S603 (its own interpreter)
        [
            *(sys.executable, "-m", "tests.fuzz.engine", str(corpus), *_LIMITS),
            *(f"-max_total_time={max(1, round(seconds))}", f"-artifact_prefix={found}/"),
        ],
        cwd=ROOT, env=_ENVIRONMENT, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    tried, covered = _TRIED.findall(done.stderr), _COVERED.findall(done.stderr)
    if tried:
        console.print(f"{int(tried[-1]):,} cases tried, {covered[-1]} branches covered")
    findings = sorted(set(found.iterdir()) - before)
    for path in findings:
        console.print(f"found: {path}", soft_wrap=True, highlight=False)
    if findings or done.returncode:
        console.print(done.stderr[-4_000:], markup=False, highlight=False)
        return DISPROVED if findings else MISUSED
    return HOLDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz for as long as is asked, in build/fuzz unless told otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.campaign", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    return campaign(60 * asked.minutes, asked.folder, Console())


if __name__ == "__main__":
    sys.exit(main())
