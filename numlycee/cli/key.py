"""`numlycee key`: the receipt key of one lycée."""

import argparse

from numlycee.cli.options import MISUSED, OK, Commands, command, complain, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "donne la clé de récépissé d'un lycée, à mettre dans la configuration de son agent"
    key = command(commands, "key", _key, about)
    configured(key)
    key.add_argument("uai", metavar="UAI", help="code de l'établissement, p. ex. 0310036W")


def _key(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (kept beside its use, as in the other commands)
    from numlycee.domain.uai import parse_uai  # noqa: PLC0415
    from numlycee.wire.receipts import site_key  # noqa: PLC0415

    try:
        uai = parse_uai(options.uai)
    except ValueError as error:
        return complain(str(error), MISUSED)
    print(site_key(config.secret(config.read(options.config)), uai).hex())
    return OK
