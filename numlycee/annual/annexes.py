"""The tables of the annexes: what persons stated, and what changed since the last edition."""

from collections.abc import Iterator

from numlycee.annual.cells import HOURS, Cell, Table
from numlycee.annual.changes import Changes, Standing
from numlycee.annual.guaranteed import ContractReport, Cut
from numlycee.annual.model import AnnualReport
from numlycee.annual.stated import FATES, Correction, Intervention
from numlycee.domain import words
from numlycee.domain.causes import Owner
from numlycee.domain.french import iso
from numlycee.domain.sites import Site


def annexes(report: AnnualReport) -> Iterator[Table]:
    """Yield the tables; that of the changes is there from the second edition on."""
    zone = report.order.zone
    corrected = tuple(_correction(one, zone) for one in report.corrections)
    yield Table("corrections", "Corrections de responsable", _CORRECTIONS, corrected)
    planned = tuple(_intervention(one, zone) for one in report.interventions)
    yield Table("interventions", "Interventions annoncées", _INTERVENTIONS, planned)
    if report.contracts:
        contracts = tuple(map(_contract, report.contracts))
        yield Table("contrats", "Contrats et garanties de rétablissement", _CONTRACTS, contracts)
        cuts = tuple(_cut(one, cut, zone) for one in report.contracts for cut in one.cuts)
        yield Table("retablissements", "Coupures sur l’horloge des contrats", _CUTS, cuts)
    if report.changes:
        moved = tuple(_moved(report.changes))
        yield Table("ecarts", f"Écarts avec l’édition {report.changes.since}", _GAPS, moved)


_CORRECTIONS = (
    "uai", "lycee", "ressource", "nom", "instant", "suite", "responsable_propose",
    "responsable_declare", "responsable_final", "debut", "fin", "auteur", "date", "motif",
)  # fmt: skip
_INTERVENTIONS = (
    "uai", "lycee", "ressource", "nom", "debut", "fin", "annonce", "comptee", "ressources",
    "exclu_ms", "depassement_ms", "auteur", "motif",
)  # fmt: skip


def _correction(one: Correction, zone: str) -> tuple[Cell, ...]:
    said = one.overrule
    ends = (None if at is None else iso(at, zone) for at in (one.start, one.end))
    return (
        one.key[0], _name(one.site), one.key[1], one.resource, iso(said.at, zone),
        FATES[one.fate], _owner(one.proposed), _owner(said.owner), _owner(one.final), *ends,
        said.trace.author, iso(said.trace.given, zone),
        said.trace.reason,
    )  # fmt: skip


def _intervention(one: Intervention, zone: str) -> tuple[Cell, ...]:
    said = one.planned
    return (
        one.key[0], _name(one.site), one.key[1], one.resource, iso(said.start, zone),
        iso(said.end, zone), iso(said.announced, zone), "oui" if said.counts else "non",
        one.resources, one.excluded, one.overrun, said.author, said.reason,
    )  # fmt: skip


_CONTRACTS = (
    "contrat", "responsable", "heures", "gtr_ms", "ressources", "coupures", "gtr_tenues",
    "gtr_non_tenues", "gtr_indecidables", "autres_responsables", "plus_longue_min_ms",
    "plus_longue_max_ms", "objectif", "verdict", "taux_connu", "borne_basse", "borne_haute",
    "couverture", "du_ms", "panne_ms",
)  # fmt: skip
_CUTS = (
    "contrat", "uai", "lycee", "ressource", "nom", "debut", "fin", "debut_au_plus_tot",
    "fin_au_plus_tard", "en_cours", "cause", "responsable", "gtr_ms", "horloge_min_ms",
    "horloge_max_ms", "gtr",
)  # fmt: skip


def _contract(one: ContractReport) -> tuple[Cell, ...]:
    contract, record, tally = one.contract, one.record, one.tally
    return (
        contract.name, words.OWNERS[contract.owner], contract.calendar, contract.restore_ms,
        one.resources, record.outages, record.kept, record.broken, record.undecided, one.apart,
        record.longest_least, record.longest_most, contract.target,
        words.VERDICTS[one.verdict] if one.verdict else None,
        tally.known, tally.low, tally.high, tally.coverage, tally.required, tally.down,
    )  # fmt: skip


def _cut(one: ContractReport, cut: Cut, zone: str) -> tuple[Cell, ...]:
    clock, outage = cut.restoration, cut.restoration.outage
    instants = (outage.start, outage.end, outage.earliest, outage.latest)
    return (
        one.contract.name, cut.site.uai if cut.site else "", _name(cut.site), cut.resource.id,
        cut.resource.name, *(iso(at, zone) for at in instants),
        "oui" if outage.ongoing else "non", words.CAUSES[outage.cause], words.OWNERS[cut.owner],
        one.contract.restore_ms, clock.least, clock.most, cut.standing,
    )  # fmt: skip


def _owner(owner: Owner | None) -> str | None:
    return words.OWNERS[owner] if owner else None


def _name(site: Site | None) -> str | None:
    return site.name if site else None


_COMPARED = (
    "du_ms", "observe_ms", "panne_ms", "coupures", "taux_connu", "borne_basse", "borne_haute",
    "verdict",
)  # fmt: skip
_GAPS = (
    "classe", "niveau", "code", "nom", HOURS,
    *(f"{name}_{when}" for when in ("avant", "apres") for name in _COMPARED),
    "ecart_du_ms", "ecart_observe_ms", "ecart_panne_ms", "taux_ecart",
)  # fmt: skip


def _moved(changes: Changes) -> Iterator[tuple[Cell, ...]]:
    for c in changes.lines:
        moved = c.moved
        yield (
            c.resource_class, c.level, c.code, c.name, c.hours,
            *_compared(c.before), *_compared(c.after),
            moved.required, moved.required - moved.unobserved, moved.down,
            c.gap,
        )  # fmt: skip


def _compared(standing: Standing | None) -> tuple[Cell, ...]:
    """Return what is compared of one edition: of an owner, the time lost alone."""
    if standing is None:
        return (None,) * len(_COMPARED)
    tally = standing.tally
    if standing.outages is None:
        return (None, None, tally.down, *(None,) * (len(_COMPARED) - 3))
    return (
        tally.required, tally.required - tally.unobserved, tally.down, standing.outages,
        tally.known, tally.low, tally.high, standing.verdict,
    )  # fmt: skip
