"""What a person who asks for figures should be told of the statements under them."""

from numlycee.adapters.terminal.caution import caution
from numlycee.app.ground import Ground
from numlycee.rates.figures import Rates


def tell_strangers(ground: Ground, rates: Rates) -> None:
    """Tell on stderr of which resources, that nobody ever observed, something is stated."""
    for uai, resource in sorted(ground.strangers(rates)):
        caution(f"registre : {uai}/{resource} n'a jamais été observé ; est-ce bien écrit ?")
