"""A certificate that differs from its profile in one thing is told that one thing."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from gate.model import CertificateType
from gate.policy.certificate_profile.profile import Signer
from gate.specimens.certificates import key_usage
from gate.specimens.keys import ec_private_key, rsa_key
from gate.x509 import (
    AlgorithmIdentifier,
    Extension,
    oids,
    read_tbs_certificate,
    write_tbs_certificate,
)
from gate.x509.der import (
    encode,
    encode_oid,
    encode_sequence,
    implicit,
)
from tests import pki
from tests.policy.profiles import OV, SIGNER, SUBJECT, certificate, found, told

POLICIES = "certificate_policies: policies: "


def critical(value: x509.ExtensionType, *, yes: bool = False) -> x509.Extension[Any]:
    return x509.Extension(value.oid, yes, value)


def with_extension(oid: str, **changes: Any) -> bytes:
    """The certificate with one extension's fields changed, written anew."""
    tbs = read_tbs_certificate(certificate())
    extensions = tuple(
        replace(each, **changes) if each.oid == oid else each for each in tbs.extensions
    )
    return write_tbs_certificate(replace(tbs, extensions=extensions))


def test_both_stages_are_as_the_profile_says() -> None:
    assert told(certificate()) == []
    assert told(pki.tbs(scts=2, **OV)) == []
    assert told(certificate(), signer=None) == []


def test_an_unknown_extension_is_found() -> None:
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    (one,) = found(certificate(replace=(critical(unknown),)))
    assert (one.part, one.location) == ("extension", "extensions.1.2.3.4")
    assert one.text == "the extension is found and not expected"


@pytest.mark.parametrize("left_out", [oids.KEY_USAGE, oids.SUBJECT_ALT_NAME, oids.CT_POISON])
def test_a_missing_extension_is_told(left_out: str) -> None:
    der = certificate(without=(ObjectIdentifier(left_out),))
    if left_out == oids.CT_POISON:
        der = pki.tbs(**OV)
    (one,) = found(der)
    assert one.text == "the extension is expected and not there"


def test_a_stage_has_its_own_extensions() -> None:
    assert told(certificate(scts=2)) == [
        "signed_certificate_timestamps: the extension is found and not expected in a precertificate"
    ]


@pytest.mark.parametrize(
    ("oid", "yes", "text"),
    [
        (oids.KEY_USAGE, False, "key_usage: critical is expected, not critical found"),
        (oids.EXTENDED_KEY_USAGE, True, "extended_key_usage: not critical is expected, critical"),
        (oids.SUBJECT_ALT_NAME, True, "subject_alt_name: not critical is expected with this subje"),
    ],
)
def test_another_criticality_is_told(oid: str, *, yes: bool, text: str) -> None:
    (one,) = told(with_extension(oid, critical=yes))
    assert one.startswith(text)


def test_the_names_are_critical_where_the_subject_is_empty() -> None:
    empty = [("  - {name: c, values: [HR, SI]}\n  - {name: l, strings: [utf8]}\n", "")]
    empty += [("  - {name: o}\n", "  - {name: o, optional: true}\n")]
    der = certificate(subject=())
    assert told(der, *empty) == []
    tbs = read_tbs_certificate(der)
    plain = tuple(
        replace(each, critical=each.critical and each.oid != oids.SUBJECT_ALT_NAME)
        for each in tbs.extensions
    )
    assert told(write_tbs_certificate(replace(tbs, extensions=plain)), *empty) == [
        "subject_alt_name: critical is expected with an empty subject, not critical found"
    ]


def test_another_order_of_extensions_is_told_unless_any_will_do() -> None:
    tbs = read_tbs_certificate(certificate())
    first, second, *others = tbs.extensions
    der = write_tbs_certificate(replace(tbs, extensions=(second, first, *others)))
    (one,) = told(der)
    assert one.startswith(
        "extensions: the order expected is `authority_info_access authority_key_identifier "
    )
    assert told(der, ("extension_order: as-listed", "extension_order: any")) == []


