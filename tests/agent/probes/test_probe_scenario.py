from numlycee.domain.causes import Cause
from numlycee_agent.probes.content import Page
from numlycee_agent.probes.scenario import Fault, Step, judge, place

HOME = Page(b"<h1>Bienvenue</h1><form id='connexion'>")
DOWN = Page("<h1>Accès momentanément indisponible</h1>".encode())
URL = "https://ent.exemple.fr/"


def test_a_right_answer_has_no_fault() -> None:
    step = Step(URL, shows=("bienvenue", "id='connexion'"), lands="ent.exemple.fr")
    assert judge(step, 200, URL, HOME) is None


def test_a_wrong_status_decides_first() -> None:
    assert judge(Step(URL), 503, URL, DOWN) == Fault(Cause.HTTP_STATUS, "503")


def test_a_status_that_is_allowed_is_no_fault() -> None:
    assert judge(Step(URL, status=frozenset({401})), 401, URL, HOME) is None


def test_unavailable_with_200_is_a_fault_without_any_setting() -> None:
    fault = judge(Step(URL), 200, URL, DOWN)
    assert fault == Fault(Cause.CONTENT, "« momentanément indisponible »")


def test_a_missing_marker_is_named() -> None:
    fault = judge(Step(URL, shows=("Mon espace",)), 200, URL, HOME)
    assert fault == Fault(Cause.CONTENT, "no « Mon espace »")


def test_landing_elsewhere_is_a_fault_that_tells_no_query() -> None:
    step = Step(URL, lands="cas.exemple.fr/login")
    assert judge(step, 200, "https://cas.exemple.fr/login?service=x", HOME) is None
    fault = judge(step, 200, "https://portail-captif.lan/page?jeton=secret", HOME)
    assert fault == Fault(Cause.CONTENT, "portail-captif.lan/page")


def test_a_host_is_not_mistaken_for_one_that_begins_alike() -> None:
    step = Step(URL, lands="ent.exemple.fr")
    assert judge(step, 200, "https://ent.exemple.fr.pirate.net/", HOME) is not None


def test_a_place_has_neither_credentials_nor_query() -> None:
    assert place("https://u:p@ent.exemple.fr:8443/a;jsessionid=1?b=c#d") == "ent.exemple.fr:8443/a"
