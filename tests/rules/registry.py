"""Every numbered rule of docs/wire.md, in its order."""

from tests.rules.agent import AGENT
from tests.rules.centre import CENTRE
from tests.rules.others import ALARM, BROKER, STORE

RULES = (*AGENT, *CENTRE, *BROKER, *STORE, *ALARM)
