"""Identifiers as people and systems record them."""

import pytest

from gate.errors import Malformed
from gate.model import Identifier, IdentifierType, ancestors

DNS, IP = IdentifierType.DNS, IdentifierType.IP


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Example.COM", "example.com"),
        ("*.example.com", "*.example.com"),
        ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
        ("_acme.example.com", "_acme.example.com"),
    ],
)
def test_a_dns_name_is_kept_in_lower_case(text: str, value: str) -> None:
    assert Identifier.parse(DNS, text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.1.1.1", "1.1.1.1"),
        ("2606:4700:4700:0:0:0:0:1111", "2606:4700:4700::1111"),
        ("2606:4700:4700::ABCD", "2606:4700:4700::abcd"),
        ("::ffff:1.1.1.1", "::ffff:101:101"),
    ],
)
def test_an_address_is_kept_in_its_shortest_form(text: str, value: str) -> None:
    assert Identifier.parse(IP, text).value == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bücher.example.com", "A-label"),
        ("example.com.", "ends with a dot"),
        ("localhost", "one label only"),
        ("*.com", "one label only"),
        ("a..example.com", "not a DNS name"),
        ("a b.example.com", "not a DNS name"),
        ("a.*.example.com", "not a DNS name"),
        ("-a.example.com", "not a DNS name"),
        ("a-.example.com", "not a DNS name"),
        ("a" * 64 + ".example.com", "not a DNS name"),
        (".".join(["a" * 60] * 5), "not a DNS name"),
        ("1.1.1.1", "record it with type IP"),
        ("exam\x00ple.com", "not a DNS name"),
    ],
)
def test_what_is_no_host_name_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        Identifier.parse(DNS, text)


@pytest.mark.parametrize(
    "text", ["1.1.1", "1.1.1.256", "01.1.1.1", "example.com", "", "1.1.1.0/24"]
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="not an IP address"):
        Identifier.parse(IP, text)


def test_an_address_with_a_zone_is_refused() -> None:
    with pytest.raises(Malformed, match="names a zone"):
        Identifier.parse(IP, "fe80::1%eth0")


def test_a_wildcard_has_the_name_without_its_star() -> None:
    wildcard = Identifier(DNS, "*.example.com")

    assert (wildcard.wildcard, wildcard.fqdn) == (True, "example.com")


def test_the_ancestors_of_a_name_are_cut_label_by_label() -> None:
    assert ancestors("a.b.example.com") == (
        "a.b.example.com",
        "b.example.com",
        "example.com",
        "com",
    )