@pytest.mark.parametrize(
    ("purposes", "texts"),
    [
        (
            [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
            ["`clientAuth` is found, and expected is `serverAuth`"],
        ),
        (
            [ExtendedKeyUsageOID.CLIENT_AUTH],
            [
                "`serverAuth` is expected and not there",
                "`clientAuth` is found, and expected is `serverAuth`",
            ],
        ),
    ],
)
def test_another_purpose_is_told(purposes: list[ObjectIdentifier], texts: list[str]) -> None:
    der = certificate(replace=(critical(x509.ExtendedKeyUsage(purposes)),))
    assert told(der) == [f"extended_key_usage: purposes: {text}" for text in texts]


def test_the_order_of_purposes_counts_in_a_list_and_not_in_a_choice() -> None:
    both = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    der = certificate(replace=(critical(x509.ExtendedKeyUsage(both)),))
    as_list = ("purposes: [serverAuth]", "purposes: [serverAuth, clientAuth]")
    as_choice = ("purposes: [serverAuth]", "purposes: {must: [serverAuth], may: [clientAuth]}")
    assert told(der, as_list) == [
        (
            "extended_key_usage: purposes: the order expected is `serverAuth` and `clientAuth`, "
            "found is `clientAuth` and `serverAuth`"
        )
    ]
    assert told(der, as_choice) == []


def test_the_same_purpose_twice_is_told() -> None:
    value = encode_sequence(*[encode_oid(oids.SERVER_AUTH)] * 2)
    assert told(with_extension(oids.EXTENDED_KEY_USAGE, value=value)) == [
        "extended_key_usage: purposes: `serverAuth` is found 2 times"
    ]


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({"key": rsa_key()}, []),
        (
            {"key": rsa_key(), "replace": (critical(key_usage(key_encipherment=True), yes=True),)},
            ["rsa: `keyEncipherment` is found, and expected is `digitalSignature`"],
        ),
        (
            {"replace": (critical(key_usage(key_encipherment=True), yes=True),)},
            ["ec: `keyEncipherment` is found, and expected is `digitalSignature`"],
        ),
    ],
)
def test_the_uses_of_a_key_go_by_its_type(changes: dict[str, Any], texts: list[str]) -> None:
    assert told(certificate(**changes)) == [f"key_usage: {text}" for text in texts]


def test_a_type_of_key_that_the_profile_lacks_is_told() -> None:
    without = ("rsa: [digitalSignature], ", "")
    assert told(certificate(key=rsa_key()), without) == [
        "key_usage: the profile has no rsa, found is `digitalSignature`"
    ]


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({"ocsp_urls": ("http://ocsp.example.com",)}, []),
        (
            {"ocsp_urls": ("http://ocsp.other.com",)},
            [
                (
                    "ocsp: `http://ocsp.other.com` is found, and expected is perhaps "
                    "`http://ocsp.example.com`"
                )
            ],
        ),
        (
            {"ca_issuers_urls": ("http://ca.example.com/other.cer",)},
            [
                "ca_issuers: `http://ca.example.com/issuer.cer` is expected and not there",
                (
                    "ca_issuers: `http://ca.example.com/other.cer` is found, and expected is "
                    "`http://ca.example.com/issuer.cer`"
                ),
            ],
        ),
    ],
)
def test_another_url_is_told(changes: dict[str, Any], texts: list[str]) -> None:
    assert told(certificate(**changes)) == [f"authority_info_access: {text}" for text in texts]


@pytest.mark.parametrize(
    ("urls", "text"),
    [
        (("http://ca.example.com/shard/17.crl",), None),
        (("http://ca.example.org/issuer.crl",), "urls: `http://ca.example.org/issuer.crl` is fou"),
        (
            ("http://ca.example.com/1.crl", "http://ca.example.com/2.crl"),
            "urls: 1 at most are expected, 2 found: ",
        ),
    ],
)
def test_a_shard_lies_below_what_is_allowed(urls: tuple[str, ...], text: str | None) -> None:
    texts = told(certificate(crl_urls=urls))
    assert [
        each.partition("crl_distribution_points: ")[2][: len(text or "")] for each in texts
    ] == ([] if text is None else [text])


