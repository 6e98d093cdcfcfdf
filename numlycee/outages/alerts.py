"""Open outages in the words that maintenance teams receive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.french import moment
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.outages.model import MassSilence, OpenOutage, OutagesSnapshot, RegionalOutage
from numlycee.outages.ports import Alert

LONGEST_SUMMARY = 80
CRITICAL, WARNING = "critical", "warning"


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of alert: its name, how severe it is, what it says, and the first thing to do."""

    name: str
    severity: str
    trouble: str
    first: str


DARK = Wording(
    "LyceeHorsLigne",
    CRITICAL,
    "Lycée hors ligne",
    "Vérifier d'abord auprès du lycée si le courant est coupé, puis auprès de l'opérateur l'état "
    "du lien ; si les deux vont bien, faire redémarrer l'agent.",
)
LINK = Wording(
    "LienTHDCoupe",
    CRITICAL,
    "Lien THD coupé",
    "Ouvrir un ticket chez l'opérateur après avoir fait vérifier que le routeur est alimenté.",
)
SERVICE = Wording(
    "ENTIndisponible",
    WARNING,
    "ENT indisponible",
    "Comparer avec les autres lycées : si lui seul est touché, vérifier son DNS et son filtrage.",
)
CORE = Wording(
    "EquipementCoeurEnPanne",
    CRITICAL,
    "Équipement de cœur en panne",
    "Faire vérifier sur place l'alimentation et le câblage de l'équipement avant tout déplacement.",
)
REGIONAL = Wording(
    "PanneENTRegionale",
    CRITICAL,
    "Panne régionale",
    "Appeler l'éditeur du service : la panne est constatée depuis plusieurs lycées dont le lien "
    "fonctionne.",
)
MASS_SILENCE = Wording(
    "AgentsMuetsEnMasse",
    CRITICAL,
    "Agents muets en masse",
    "Vérifier le serveur MQTT et le réseau du centre avant de mettre en cause les lycées.",
)
_BY_KIND = {Kind.LINK: LINK, Kind.SERVICE: SERVICE}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes alerts in local time; `external_url` is where the status page answers, or empty."""

    zone: str
    external_url: str = ""

    def alerts(self, snapshot: OutagesSnapshot) -> Iterator[Alert]:
        """Yield one alert for each trouble that calls somebody."""
        for outage in snapshot.open:
            if outage.alerting:
                yield self._of_site(outage)
        for regional in snapshot.regional:
            yield self._of_region(regional)
        if snapshot.mass_silence:
            yield self._of_silence(snapshot.mass_silence)

    def _of_site(self, outage: OpenOutage) -> Alert:
        wording = wording_of(outage)
        site = outage.site
        what = "" if wording is not CORE else f" ({outage.resource.name})"
        place = f"{site.name}, {site.commune} ({site.department.code})"
        labels = {
            "uai": site.uai,
            "resource": outage.resource.id,
            "kind": outage.resource.kind.value,
            "departement": site.department.code,
            "owner": outage.owner.value,
        }
        page = f"{self.external_url}/lycees/{site.uai}" if self.external_url else ""
        return self._alert(wording, labels, f"{place}{what}", outage.since, page)

    def _of_region(self, outage: RegionalOutage) -> Alert:
        severity = CRITICAL if outage.state is State.DOWN else WARNING
        labels = {
            "resource": outage.service.id,
            "kind": outage.service.kind.value,
            "owner": outage.owner.value,
            "severity": severity,
        }
        place = f"{outage.service.name}, {outage.failing} lycées sur {outage.voters}"
        return self._alert(REGIONAL, labels, place, outage.since, self.external_url)

    def _of_silence(self, silence: MassSilence) -> Alert:
        labels = {"owner": Owner.REGION.value}
        place = f"{silence.lycees} lycées"
        return self._alert(MASS_SILENCE, labels, place, silence.since, self.external_url)

    def _alert(
        self, wording: Wording, labels: Mapping[str, str], place: str, since: int, page: str
    ) -> Alert:
        return Alert(
            labels={"alertname": wording.name, "severity": wording.severity, **labels},
            summary=shortened(f"{wording.trouble} : {place}"),
            description=f"{place}, depuis le {moment(since, self.zone)}. {wording.first}",
            starts=since,
            page=page,
        )


def wording_of(outage: OpenOutage) -> Wording:
    """Return the words for one outage: a dark lycée first, then by kind; equipment is core."""
    if outage.cause is Cause.SITE_DARK:
        return DARK
    return _BY_KIND.get(outage.resource.kind, CORE)


def shortened(text: str) -> str:
    """Return a text of at most eighty characters, cut at a word where it must be."""
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0].rstrip(" ,(") + "…"
