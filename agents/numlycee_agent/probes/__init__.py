"""Ways of observing one resource; `http` alone needs aiohttp, and is imported where it is used."""
