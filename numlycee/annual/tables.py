"""The report as tables: the one source of its CSV files and of its JSON."""

from collections.abc import Iterator

from numlycee.annual.annexes import annexes
from numlycee.annual.cells import HOURS, Cell, Table
from numlycee.annual.model import AnnualReport, Both, ClassReport, deciding
from numlycee.domain import words
from numlycee.domain.french import iso
from numlycee.domain.objectives import Needed, Objective, Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.distribution import Spread
from numlycee.rates.model import Figures, Hours, Level, judged_on

RATES = ("taux_connu", "borne_basse", "borne_haute", "taux_vecu", "couverture")
TIMES = (
    "du_ms", "service_ms", "degrade_ms", "panne_ms", "injoignable_ms", "non_mesure_ms",
    "dont_lisiere_ms",
)  # fmt: skip
OUTAGES = ("coupures", "duree_coupures_ms", "plus_longue_ms", "perdu_eleves_ms")
_FIGURES = (HOURS, "ressources", *RATES, *TIMES, *OUTAGES)
_BUDGET = ("budget_ms", "depense_min_ms", "depense_max_ms")
_PLACE = ("uai", "lycee", "commune", "departement", "academie", "effectif")


def tables(report: AnnualReport) -> tuple[Table, ...]:
    """Return every table of a report."""
    return (
        _classes(report),
        _months(report),
        _territories(report),
        _owners(report),
        _incidents(report),
        _days(report),
        _completeness(report),
        _measures(report),
        _silences(report),
        _lycees(report),
        *annexes(report),
    )


def _classes(report: AnnualReport) -> Table:
    rows = [
        (
            words.CLASSES[c.name],
            view,
            *_judged(c.objective, hours, *_target(c.objective, c.verdict), _needed(c.needed)),
            *_judged(c.objective, hours, *_budget(c)),
            *row,
        )
        for c in report.classes
        for view, both in (("région", c.figures), ("somme des lycées", c.lived))
        for hours, row in _both(both)
    ]
    columns = ("classe", "vue", "objectif", "verdict", "couverture_requise", *_BUDGET, *_FIGURES)
    return Table("classes", "Taux de la Région par classe", columns, tuple(rows))


def _months(report: AnnualReport) -> Table:
    rows = [
        (
            words.CLASSES[c.name],
            m.name,
            *_target(c.aim, m.verdict),
            judged_on(c.aim),
            *_rates(m.tally, m.felt),
            *_times(m.tally),
        )
        for c in report.classes
        for m in c.months
    ]
    columns = ("classe", "mois", "objectif", "verdict", HOURS, *RATES, *TIMES)
    return Table("mois", "Taux de la Région par classe et par mois", columns, tuple(rows))


def _territories(report: AnnualReport) -> Table:
    rows = [
        (
            words.CLASSES[t.resource_class], _LEVELS[t.scope.level], t.scope.key, t.name,
            *_judged(t.objective, hours, *_target(t.objective if t.verdict else None, t.verdict)),
            t.lycees, *_spread(t.spreads[hours]), *row,
        )
        for t in report.territories
        for hours, row in _both(t.figures)
    ]  # fmt: skip
    columns = (
        "classe", "niveau", "code", "territoire", "objectif", "verdict", "lycees", "lycees_mesures",
        "lycees_sans_coupure", "objectif_tenu", "objectif_non_tenu", "objectif_indecidable",
        "taux_p5", "taux_median", "taux_p95", "taux_ecart_p95_p5", "taux_pondere_eleves",
        "borne_basse_ponderee", "borne_haute_ponderee", *_FIGURES,
    )  # fmt: skip
    return Table("territoires", "Taux par académie et département", columns, tuple(rows))


def _spread(spread: Spread) -> tuple[Cell, ...]:
    told = spread.distribution
    return (
        told.measured, spread.clear, *(spread.verdicts.get(v, 0) for v in _JUDGED),
        told.lowest, told.median, told.highest, told.spread,
        spread.by_pupils, spread.by_pupils_low, spread.by_pupils_high,
    )  # fmt: skip


def _owners(report: AnnualReport) -> Table:
    rows = [
        (words.CLASSES[b.resource_class], words.OWNERS[b.owner], b.service, b.always, b.pupils)
        for b in report.blames
    ]
    columns = ("classe", "responsable", "panne_service_ms", "panne_continu_ms", "perdu_eleves_ms")
    return Table("responsables", "Temps perdu par classe et responsable", columns, tuple(rows))


