"""The agent's configuration, as read from `agent.toml`."""

from numlycee_agent.config.agent import (
    DEFAULT_SNMP,
    NO_SNMP,
    Config,
    Mqtt,
    Periods,
    Spool,
    read,
)
from numlycee_agent.config.resources import Equipment, Link
from numlycee_agent.config.service import Account, Service, Step
from numlycee_agent.config.traps import Traps

__all__ = [
    "DEFAULT_SNMP",
    "NO_SNMP",
    "Account",
    "Config",
    "Equipment",
    "Link",
    "Mqtt",
    "Periods",
    "Service",
    "Spool",
    "Step",
    "Traps",
    "read",
]
