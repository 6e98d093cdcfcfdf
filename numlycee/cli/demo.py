"""`numlycee demo`: a simulated Region around a real collector."""

import argparse
from pathlib import Path

from numlycee.cli.options import Commands, command, duration, port, positive


def add(commands: Commands) -> None:
    """Add the command."""
    about = (
        "une Région simulée de 225 lycées, des pannes sous vos yeux, sans rien installer d'autre"
    )
    demo = command(commands, "demo", _demo, about, "demo")
    _world(demo)
    demo.add_argument(
        "--duration", type=duration, metavar="S", help="s'arrête après S secondes de scénario"
    )
    demo.add_argument(
        "--keep", type=Path, metavar="DOSSIER", help="garde les données, et y reprend ensuite"
    )
    demo.add_argument(
        "--headless", action="store_true", help="sans terminal ni navigateur ; code 0 à la fin"
    )


def _world(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="graine du hasard (1)")
    demo.add_argument(
        "--sites", type=positive, default=225, metavar="N", help="nombre de lycées (225)"
    )
    demo.add_argument("--port", type=port, default=8080, metavar="N", help="port de la page (8080)")
    demo.add_argument(
        "--speed",
        type=duration,
        default=60.0,
        metavar="X",
        help="minutes du scénario par minute réelle (60)",
    )


def _demo(options: argparse.Namespace) -> int:
    from numlycee import demo  # noqa: PLC0415 (the bare install does not have it)

    return demo.run(
        demo.Options(
            seed=options.seed,
            sites=options.sites,
            port=options.port,
            speed=options.speed,
            duration=options.duration,
            keep=options.keep,
            headless=options.headless,
        )
    )
