"""From raw messages to a committed account, and the receipts that tell of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.complaints import Complaints, lock_away, suspect
from numlycee.collector.epochs import Epochs
from numlycee.collector.ledger import Ledger, Outcome, Verdict
from numlycee.collector.mail import Mail, Message, SiteMail, sort
from numlycee.collector.model import LedgerLine, LedgerSnapshot
from numlycee.collector.ports import Store, StoreUnavailableError, Suspect, Transaction
from numlycee.collector.receipts import confirmation
from numlycee.domain.inventory import Vantage
from numlycee.wire.messages import Now, Presence
from numlycee.wire.receipts import Receipt, encode_receipt
from numlycee.wire.records import InventoryRecord, Refused, encode
from numlycee.wire.topics import Topics

_TOPICS = Topics()
_WITHOUT_EFFECT = (Outcome.CONFLICT, Outcome.REFUSED, Outcome.POSTPONED)


class Ingest:
    """The one way into the account; one thread at a time may call `handle`.

    `key_of` gives the receipt key of a site of the `fleet`. Records are admitted from `vantages`
    only: over the wire a site speaks for itself, never for the centre.
    """

    def __init__(
        self,
        store: Store,
        board: Board,
        fleet: Collection[str],
        key_of: Callable[[str], bytes],
        clock: Clock,
        *,
        topics: Topics = _TOPICS,
        vantages: Collection[Vantage] = (Vantage.SITE,),
    ) -> None:
        """Take everything by construction."""
        self._store = store
        self._board = board
        self._fleet = frozenset(fleet)
        self._key_of = key_of
        self._clock = clock
        self._topics = topics
        self._vantages = vantages
        self._complaints = Complaints()
        self._greeted: frozenset[tuple[str, Presence]] = frozenset()
        self._listings: dict[str, dict[str, frozenset[str]]] = {}
        self._epochs = Epochs()
        self._outcomes: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._ready = True

    @property
    def ready(self) -> bool:
        """Tell whether the store took the last batch."""
        return self._ready

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Return how many messages and records came to what since the start."""
        return {str(outcome): count for outcome, count in self._outcomes.items()}

    def ledger(self, at: int) -> LedgerSnapshot:
        """Return the completeness of every site of the fleet; reads the store."""
        standing, lines = self._store.completeness()
        known = {line.uai: line for line in lines}
        sites = {uai: known.get(uai, LedgerLine(uai)) for uai in sorted(self._fleet)}
        rejected = self._rejected + Counter(malformed=self._outcomes["malformed"])
        return LedgerSnapshot(at, standing.epoch, standing.commit, sites, dict(rejected))

    def handle(self, batch: Sequence[Message]) -> list[Message]:
        """Take in a batch in one transaction; return the receipts to publish once it is committed.

        Bad input has no effect but a count, a log line and the quarantine. Raises
        `StoreUnavailableError` when nothing could be committed: the same batch is to be given
        again, nothing of it may be acknowledged before.
        """
        at = self._clock.now()
        mail = sort(batch, self._fleet, self._topics, at)
        self._live(mail)
        for site, reason in mail.complaints:
            self._complaints.say(site, reason, at)
        receipts = self._take_in(mail, at) if mail.sites else {}
        self._greeted = frozenset()
        self._outcomes += mail.outcomes
        self._rejected = self._rejected + mail.rejected
        return [
            (self._topics.down(uai, "receipt"), encode_receipt(receipt, self._key_of(uai)))
            for uai, receipt in receipts.items()
        ]

    def _live(self, mail: Mail) -> None:
        """Feed the board, but not again with the presences of a batch that could not be stored."""
        before = self._greeted
        self._greeted = frozenset((u, word) for u, word in mail.live if isinstance(word, Presence))
        for uai, word in mail.live:
            if isinstance(word, Now):
                self._board.show(uai, word)
            elif (uai, word) not in before:
                self._board.greet(uai, word)

    def _take_in(self, mail: Mail, at: int) -> dict[str, Receipt]:
        try:
            with self._store.transaction() as transaction:
                verdicts, receipts = self._account(transaction, mail, at)
        except StoreUnavailableError:
            self._ready = False
            raise
        self._ready = True
        for uai, site in mail.sites.items():
            self._committed(uai, site, verdicts[uai], at)
        return receipts

    def _account(
        self, transaction: Transaction, mail: Mail, at: int
    ) -> tuple[dict[str, list[Verdict]], dict[str, Receipt]]:
        ledger = Ledger(transaction, at, self._vantages, self._listings)
        ledger.open({uai: site.records for uai, site in mail.sites.items()})
        verdicts = {uai: ledger.admit(uai, site.records) for uai, site in mail.sites.items()}
        hellos = [(uai, site.hello) for uai, site in mail.sites.items() if site.hello]
        for uai, hello in hellos:
            ledger.hear(uai, hello)
            transaction.greet(uai, hello.nonce)
        nonces = transaction.nonces(tuple(mail.sites))
        ledger.flush()
        standing = self._epochs.next(transaction.standing(), hellos, at)
        transaction.stand(standing)
        lock_away(_suspects(mail, verdicts, at), transaction, at)
        return verdicts, {
            uai: confirmation(ledger, standing, uai, site, verdicts[uai], nonce)
            for uai, site in mail.sites.items()
            if (site.records or site.hello) and (nonce := nonces.get(uai))
        }

    def _committed(self, uai: str, site: SiteMail, verdicts: Sequence[Verdict], at: int) -> None:
        if site.sent:
            self._board.heard(uai, site.sent)
        for verdict in verdicts:
            self._outcomes[verdict.outcome] += 1
            self._outcomes["late"] += verdict.late
            if verdict.outcome in _WITHOUT_EFFECT:
                self._complaints.say(uai, verdict.reason, at)
            elif verdict.outcome is Outcome.STORED and isinstance(verdict.record, InventoryRecord):
                self._board.learn(uai, verdict.record.inventory)


def _suspects(mail: Mail, verdicts: Mapping[str, Sequence[Verdict]], at: int) -> Iterator[Suspect]:
    for uai, site in mail.sites.items():
        for reason, raw in site.wrong:
            yield suspect(uai, at, reason, raw)
        for verdict in verdicts[uai]:
            if verdict.outcome in _WITHOUT_EFFECT and not isinstance(verdict.record, Refused):
                yield suspect(uai, at, verdict.reason, encode(verdict.record))
