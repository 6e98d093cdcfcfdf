"""The command line of the agent: arguments, exit codes, and nothing else."""

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from numlycee.clock import SystemClock
from numlycee.domain import french
from numlycee.settings import SettingsError
from numlycee_agent import __version__, config, targets
from numlycee_agent.inspection import SpoolView, inspect
from numlycee_agent.ports import Watched
from numlycee_agent.spool.disk import Disk
from numlycee_agent.telling.access import Access
from numlycee_agent.terminal import show, size

OK, FAILED, MISUSED = 0, 1, 2
DEFAULT_CONFIG = Path("/etc/numlycee/agent.toml")

_ABOUT = """\
numlycee-agent observe les équipements numériques d'un lycée, garde tout sur disque et rend compte
au centre. (numlycee-agent watches one lycée's equipment, keeps what it saw, tells the centre.)"""

_EXAMPLES = """\
exemples :
  numlycee-agent check -c agent.toml         vérifie, et dit ce qui serait observé
  numlycee-agent run -c agent.toml           observe, jusqu'à Ctrl-C
  numlycee-agent probe 10.31.0.2             interroge un équipement et dit ce qu'il est
  numlycee-agent discover 10.31.0.0/24       balaie un sous-réseau et propose un inventaire
  numlycee-agent queue -c agent.toml         ce qui attend la confirmation du centre

codes de retour : 0 réussite, 1 échec, 2 commande ou configuration à corriger."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 0 success, 1 failure, 2 usage or configuration."""
    options = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except SettingsError as error:
        return _complain(str(error), MISUSED)
    except OSError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt:
        return OK


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; the documentation is checked against it."""
    top = argparse.ArgumentParser(
        prog="numlycee-agent",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"numlycee-agent {__version__}")
    commands = top.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    _configured(commands, "run", _run, "observe le lycée et rend compte, jusqu'à Ctrl-C")
    _configured(commands, "check", _check, "vérifie la configuration et dit ce qui serait observé")
    _configured(commands, "status", _status, "dit où en est l'agent avec le centre")
    _configured(commands, "queue", _queue, "montre ce que l'agent garde, exécution par exécution")
    _add_probe(commands)
    _add_discover(commands)
    _add_password(commands)
    _add_mobile(commands)
    about = "cesse d'observer des équipements que l'agent avait trouvés lui-même"
    forget = _configured(commands, "forget", _forget, about)
    forget.add_argument("ids", nargs="+", metavar="IDENTIFIANT", help="ceux que montre « status »")
    return top


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (its only name)
Run = Callable[[argparse.Namespace], int]


def _configured(commands: Commands, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    command.add_argument(
        "-c",
        "--config",
        type=Path,
        metavar="FICHIER",
        default=DEFAULT_CONFIG,
        help=f"la configuration de l'agent (par défaut : {DEFAULT_CONFIG})",
    )
    return command


def _add_probe(commands: Commands) -> None:
    about = "interroge un équipement en SNMP et montre ce que numlycee en voit"
    command = commands.add_parser("probe", help=about, description=about)
    command.set_defaults(run=_probe)
    command.add_argument("host", metavar="ADRESSE", help="l'adresse IP de l'équipement")
    _add_access(command)
    command.add_argument(
        "--snmp", default=config.DEFAULT_SNMP, metavar="NOM", help="… dans [snmp.NOM] (default)"
    )
    command.add_argument(
        "--format", choices=("table", "json"), default="table", help="table (par défaut) ou json"
    )


def _add_discover(commands: Commands) -> None:
    about = "balaie des sous-réseaux et propose un inventaire ; rien n'est observé sans accord"
    command = commands.add_parser("discover", help=about, description=about)
    command.set_defaults(run=_discover)
    command.add_argument(
        "subnets", nargs="+", metavar="SOUS-RÉSEAU", help="10.31.0.0/24, ou une adresse"
    )
    _add_access(command)
    command.add_argument(
        "-o", "--out", type=Path, metavar="FICHIER", help="écrire la proposition dans ce fichier"
    )
    command.add_argument(
        "--ping", action="store_true", help="proposer aussi ce qui ne répond qu'au ping"
    )
    command.add_argument(
        "--root", metavar="ADRESSE", help="l'équipement auquel l'agent est raccordé"
    )


def _add_password(commands: Commands) -> None:
    about = "demande le mot de passe de la page locale, et n'en garde que l'empreinte"
    command = commands.add_parser("password", help=about, description=about)
    command.set_defaults(run=_password)
    command.add_argument("file", type=Path, metavar="FICHIER", help="où la garder")


def _add_mobile(commands: Commands) -> None:
    about = "tient la liste des équipements mobiles remis aux élèves, et montre leurs comptes"
    command = commands.add_parser("mobile", help=about, description=about)
    verbs = command.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    about = "prend la liste des exports CSV de GLPI ou d'un MDM, et n'en garde que des empreintes"
    _configured(verbs, "import", _mobile_import, about)
    verb = verbs.choices["import"]
    verb.add_argument("files", nargs="+", type=Path, metavar="EXPORT", help="un fichier CSV")
    verb.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, sans écrire")
    _configured(verbs, "status", _mobile_status, "montre les comptes du jour, tels qu'ils sortent")


def _add_access(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=161, metavar="N", help="port (161)")
    command.add_argument(
        "--community", default="public", metavar="NOM", help="communauté SNMP v2c (public)"
    )
    command.add_argument(
        "-c", "--config", type=Path, metavar="FICHIER", help="prendre les accès de cet agent…"
    )


def _run(options: argparse.Namespace) -> int:
    from numlycee_agent import agent  # noqa: PLC0415 (what `--help` need not load)
    from numlycee_agent.service import Manager  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    settings = config.read(options.config)

    async def live() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await agent.run(settings, SystemClock(), stop, Manager())

    asyncio.run(live())
    return OK


def _check(options: argparse.Namespace) -> int:
    from numlycee_agent import agent, build, credentials  # noqa: PLC0415
    from numlycee_agent.discovery import roster  # noqa: PLC0415

    settings = config.read(options.config)
    _check_tls(agent.access(settings))
    credentials.receipt_key(settings.receipt_key_file)
    with closing(build.Means(SystemClock())) as means:
        watched = roster.Roster(settings, means).watched
        build.reception(settings, wake=lambda _: None, clock=means.clock)
        mobile = build.mobile(settings, means, lambda: False)
        build.local(settings, mobile.counting if mobile else None, means.clock)
    show(
        ("ressource", "nature", "dépend de", "période", "nom"),
        [_row(item) for item in watched],
    )
    print(
        f"{settings.uai} : {french.plural(len(watched), 'ressource')} ; la configuration est bonne."
    )
    return OK


def _check_tls(access: Access) -> None:
    if access.tls is not None:
        try:
            access.tls.context()
        except ConnectionError as error:
            raise SettingsError(f"mqtt.tls: {error}") from error


def _row(item: Watched) -> tuple[str, ...]:
    resource = item.resource
    period = f"{resource.period / 1000:g} s"
    return resource.id, resource.kind, resource.parent or "", period, resource.name


def _view(options: argparse.Namespace) -> SpoolView:
    folder = config.read(options.config).data / "spool"
    try:
        return inspect(folder)
    except FileNotFoundError as error:
        message = f"{folder}: there is nothing yet; has the agent ever run?"
        raise FileNotFoundError(message) from error


def _status(options: argparse.Namespace) -> int:
    view, settings = _view(options), config.read(options.config)
    known = view.marks
    heard = f"époque {known.epoch}, enregistrement {known.commit}" if known.epoch else "aucun"
    print(f"agent               {'en marche' if view.live else 'arrêté'}")
    print(f"dernier récépissé   {heard}")
    print(f"en attente          {french.plural(view.waiting, 'enregistrement')}")
    if view.undated:
        waiting = french.plural(view.undated, "enregistrement")
        print(f"à dater             {waiting}, tant que l'heure n'est pas connue")
    print(f"sur disque          {size(view.size)}")
    if settings.traps:
        from numlycee_agent.traps.tally import in_french, load  # noqa: PLC0415 (off by default)

        print(f"traps et informs    {in_french(load(settings.traps_file)) or 'aucun'}")
    if settings.discovery.subnets:
        from numlycee_agent.discovery import catalogue  # noqa: PLC0415 (off by default)

        told = catalogue.in_french(settings)
        print(f"trouvés au balayage {told}")
    for run, seq, reason in known.refused:
        print(f"refusé par le centre  {run} n° {seq} : {reason}")
    return OK


def _queue(options: argparse.Namespace) -> int:
    view = _view(options)
    rows = [
        (
            run.run,
            f"{run.first}–{run.last}",
            str(run.records),
            str(run.confirmed),
            str(run.records - run.confirmed),
            size(run.size),
        )
        for run in view.runs
    ]
    show(("exécution", "numéros", "gardés", "confirmés", "en attente", "disque"), rows)
    return OK


def _forget(options: argparse.Namespace) -> int:
    from numlycee_agent.discovery import catalogue  # noqa: PLC0415 (off by default)

    path = config.read(options.config).data / catalogue.FILE
    gone = catalogue.forget(path, options.ids, Disk())
    for name in gone:
        print(f"{name} : oublié ; un agent en marche cesse de l'observer avant dix minutes")
    if unknown := [name for name in options.ids if name not in gone]:
        raise SettingsError(f"{path}: holds no {', '.join(unknown)}")
    return OK


def _probe(options: argparse.Namespace) -> int:
    from numlycee_agent.discovery import painting, portrait  # noqa: PLC0415
    from numlycee_agent.discovery.inquiry import inquire  # noqa: PLC0415
    from numlycee_agent.snmp.credentials import Community, Credentials, Target  # noqa: PLC0415

    host = _address(options.host)
    target = Target(host, options.port)
    credentials: Credentials = Community(options.community)
    if options.config is not None:
        access = config.read(options.config).snmp.get(options.snmp)
        if access is None:
            raise SettingsError(f"{options.config}: there is no [snmp.{options.snmp}]")
        target, credentials = Target(host, access.port), access.credentials()
    found = asyncio.run(inquire(target, credentials, SystemClock()))
    if options.format == "json":
        print(json.dumps(portrait.machine(found), ensure_ascii=False, indent=2))
    else:
        painting.show_portrait(portrait.portray(found))
    return OK if found.answers else FAILED


def _mobile_import(options: argparse.Namespace) -> int:
    from numlycee_agent.mobile import command  # noqa: PLC0415 (off by default)

    print(*command.take_in(options, SystemClock()), sep="\n")
    return OK


def _mobile_status(options: argparse.Namespace) -> int:
    from numlycee_agent.mobile import command  # noqa: PLC0415 (off by default)

    print(*command.show(options, SystemClock()), sep="\n")
    return OK


def _discover(options: argparse.Namespace) -> int:
    from numlycee_agent.discovery import expedition, painting  # noqa: PLC0415

    order = expedition.Order(
        tuple(options.subnets),
        options.config,
        options.community,
        options.port,
        with_pings=options.ping,
        root=options.root and _address(options.root),
    )
    plan = expedition.plan(order, options.out)
    result = asyncio.run(expedition.explore(plan, SystemClock()))
    painting.show_tree(result.tree, sys.stderr)
    print(result.summary, file=sys.stderr)
    if options.out is None:
        print(result.additions, end="")
    else:
        Disk().replace(options.out, result.whole.encode())
    return OK if result.tree else FAILED


def _password(options: argparse.Namespace) -> int:
    from numlycee_agent.local import password  # noqa: PLC0415

    try:
        hashed = password.make(password.ask(sys.stdin))
    except ValueError as error:
        raise SettingsError(str(error)) from error
    password.store(options.file, hashed)
    print(f"{options.file} : l'agent doit pouvoir le lire, et lui seul.")
    return OK


def _address(text: str) -> str:
    try:
        return targets.address(text)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _complain(message: str, code: int) -> int:
    print(f"numlycee-agent: {message}", file=sys.stderr)
    return code
