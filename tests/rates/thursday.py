"""One Thursday of one lycée: the example of the method, with everything that people may state."""

from datetime import UTC, date, datetime

from numlycee.domain.calendars import Calendar, Ground, Reason
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.register import SILENT, Overrule, Register, Trace
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Maintenance, Rate
from numlycee.rates.answers import Answer, Choice, lines
from numlycee.rates.explanation import Explanation, Question, explain
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Level, Scope, Window
from numlycee.rates.ports import SpellRow
from tests.rates.evidence import ListEvidence
from tests.rates.histories import DAY, GARONNE, ListHistory

UAI = "0310036W"
ZONE = "Europe/Paris"
LINK = Resource("lien", Kind.LINK, "Accès THD", period=2_000)
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", parent="lien", period=10_000)


def at(text: str, day: int = 12) -> int:
    """An instant of March 2026, « 10:30 » or « 10:30:15 » in Paris, one hour ahead of UTC."""
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    local = datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)
    return int(local.timestamp()) * 1000 - 3_600_000


MIDNIGHT = at("00:00")
SEPTEMBER = int(datetime(2025, 8, 31, 22, tzinfo=UTC).timestamp()) * 1000
SITES = {UAI: Site(UAI, "Lycée Bellevue", "Toulouse", GARONNE, 43.56, 1.47, 1_200)}
SERVICE = Calendar(
    "service",
    ZONE,
    (((450, 1110),),) * 5 + ((), ()),
    closed=frozenset({date(2026, 3, 13)}),
    reasons={date(2026, 3, 13): Reason(Ground.EXCEPTION, "journée pédagogique")},
    version="holidays 0.109",
)
CALENDARS = {"": SERVICE}
REGISTER = Register(
    maintenance={
        (UAI, "lien"): [
            Maintenance(
                at("17:00"), at("17:30"), at("16:59", 5), "J. Martin", "remplacement du modem"
            ),
            Maintenance(at("12:00"), at("12:10"), at("12:05"), "J. Martin", "redémarrage"),
        ]
    },
    overrules={
        (UAI, "lien"): [
            Overrule(
                at("10:30"),
                Owner.ENERGY,
                Trace(at("09:00", 16), "A. Durand", "coupure électrique du quartier"),
            )
        ]
    },
)


def spell(run: str, state: State, cause: Cause, start: str, end: str) -> SpellRow:
    began = {"a1": SEPTEMBER, "b2": at("08:30")}[run]
    return SpellRow(UAI, "lien", Vantage.SITE, run, began, state, cause, at(start), at(end))


def history() -> ListHistory:
    """An agent off for half an hour, an outage of 44 minutes, its two edges, a late restart."""
    past = ListHistory()
    past.watched(UAI, (LINK, ENT), SEPTEMBER, at("08:00"), run="a1", began=SEPTEMBER)
    past.watched(UAI, (LINK, ENT), at("08:30"), at("00:00", 16), run="b2", began=at("08:30"))
    past.spelt += [
        spell("b2", State.UNOBSERVED, Cause.EDGE, "10:00:00", "10:00:30"),
        spell("b2", State.DOWN, Cause.TIMEOUT, "10:00:30", "10:44:30"),
        spell("b2", State.UNOBSERVED, Cause.EDGE, "10:44:30", "10:45:00"),
    ]
    return past


def thursday(
    register: Register = SILENT,
    *,
    instant: int | None = None,
    days: int = 1,
    resource: str = "lien",
) -> Explanation:
    """What makes the figure of that day, as of the next Monday."""
    window = Window("2026-03-12", MIDNIGHT, MIDNIGHT + days * DAY, at("08:00", 16))
    question = Question(UAI, resource, window, Hours.SERVICE, instant)
    composites = (NUMERIQUE_PEDAGOGIQUE,)
    return explain(ListEvidence(history()), SITES, CALENDARS, register, question, composites)


def figures() -> Answer:
    """The figures of that day, of that lycée."""
    scope, window = (
        Scope(Level.SITE, UAI),
        Window("2026-03-12", MIDNIGHT, MIDNIGHT + DAY, at("08:00", 16)),
    )
    rates = Rates(history(), SITES, CALENDARS, REGISTER)
    promised = Objective(ResourceClass.LINK, Rate(995, 1000), "service", Owner.OPERATOR)
    tables = {Hours.SERVICE: rates.table(window, Hours.SERVICE)}
    found = lines(
        Choice({scope: SITES[UAI].name}),
        tables,
        lambda _, name: promised if name is ResourceClass.LINK else None,
    )
    return Answer(window, ZONE, "Occitanie", simulated=False, lines=tuple(found))
