"""The agent's configuration, as read from `agent.toml`."""

from numlycee_agent.config.agent import Config, Mqtt, Periods, Spool, read
from numlycee_agent.config.checks import DEFAULT_SNMP, NO_SNMP
from numlycee_agent.config.discovery import Accept, Discovery
from numlycee_agent.config.link import Link, Port, Wan
from numlycee_agent.config.local import Local
from numlycee_agent.config.resources import Equipment
from numlycee_agent.config.service import Account, Service, Step
from numlycee_agent.config.traps import Traps

__all__ = [
    "DEFAULT_SNMP",
    "NO_SNMP",
    "Accept",
    "Account",
    "Config",
    "Discovery",
    "Equipment",
    "Link",
    "Local",
    "Mqtt",
    "Periods",
    "Port",
    "Service",
    "Spool",
    "Step",
    "Traps",
    "Wan",
    "read",
]
