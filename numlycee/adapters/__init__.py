"""One module per outside thing, one library per module."""
