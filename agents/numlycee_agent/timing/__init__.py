"""The line of time on which everything is dated, and whether the machine knows the time at all."""
