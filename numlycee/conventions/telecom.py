"""MEF 10.3 and ITU-T G.827: unavailable from the n-th bad small interval in a row, and back."""

from numlycee.conventions.grid import Grid
from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import Eyes, Sight, see
from numlycee.domain.intervals import Interval, IntervalSet

EYES = Eyes(silence=None, shadow=Sight.DOWN)
IN_A_ROW = 10
_MEF_STEP, _MEF_LOSS = 10_000, 50
_ITU_STEP, _ITU_LOSS = 1_000, 30


def unavailable(bad: IntervalSet, count: int, n: int) -> IntervalSet:
    """Return the unavailable ones of `count` intervals of which `bad` are (all are indices).

    Unavailability begins with the first of n bad intervals in a row, and ends with the first of n
    good ones; where fewer remain, it lasts.
    """
    found: list[Interval] = []
    opened, last = None, 0
    for start, end in bad:
        if opened is not None and start - last >= n:
            found.append((opened, last))
            opened = None
        if opened is None and end - start >= n:
            opened = start
        last = end
    if opened is not None:
        found.append((opened, last if count - last >= n else count))
    return IntervalSet.of(found)


def mef(case: Case) -> Account:
    """Count available 10 s intervals, those that touch a maintenance interval left out."""
    grid = Grid.over(case, _MEF_STEP)
    account = _sliding(case, grid, _MEF_LOSS)
    spared = grid.touched(case.maintenance)
    return Account(account.good - spared, account.counted - spared)


def itu(case: Case) -> Account:
    """Count available seconds, ten severely errored ones in a row ending availability."""
    return _sliding(case, Grid.over(case, _ITU_STEP), _ITU_LOSS)


def _sliding(case: Case, grid: Grid, loss: int) -> Account:
    bad = grid.mostly(see(case, EYES).of(Sight.DOWN), loss)
    counted = grid.beats(case.life)
    return Account(counted - grid.instants(unavailable(bad, grid.count, IN_A_ROW)), counted)


_SEES = "l’opérateur mesure ses trames sans nous : le silence garde le dernier état connu"

CONVENTIONS = (
    Convention(
        key="mef",
        name="MEF 10.3",
        rule=mef,
        counts=(
            "part des intervalles de 10 s disponibles, 24 h sur 24, hors maintenance ; on sort de "
            "la disponibilité par 10 intervalles de suite à plus de 50 % de pertes, on y revient "
            "par 10 autres : une coupure de moins de 100 s ne coûte rien"
        ),
        sees=_SEES,
        source=Source(
            "https://www.mef.net/resources/mef-10-2-1-performance-attributes-amendment-to-mef-10-2/",
            "MEF 10.2.1 § 6.9.8, repris par MEF 10.3 § 8.8.4 ; valeurs de MEF-SOAM-PM-MIB lues",
            Evidence.RECALLED,
        ),
    ),
    Convention(
        key="itu-g827",
        name="UIT-T G.827",
        rule=itu,
        counts=(
            "part des secondes disponibles, 24 h sur 24 ; on en sort par 10 secondes gravement "
            "erronées de suite, on y revient par 10 autres"
        ),
        sees=_SEES,
        source=Source(
            "https://www.itu.int/rec/T-REC-G.827/fr",
            "G.826 et G.827, seule la table des matières a été lue",
            Evidence.RECALLED,
        ),
    ),
)
