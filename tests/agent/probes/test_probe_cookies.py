from urllib.parse import urlsplit

import pytest

from numlycee_agent.probes.cookies import Cookies
from tests.agent.virtual import VirtualClock

HERE = "https://cas.exemple.fr/cas/login"


def shown(told: list[str], to: str, at: str = HERE) -> str:
    cookies = Cookies(VirtualClock())
    for one in told:
        cookies.set(one, urlsplit(at))
    return cookies.header(urlsplit(to))


@pytest.mark.parametrize(
    ("told", "to", "what"),
    [
        ("a=1", HERE, "a=1"),
        ("a=1", "https://cas.exemple.fr/cas", "a=1"),
        ("a=1", "https://cas.exemple.fr/casino", ""),
        ("a=1; Path=/", "https://cas.exemple.fr/casino", "a=1"),
        ("a=1; Path=nonsense", HERE, "a=1"),
        ("a=1; Path=/", "https://ent.exemple.fr/", ""),
        ("a=1; Path=/; Domain=.exemple.fr", "https://ent.exemple.fr/", "a=1"),
        ("a=1; Path=/; Domain=EXEMPLE.FR", "https://ent.exemple.fr/", "a=1"),
        ("a=1; Path=/; Domain=autre.fr", HERE, ""),
        ("a=1; Path=/; Domain=fr", HERE, ""),
        ("a=1; Path=/; Domain=exemple.fr", "https://unexemple.fr/", ""),
        ("a=1; Path=/; Secure; HttpOnly", "http://cas.exemple.fr/", ""),
        ("a=1; Max-Age=60", HERE, "a=1"),
        ("a=1; Max-Age=-1", HERE, ""),
        ("a=1; Max-Age=never", HERE, "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", HERE, ""),
        ("a=1; Expires=Sun, 01 Jan 2040 00:00:00 GMT", HERE, "a=1"),
        ("a=1; Expires=some day", HERE, "a=1"),
        ('a="x=y"', HERE, 'a="x=y"'),
        ("=1", HERE, ""),
        ("a", HERE, ""),
        ("", HERE, ""),
    ],
)
def test_where_a_cookie_is_shown(told: str, to: str, what: str) -> None:
    assert shown([told], to) == what


def test_the_last_word_counts_and_the_most_precise_path_comes_first() -> None:
    told = ["a=1; Path=/", "b=2", "a=3; Path=/", "c=4", "c=; Max-Age=0"]
    assert shown(told, HERE) == "b=2; a=3"


def test_a_server_that_sets_thousands_is_not_heeded_for_ever() -> None:
    assert shown([f"c{i}=1" for i in range(5000)], HERE).count("=") == 100
