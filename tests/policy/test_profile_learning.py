"""A draft accepts every certificate that it was learned from, and pins what they share."""

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import Refused
from gate.policy.certificate_profile.judging import mismatches
from gate.policy.certificate_profile.learning import Sample, learn, seen
from gate.policy.certificate_profile.listing import Listing
from gate.policy.certificate_profile.ordering import merged
from gate.policy.certificate_profile.profile import CertificateProfile, Critical, KeyID
from gate.policy.certificate_profile.reading import read_profile
from gate.policy.certificate_profile.writing import write_profile
from gate.specimens.certificates import key_usage
from gate.specimens.keys import ec_key, rsa_key
from gate.x509 import oids, read_certificate, read_tbs_certificate
from tests import pki
from tests.policy.profiles import OV, SUBJECT, profile

STREET = (NameOID.STREET_ADDRESS, "Obala 12")


def sample(der: bytes, name: str = "sample") -> Sample:
    return Sample(name, read_tbs_certificate(der))


def ov(**changes: Any) -> Sample:
    return sample(pki.precertificate(**{**OV, **changes}))


def draft(*samples: Sample) -> CertificateProfile:
    return learn(samples, "drafted")


def listing(found: CertificateProfile, oid: str, key: str) -> Listing:
    return next(pin for pin in found.extensions if pin.oid == oid).lists[key]


def again(found: CertificateProfile) -> CertificateProfile:
    """The profile out of the text that it is written as."""
    text = write_profile(found, head="a draft\nin two lines", notes={oids.KEY_USAGE: "all"})
    return read_profile("draft.yaml", text.encode())


def test_what_all_samples_share_is_pinned() -> None:
    found = draft(ov(), ov(seed="2"))
    assert again(found) == found
    assert [pin.name for pin in found.subject] == ["c", "l", "o"]
    assert not any(pin.optional or pin.repeats for pin in found.subject)
    assert found.subject_in_order
    assert found.extensions_in_order
    assert listing(found, oids.EXTENDED_KEY_USAGE, "purposes") == Listing(exactly=("serverAuth",))
    assert found.signature == {"p256": frozenset({"ecdsa-sha256"})}
    other = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    changed = ov(replace=(x509.Extension(other.oid, False, other),))  # noqa: FBT003 - pyca's order
    assert mismatches(found, changed.tbs, signer=None)


def test_what_some_lack_is_optional_and_what_varies_a_choice() -> None:
    usage = key_usage(key_encipherment=True)
    wider = (x509.Extension(usage.oid, True, usage),)  # noqa: FBT003 - pyca's order
    found = draft(
        ov(key=rsa_key()),
        ov(key=rsa_key(), replace=wider, subject=(*SUBJECT[:2], STREET, STREET, SUBJECT[2])),
        ov(crl_urls=("http://crl.example.com/2.crl",)),
    )
    assert again(found) == found
    (street,) = (pin for pin in found.subject if pin.name == "street")
    assert (street.optional, street.repeats) == (True, True)
    assert listing(found, oids.KEY_USAGE, "rsa") == Listing(
        must=frozenset({"digitalSignature"}), may=frozenset({"keyEncipherment"})
    )
    assert listing(found, oids.KEY_USAGE, "ec") == Listing(exactly=("digitalSignature",))
    urls = frozenset({"http://crl.example.com/2.crl", "http://ca.example.com/issuer.crl"})
    expected = Listing(may=urls, least=1, most=1)
    assert listing(found, oids.CRL_DISTRIBUTION_POINTS, "urls") == expected


def test_many_urls_are_taken_for_shards_of_one_folder() -> None:
    found = draft(*(ov(crl_urls=(f"http://crl.example.com/s/{at}/1.crl",)) for at in range(6)))
    assert again(found) == found
    expected = Listing(may_begin=frozenset({"http://crl.example.com/s/"}), least=1, most=1)
    assert listing(found, oids.CRL_DISTRIBUTION_POINTS, "urls") == expected
    apart = draft(*(ov(crl_urls=(f"http://{host}.example.com/",)) for host in "abcdef"))
    assert len(listing(apart, oids.CRL_DISTRIBUTION_POINTS, "urls").may) == 6


def test_poison_and_timestamps_come_together() -> None:
    for samples in ((ov(),), (sample(pki.tbs(scts=2, **OV)),)):
        found = draft(*samples)
        assert [pin.name for pin in found.extensions][-2:] in (
            ["precertificate_poison", "signed_certificate_timestamps"],
            ["signed_certificate_timestamps", "precertificate_poison"],
        )
        poison = next(pin for pin in found.extensions if pin.oid == oids.CT_POISON)
        assert poison.critical is Critical.TRUE
        assert not mismatches(found, ov().tbs, signer=None)
    neither = draft(sample(pki.tbs(**OV)))
    assert "precertificate_poison" not in [pin.name for pin in neither.extensions]
    some = draft(ov(), sample(pki.tbs(scts=2, **OV)), sample(pki.tbs(**OV)))
    timestamps = next(pin for pin in some.extensions if pin.oid == oids.CT_PRECERTIFICATE_SCTS)
    assert timestamps.optional


