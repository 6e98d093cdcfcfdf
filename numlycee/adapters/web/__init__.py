"""The status page: French, drawn on the server from one `Picture`, served by aiohttp."""

from numlycee.adapters.web.server import Web

__all__ = ["Web"]