def _incidents(report: AnnualReport) -> Table:
    zone = report.order.zone
    rows = [
        (
            words.CLASSES[i.resource_class], i.name, len(i.sites),
            " ".join(site.uai for site in i.sites), iso(i.start, zone), iso(i.end, zone),
            i.end - i.start, i.uncertainty, "oui" if i.ongoing else "non",
            words.CAUSES[i.cause], words.OWNERS[i.owner], i.lost, i.pupils,
        )
        for i in report.incidents
    ]  # fmt: skip
    columns = (
        "classe", "nom", "lycees", "uai", "debut", "fin", "duree_ms", "incertitude_ms", "en_cours",
        "cause", "responsable", "perdu_ms", "perdu_eleves_ms",
    )  # fmt: skip
    return Table("incidents", "Incidents des liens et des services", columns, tuple(rows))


def _days(report: AnnualReport) -> Table:
    rows = tuple((d.day, d.down, d.partial, d.slow) for d in report.days)
    columns = ("jour", "panne_ms", "panne_partielle_ms", "lenteur_lycees_ms")
    return Table("ent", "Jours où l’ENT a failli, en heures de service", columns, rows)


def _completeness(report: AnnualReport) -> Table:
    rows = [
        (words.CLASSES[c.resource_class], c.required, c.observed, c.edge, c.declared, c.silent)
        for c in report.completeness
    ]
    columns = ("classe", "du_ms", "observe_ms", "lisiere_ms", "declare_non_mesure_ms", "silence_ms")
    return Table("completude", "Temps dû et observé par classe", columns, tuple(rows))


def _measures(report: AnnualReport) -> Table:
    rows = [
        (*_place(m.site), m.coverage, m.required, m.covered, len(m.silences), m.lost)
        for m in report.measures
    ]
    columns = (*_PLACE, "couverture", "du_ms", "couvert_ms", "silences", "releves_perdus")
    return Table("mesure", "Couverture de la mesure par lycée", columns, tuple(rows))


def _silences(report: AnnualReport) -> Table:
    zone = report.order.zone
    rows = [
        (s.site.uai, s.site.name, iso(s.start, zone), iso(s.end, zone), s.end - s.start, s.service)
        for m in report.measures
        for s in m.silences
    ]
    columns = ("uai", "lycee", "debut", "fin", "duree_ms", "service_ms")
    return Table("silences", "Périodes sans compte rendu d’un lycée", columns, tuple(rows))


def _lycees(report: AnnualReport) -> Table:
    rows = [
        (
            *_place(line.site),
            words.CLASSES[line.resource_class],
            *_judged(
                line.objective, hours, *_target(line.objective, line.verdict), _needed(line.needed)
            ),
            *row,
        )
        for line in report.lycees
        for hours, row in _both(line.figures)
    ]
    columns = (*_PLACE, "classe", "objectif", "verdict", "couverture_requise", *_FIGURES)
    return Table("lycees", "Taux de chaque lycée par classe", columns, tuple(rows))


_LEVELS = {Level.REGION: "région", Level.ACADEMY: "académie", Level.DEPARTMENT: "département"}
_JUDGED = (Verdict.MET, Verdict.MISSED, Verdict.UNDECIDED)


def _place(site: Site) -> tuple[Cell, ...]:
    place = site.department
    return site.uai, site.name, site.commune, place.code, place.academy, site.enrolment


def _target(objective: Objective | None, verdict: Verdict | None) -> tuple[Cell, Cell]:
    target = objective.target if objective else None
    return target, words.VERDICTS[verdict] if verdict else None


def _budget(report: ClassReport) -> tuple[Cell, ...]:
    spent = report.budget
    return (spent.allowed, spent.certain, spent.possible) if spent else (None, None, None)


def _needed(needed: Needed | None) -> Rate | None:
    return deciding(needed)[0] if needed else None


def _judged(objective: Objective | None, hours: Hours, *told: Cell) -> tuple[Cell, ...]:
    """Return what is told of an objective on the line of its calendar, nothing on the other."""
    return told if hours is judged_on(objective) else (None,) * len(told)


def _both(both: Both) -> Iterator[tuple[Hours, tuple[Cell, ...]]]:
    yield Hours.SERVICE, ("service", *_figures(both.service))
    yield Hours.ALWAYS, ("24/7", *_figures(both.always))


def _figures(figures: Figures) -> tuple[Cell, ...]:
    rates = _rates(figures.contract, figures.felt)
    outages = (figures.outages, figures.outage_ms, figures.longest_outage_ms)
    return (
        figures.resources, *rates,
        *_times(figures.contract), *outages, figures.lost_pupil_ms,
    )  # fmt: skip


def _rates(tally: Tally, felt: Tally) -> tuple[Cell, ...]:
    return tally.known, tally.low, tally.high, felt.felt, tally.coverage


def _times(tally: Tally) -> tuple[Cell, ...]:
    return (
        tally.required, tally.up, tally.degraded, tally.down, tally.unreachable,
        tally.unobserved, tally.edge,
    )  # fmt: skip
