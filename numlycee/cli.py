"""The command line of the centre: arguments, exit codes, and nothing else."""

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from numlycee import __version__
from numlycee.settings import SettingsError
from numlycee.wire import schema

OK, FAILED, MISUSED = 0, 1, 2

_ABOUT = """\
numlycee veille sur les équipements numériques des lycées et dit, preuves à l'appui, combien ils
ont été disponibles. (numlycee watches the digital equipment of lycées and can say, with proof,
how available it has been.)"""

_EXAMPLES = """\
exemples :
  numlycee demo                              une Région simulée, la page s'ouvre
  numlycee run -c numlycee.toml              le collecteur, pour de vrai
  numlycee key 0310036W -c numlycee.toml     la clé de récépissé à donner à l'agent du lycée
  numlycee report --year 2025-2026 --out rapport -c numlycee.toml

codes de retour : 0 réussite, 1 échec, 2 commande ou configuration à corriger."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 0 success, 1 failure, 2 usage or configuration."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except SettingsError as error:
        return _complain(str(error), MISUSED)
    except ModuleNotFoundError as error:
        return _complain(_missing(error, options.extra), FAILED)
    except KeyboardInterrupt:
        return OK


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; the documentation is checked against it."""
    top = argparse.ArgumentParser(
        prog="numlycee",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"numlycee {__version__}")
    commands = top.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    _add_run(commands)
    _add_demo(commands)
    _add_report(commands)
    _add_key(commands)
    _add_schema(commands)
    return top


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (its only name)


def _command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    extra: str = "collector",
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run, extra=extra)
    return command


def _configured(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-c",
        "--config",
        type=Path,
        default=Path("numlycee.toml"),
        metavar="FICHIER",
        help="configuration du centre (défaut : numlycee.toml)",
    )


def _add_run(commands: Commands) -> None:
    about = "fait tourner le collecteur : reçoit, range, confirme, calcule, montre, alerte"
    _configured(_command(commands, "run", _run, about))


def _add_demo(commands: Commands) -> None:
    about = (
        "une Région simulée de 225 lycées, des pannes sous vos yeux, sans rien installer d'autre"
    )
    demo = _command(commands, "demo", _demo, about, "demo")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="graine du hasard (1)")
    demo.add_argument(
        "--sites", type=_positive, default=225, metavar="N", help="nombre de lycées (225)"
    )
    demo.add_argument(
        "--port", type=_port, default=8080, metavar="N", help="port de la page (8080)"
    )
    demo.add_argument(
        "--speed",
        type=_duration,
        default=60.0,
        metavar="X",
        help="minutes du scénario par minute réelle (60)",
    )
    demo.add_argument(
        "--duration", type=_duration, metavar="S", help="s'arrête après S secondes de scénario"
    )
    demo.add_argument(
        "--keep", type=Path, metavar="DOSSIER", help="garde les données, et y reprend ensuite"
    )
    demo.add_argument(
        "--headless", action="store_true", help="sans terminal ni navigateur ; code 0 à la fin"
    )


def _add_report(commands: Commands) -> None:
    about = "écrit le rapport annuel de disponibilité : page, tableaux, chiffres"
    report = _command(commands, "report", _report, about)
    _configured(report)
    report.add_argument("--year", required=True, metavar="AAAA-AAAA", help="année scolaire")
    report.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire")


def _add_key(commands: Commands) -> None:
    about = "donne la clé de récépissé d'un lycée, à mettre dans la configuration de son agent"
    key = _command(commands, "key", _key, about)
    _configured(key)
    key.add_argument("uai", metavar="UAI", help="code de l'établissement, p. ex. 0310036W")


def _add_schema(commands: Commands) -> None:
    about = "écrit la description du protocole, pour d'autres programmes (JSON Schema, AsyncAPI)"
    command = _command(commands, "schema", _schema, about)
    command.add_argument("--asyncapi", action="store_true", help="le document AsyncAPI 3.0")


def _run(options: argparse.Namespace) -> int:
    from numlycee import app, config  # noqa: PLC0415 (the bare install has neither)

    return app.run(config.read(options.config))


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


def _report(options: argparse.Namespace) -> int:
    from numlycee import app, config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.adapters.sql import StoreError  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415
    from numlycee.domain.calendars import UnknownDateError  # noqa: PLC0415

    try:
        app.report(config.read(options.config), options.year, options.out, SystemClock())
    except SettingsError:
        raise
    except (StoreError, UnknownDateError, ValueError, OSError) as error:
        return _complain(str(error), FAILED)
    print(f"rapport : {options.out / 'rapport.html'}")
    return OK


def _key(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (kept beside its use, as in the other commands)
    from numlycee.domain.uai import parse_uai  # noqa: PLC0415
    from numlycee.wire.receipts import site_key  # noqa: PLC0415

    try:
        uai = parse_uai(options.uai)
    except ValueError as error:
        return _complain(str(error), MISUSED)
    print(site_key(config.secret(config.read(options.config)), uai).hex())
    return OK


def _schema(options: argparse.Namespace) -> int:
    document = schema.asyncapi() if options.asyncapi else schema.json_schema()
    print(json.dumps(document, indent=2))
    return OK


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("doit être au moins 1")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:  # noqa: PLR2004 (the ports of TCP)
        raise argparse.ArgumentTypeError("doit être de 0 à 65535")
    return value


def _duration(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("doit être un nombre plus grand que 0")
    return value


def _missing(error: ModuleNotFoundError, extra: str) -> str:
    if error.name is not None and error.name.split(".")[0] == "numlycee":
        raise error
    return (
        f"la bibliothèque {error.name!r} n'est pas installée ; "
        f"il faut : pip install 'numlycee[{extra}]'"
    )


def _complain(message: str, code: int) -> int:
    print(f"numlycee : {message}", file=sys.stderr)
    return code
