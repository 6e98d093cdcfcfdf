"""`numlycee check`: the invariants of the store, looked at in what is stored."""

import argparse

from numlycee.cli.options import FAILED, Commands, answered, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "vérifie que la base tient ses invariants, et dit ce qu'elle a trouvé"
    check = command(commands, "check", _run, about)
    configured(check)
    check.add_argument(
        "--format", choices=("table", "json"), default="table", help="présentation (défaut : table)"
    )


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.adapters.terminal import invariants  # noqa: PLC0415
    from numlycee.app import upkeep  # noqa: PLC0415

    settings = config.read(options.config)
    broken: list[str] = []

    def look() -> None:
        findings = [
            invariants.Line(f.invariant, f.looked_at, f.broken, f.examples)
            for f in upkeep.check(settings)
        ]
        if options.format == "json":
            print(invariants.machine(findings))
        else:
            invariants.show(findings)
        broken.extend(line.invariant for line in findings if line.broken)

    return answered(look) or (FAILED if broken else 0)
