"""Why a figure is what it is: the rows, the statements and the rules that make it."""

from numlycee.rates.explanation.assembly import explain
from numlycee.rates.explanation.model import Explanation, Question
from numlycee.rates.explanation.subjects import UnknownSubjectError

__all__ = ["Explanation", "Question", "UnknownSubjectError", "explain"]
