"""What a list of equipment would change: recognised by the surest sign, and never lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Owner
from numlycee.domain.equipment import Item
from numlycee.domain.kinds import Kind
from numlycee.fleet.equipment_plan import applied_equipment, equipment_plan
from tests.fleet.listings import ADA, FERMAT, item, listed, register
from tests.proof import examples

KNOWN = item("Cœur", id="sw-coeur", serial="SG12KN4001", source="glpi:networkequipment/12")
OTHER = item("Bât B", id="sw-b", source="glpi:networkequipment/13")


@pytest.mark.parametrize(
    "told",
    [
        item("Nouveau nom", source=KNOWN.source),
        item("Nouveau nom", serial="sg12-kn4001", source="glpi:"),
        item("Nouveau nom", id="sw-coeur", source="glpi:"),
        item("CŒUR", source="glpi:"),
    ],
)
def test_an_item_is_recognised_and_keeps_its_id(told: Item) -> None:
    plan = equipment_plan(register(KNOWN, OTHER), listed(told, OTHER))
    (change,) = plan.changed
    assert (change.before, change.after.id) == (KNOWN, "sw-coeur")
    assert (plan.added, plan.faults, plan.same) == ((), (), 1)


def test_what_people_know_stays_and_what_the_list_says_changes() -> None:
    ours = replace(KNOWN, owner=Owner.LYCEE, contract="GTR", labels=(("lot", "2"),))
    told = replace(KNOWN, id="", name="Cœur 2", model="6300M", labels=(("zone", "a"),))
    (change,) = equipment_plan(register(ours), listed(told)).changed
    assert change.fields == ("name", "model", "labels")
    assert change.after == replace(
        ours, name="Cœur 2", model="6300M", labels=(("lot", "2"), ("zone", "a"))
    )


def test_another_system_only_fills_what_is_empty() -> None:
    told = replace(KNOWN, id="", name="RTR", model="6300M", source="netbox:9")
    (change,) = equipment_plan(register(KNOWN), listed(told, system="netbox")).changed
    assert change.after == replace(KNOWN, model="6300M")


def test_an_item_that_moves_is_told_so() -> None:
    there = replace(KNOWN, uai=FERMAT)
    plan = equipment_plan(register(KNOWN, OTHER), listed(replace(there, id="")))
    assert [change.fields for change in plan.changed] == [("uai",)]
    assert plan.moved == {(FERMAT, "sw-coeur"): (ADA, "sw-coeur")}
    assert applied_equipment(register(KNOWN, OTHER), plan) == register(there, OTHER)


def test_the_surest_sign_comes_first_whatever_the_order() -> None:
    namesake = item("Cœur", source="glpi:networkequipment/40")
    for lines in ((namesake, KNOWN), (KNOWN, namesake)):
        plan = equipment_plan(register(KNOWN), listed(*lines))
        assert [one.id for one in plan.added] == ["sw-coeur-40"]
        assert plan.same == 1


def test_new_items_have_the_ids_that_an_agent_would_propose() -> None:
    serial = item("a", serial="RZQW1I6000009", source="glpi:x/1")
    named = item("Bât. É – 2", kind=Kind.ACCESS_POINT, source="glpi:x/2")
    twins = [item(f"t{n}", serial="DOUBLE-1", source=f"glpi:x/{n}") for n in (3, 4)]
    plan = equipment_plan({}, listed(serial, named, *twins))
    assert [one.id for one in plan.added] == ["sw-rzqw1i6000009", "ap-bat-e-2", "sw-t3", "sw-t4"]
    assert plan.addresses[ADA, "ap-bat-e-2"] == "10.0.0.3"


def test_lines_that_say_one_thing_twice_are_at_fault() -> None:
    twice = [item("a", source="glpi:x/1"), item("b", source="glpi:x/1")]
    plan = equipment_plan({}, listed(*twice, item("c"), item("C")))
    assert [one.name for one in plan.added] == ["a", "c"]
    number, name = map(str, plan.faults)
    assert number.startswith("ligne 3 : le numéro de glpi:x/1 est déjà à : ligne 2 ; ")
    assert name.startswith(f"ligne 5 : C serait {ADA}/sw-c, qui est déjà dans : ligne 4 ; ")


def test_labels_beyond_measure_change_nothing() -> None:
    ours = replace(KNOWN, labels=tuple((f"a{n}", "x") for n in range(7)))
    told = replace(KNOWN, id="", name="Autre", labels=(("b", "x"), ("c", "x")))
    plan = equipment_plan(register(ours), listed(told))
    assert (plan.changed, plan.same, plan.vanished) == ((), 0, ())
    assert "9 étiquettes avec celles du registre, 8 au plus" in str(plan.faults[0])


def test_what_vanished_is_told_and_kept() -> None:
    ours = item("À nous", id="sw-ours")
    printer = item("p", id="imp-1", kind=Kind.PRINTER, source="glpi:printer/1")
    far = replace(OTHER, uai=FERMAT)
    park = register(KNOWN, OTHER, ours, printer, far)
    plan = equipment_plan(park, listed(KNOWN))
    assert plan.vanished == (OTHER,)
    assert applied_equipment(park, plan) == park
    assert equipment_plan(park, listed(KNOWN), whole=True).vanished == (printer, OTHER, far)
    assert equipment_plan(park, listed(KNOWN, faulty=frozenset({"13"}))).vanished == ()
    assert equipment_plan(park, listed(KNOWN, system="netbox")).vanished == ()


ITEMS = st.builds(
    item,
    st.sampled_from("abc"),
    uai=st.sampled_from([ADA, FERMAT]),
    kind=st.sampled_from([Kind.SWITCH, Kind.UPS]),
    serial=st.sampled_from(["", "SERIAL1", "SERIAL2"]),
    source=st.sampled_from(["glpi:", *(f"glpi:x/{n}" for n in range(4))]),
    labels=st.sampled_from([(), (("lot", "1"),)]),
)
PARKS = st.lists(ITEMS, max_size=6).map(
    lambda items: applied_equipment({}, equipment_plan({}, listed(*items)))
)


@given(PARKS, st.lists(ITEMS, max_size=6))
@settings(max_examples=examples(200))
def test_nothing_is_lost_and_nothing_changes_twice(
    park: dict[str, dict[str, Item]], items: list[Item]
) -> None:
    listing = listed(*items)
    plan = equipment_plan(park, listing)
    used = len(plan.added) + len(plan.changed) + plan.same + len(plan.faults)
    assert used == len(items)
    after = applied_equipment(park, plan)
    count = sum(map(len, after.values()))
    assert count == sum(map(len, park.values())) + len(plan.added)
    again = equipment_plan(after, listing)
    assert not again.added
