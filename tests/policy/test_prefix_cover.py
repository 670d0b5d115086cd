"""Sets of prefixes are compared by the addresses in them, however they are split up."""

from ipaddress import IPv4Address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from gate.policy.prefixes import Prefixes

FIRST = int(IPv4Address("192.0.2.0"))
PREFIXES = st.builds(
    lambda length, at: str(ip_network((FIRST + (at >> (32 - length) << (32 - length)), length))),
    st.integers(28, 32),
    st.integers(0, 15),
)
SETS = st.frozensets(PREFIXES, max_size=5)


def inside(prefixes: Prefixes) -> frozenset[int]:
    return frozenset(at for at in range(16) if IPv4Address(FIRST + at) in prefixes)


@given(SETS, SETS)
def test_one_set_covers_another_where_it_has_all_its_addresses(
    some: frozenset[str], others: frozenset[str]
) -> None:
    one, other = Prefixes.of(some), Prefixes.of(others)

    assert one.covers(other) is (inside(other) <= inside(one))
    assert inside(one | other) == inside(one) | inside(other)


@given(SETS)
def test_a_set_shows_the_prefixes_it_was_made_of(some: frozenset[str]) -> None:
    assert Prefixes.of(some).shown() == some


def test_versions_never_cover_one_another() -> None:
    four, six = Prefixes.of(["0.0.0.0/0"]), Prefixes.of(["::/0"])

    assert not four.covers(six)
    assert not six.covers(four)
    assert (four | six).covers(six)
    assert four.covers(Prefixes.of(()))
