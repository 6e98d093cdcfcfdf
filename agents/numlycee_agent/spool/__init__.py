"""The journal on disk: what was seen is durable here before it is told, until it is confirmed."""