def test_other_ways_to_an_issuer_or_a_list_are_told() -> None:
    directory = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]))
    url = x509.UniformResourceIdentifier("http://ca.example.com/issuer.cer")
    ways = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url),
            x509.AccessDescription(ObjectIdentifier("1.3.6.1.5.5.7.48.5"), url),
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, directory),
        ]
    )
    assert told(certificate(replace=(critical(ways),))) == [
        (
            "authority_info_access: the access method `1.3.6.1.5.5.7.48.5` is found, and none such "
            "is expected"
        ),
        "authority_info_access: a URL is expected, directoryName found",
    ]


def test_distribution_points_are_one_and_plain() -> None:
    url = x509.UniformResourceIdentifier("http://ca.example.com/issuer.crl")
    plain = x509.DistributionPoint([url], None, None, None)
    reasons = x509.DistributionPoint([url], None, frozenset({x509.ReasonFlags.superseded}), None)
    points = x509.CRLDistributionPoints([plain, reasons])
    assert told(certificate(replace=(critical(points),)))[:2] == [
        "crl_distribution_points: one distribution point is expected, 2 found",
        "crl_distribution_points: a distribution point has something else than full names",
    ]


def test_another_policy_and_qualifiers_are_told() -> None:
    assert told(certificate(type=CertificateType.DV, subject=SUBJECT)) == [
        f"{POLICIES}`2.23.140.1.2.2` is expected and not there",
        f"{POLICIES}`2.23.140.1.2.1` is found, and expected is `2.23.140.1.2.2`",
    ]
    qualified = x509.PolicyInformation(ObjectIdentifier("2.23.140.1.2.2"), ["http://cps.example"])
    der = certificate(replace=(critical(x509.CertificatePolicies([qualified])),))
    assert told(der) == [
        "certificate_policies: no qualifiers are expected, found with `2.23.140.1.2.2`"
    ]
    allowed = ("policies: [2.23.140.1.2.2]", "policies: [2.23.140.1.2.2], qualifiers: true")
    assert told(der, allowed) == []


def test_the_issuers_key_identifier_stands_alone() -> None:
    other = x509.AuthorityKeyIdentifier(b"other", None, None)
    der = certificate(replace=(critical(other),))
    expected = SIGNER.key_id.hex()
    assert told(der) == [
        (
            f"authority_key_identifier: the issuer's key identifier is expected, `{expected}`, "
            "`6f74686572` found"
        )
    ]
    assert told(der, signer=None) == []
    name = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]))
    more = x509.AuthorityKeyIdentifier(SIGNER.key_id, [name], 7)
    assert told(certificate(replace=(critical(more),))) == [
        "authority_key_identifier: a key identifier alone is expected, something else found"
    ]


def test_basic_constraints_say_no_ca_and_no_path_length() -> None:
    der = certificate()
    place = Extension(oid=oids.BASIC_CONSTRAINTS, critical=True, value=b"\x30\x00")
    good = _more(der, place)
    anything = ("extension_order: as-listed", "extension_order: any")
    assert told(good, anything) == []
    ca = replace(place, value=encode_sequence(b"\x01\x01\xff"))
    assert told(_more(der, ca), anything) == [
        "basic_constraints: no CA and no path length are expected, something else found"
    ]


def _more(der: bytes, extension: Extension) -> bytes:
    tbs = read_tbs_certificate(der)
    return write_tbs_certificate(replace(tbs, extensions=(*tbs.extensions, extension)))


@pytest.mark.parametrize("method", ["sha1", "sha1-60", "sha256"])
def test_a_key_identifier_is_made_as_the_profile_says(method: str) -> None:
    key = ec_private_key("1").public_key()
    made = x509.SubjectKeyIdentifier.from_public_key(key)
    anything = ("extension_order: as-listed", "extension_order: any")
    der = certificate(replace=(critical(made),), key=key)
    texts = told(der, anything, ("method: sha1", f"method: {method}"))
    assert (texts == []) is (method == "sha1")
    assert told(der, anything, ("method: sha1", "method: any")) == []
    sha1 = made.digest[-8:]
    short = x509.SubjectKeyIdentifier(bytes([0x40 | sha1[0] & 0x0F]) + sha1[1:])
    texts = told(
        certificate(replace=(critical(short),), key=key),
        anything,
        ("method: sha1", f"method: {method}"),
    )
    assert (texts == []) is (method == "sha1-60")


