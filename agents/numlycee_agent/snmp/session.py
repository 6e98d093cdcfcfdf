"""One device through the shared socket: what is asked of it, in whichever version it speaks."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from numlycee_agent.snmp.credentials import Target
from numlycee_agent.snmp.endpoint import Dialogue, Endpoint, Endpoints, Peer
from numlycee_agent.snmp.recall import Heard
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    VarBind,
)
from numlycee_agent.snmp.walk import Answer, Listed, Question, Walking, walking

T = TypeVar("T")


class Speech(Protocol):
    """How one device is spoken to: the requests of its version, and what is known of it."""

    def ask(self, question: Question) -> Dialogue[Heard]:
        """Return the answer to a question; raises SnmpTimeout, SnmpRefused or SnmpDecodeError."""
        ...

    def forget(self) -> None:
        """Start again with nothing known."""
        ...


class DeviceSession:
    """The `Session` of one device; `tolerant` for v1, which refuses all for one name it lacks."""

    def __init__(
        self, endpoints: Endpoints, target: Target, speech: Speech, *, tolerant: bool = False
    ) -> None:
        self._endpoints = endpoints
        self._target = target
        self._speech = speech
        self._tolerant = tolerant
        self._reach: tuple[Endpoint, Peer] | None = None

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables."""
        question = Question((), tuple(oids), 0)
        return await self._hold(self._tolerantly(question, Missing.NO_INSTANCE))

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, several in each exchange."""
        return await self._hold(self._walk(walking(columns, size, max_rows)))

    def close(self) -> None:
        """Forget the device; the socket is everybody's."""
        self._reach = None
        self._speech.forget()

    async def _hold(self, dialogue: Dialogue[T]) -> T:
        if self._reach is None:
            self._reach = await self._endpoints.reach(self._target)
        endpoint, peer = self._reach
        try:
            return await endpoint.hold(peer, dialogue, self._target.timeouts)
        except SnmpTimeout:
            self._reach = None  # the name may stand for another address by now
            raise

    def _walk(self, steering: Walking) -> Dialogue[Columns]:
        try:
            question = next(steering)
            while True:
                try:
                    answer = yield from self._step(question)
                except (SnmpTimeout, SnmpStatusError) as fault:
                    question = steering.throw(fault)
                else:
                    question = steering.send(answer)
        except StopIteration as end:
            rows: Columns = end.value
            return rows

    def _step(self, question: Question) -> Dialogue[Answer]:
        if self._tolerant:
            return Listed((yield from self._tolerantly(question, Missing.END_OF_VIEW)))
        return (yield from self._speech.ask(question))

    def _tolerantly(self, question: Question, lack: Missing) -> Dialogue[list[VarBind]]:
        # A v1 agent refuses the whole request for one name it lacks (RFC 1157 §4.1.2): ask again
        # without that one, and give each answer the place of its name.
        names, lacking = list(question.names), set[int]()
        while names:
            asked = question._replace(names=tuple(names))
            try:
                found = (yield from self._speech.ask(asked)).binds()
            except SnmpStatusError as fault:
                if fault.status != Status.NO_SUCH_NAME or not 0 < fault.index <= len(names):
                    raise
                places = [at for at in range(len(question.names)) if at not in lacking]
                lacking.add(places[fault.index - 1])
                del names[fault.index - 1]
            else:
                if len(found) < len(names) > 1:
                    raise SnmpStatusError(Status.TOO_BIG)  # so some agents mean it
                binds = iter(found)
                return [
                    (name, lack) if at in lacking else next(binds, (name, lack))
                    for at, name in enumerate(question.names)
                ]
        return [(name, lack) for name in question.names]
