"""Two versions of a profile are compared truly: what is called stricter never releases more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.policy.certificate_profile.comparing import profile_differences
from gate.policy.certificate_profile.judging import mismatches
from gate.policy.certificate_profile.listing import Listing
from gate.policy.change import Change, combined
from gate.policy.kinds.extensions_as_profile import ExtensionsAsProfile
from gate.policy.kinds.granted import Granted
from gate.specimens.keys import rsa_key
from gate.x509 import read_tbs_certificate
from tests import pki
from tests.policy.profiles import OV, SIGNER, SUBJECT, certificate, profile

ENTRIES = ("a", "b", "ca", "cb")
SETS = st.frozensets(st.sampled_from(ENTRIES), max_size=3)
LISTS = st.lists(st.sampled_from(ENTRIES), max_size=4).map(tuple)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    if draw(st.booleans()):
        return Listing(exactly=tuple(draw(st.lists(st.sampled_from(ENTRIES), unique=True))))
    begin = draw(st.frozensets(st.sampled_from(("c", "ca", "d")), max_size=2))
    least, most = draw(st.integers(0, 3)), draw(st.none() | st.integers(0, 4))
    return Listing(must=draw(SETS), may=draw(SETS), may_begin=begin, least=least, most=most)


@given(listings(), listings(), LISTS)
def test_what_covers_a_listing_allows_whatever_it_allows(
    one: Listing, other: Listing, found: tuple[str, ...]
) -> None:
    if one.covers(other) and not any(other.faults(found)):
        assert not any(one.faults(found))


@given(listings(), listings(), LISTS)
def test_a_stricter_listing_allows_no_more(
    new: Listing, old: Listing, found: tuple[str, ...]
) -> None:
    if new.change_from(old) in {Change.STRICTER, Change.SAME} and not any(new.faults(found)):
        assert not any(old.faults(found))


@given(listings(), LISTS)
def test_a_listing_in_words_names_all_it_wants(listing: Listing, found: tuple[str, ...]) -> None:
    words = listing.in_words()
    wanted = (*(listing.exactly or ()), *listing.must, *listing.may)
    assert all(f"`{entry}`" in words for entry in wanted)
    assert listing.change_from(listing) is Change.SAME
    assert all(map(str.strip, listing.faults(found)))


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("[serverAuth]", "{must: [serverAuth], may: [clientAuth]}", Change.LOOSER),
        ("[serverAuth]", "{must: [serverAuth]}", Change.LOOSER),
        ("[serverAuth]", "[clientAuth]", Change.UNCLEAR),
        ("least: 1, most: 1", "least: 1", Change.LOOSER),
        ("least: 1, most: 1", "most: 1", Change.LOOSER),
        ('"http://ca.example.com/"]', '"http://ca.example.com/shard/"]', Change.STRICTER),
        ('"http://ca.example.com/"]', '"http://"]', Change.LOOSER),
        ("{name: o}", "{name: o, optional: true}", Change.LOOSER),
        ("{name: o}", "{name: o, repeats: true}", Change.LOOSER),
        ("{name: o}", "{name: o, strings: [utf8]}", Change.STRICTER),
        ("{name: o}", "{name: o, values: [Plovidba]}", Change.STRICTER),
        ("{name: o}", "{name: ou}", Change.UNCLEAR),
        ("[HR, SI]", "[HR]", Change.STRICTER),
        ("strings: [utf8]", "strings: [utf8, printable]", Change.LOOSER),
        ("  - {name: street, optional: true, repeats: true}\n", "", Change.STRICTER),
        ("street, optional: true, repeats: true", "street, repeats: true", Change.STRICTER),
        ("street, optional: true, repeats: true", "street, optional: true", Change.STRICTER),
        ("subject_order: as-listed", "subject_order: any", Change.LOOSER),
        ("extension_order: as-listed", "extension_order: any", Change.LOOSER),
        (
            "  - {name: authority_key_identifier}\n  - {name: cer",
            "  - {name: authority_key_identifier, optional: true}\n  - {name: cer",
            Change.LOOSER,
        ),
        ("key_usage, critical: true", "key_usage", Change.UNCLEAR),
        ("rsa: [digitalSignature], ", "", Change.STRICTER),
        ("2.23.140.1.2.2]", "2.23.140.1.2.2], qualifiers: true", Change.LOOSER),
        ("types: [dns]", "types: [dns, ip]", Change.LOOSER),
        ("method: sha1", "method: any", Change.LOOSER),
        ("method: sha1", "method: sha256", Change.UNCLEAR),
        ('value: "3003020105"', "value: any", Change.LOOSER),
        ("critical: true, stages: [PRECERTIFICATE]", "critical: true", Change.UNCLEAR),
        (
            'tls_feature, optional: true, value: "3003020105"',
            'tls_feature, optional: true, stages: [CERTIFICATE], value: "3003020105"',
            Change.STRICTER,
        ),
        ("[ecdsa-sha256]}", "[ecdsa-sha256], p384: [ecdsa-sha384]}", Change.LOOSER),
        ("signature: {p256: [ecdsa-sha256]}\n", "", Change.LOOSER),
        ("title: TLS OV from public-r1", "title: another", Change.SAME),
        (
            "  - {name: c, values: [HR, SI]}\n  - {name: l, strings: [utf8]}\n",
            "  - {name: l, strings: [utf8]}\n  - {name: c, values: [HR, SI]}\n",
            Change.UNCLEAR,
        ),
    ],
)  # fmt: skip
def test_each_pin_goes_the_way_that_is_said(old: str, new: str, change: Change) -> None:
    before, after = profile(), profile((old, new))
    told = profile_differences(after, before)
    back = profile_differences(before, after)
    assert combined(each.change for each in told) is change
    opposite = {Change.LOOSER: Change.STRICTER, Change.STRICTER: Change.LOOSER}
    assert combined(each.change for each in back) is opposite.get(change, change)
    assert told
    assert back


def test_a_product_more_is_looser_and_another_kind_unclear() -> None:
    one = ExtensionsAsProfile({"tls-ov": profile()})
    two = ExtensionsAsProfile({"tls-ov": profile(), "tls-dv": profile()})
    assert two.compared(one) is Change.LOOSER
    assert one.compared(two) is Change.STRICTER
    assert one.compared(one) is Change.SAME
    assert one.compared(Granted(grants=(), profiles={})) is Change.UNCLEAR


CHANGES = (
    ("[serverAuth]", "{must: [serverAuth], may: [clientAuth]}"),
    ("least: 1, most: 1", "most: 2"),
    ('"http://ca.example.com/"]', '"http://ca.example.com/shard/"]'),
    ("{name: o}", "{name: o, optional: true}"),
    ("[HR, SI]", "[DE]"),
    ("subject_order: as-listed", "subject_order: any"),
    ("rsa: [digitalSignature], ", ""),
    ("types: [dns]", "types: [dns, ip]"),
    ("critical: if-subject-empty", "critical: true"),
    ("  - {name: street, optional: true, repeats: true}\n", ""),
    ("[2.23.140.1.2.2]", "{may: [2.23.140.1.2.1, 2.23.140.1.2.2]}"),
)
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"subject": SUBJECT[:2]},
    {"subject": SUBJECT[::-1]},
    {"subject": ()},
    {"key": rsa_key()},
    {"crl_urls": ("http://ca.example.com/shard/1", "http://ca.example.com/2")},
    {"crl_urls": ("http://ca.example.com/shard/1",)},
)
CERTIFICATES = [read_tbs_certificate(certificate(**each)) for each in VARIANTS]
CERTIFICATES += [
    read_tbs_certificate(pki.precertificate("a.hr", "185.60.21.40", **OV)),
    read_tbs_certificate(pki.precertificate(subject=SUBJECT)),
    read_tbs_certificate(pki.tbs(scts=2, **OV)),
]
SOME = st.lists(st.sampled_from(CHANGES), unique=True, max_size=4)


@given(SOME, SOME)
def test_a_stricter_profile_accepts_no_certificate_that_the_older_refused(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    old, new = profile(*before), profile(*after)
    change = combined(each.change for each in profile_differences(new, old))
    if change not in {Change.STRICTER, Change.SAME}:
        return
    for each in CERTIFICATES:
        if mismatches(old, each, signer=SIGNER):
            assert mismatches(new, each, signer=SIGNER)
