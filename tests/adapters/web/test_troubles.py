from numlycee.adapters.web.troubles import gather
from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.outages.model import OpenOutage
from tests.adapters.web.pictures import MINUTE, bad_day, outage, regional, sites

LYCEES = list(sites().values())
SAME = [site for site in LYCEES if site.operator == "Opérateur A"]


def cut(rank: int, minutes: int) -> OpenOutage:
    return outage(SAME[rank], ("link", State.DOWN, Cause.TIMEOUT, minutes * MINUTE))


def test_a_service_failing_everywhere_is_one_trouble() -> None:
    (trouble,) = gather(regional().outages.open)
    assert trouble.lycees == 225
    assert trouble.state is State.DOWN


def test_links_of_one_operator_cut_together_are_one_trouble() -> None:
    (trouble,) = gather([cut(0, 9), cut(1, 8), cut(2, 5)])
    assert trouble.first.site is SAME[0]
    assert trouble.lycees == 3


def test_two_links_are_two_troubles() -> None:
    assert [t.lycees for t in gather([cut(0, 9), cut(1, 8)])] == [1, 1]


def test_links_cut_hours_apart_have_nothing_in_common() -> None:
    assert [t.lycees for t in gather([cut(0, 300), cut(1, 200), cut(2, 100)])] == [1, 1, 1]


def test_switches_never_fail_together() -> None:
    broken = ("sw-coeur", State.DOWN, Cause.SNMP_SILENT, MINUTE)
    assert len(gather([outage(site, broken) for site in SAME[:4]])) == 4


def test_the_oldest_trouble_comes_first_and_none_is_lost() -> None:
    opened = bad_day().outages.open
    troubles = gather(reversed(opened))
    assert [t.first for t in troubles] == list(opened)
