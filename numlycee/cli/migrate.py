"""`numlycee migrate`: the store brought to another revision of its schema, up or down."""

import argparse

from numlycee.cli.options import Commands, answered, command, configured

_EPILOG = """\
Arrêter d'abord tous les collecteurs, et prendre une copie (numlycee backup). Tout se fait en une
transaction : ce qui échoue ne change rien. Rien de ce qui est rangé ne se perd, en montant comme en
descendant."""


def add(commands: Commands) -> None:
    """Add the command."""
    about = "amène la base à une autre révision de son schéma, après une mise à jour de numlycee"
    migrate = command(commands, "migrate", _run, about)
    migrate.epilog = _EPILOG
    configured(migrate)
    migrate.add_argument(
        "--to",
        metavar="RÉVISION",
        help="la révision voulue, plus ancienne pour revenir en arrière (défaut : la dernière)",
    )


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.app import upkeep  # noqa: PLC0415

    settings = config.read(options.config)

    def move() -> None:
        before, after = upkeep.migrate(settings, options.to)
        done = "était déjà à" if before == after else f"est passée de la révision {before} à"
        print(f"la base {done} la révision {after}")

    return answered(move)
