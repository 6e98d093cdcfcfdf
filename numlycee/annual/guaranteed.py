"""Contracts as the report tells them: guaranteed times to restore, cut by cut."""

from dataclasses import dataclass

from numlycee.domain.causes import Owner
from numlycee.domain.contracts import Compliance, Contract, Record, Restoration, record
from numlycee.domain.inventory import Resource
from numlycee.domain.objectives import Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Tally

COMPLIANCES = {
    Compliance.KEPT: "tenue",
    Compliance.BROKEN: "non tenue",
    Compliance.UNDECIDED: "indécidable",
}
APART = "autre responsable"
"""What is said of a cut for which the contract does not answer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One cut on the contract's clock, and who answers for it: the evidence of the guarantee."""

    site: Site | None
    resource: Resource
    restoration: Restoration
    owner: Owner
    answered: bool

    @property
    def standing(self) -> str:
        """Return in words whether the guarantee was kept, if it is about this cut."""
        return COMPLIANCES[self.restoration.compliance] if self.answered else APART


@dataclass(frozen=True, slots=True)
class ContractReport:
    """A contract over the year: its cuts, oldest first, and the tally on its own hours.

    Only the cuts of the contract's own party count for its guarantee; the others are told apart.
    """

    contract: Contract
    resources: int
    tally: Tally
    cuts: tuple[Cut, ...]

    @property
    def record(self) -> Record:
        """Return how often the guarantee was kept."""
        return record([cut.restoration for cut in self.cuts if cut.answered])

    @property
    def apart(self) -> int:
        """Return how many cuts others answer for."""
        return sum(not cut.answered for cut in self.cuts)

    @property
    def verdict(self) -> Verdict | None:
        """Return what the year says of the rate promised beside, None without one."""
        return self.contract.verdict(self.tally)
