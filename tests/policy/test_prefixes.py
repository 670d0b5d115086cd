"""Addresses are found among prefixes in whatever form they come."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.policy.prefixes import Prefixes, forms

addresses = st.ip_addresses()
networks = st.builds(
    lambda address, length: str(
        ip_network(f"{address}/{length % (address.max_prefixlen + 1)}", strict=False)
    ),
    addresses,
    st.integers(0, 128),
)


@given(st.lists(networks, max_size=8), addresses)
def test_an_address_is_found_exactly_where_a_prefix_holds_it(
    prefixes: list[str], address: object
) -> None:
    found = ip_address(str(address))
    assert (found in Prefixes.of(prefixes)) == any(
        found in ip_network(prefix) for prefix in prefixes
    )


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("1.1.1.1", []),
        ("2606:4700::1", []),
        ("::ffff:1.1.1.1", ["1.1.1.1"]),
        ("2002:101:101::5", ["1.1.1.1"]),
        ("64:ff9b::101:101", ["1.1.1.1"]),
        ("::101:101", ["1.1.1.1"]),
        ("2001:0:101:101:0:0:f7f7:f7f7", ["1.1.1.1", "8.8.8.8"]),
    ],
)
def test_an_address_within_an_address_comes_out(text: str, held: list[str]) -> None:
    assert [str(form) for form in forms(text)] == [str(ip_address(text)), *held]


def test_what_is_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        forms("1.1.1.256")
