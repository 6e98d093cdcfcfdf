"""Tallies for every window and every roll-up, the one source of every figure that is shown."""
