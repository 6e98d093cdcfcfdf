"""SNMP v1 and v2c: a community in clear, which is all the security there is."""

from functools import partial

from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.endpoint import Dialogue, Endpoints
from numlycee_agent.snmp.message import Request, Version
from numlycee_agent.snmp.recall import Heard, Memory
from numlycee_agent.snmp.session import DeviceSession
from numlycee_agent.snmp.walk import Question


class Open:
    """The `Speech` of a device that is shown a community."""

    def __init__(self, host: str, credentials: Community) -> None:
        version = Version.V1 if credentials.version == "1" else Version.V2C
        self._memory = Memory(host, partial(Request, version, credentials.community.encode()))

    def ask(self, question: Question) -> Dialogue[Heard]:
        """Ask, and take the first answer for what it is."""
        return Heard(self._memory, question, (yield self._memory.request(question)))

    def forget(self) -> None:
        """Forget the requests and the shapes of their answers."""
        self._memory.forget()


def community_session(
    endpoints: Endpoints, target: Target, credentials: Community
) -> DeviceSession:
    """Return the session of one v1 or v2c device."""
    speech = Open(target.host, credentials)
    return DeviceSession(endpoints, target, speech, tolerant=credentials.version == "1")
