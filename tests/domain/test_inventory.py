from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind, ResourceClass, class_of

LISTED = Inventory(
    "d",
    (
        Resource("link", Kind.LINK, "Accès THD"),
        Resource("fw", Kind.FIREWALL, "Pare-feu", parent="link"),
        Resource("sw-coeur", Kind.SWITCH, "Cœur", parent="fw"),
        Resource("sw-b", Kind.SWITCH, "Bâtiment B", parent="sw-coeur", period=60_000),
        Resource("ap", Kind.ACCESS_POINT, "Borne", parent="sw-coeur"),
    ),
)


def test_core_is_what_others_hang_from() -> None:
    assert LISTED.core() == {"fw", "sw-coeur"}


def test_what_is_listed() -> None:
    assert [r.id for r in LISTED] == ["link", "fw", "sw-coeur", "sw-b", "ap"]
    assert "ap" in LISTED
    assert "ups" not in LISTED


def test_resolution_and_class() -> None:
    switch = LISTED.resources[3]
    assert switch.resolution == 61_000
    assert switch.resource_class is ResourceClass.LAN


def test_every_kind_has_a_class() -> None:
    assert {class_of(kind) for kind in Kind} == set(ResourceClass)
