"""`numlycee inventory`: the lycées and the equipment that people have listed, and their imports."""

import argparse

from numlycee.cli.inventory import directory, equipment, looking
from numlycee.cli.options import Commands

_ABOUT = """\
Le parc (sites.csv) dit quels lycées sont suivis ; le registre des équipements (equipements.csv) dit
ce que chacun a, qui en répond et sous quel contrat. Les deux s'importent : rien n'est changé sans
--write, qui garde l'ancien fichier à côté (« .before »), et rien n'est jamais ôté d'office."""

_EXAMPLES = """\
exemples :
  numlycee inventory directory annuaire.csv --academy Toulouse       les lycées de l'annuaire
  numlycee inventory equipment glpi.csv --from glpi                   un export de GLPI
  numlycee inventory equipment netbox-*.json --from netbox --write    les pages d'un NetBox
  numlycee inventory show 0310036W                                    ce qu'un lycée a
  numlycee inventory check                                            registre et agents d'accord ?
  numlycee inventory agent 0310036W >> agent.toml                     à compléter sur place"""


def add(commands: Commands) -> None:
    """Add the command and its own commands."""
    about = "importe, montre et vérifie les lycées et leurs équipements"
    inventory = commands.add_parser(
        "inventory",
        help=about,
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inner = inventory.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    for room in (directory, equipment, looking):
        room.add(inner)
