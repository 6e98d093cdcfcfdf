"""Whom a statement about an owner holds for."""

from numlycee.domain.causes import Owner
from numlycee.domain.register import ALIVE, Lifetime, Overrule, Register, Trace
from numlycee.domain.tallies import Maintenance

UAI = "0310036W"


def said(at: int, owner: Owner, given: int = 0) -> Overrule:
    return Overrule(at, owner, Trace(given, "A. Martin", "constat"))


def test_maintenance_of_a_site_or_of_a_shared_service_concerns_what_is_below() -> None:
    own, whole, common = (Maintenance(n, n + 1, 0) for n in (1, 2, 3))
    register = Register({(UAI, "ent"): [own], (UAI, ""): [whole], ("", "ent"): [common]})
    assert register.announced((UAI, "ent")) == (whole, common, own)
    assert register.announced((UAI, "link")) == (whole,)
    assert register.announced(("", "ent")) == (common,)
    assert register.announced(("0310038Y", "ent")) == (common,)


def test_the_latest_statement_inside_an_outage_wins() -> None:
    first, second, outside = (
        said(10, Owner.LYCEE, 1),
        said(5, Owner.ENERGY, 2),
        said(20, Owner.LYCEE),
    )
    register = Register(overrules={(UAI, "link"): [second, first, outside]})
    assert register.overrule((UAI, "link"), 5, 20) == second
    assert register.overrule((UAI, "link"), 10, 20) == first
    assert register.overrule((UAI, "link"), 11, 20) is None
    assert register.overrule((UAI, "switch"), 5, 20) is None


def test_what_is_stated_of_a_shared_service_holds_in_each_lycee_that_states_nothing() -> None:
    common, own = said(10, Owner.ACADEMY, 9), said(10, Owner.LYCEE, 1)
    register = Register(overrules={("", "ent"): [common], (UAI, "ent"): [own]})
    assert register.overrule(("", "ent"), 0, 20) == common
    assert register.overrule(("0310038Y", "ent"), 0, 20) == common
    assert register.overrule((UAI, "ent"), 0, 20) == own
    assert register.overrule((UAI, "gar"), 0, 20) is None


def test_a_shared_service_ends_for_each_lycee_when_it_ends_for_all() -> None:
    register = Register(
        lifetimes={
            ("", "ent"): Lifetime(None, 50),
            (UAI, "ent"): Lifetime(10, 90),
            (UAI, ""): Lifetime(20, None),
            ("0310038Y", "ent"): Lifetime(None, 30),
        }
    )
    assert register.lifetime(("", "ent")) == Lifetime(None, 50)
    assert register.lifetime((UAI, "ent")) == Lifetime(10, 50)
    assert register.lifetime((UAI, "link")) == Lifetime(20, None)
    assert register.lifetime(("0310038Y", "ent")) == Lifetime(None, 30)
    assert register.lifetime(("0340010A", "ent")) == Lifetime(None, 50)
    assert register.lifetime(("0340010A", "link")) is ALIVE
