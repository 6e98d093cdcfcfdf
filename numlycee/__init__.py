"""numlycee: how available lycées' digital equipment has been, with proof and bounds."""

__version__ = "0.1.0"
