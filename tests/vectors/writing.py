"""`python -m tests.vectors.writing` writes what brute force expects of the cases."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.vectors.brute import Json, judge

CASES = Path(__file__).parent / "cases"
WIDTH = 100


def answered(case: Json) -> Json:
    """Return a case with every expected answer; timelines only where it asks for them."""
    for reading in case["readings"]:
        for asked in reading["expected"]:
            found = judge(case, reading, asked["site"], asked["resource"])
            if "timeline" not in asked:
                del found["timeline"]
            asked.update(found)
    return case


def spelt(value: Json, indent: int = 0) -> str:
    """Return JSON that people can read: what fits on a line stands on a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or indent + len(flat) <= WIDTH:
        return flat
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    pad = " " * (indent + 2)
    lines = ",\n".join(pad + line for line in _members(value, indent + 2))
    return f"{opening}\n{lines}\n{' ' * indent}{closing}"


def _members(value: Json, indent: int) -> Iterator[str]:
    if isinstance(value, list):
        yield from (spelt(each, indent) for each in value)
        return
    for key, each in value.items():
        yield f"{json.dumps(key, ensure_ascii=False)}: {spelt(each, indent)}"


def main() -> int:
    """Rewrite every case in place."""
    for path in sorted(CASES.glob("*.json")):
        case = answered(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(spelt(case) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
