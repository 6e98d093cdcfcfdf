"""Everything that is watched: as a table, and as a tree of what hangs from what."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from numlycee.domain import french
from numlycee.domain.states import State
from numlycee.domain.words import CAUSES, KINDS
from numlycee_agent.local import figures
from numlycee_agent.local.frame import STATES, Frame, badge, card, form, icon
from numlycee_agent.local.markup import Content, Markup, tag
from numlycee_agent.local.overview import COUNTED, observe, told
from numlycee_agent.local.sight import Item, Sight
from numlycee_agent.local.tongues import Tongue

_NUMBER = re.compile(r"([0-9]{1,9})")
_COLUMNS = ("Équipement", "État", "Depuis", "Dépend de", "Mesures")


def table(sight: Sight, frame: Frame) -> Iterator[Content]:
    """Yield the table of everything that is watched, each with its button."""
    tongue = frame.tongue
    names = {item.resource.id: item.resource.name for item in sight.items}
    heads = [tag("th", tongue(text), scope="col") for text in _COLUMNS]
    action = tag("th", tag("span", tongue("Action"), class_="hide"), scope="col")
    title = tongue.count(len(sight.items), "ressource observée", "ressources observées")
    whole = tag(
        "table",
        tag("caption", title),
        tag("thead", tag("tr", *heads, action)),
        tag(
            "tbody", *(_row(item, names, sight, tongue) for item in sorted(sight.items, key=_name))
        ),
        class_="list rows",
    )
    yield tag("h1", tongue("Équipements"), class_="hide")
    yield tag("section", form(frame, "/observer", whole), class_="card")


def tree(sight: Sight, frame: Frame) -> Iterator[Content]:
    """Yield what hangs from what, open down to whatever is wrong."""
    tongue = frame.tongue
    roots = sorted(
        sight.children.get(None, ()), key=lambda item: (_is_alone(item, sight), _name(item))
    )
    branches = (_branch(item, sight, tongue) for item in roots)
    yield tag("h1", tongue("Arbre"), class_="hide")
    yield card(tongue("Ce qui dépend de quoi"), tag("ul", *branches, class_="tree"))


def _row(item: Item, names: dict[str, str], sight: Sight, tongue: Tongue) -> Markup:
    about = item.resource
    device = " ".join(part for part in (about.vendor, about.model) if part)
    kind = " · ".join(part for part in (tongue(KINDS[about.kind][0]), device) if part)
    name = tag("th", tag("strong", about.name), tag("span", kind, class_="mute under"), scope="row")
    cause = tag("span", tongue(CAUSES[item.cause]), class_="mute under") if item.cause else None
    measures = islice(figures.all_of(item.gauges, tongue), figures.MOST)
    cells = (
        Markup.join_all([badge(item.state, tongue), cause]),
        tongue.duration(sight.at - item.since),
        names.get(about.parent or ""),
        Markup.join_all([_measure(label, figure) for label, figure in measures]),
    )
    told = (
        tag("td", cell, data_label=tongue(column))
        for column, cell in zip(_COLUMNS[1:], cells, strict=True)
    )
    return tag("tr", name, *told, tag("td", observe(item, tongue)), id=f"r-{about.id}")


def _measure(label: str, figure: str) -> Markup:
    return tag("span", f"{label} : ", tag("b", figure), class_="measure")


def _branch(item: Item, sight: Sight, tongue: Tongue) -> Markup:
    name = tag("strong", item.resource.name)
    kind = tag("span", tongue(KINDS[item.resource.kind][0]), class_="mute")
    line: list[Content] = [icon(item.state), name, " ", kind]
    state = tongue(STATES[item.state])
    if item.state is State.UP:
        line.append(tag("span", f" {state}", class_="hide"))
    else:
        shown = tag("span", state, class_=f"some t-{item.state}")
        line += [" ", shown, " ", told(item, sight, tongue)]
    whole = Markup.join_all(line)
    below = sight.children.get(item.resource.id, ())
    if not below:
        return tag("li", tag("span", whole, class_="leaf"))
    everything = sight.below(item.resource.id)
    summary = tag("summary", whole, " ", tag("span", _count(everything, tongue), class_="small"))
    twigs = tag("ul", *(_branch(child, sight, tongue) for child in sorted(below, key=_name)))
    wrong = item.resource.parent is None or any(one.state is not State.UP for one in everything)
    return tag("li", tag("details", summary, twigs, open=wrong))


def _count(items: list[Item], tongue: Tongue) -> str:
    counts = Counter(item.state for item in items)
    wrong = [tongue.count(counts[state], *COUNTED[state]) for state in COUNTED if counts[state]]
    whole = tongue.count(len(items), "en dépend", "en dépendent")
    return ", ".join([whole, *wrong])


def _name(item: Item) -> list[tuple[int, str]]:
    """Return what to sort by, as people count: « Borne A2 » before « Borne A10 »."""
    parts = _NUMBER.split(french.plain(item.resource.name))
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _is_alone(item: Item, sight: Sight) -> bool:
    return item.resource.id not in sight.children
