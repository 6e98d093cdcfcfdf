"""The site agent: it observes one lycée, keeps what it saw, and tells the centre."""

__version__ = "0.1.0"
