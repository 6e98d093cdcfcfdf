"""Every numbered rule of docs/wire.md, in its order."""

from tests.rules.agent import AGENT
from tests.rules.agent_dated import AGENT_DATED
from tests.rules.centre import CENTRE
from tests.rules.centre_answers import CENTRE_ANSWERS
from tests.rules.others import ALARM, BROKER, STORE

RULES = (*AGENT, *AGENT_DATED, *CENTRE, *CENTRE_ANSWERS, *BROKER, *STORE, *ALARM)
