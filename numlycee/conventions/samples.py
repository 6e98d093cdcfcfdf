"""Uptime Kuma, Gatus and Prometheus: good samples over samples."""

from numlycee.conventions.grid import Grid
from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import CENTRAL, SAMPLING, Eyes, Sight, see
from numlycee.domain.durations import MINUTE


def uptime_kuma(case: Case) -> Account:
    """Count up over up and down beats, one a minute; a beat in maintenance is neither."""
    grid = Grid.over(case, MINUTE)
    account = _samples(case, SAMPLING, grid)
    spared = grid.beats(case.maintenance)
    return _known(Account(account.good - spared, account.counted - spared))


def _known(account: Account) -> Account:
    note = "Sans battement, Kuma remontre le dernier jour connu."
    return account if account.counted else Account(account.good, account.counted, note=note)


def gatus(case: Case) -> Account:
    """Count successful over all executions, one a minute; a heartbeat that misses is a failure."""
    return _samples(case, CENTRAL, Grid.over(case, MINUTE))


def prometheus(case: Case) -> Account:
    """Return the mean of the samples of `up` that exist, one a minute."""
    return _samples(case, SAMPLING, Grid.over(case, MINUTE))


def _samples(case: Case, eyes: Eyes, grid: Grid) -> Account:
    seen = see(case, eyes)
    good = grid.beats(seen.of(Sight.OK, Sight.WARNING) & case.life)
    return Account(good, good | grid.beats(seen.of(Sight.DOWN) & case.life))


CONVENTIONS = (
    Convention(
        key="uptime-kuma",
        name="Uptime Kuma, 60 s",
        rule=uptime_kuma,
        counts=(
            "battements bons ÷ (bons + mauvais), 24 h sur 24 ; maintenance dans aucun des deux, "
            "attente comptée comme panne ; jours UTC, 365 au plus"
        ),
        sees="une sonde au lycée : éteinte, pas de battement ; derrière un parent, un mauvais",
        source=Source(
            "https://github.com/louislam/uptime-kuma/blob/005a8c2be3cc9a5f865bf51bef52bc8f0aea161d/server/uptime-calculator.js",
            "uptime-calculator.js, 005a8c2",
            Evidence.CODE,
        ),
    ),
    Convention(
        key="gatus",
        name="Gatus, 60 s",
        rule=gatus,
        counts=(
            "exécutions réussies ÷ exécutions, 24 h sur 24, maintenance comprise ; Gatus n’en "
            "garde que 30 jours, le chiffre est celui qu’il donnerait s’il gardait tout"
        ),
        sees="un agent au lycée qui pousse ses résultats : un battement qui manque est un échec",
        source=Source(
            "https://github.com/TwiN/gatus/blob/075c5ae4d7c41e5685b560f6ca50ba688d9e8038/storage/store/sql/sql.go",
            "updateEndpointUptime(), 075c5ae",
            Evidence.CODE,
        ),
    ),
    Convention(
        key="prometheus",
        name="Prometheus, avg_over_time(up), 60 s",
        rule=prometheus,
        counts="moyenne des échantillons présents, 24 h sur 24 ; absents, ils ne comptent pas",
        sees="un Prometheus au lycée : éteint, pas d’échantillon ; derrière un parent, up = 0",
        source=Source(
            "https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time",
            "avg_over_time()",
            Evidence.DOCUMENTATION,
        ),
        pools="moyenne des taux, avg() de chaque série",
    ),
)
