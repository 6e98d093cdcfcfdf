"""Addresses of public sites: anybody's to ask for, and never those of a network inside."""

import pytest

from numlycee.domain.web import public_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" https://Lycee.Example.fr ", "https://lycee.example.fr/"),
        ("http://lycee.example.fr:8080/a?b=c#d", "http://lycee.example.fr:8080/a?b=c"),
    ],
)
def test_a_public_address_is_spelt_one_way(text: str, address: str) -> None:
    assert public_address(text) == address
    assert public_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "www.example.fr", "ftp://example.fr/", "https://", "https://[::1]/", "http://10.31.0.1/",
        "http://serveur/", "https://a:b@example.fr/", "http://example.fr:99999/", "http://a_b.fr/",
        "http://example.fr/a b", "http://[x/", "http://exam\nple.fr/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a web address|is no public address"):
        public_address(text)
