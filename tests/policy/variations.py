"""The small policy in many variations: a few places, and a few texts for each."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from gate.policy import Policy
from tests.policy.bundles import FILES, GRANTS, HEADER, POLICY, loaded

LADDER = "[{from: 2026-01-01, mode: 'off'}, {from: 2027-03-15, mode: enforce}]"
ONE_MORE = (
    "  - {accounts: [alice], profiles: [tls-dv], issuers: [public-r1], purposes: [CA_TEST_SITE]}\n"
)

PLACES: Mapping[str, Sequence[str]] = {
    "days: 199}": ("days: 199}", "days: 150}", "days: 98}"),
    "{from: 2027-03-15, days: 99}": (
        "{from: 2027-03-15, days: 99}",
        "{from: 2027-03-15, days: 60}",
        "{from: 2027-03-14, days: 99}",
    ),
    "allow: {public: [SUBSCRIBER]}": (
        "allow: {public: [SUBSCRIBER]}",
        "allow: {public: [SUBSCRIBER, CA_TEST_SITE]}",
        "allow: {public: [CA_TEST_SITE], test: [LOAD_TEST]}",
    ),
    "allow: [3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6]}": (
        "allow: [3.2.2.4.7, 3.2.2.4.16, 3.2.2.5.6]}",
        "allow: [3.2.2.4.7, 3.2.2.5.6]}",
        "allow: [3.2.2.4.16, 3.2.2.5.6]}",
    ),
    "max_age: {days: 10}": ("max_age: {days: 10}", "max_age: {days: 5}", "max_age: {days: 7}"),
    "kind: ip_not_in\n    mode: enforce": (
        "kind: ip_not_in\n    mode: enforce",
        "kind: ip_not_in\n    mode: warn",
        "kind: ip_not_in\n    mode: enforce\n    starts: 2026-12-01",
        "kind: ip_not_in\n    mode: enforce\n    ends: 2026-12-01",
        f"kind: ip_not_in\n    mode: {LADDER}",
    ),
    "mode: warn\n    lists: [some-names]\n    match: name-and-below": (
        "mode: warn\n    lists: [some-names]\n    match: name-and-below",
        "mode: enforce\n    lists: [some-names]\n    match: name-and-below",
        "mode: enforce\n    lists: [some-names]\n    match: name",
    ),
    "mode: dry-run\n    when: {accounts: [alice], certificate_types: [ov]}": (
        "mode: dry-run\n    when: {accounts: [alice], certificate_types: [ov]}",
        "mode: enforce\n    when: {accounts: [alice], certificate_types: [ov]}",
        "mode: enforce\n    when: {profiles: [tls-dv]}",
        "mode: enforce\n    when: {stages: [PRECERTIFICATE]}\n    exceptable: true",
        "mode: enforce",
    ),
    "fields: [subject.o]": ("fields: [subject.o]", "fields: [subject.o, subject.l]"),
    "mode: warn, back: {hours: 2}": (
        "mode: warn, back: {hours: 2}",
        "mode: enforce, back: {hours: 2}",
        "mode: enforce, back: {hours: 20}",
    ),
}
"""Places in policy.yaml, by what stands there, and what may stand there instead."""

TEXTS: Mapping[str, Sequence[str]] = {
    "grants": (
        GRANTS,
        GRANTS.replace("profiles: [tls-dv, tls-ov]", "profiles: [tls-dv]"),
        GRANTS.replace("accounts: [alice]", "accounts: [alice, carol]"),
        f"{GRANTS}{ONE_MORE}",
    ),
    "addresses": (
        FILES["lists/addresses.txt"],
        f"{HEADER}1.1.1.0/25\n1.1.1.128/25\n2001:db8::/32\n",
        f"{HEADER}1.1.0.0/16\n2001:db8::/32\n",
        f"{HEADER}9.9.9.0/24\n2001:db8::/32\n",
    ),
    "names": (
        FILES["lists/names.txt"],
        f"{HEADER}example\n",
        f"{HEADER}plovidba.hr\nbank.example\n",
        f"{HEADER}www.bank.example\n",
    ),
    "words": (
        FILES["lists/words.txt"],
        f"{HEADER}test\ntest site\nSome State\n",
        f"{HEADER}test site\n",
    ),
}
"""The other files, and what may stand in them."""


def varied(choices: Mapping[str, int]) -> Policy:
    """The small policy with one choice for each place; 0, the first one, where none is given."""
    text = POLICY
    for place, given in PLACES.items():
        assert text.count(place) == 1, place
        text = text.replace(place, given[choices.get(place, 0)])
    texts = {name: given[choices.get(name, 0)] for name, given in TEXTS.items()}
    return loaded(policy=text, **texts)


ALL: Mapping[str, Sequence[str]] = {**PLACES, **TEXTS}


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[Policy, Policy]:
    """Two versions of the policy that differ in up to three places."""
    some = {name: st.integers(0, len(given) - 1) for name, given in ALL.items()}
    old = draw(st.fixed_dictionaries(some))
    places = draw(st.lists(st.sampled_from(sorted(ALL)), max_size=3, unique=True))
    new = {**old, **{place: draw(some[place]) for place in places}}
    return varied(old), varied(new)
