"""The first page: what is wrong, the link and the services, the agent itself, today's devices."""

from collections import Counter
from collections.abc import Iterator, Mapping

from numlycee.domain.devices import FEW, SMALLEST_TOLD, Headcount
from numlycee.domain.states import State
from numlycee.domain.words import CAUSES, DEVICES, KINDS
from numlycee_agent.local import figures
from numlycee_agent.local.frame import STATES, Frame, badge, card, facts, form, icon
from numlycee_agent.local.markup import Content, Markup, tag
from numlycee_agent.local.sight import WORST_FIRST, Item, Sight
from numlycee_agent.local.tongues import Tongue

RECENT = 300_000
"""Milliseconds since the last receipt below which the centre is said to answer."""
MOST_TROUBLES = 20
COUNTED = {
    State.DOWN: ("en panne", "en panne"),
    State.UNREACHABLE: ("injoignable", "injoignables"),
    State.DEGRADED: ("dégradé", "dégradés"),
    State.UNOBSERVED: ("non mesuré", "non mesurés"),
}


def overview(sight: Sight, frame: Frame) -> Iterator[Content]:
    """Yield the parts of the page."""
    tongue = frame.tongue
    yield _banner(sight, tongue)
    if found := troubles(sight):
        yield _troubles(found, sight, frame)
    if away := [item for item in sight.items if not item.is_equipment]:
        yield card(tongue("Liaison et services"), *(_outward(item, sight, frame) for item in away))
    yield card(tongue("Agent"), facts(_agent(sight, tongue)))
    if sight.devices is not None:
        yield card(tongue("Appareils mobiles, aujourd’hui"), _devices(sight.devices, tongue))


def troubles(sight: Sight) -> list[Item]:
    """Return what is wrong in itself, the worst first; what is behind a fallen parent is not."""
    fallen = (item for item in sight.items if item.state is State.DOWN)
    behind = {below.resource.id for item in fallen for below in sight.below(item.resource.id)}
    found = [
        item
        for item in sight.items
        if item.state is not State.UP
        and (item.state is not State.UNREACHABLE or item.resource.id not in behind)
    ]
    return sorted(found, key=lambda item: (WORST_FIRST.index(item.state), item.since))


def told(item: Item, sight: Sight, tongue: Tongue) -> str:
    """Return since when a resource is in its state, and why."""
    since = tongue("depuis {}").format(tongue.duration(sight.at - item.since))
    return f"{since} · {tongue(CAUSES[item.cause])}" if item.cause else since


def observe(item: Item, tongue: Tongue) -> Markup:
    """Return the button that has a resource observed at once, for a form to `/observer`."""
    label = tongue("Observer maintenant : {}").format(item.resource.name)
    return tag("button", tongue("Observer"), name="id", value=item.resource.id, aria_label=label)


def _banner(sight: Sight, tongue: Tongue) -> Markup:
    counts = Counter(item.state for item in sight.items)
    parts = [tongue.count(counts[state], *COUNTED[state]) for state in COUNTED if counts[state]]
    verdict = ", ".join(parts) or tongue("Tout fonctionne")
    watched = tongue.count(len(sight.items), "ressource observée", "ressources observées")
    clock = tongue("à {} à l’horloge de l’agent").format(tongue.second(sight.at))
    again = tag("a", tongue("Actualiser"), href="/")
    text = tag("p", f"{watched}, {clock} · ", again)
    return tag(
        "div",
        icon(sight.worst),
        tag("div", tag("h1", verdict), text),
        class_=f"banner n-{sight.worst}",
    )


def _troubles(found: list[Item], sight: Sight, frame: Frame) -> Markup:
    tongue = frame.tongue
    lines = (_trouble(item, sight, tongue) for item in found[:MOST_TROUBLES])
    listed = form(frame, "/observer", tag("ol", *lines, class_="outages"))
    more = None
    if len(found) > MOST_TROUBLES:
        text = tongue("Voir les {}").format(
            tongue.count(len(sight.items), "ressource", "ressources")
        )
        more = tag("p", tag("a", text, href="/equipements"), class_="more")
    return card(tongue("À regarder"), listed, more)


