"""The process whose memory is measured: a Region read from its database, and a whole snapshot."""

import re
import sys
from pathlib import Path

from tests.benchmarks._year import JUNE, WHOLE, Region, from_database


def main(path: str) -> None:
    """Print the most megabytes that this process ever held.

    `ru_maxrss` would tell of the parent too, whose memory a child shares until it is executed.
    """
    from_database(Path(path), Region(*WHOLE)).snapshot(JUNE)
    (held,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(held) / 1000)


if __name__ == "__main__":
    main(sys.argv[1])
