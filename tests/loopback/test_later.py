"""What is left for later is not loaded before it is used, and is whole once it is."""

import subprocess
import sys

CLEAN = "import sys; from numlycee_agent.telling.later import left_for_later\n"


def told(program: str) -> str:
    """Run a program that has loaded nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", CLEAN + program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_session_loads_neither_http_nor_mail() -> None:
    program = (
        "import numlycee_agent.telling.mqtt\n"
        "print(sys.modules.keys() & {'urllib.request', 'http.client', 'email.message'})"
    )
    assert told(program) == "set()"


def test_a_look_at_it_loads_it() -> None:
    program = (
        "with left_for_later('urllib.request'): import urllib.request as user\n"
        "print('http.client' in sys.modules, callable(user.getproxies))\n"
        "print('http.client' in sys.modules)"
    )
    assert told(program) == "False True\nTrue"


def test_whoever_imports_it_afterwards_has_the_real_one() -> None:
    program = (
        "with left_for_later('urllib.request'): import urllib.request\n"
        "import urllib.request\n"
        "print(urllib.request.__file__.endswith('request.py'), urllib.request.urlopen.__name__)"
    )
    assert told(program) == "True urlopen"


def test_what_is_loaded_already_stays() -> None:
    program = (
        "import urllib.request as before\n"
        "with left_for_later('urllib.request'): import urllib.request as inside\n"
        "print(inside is before, sys.modules['urllib.request'] is before)"
    )
    assert told(program) == "True True"
