from time import process_time

import pytest

from numlycee_agent.probes.content import Page, decode, fold

MARKER = "momentanément indisponible"
SENTENCE = "Accès momentanément indisponible"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "no-such-charset", "idna"])
def test_a_marker_is_seen_whatever_the_encoding_and_whatever_is_declared(
    encoding: str, declared: str | None
) -> None:
    body = f"<html><p>{SENTENCE}</p></html>".encode(encoding)
    assert Page(body, declared).shows(MARKER)


def test_an_encoding_declared_in_the_page_is_heeded_when_utf8_fails() -> None:
    body = '<meta charset="mac-roman"><p>indisponibilité</p>'.encode("mac-roman")
    assert Page(body).shows("indisponibilité")


@pytest.mark.parametrize(
    "html",
    [
        "<p>MOMENTANÉMENT INDISPONIBLE</p>",
        "<p>momentanement   indisponible</p>",
        "<p>momentan&eacute;ment&nbsp;indisponible</p>",
        "<p>momentan&#233;ment\n\t indisponible</p>",
        "<p>momentane\u0301ment indisponible</p>",
        "<p>momentan<b>é</b>ment <i>indisponible</i></p>",
        "<p>momentanément<br/>indisponible</p>",
        "<p>momenta\u00adnément indisponible",
    ],
)
def test_a_marker_is_seen_as_a_reader_sees_it(html: str) -> None:
    assert Page(html.encode()).shows(MARKER)


@pytest.mark.parametrize(
    "html",
    [
        "<script>const e = 'momentanément indisponible';</script>Bonjour",
        "<script>const e = 'momentanément indisponible';",
        "<STYLE>/* momentanément indisponible */</STYLE>Bonjour",
        "<!-- momentanément indisponible -->Bonjour",
        '<p title="momentanément indisponible">Bonjour</p>',
        "<template><p>momentanément indisponible</p></template>",
    ],
)
def test_what_a_reader_does_not_see_accuses_nobody(html: str) -> None:
    page = Page(html.encode())
    assert not page.shows(MARKER)
    assert page.holds(MARKER)


def test_a_page_cut_in_the_middle_of_a_character_is_still_read() -> None:
    body = "<p>momentanément indisponible, é".encode()[:-1]
    assert Page(body).shows(MARKER)


def test_typographic_and_plain_apostrophes_are_the_same() -> None:
    assert fold("L’Espace d'un élève") == fold("l'espace d’un ELEVE")


def test_bytes_without_any_meaning_still_decode() -> None:
    assert decode(bytes(range(256)), "utf-8")


@pytest.mark.parametrize("bait", ["<script", "<!--", "<", "<a ", "&", "</script", "é<b>"])
def test_a_hostile_page_is_read_once(bait: str) -> None:
    body = (bait * (256 * 1024 // len(bait))).encode()
    started = process_time()
    assert not Page(body).shows(MARKER)
    assert process_time() - started < 3
