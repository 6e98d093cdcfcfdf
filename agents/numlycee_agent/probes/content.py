"""Words on a page, whatever its encoding, its accents, its case and its mark-up."""

import codecs
import re
import unicodedata
from html import unescape

from numlycee_agent.probes.forms import Form, sign_in_form

_DECLARED = re.compile(rb"""charset=["']?([A-Za-z0-9_.:-]{1,40})""")
_KNOWN = re.compile(
    r"(utf-?(8|16|32)|iso-?8859-|latin|windows-125|cp125|us-ascii|mac)", re.IGNORECASE
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Each pattern reads a hostile page once: what is never closed runs to the end.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|template)\b.*?(?:</\1\b[^<>]*>?|\Z)"
    r"|<(?=/?[a-z!])[^<>]*>?",
    re.DOTALL | re.IGNORECASE,
)
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
_APOSTROPHES = str.maketrans("’‘ʼ´`", "'''''")


def decode(body: bytes, declared: str | None = None) -> str:
    """Return the text of a page that may be cut short and may lie about its encoding."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, "ignore")
    for encoding in _candidates(body, declared or ""):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(body)
        except (LookupError, UnicodeError):
            continue
    return body.decode("latin-1")


def _candidates(body: bytes, declared: str) -> list[str]:
    """Return the encodings to try: UTF-8 does not decode by accident, so it goes before claims."""
    in_page = _DECLARED.search(body, 0, 4096)
    claims = [declared, in_page[1].decode("ascii") if in_page else ""]
    known = [claim for claim in claims if _KNOWN.match(claim)]
    wide = [claim for claim in known[:1] if claim.lower().startswith(("utf-16", "utf-32"))]
    return [*wide, "utf-8", *known, "cp1252"]


def fold(text: str) -> str:
    """Return text without case, accents, invisible characters, and with single plain spaces."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)))
    return " ".join(bare.casefold().split())


class Page:
    """A page read once, in which markers are looked for."""

    def __init__(self, body: bytes, declared: str | None = None) -> None:
        source = self._markup = decode(body, declared)
        self._source = fold(unescape(source))
        self._seen = fold(unescape(_UNSEEN.sub("", source)))
        self._spaced = fold(unescape(_UNSEEN.sub(" ", source)))

    def shows(self, marker: str) -> bool:
        """Tell whether a reader sees the marker; scripts, comments and attributes are not seen."""
        wanted = fold(marker)
        return wanted in self._seen or wanted in self._spaced

    def holds(self, marker: str) -> bool:
        """Tell whether the marker is on the page, seen or in its mark-up."""
        return fold(marker) in self._source or self.shows(marker)

    def sign_in_form(self) -> Form | None:
        """Return the form by which one signs in, if the page has one."""
        return sign_in_form(self._markup)
