"""`numlycee inventory show`, `check` and `agent`: what the register says, and to whom."""

import argparse
from pathlib import Path

from numlycee.cli.inventory.results import asked, reading, wrote
from numlycee.cli.options import FAILED, Commands, answered, command, configured, formatted
from numlycee.cli.writing import write_csv, write_json


def add(commands: Commands) -> None:
    """Add the commands."""
    _add_show(commands)
    _add_check(commands)
    _add_agent(commands)


def _add_show(commands: Commands) -> None:
    about = "montre les lycées du parc, ou les équipements d'un seul"
    show = command(commands, "show", _show, about)
    configured(show)
    show.add_argument("uai", nargs="?", metavar="UAI", help="un lycée (défaut : la liste)")
    formatted(show)


def _add_check(commands: Commands) -> None:
    about = "vérifie parc et registre, et les rapproche de ce que les agents observent"
    check = command(commands, "check", _check, about)
    configured(check)
    check.add_argument(
        "--format", choices=("table", "json"), default="table", help="présentation (défaut : table)"
    )
    check.add_argument(
        "--adopt",
        action="store_true",
        help="donne aux équipements du registre l'identifiant que l'agent donne au même nom",
    )


def _add_agent(commands: Commands) -> None:
    about = "écrit les équipements d'un lycée comme les attend son agent.toml, sans leurs adresses"
    agent = command(commands, "agent", _agent, about)
    configured(agent)
    agent.add_argument("uai", metavar="UAI", help="code de l'établissement, p. ex. 0310036W")
    agent.add_argument(
        "--addresses",
        dest="files",
        type=Path,
        nargs="+",
        default=[],
        metavar="EXPORT",
        help="reprend les adresses de ces exports, qui ne passent que d'ici au fichier de l'agent",
    )
    reading(agent)


def _show(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.adapters.terminal import equipment as terminal  # noqa: PLC0415
    from numlycee.app import equipment  # noqa: PLC0415
    from numlycee.fleet import telling  # noqa: PLC0415

    known = equipment.inventory(config.read(options.config))
    site = equipment.lycee(known.sites, options.uai) if options.uai else None
    items = [*known.park.get(site.uai, {}).values()] if site else []
    counted = [(one, len(known.park.get(one.uai, {}))) for one in known.sites.values()]

    def show() -> None:
        if options.format == "table":
            if site:
                terminal.show_fleet([(site, len(items))])
                terminal.show_items(items)
            else:
                terminal.show_fleet(counted)
            return
        lines = (
            [telling.item_record(item) for item in items]
            if site
            else [telling.site_record(*one) for one in counted]
        )
        fields = telling.ITEM_FIELDS if site else telling.SITE_FIELDS
        if options.format == "json":
            write_json(lines)
        else:
            write_csv(lines, fields)

    return answered(show)


def _check(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.adapters.terminal import equipment as terminal  # noqa: PLC0415
    from numlycee.app import equipment  # noqa: PLC0415

    settings = config.read(options.config)
    amiss: list[object] = []

    def show() -> None:
        known, found = equipment.standings(settings)
        if options.format == "json":
            write_json(terminal.machine(found))
        elif known.park:
            terminal.show_standings(found, known.sites)
        else:
            print("aucun registre d'équipements ; numlycee inventory equipment le fait")
        if options.adopt and any(one.twins for one in found):
            wrote(equipment.adopt(settings, known, found), before=True)
        amiss.extend(one for one in found if not one.agreed)

    return answered(show) or (FAILED if amiss else 0)


def _agent(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.app import equipment  # noqa: PLC0415

    settings = config.read(options.config)
    exports = asked(options) if options.files else None
    return answered(lambda: print(equipment.agent_file(settings, options.uai, exports), end=""))
