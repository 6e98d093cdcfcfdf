"""What the commands write for other programs: JSON and CSV on the standard output."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping


def write_json(document: object) -> None:
    """Write one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def write_csv(records: Iterable[Mapping[str, object]], fields: Iterable[str]) -> None:
    """Write records under their fields, `None` as an empty cell; a comma parts the cells."""
    writer = csv.DictWriter(sys.stdout, list(fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