def _trouble(item: Item, sight: Sight, tongue: Tongue) -> Markup:
    kind = tag("span", tongue(KINDS[item.resource.kind][0]), class_="mute")
    lost = sum(1 for one in sight.below(item.resource.id) if one.state is State.UNREACHABLE)
    hidden = f" · {tongue.count(lost, 'injoignable derrière', 'injoignables derrière')}"
    state = tag("span", f"{tongue(STATES[item.state])} : ", class_="hide")
    first = tag("p", tag("strong", item.resource.name), " ", kind)
    second = tag("p", state, told(item, sight, tongue), hidden if lost else None)
    return tag("li", icon(item.state), tag("div", first, second), observe(item, tongue))


def _outward(item: Item, sight: Sight, frame: Frame) -> Markup:
    tongue = frame.tongue
    title = tag("h3", item.resource.name, " ", badge(item.state, tongue))
    line = tag("p", told(item, sight, tongue), class_="mute")
    button = form(frame, "/observer", observe(item, tongue))
    phases = facts(figures.all_of(item.gauges, tongue)) if item.gauges else None
    return tag("div", title, line, phases, button, class_="outward")


def _agent(sight: Sight, tongue: Tongue) -> Iterator[tuple[str, Content]]:
    vitals = sight.now.vitals
    yield tongue("Centre"), _centre(sight, tongue)
    yield tongue("Dernier récépissé"), _receipt(sight, tongue)
    waiting = tongue.count(
        int(vitals.get("spool_waiting_records", 0)), "enregistrement", "enregistrements"
    )
    yield tongue("En attente du centre"), waiting
    yield tongue("Gardé sur disque"), figures.size(vitals.get("spool_bytes", 0), tongue)
    if refused := len(sight.marks.refused):
        yield tongue("Refusés par le centre"), tongue.decimal(refused, 0)
    if "traps_heeded_total" in vitals:
        yield tongue("Traps entendus"), tongue.decimal(vitals["traps_heeded_total"], 0)
        yield tongue("Traps refusés"), tongue.decimal(vitals["traps_refused_total"], 0)
    if sight.beacons is not None:
        yield tongue("Balises reçues"), tongue.decimal(sight.beacons["taken"], 0)
        yield tongue("Balises refusées"), tongue.decimal(sight.beacons["refused"], 0)
    yield tongue("Observations manquées"), tongue.decimal(vitals.get("missed_polls_total", 0), 0)
    if "resident_bytes" in vitals:
        yield tongue("Mémoire"), figures.size(vitals["resident_bytes"], tongue)
    yield tongue("Horloge de l’agent"), tongue.moment(sight.at)
    yield tongue("En marche depuis"), tongue.duration(sight.at - sight.now.began)
    yield tongue("Version"), sight.version


def _centre(sight: Sight, tongue: Tongue) -> Markup:
    heard = sight.heard_at is not None and sight.at - sight.heard_at < RECENT
    if heard:
        return badge(State.UP, tongue, tongue("répond"))
    return badge(State.UNOBSERVED, tongue, tongue("ne répond pas"))


def _receipt(sight: Sight, tongue: Tongue) -> str:
    if sight.heard_at is None:
        return tongue("aucun depuis le démarrage")
    return tongue("il y a {}").format(tongue.duration(sight.at - sight.heard_at))


def _devices(counts: Mapping[str, Headcount], tongue: Tongue) -> Markup:
    if not counts:
        return tag("p", tongue("Le lycée est fermé aujourd’hui."), class_="mute")
    found = ((tongue(label), _headcount(counts[name], tongue)) for name, label in DEVICES.items())
    why = tongue("De 1 à 4, le nombre exact n’est pas montré : il désignerait des élèves.")
    return Markup.join_all([facts(found), tag("p", why, class_="small")])


def _headcount(devices: Headcount, tongue: Tongue) -> str:
    if devices == FEW:
        return tongue("moins de {}").format(SMALLEST_TOLD)
    low, high = (tongue.decimal(bound, 0) for bound in (devices.low, devices.high))
    return low if devices.exact is not None else tongue("de {} à {}").format(low, high)
