"""`numlycee schema`: the protocol, for other programs."""

import argparse
import json

from numlycee.cli.options import OK, Commands, command
from numlycee.wire.schema import asyncapi, json_schema


def add(commands: Commands) -> None:
    """Add the command."""
    about = "écrit la description du protocole, pour d'autres programmes (JSON Schema, AsyncAPI)"
    schema = command(commands, "schema", _schema, about)
    schema.add_argument("--asyncapi", action="store_true", help="le document AsyncAPI 3.0")


def _schema(options: argparse.Namespace) -> int:
    document = asyncapi() if options.asyncapi else json_schema()
    print(json.dumps(document, indent=2))
    return OK