def test_two_orders_make_none() -> None:
    found = draft(ov(), ov(subject=SUBJECT[::-1]))
    assert not found.subject_in_order
    assert found.extensions_in_order


@pytest.mark.parametrize(
    ("lists", "order"),
    [
        ([["a", "c"], ["b", "c"]], (["a", "b", "c"], True)),
        ([["a", "b"], ["b", "a"]], (["a", "b"], False)),
        ([["a", "a", "b"], ["b", "c"]], (["a", "b", "c"], True)),
        ([["b", "c"], ["a", "b"]], (["a", "b", "c"], True)),
        ([], ([], True)),
    ],
)
def test_an_order_is_shared_where_there_is_one(
    lists: list[list[str]], order: tuple[list[str], bool]
) -> None:
    assert merged(lists) == order


def test_the_method_of_key_identifiers_is_found_out() -> None:
    def identified(digest: bytes | None) -> Sample:
        key = ec_key("1")
        made = x509.SubjectKeyIdentifier.from_public_key(key)
        value = made if digest is None else x509.SubjectKeyIdentifier(digest)
        return ov(key=key, replace=(x509.Extension(value.oid, False, value),))  # noqa: FBT003

    def method(*samples: Sample) -> KeyID | None:
        found = draft(*samples)
        assert again(found) == found
        return next(p.key_id for p in found.extensions if p.oid == oids.SUBJECT_KEY_IDENTIFIER)

    assert method(identified(None)) is KeyID.SHA1
    assert method(identified(None), identified(b"12345678")) is None


def test_an_extension_without_words_is_pinned_by_its_value_where_all_have_it() -> None:
    def with_value(value: bytes) -> Sample:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), value)
        return ov(replace=(x509.Extension(unknown.oid, False, unknown),))  # noqa: FBT003

    for samples, value in (
        ((with_value(b"\x05\x00"),), b"\x05\x00"),
        ((with_value(b"\x05\x00"), with_value(b"\x04\x00")), None),
    ):
        found = draft(*samples)
        assert again(found) == found
        assert found.extensions[-1].value == value or found.extensions[-2].value == value


def test_without_a_sample_there_is_nothing_to_learn() -> None:
    with pytest.raises(Refused, match="there is no certificate to learn from"):
        draft()


def test_samples_that_no_profile_can_be_of_are_refused_with_each_difference() -> None:
    usage = key_usage()
    uncritical = ov(replace=(x509.Extension(usage.oid, False, usage),))  # noqa: FBT003
    with pytest.raises(Refused, match="odd: key_usage: critical is expected, not critical found"):
        draft(ov(), ov(), Sample("odd", uncritical.tbs))
    ca = read_certificate(pki.PUBLIC.certificate).tbs
    with pytest.raises(Refused, match="ca: basic_constraints: no CA and no path length"):
        draft(Sample("ca", ca))
    curve = sample(pki.precertificate(key=ec.derive_private_key(3, ec.SECP384R1()).public_key()))
    assert not mismatches(draft(curve), curve.tbs, signer=None)


def test_the_numbers_tell_how_many_samples_have_it() -> None:
    told = seen([ov(), ov(), sample(pki.tbs(scts=2))])
    assert told[oids.KEY_USAGE] == "all 3"
    assert told[oids.ORGANIZATION_NAME] == "2 of 3"
    assert told[oids.CT_POISON] == "all 2 at stage PRECERTIFICATE"
    assert told[oids.CT_PRECERTIFICATE_SCTS] == "all 1 at stage CERTIFICATE"
    assert seen([ov()])[oids.CT_PRECERTIFICATE_SCTS] == "no sample at stage CERTIFICATE"


def test_whatever_a_profile_says_can_be_written() -> None:
    whole = profile(("[HR, SI]", '[HR, "no", "true", "1.5", "Ö \\"x\\""]'))
    assert again(whole) == whole


CHANGES: dict[str, Any] = {
    "subject": st.lists(st.sampled_from([*SUBJECT, STREET]), max_size=4, unique=True).map(tuple),
    "key": st.sampled_from([rsa_key(), ec_key("7")]),
    "ocsp_urls": st.lists(
        st.sampled_from(["http://o.example/1", "http://o.example/2"]), unique=True
    ).map(tuple),
    "crl_urls": st.lists(
        st.integers(0, 9).map("http://c.example/{}".format), min_size=1, max_size=3, unique=True
    ).map(tuple),
    "scts": st.integers(0, 2),
}


@settings(max_examples=40)
@given(st.lists(st.fixed_dictionaries({}, optional=CHANGES), min_size=1, max_size=8))
def test_a_draft_accepts_its_samples_and_survives_being_written(
    fields: list[dict[str, Any]],
) -> None:
    ders = [
        (pki.tbs if each.get("scts") else pki.precertificate)(**{**OV, **each}) for each in fields
    ]
    samples = [sample(der) for der in ders]
    found = draft(*samples)
    assert again(found) == found
    assert not any(mismatches(again(found), each.tbs, signer=None) for each in samples)
