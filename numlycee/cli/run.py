"""`numlycee run`: the collector."""

import argparse

from numlycee.cli.options import Commands, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "fait tourner le collecteur : reçoit, range, confirme, calcule, montre, alerte"
    configured(command(commands, "run", _run, about))


def _run(options: argparse.Namespace) -> int:
    from numlycee import app, config  # noqa: PLC0415 (the bare install has neither)

    return app.run(config.read(options.config))