def test_an_extension_without_words_has_its_value_pinned() -> None:
    feature = x509.TLSFeature([x509.TLSFeatureType.status_request])
    anything = ("extension_order: as-listed", "extension_order: any")
    assert told(certificate(replace=(critical(feature),)), anything) == []
    both = [x509.TLSFeatureType.status_request, x509.TLSFeatureType.status_request_v2]
    der = certificate(replace=(critical(x509.TLSFeature(both)),))
    assert told(der, anything) == [
        "tls_feature: `3003020105` is expected, `3006020105020111` found"
    ]
    assert told(der, anything, ('value: "3003020105"', "value: any")) == []


def test_other_types_of_names_are_told() -> None:
    assert told(pki.precertificate("a.hr", "185.60.21.40", **OV)) == [
        "subject_alt_name: names of type dns are expected, ip found"
    ]


def test_an_extension_that_cannot_be_read_is_told() -> None:
    (one,) = told(with_extension(oids.CERTIFICATE_POLICIES, value=b"\x04\x00"))
    assert one.startswith("certificate_policies: the extension cannot be read: ")
    damaged = with_extension(oids.AUTHORITY_INFO_ACCESS, value=b"\x30\x00")
    (one,) = told(damaged)
    assert one.startswith("authority_info_access: the extension cannot be read: ")
    tbs = read_tbs_certificate(pki.tbs(scts=2, **OV))
    last = replace(tbs.extensions[-1], value=b"\x04\x02\x00\x00")
    der = write_tbs_certificate(replace(tbs, extensions=(*tbs.extensions[:-1], last)))
    (one,) = told(der)
    assert one.startswith("signed_certificate_timestamps: the extension cannot be read: ")


def test_the_signature_algorithm_goes_by_the_issuers_key() -> None:
    tbs = read_tbs_certificate(certificate())
    sha384 = AlgorithmIdentifier(
        oid=oids.ECDSA_WITH_SHA384, der=encode_sequence(encode_oid(oids.ECDSA_WITH_SHA384))
    )
    der = write_tbs_certificate(replace(tbs, signature=sha384))
    assert told(der) == [
        "signature: `ecdsa-sha256` is expected for an issuer's key p256, `ecdsa-sha384` found"
    ]
    assert told(der, signer=None) == ["signature: `ecdsa-sha256` is expected, `ecdsa-sha384` found"]
    both = ("{p256: [ecdsa-sha256]}", "{p256: [ecdsa-sha256], p384: [ecdsa-sha384]}")
    assert len(told(der, both)) == 1
    assert told(der, both, signer=None) == []
    rsa = Signer(
        spki=read_tbs_certificate(certificate(key=rsa_key())).subject_public_key_info,
        key_id=SIGNER.key_id,
    )
    assert told(certificate(), signer=rsa) == [
        "signature: nothing is expected for an issuer's key rsa, `ecdsa-sha256` found"
    ]
    assert told(der, ("signature: {p256: [ecdsa-sha256]}\n", "")) == []


def test_the_version_is_3_and_unique_identifiers_are_not_there() -> None:
    tbs = read_tbs_certificate(certificate())
    assert told(replace(tbs, version=1))[0] == "version: version 3 is expected, 1 found"
    unique = encode(implicit(1), b"\x00\x01")
    der = write_tbs_certificate(replace(tbs, issuer_unique_id=unique))
    assert told(der) == ["issuer_unique_id: the field is found and not expected"]


def test_every_difference_is_told_at_once() -> None:
    der = certificate(
        subject=SUBJECT[:2],
        replace=(critical(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])),),
        crl_urls=("http://other.example.com/",),
    )
    parts = [each.part for each in found(der)]
    assert parts == ["subject", "content", "content", "content"]
