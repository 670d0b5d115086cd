"""Kinds that judge keys, signatures and precertificates, on both sides of every limit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gate.model import Case, Issuer, Stage
from gate.policy import Rule
from gate.policy.change import Change
from gate.policy.signature_algorithms import ALGORITHMS
from gate.specimens.scts import made_up_sct_list
from gate.workbench.moved_case import moved
from gate.x509 import (
    AlgorithmIdentifier,
    complete,
    oids,
    read_certificate,
    read_tbs_certificate,
    read_timestamps,
)
from gate.x509.der import (
    encode_bit_string,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
)
from tests import pki
from tests.policy.bundles import bundle, policy_with, problems
from tests.policy.judging import NOW, case, certificate, messages, rule

ORDER = "kind: order_matches, mode: enforce"
KEYS = "kind: key_algorithm_allowed, mode: enforce, allow: "
RSA = "{type: rsa, least_bits: 2048, most_bits: 4096}"
BOTH = f"[{RSA}, {{type: ec, curves: [p256, p384]}}]"


def keys(allow: str = BOTH) -> Rule:
    return rule("order", ORDER, f"{KEYS}{allow}")


def with_spki(spki: bytes) -> Case:
    return case(certificate=replace(certificate(), subject_public_key_info=spki))


def spki_of(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def rsa_case(bits: int, exponent: int = 65537) -> Case:
    return with_spki(spki_of(RSAPublicNumbers(e=exponent, n=(1 << bits) - 1).public_key()))


def curve_case(curve: ec.EllipticCurve) -> Case:
    return with_spki(spki_of(ec.derive_private_key(5, curve).public_key()))


@pytest.mark.parametrize(
    ("bits", "fault"),
    [
        (2040, "the RSA modulus has 2040 bits, at least 2048 are required"),
        (2048, None),
        (2056, None),
        (3071, "the RSA modulus has 3071 bits, which is no multiple of 8"),
        (4096, None),
        (4104, "the RSA modulus has 4104 bits, at most 4096 are allowed"),
    ],
)
def test_the_size_of_an_rsa_key_is_judged_on_both_sides(bits: int, fault: str | None) -> None:
    assert messages(keys(), rsa_case(bits)) == ([] if fault is None else [fault])


def test_without_a_greatest_size_any_larger_one_passes() -> None:
    assert messages(keys("[{type: rsa, least_bits: 2048}]"), rsa_case(16384)) == []


@pytest.mark.parametrize(("exponent", "good"), [(1, False), (2, False), (3, True), (65537, True)])
def test_the_exponent_is_odd_and_at_least_three(exponent: int, *, good: bool) -> None:
    algorithm = encode_sequence(encode_oid(oids.RSA_ENCRYPTION), encode_null())
    numbers = encode_sequence(encode_integer((1 << 2048) - 1), encode_integer(exponent))
    judged = with_spki(encode_sequence(algorithm, encode_bit_string(numbers)))
    assert (messages(keys(), judged) == []) == good


@pytest.mark.parametrize(
    ("curve", "fault"),
    [
        (ec.SECP256R1(), None),
        (ec.SECP384R1(), None),
        (ec.SECP521R1(), "a key on the curve `p521` is not allowed"),
        (ec.SECP256K1(), "a key on the curve `1.3.132.0.10` is not allowed"),
    ],
)
def test_a_curve_passes_where_it_is_listed(curve: ec.EllipticCurve, fault: str | None) -> None:
    assert messages(keys(), curve_case(curve)) == ([] if fault is None else [fault])


def test_an_algorithm_that_is_not_listed_is_not_allowed() -> None:
    assert messages(keys(f"[{RSA}]"), curve_case(ec.SECP256R1())) == [
        "a key on the curve `p256` is not allowed"
    ]
    assert messages(keys("[{type: ec, curves: [p256]}]"), rsa_case(2048)) == [
        "an RSA key is not allowed"
    ]


def test_a_key_that_cannot_be_read_does_not_pass() -> None:
    (finding,) = keys().judge(with_spki(encode_sequence()))
    assert finding.code == "policy.key_algorithm_allowed.unreadable"
    assert finding.location == "subject_public_key_info"


@pytest.mark.parametrize(
    ("allow", "expected"),
    [
        (
            "[{type: rsa, least_bits: 1024}]",
            (
                "57:103: rules > order > allow > #1 > least_bits: "
                "1024 bits is less than the 2048 of BR 6.1.5: no policy can loosen it"
            ),
        ),
        (
            "[{type: rsa, least_bits: 4096, most_bits: 2048}]",
            (
                "57:120: rules > order > allow > #1 > most_bits: "
                "no size is left: it is less than `least_bits`"
            ),
        ),
        (
            f"[{RSA}, {RSA.replace('4096', '8192')}]",
            "57:134: rules > order > allow > #2 > type: `rsa` stands twice: write one entry",
        ),
        (
            "[{type: dsa}]",
            (
                "57:86: rules > order > allow > #1 > type: `dsa` is not one of `rsa` or `ec`"
                "; did you mean `rsa`?"
            ),
        ),
        (
            "[{type: ec}]",
            (
                "57:79: rules > order > allow > #1: "
                "`ec` needs `curves`, and has no `least_bits` or `most_bits`"
            ),
        ),
        (
            "[{type: rsa, most_bits: 4096}]",
            (
                "57:79: rules > order > allow > #1: "
                "`rsa` needs `least_bits`, may have `most_bits`, and has no `curves`"
            ),
        ),
        (
            "[{type: ec, curves: [p-256]}]",
            (
                "57:99: rules > order > allow > #1 > curves > #1: "
                "`p-256` is not one of `p256`, `p384` or `p521`; did you mean `p256`?"
            ),
        ),
    ],
)
def test_what_the_baseline_does_not_allow_cannot_be_written(allow: str, expected: str) -> None:
    text = policy_with(ORDER, f"{KEYS}{allow}")
    assert problems(bundle(policy=text)) == (f"policy.yaml:{expected}",)


SIGNATURES = "kind: signature_algorithm_allowed, mode: enforce, allow: "
EVERY = f"[{', '.join(ALGORITHMS)}]"

KNOWN = {
    "ecdsa-sha256": "300a06082a8648ce3d040302",
    "ecdsa-sha384": "300a06082a8648ce3d040303",
    "ecdsa-sha512": "300a06082a8648ce3d040304",
    "rsa-pkcs1-sha256": "300d06092a864886f70d01010b0500",
    "rsa-pkcs1-sha384": "300d06092a864886f70d01010c0500",
    "rsa-pkcs1-sha512": "300d06092a864886f70d01010d0500",
    "rsa-pss-sha256": (
        "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a"
        "06092a864886f70d010108300d06096086480165030402010500a203020120"
    ),
}
"""BR 7.1.3.2, in bytes."""


def signatures(allow: str = EVERY) -> Rule:
    return rule("order", ORDER, f"{SIGNATURES}{allow}")


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_algorithms_are_encoded_as_the_baseline_requirements_have_it(name: str) -> None:
    assert ALGORITHMS[name].hex() == KNOWN[name]


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("rsa-pss-sha256", SHA256()),
        ("rsa-pss-sha384", SHA384()),
        ("rsa-pss-sha512", SHA512()),
    ],
)
def test_a_second_writer_encodes_pss_alike(name: str, digest: HashAlgorithm) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    someone = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "someone")])
    assert isinstance(digest, SHA256 | SHA384 | SHA512)
    made = (
        x509.CertificateBuilder()
        .issuer_name(someone)
        .subject_name(someone)
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW)
        .public_key(key.public_key())
        .sign(key, digest, rsa_padding=padding.PSS(padding.MGF1(digest), digest.digest_size))
    )
    written = read_certificate(made.public_bytes(Encoding.DER))
    assert written.tbs.signature.der == ALGORITHMS[name]


def issuer_with(curve: ec.EllipticCurve | None) -> Issuer:
    """An issuer whose key lies on this curve, or is RSA."""
    plain = pki.issuer()
    if curve is None:
        return replace(plain, spki=spki_of(RSAPublicNumbers(e=3, n=(1 << 2048) - 1).public_key()))
    return replace(plain, spki=spki_of(ec.derive_private_key(5, curve).public_key()))


def signed_with(der: bytes, issuer: Issuer | None, oid: str = "1.2") -> Case:
    signature = AlgorithmIdentifier(oid=oid, der=der)
    return case(certificate=replace(certificate(), signature=signature), issuer=issuer)


@pytest.mark.parametrize(
    ("curve", "fitting"),
    [
        (ec.SECP256R1(), {"ecdsa-sha256"}),
        (ec.SECP384R1(), {"ecdsa-sha384"}),
        (ec.SECP521R1(), {"ecdsa-sha512"}),
        (None, {name for name in ALGORITHMS if name.startswith("rsa-")}),
        (ec.SECP256K1(), set()),
    ],
)
def test_the_algorithm_fits_the_issuers_key(
    curve: ec.EllipticCurve | None, fitting: set[str]
) -> None:
    judged = signatures()
    passing = {
        name
        for name, der in ALGORITHMS.items()
        if not judged.judge(signed_with(der, issuer_with(curve)))
    }
    assert passing == fitting


def test_an_algorithm_that_is_not_listed_does_not_pass() -> None:
    judged = signatures("[ecdsa-sha256]")
    assert judged.judge(case()) == ()
    other = signed_with(ALGORITHMS["ecdsa-sha384"], None)
    assert messages(judged, other) == ["the signature algorithm `ecdsa-sha384` is not allowed"]
    both = signed_with(ALGORITHMS["ecdsa-sha384"], pki.issuer())
    assert [finding.code for finding in judged.judge(both)] == [
        "policy.signature_algorithm_allowed",
        "policy.signature_algorithm_allowed.issuer",
    ]


@pytest.mark.parametrize(
    ("der", "oid"),
    [
        ("300d06092a864886f70d0101050500", oids.SHA1_WITH_RSA_ENCRYPTION),
        ("300b06092a864886f70d01010b", oids.SHA256_WITH_RSA_ENCRYPTION),
        ("300c06082a8648ce3d0403020500", oids.ECDSA_WITH_SHA256),
        ("300506032b6570", oids.ED25519),
    ],
)
def test_sha1_and_every_other_encoding_pass_nowhere(der: str, oid: str) -> None:
    (finding,) = signatures().judge(signed_with(bytes.fromhex(der), pki.issuer(), oid))
    assert finding.code == "policy.signature_algorithm_allowed.unknown"
    assert f"`{oid}`" in finding.message


def test_sha1_has_no_name_in_policies() -> None:
    text = policy_with(ORDER, f"{SIGNATURES}[ecdsa-sha1]")
    (told,) = problems(bundle(policy=text))
    assert told.startswith("policy.yaml:57:85: rules > order > allow > #1: `ecdsa-sha1` is not one")


PRECERTIFICATE = complete(pki.precertificate("www.plovidba.hr"))


def correspondence(least: int = 2) -> Rule:
    return rule("order", ORDER, f"kind: precert_correspondence, mode: enforce, min_scts: {least}")


def final(scts: int = 2, precertificate: bytes = PRECERTIFICATE, **fields: Any) -> Case:
    context = {"stage": Stage.CERTIFICATE, "precertificate": precertificate}
    der = pki.tbs("www.plovidba.hr", scts=scts, **fields)
    return case(certificate=read_tbs_certificate(der), context=context)


def test_a_certificate_of_its_precertificate_with_enough_timestamps_passes() -> None:
    assert correspondence().judge(final()) == ()
    assert correspondence().judge(final(scts=3)) == ()


def test_a_certificate_that_is_judged_as_of_another_day_still_has_its_precertificate() -> None:
    case_then = final()
    for days in (-30, 100):
        moved_case = moved(case_then, case_then.at + timedelta(days=days))
        assert correspondence().judge(moved_case) == ()
    other = moved(final(serial=77), case_then.at + timedelta(days=100))
    assert messages(correspondence(), other) == ["serial_number is not that of the precertificate"]


def test_a_precertificate_is_not_judged() -> None:
    assert correspondence().judge(case()) == ()


@pytest.mark.parametrize(("scts", "told"), [(1, "1 log"), (0, "0 logs")])
def test_too_few_timestamps_do_not_pass(scts: int, told: str) -> None:
    (finding,) = correspondence().judge(final(scts=scts))
    assert finding.code == "policy.precert_correspondence.scts"
    assert finding.message == f"the certificate has timestamps of {told}, at least 2 are required"
    assert correspondence(max(scts, 1)).judge(final(scts=max(scts, 1))) == ()


def test_two_timestamps_of_one_log_are_one_promise() -> None:
    entry = made_up_sct_list(1).value[4:]
    entries = 2 * entry
    twice = encode_octet_string(len(entries).to_bytes(2) + entries)
    plain = read_tbs_certificate(pki.tbs("www.plovidba.hr", scts=2))
    *rest, scts = plain.extensions
    doubled = replace(plain, extensions=(*rest, replace(scts, value=twice)))
    assert len(read_timestamps(doubled)) == 2
    assert messages(correspondence(), replace(final(), certificate=doubled)) == [
        "the certificate has timestamps of 1 log, at least 2 are required"
    ]


def test_without_a_precertificate_nothing_corresponds() -> None:
    (finding,) = correspondence().judge(final(precertificate=b""))
    assert finding.code == "policy.precert_correspondence.missing"
    (finding,) = correspondence().judge(final(precertificate=b"0"))
    assert finding.code == "policy.precert_correspondence.unreadable"
    assert finding.location == "context.precertificate"


def test_a_certificate_of_another_precertificate_does_not_pass() -> None:
    assert messages(correspondence(), final(serial=77)) == [
        "serial_number is not that of the precertificate"
    ]
    other = complete(pki.precertificate("www.plovidba.hr", days=91))
    (finding,) = correspondence().judge(final(precertificate=other))
    assert (finding.code, finding.location) == ("policy.precert_correspondence", "not_after")


def test_no_timestamps_at_all_cannot_be_asked_for() -> None:
    text = policy_with(ORDER, "kind: precert_correspondence, mode: enforce, min_scts: 0")
    assert problems(bundle(policy=text)) == (
        "policy.yaml:57:82: rules > order > min_scts: must be more than 0",
    )


@pytest.mark.parametrize(
    ("new", "old", "change"),
    [
        (keys(), keys(), Change.SAME),
        (keys(f"[{RSA}]"), keys(), Change.STRICTER),
        (keys(), keys(f"[{RSA}]"), Change.LOOSER),
        (keys("[{type: ec, curves: [p256, p384]}]"), keys(), Change.STRICTER),
        (keys(BOTH.replace("2048", "3072")), keys(), Change.STRICTER),
        (keys(BOTH.replace("4096", "8192")), keys(), Change.LOOSER),
        (keys(BOTH.replace(", most_bits: 4096", "")), keys(), Change.LOOSER),
        (keys(), keys(BOTH.replace(", most_bits: 4096", "")), Change.STRICTER),
        (keys(BOTH.replace("2048", "3072").replace("4096", "8192")), keys(), Change.UNCLEAR),
        (signatures("[ecdsa-sha256]"), signatures(), Change.STRICTER),
        (signatures(), signatures("[ecdsa-sha256]"), Change.LOOSER),
        (correspondence(3), correspondence(2), Change.STRICTER),
        (correspondence(2), correspondence(3), Change.LOOSER),
        (correspondence(2), correspondence(2), Change.SAME),
    ],
)
def test_a_change_is_known_for_what_it_is(new: Rule, old: Rule, change: Change) -> None:
    assert new.requirement.compared(old.requirement) is change


def test_each_kind_tells_its_parameters_in_words() -> None:
    assert keys().requirement.in_words() == (
        "The public key is RSA of 2048 to 4096 bits (a multiple of 8, the exponent odd and 3 or "
        "more), on the curve P-256 or on the curve P-384."
    )
    assert keys("[{type: rsa, least_bits: 3072}]").requirement.in_words() == (
        "The public key is RSA of 3072 or more bits (a multiple of 8, the exponent odd and 3 or "
        "more)."
    )
    assert signatures("[ecdsa-sha256]").requirement.in_words() == (
        "The certificate is to be signed with ecdsa-sha256, whichever fits the issuer's key."
    )
    assert "which are of 2 logs or more" in correspondence().requirement.in_words()
