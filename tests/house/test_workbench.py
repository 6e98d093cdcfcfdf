from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_both_distributions_say_that_they_are_typed() -> None:
    assert (ROOT / "numlycee/py.typed").is_file()
    assert (ROOT / "agents/numlycee_agent/py.typed").is_file()
