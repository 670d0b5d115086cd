"""Completing a TBSCertificate for linters."""

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gate.errors import Malformed
from gate.x509 import complete, read_certificate, read_tbs_certificate
from gate.x509.der import encode_null, encode_oid, encode_sequence
from tests.x509.building import EC_KEY, ED_KEY, TBS, sign, write

RSA_KEY = rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("key", [EC_KEY, ED_KEY, RSA_KEY])
def test_a_completed_certificate_is_the_same_but_for_its_signature(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
) -> None:
    tbs = sign(key=key).tbs_certificate_bytes

    completed = complete(tbs)

    assert read_certificate(completed).tbs == read_tbs_certificate(tbs)
    assert x509.load_der_x509_certificate(completed).tbs_certificate_bytes == tbs
    assert b"UNSIGNED" in completed


def test_the_text_in_place_of_a_signature_verifies_under_no_key() -> None:
    ecdsa = x509.load_der_x509_certificate(complete(TBS))
    rsa_signed = x509.load_der_x509_certificate(complete(sign(key=RSA_KEY).tbs_certificate_bytes))

    assert all(decode_dss_signature(ecdsa.signature))
    with pytest.raises(InvalidSignature):
        EC_KEY.public_key().verify(ecdsa.signature, ecdsa.tbs_certificate_bytes, ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        RSA_KEY.public_key().verify(
            rsa_signed.signature, rsa_signed.tbs_certificate_bytes, PKCS1v15(), SHA256()
        )


def test_the_same_bytes_are_completed_to_the_same_bytes() -> None:
    assert complete(TBS) == complete(TBS)


@pytest.mark.parametrize(
    "tbs",
    [
        write(version=b""),
        write(signature=encode_sequence(encode_oid("1.3.6.1.4.1.2.267.12.4.4"))),
        write(signature=encode_sequence(encode_oid("2.25.99999999999999"), encode_null())),
    ],
)
def test_every_algorithm_and_version_is_completed(tbs: bytes) -> None:
    assert read_certificate(complete(tbs)).tbs.der == tbs


@pytest.mark.parametrize("tbs", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x01", encode_null()])
def test_what_has_no_signature_field_is_refused(tbs: bytes) -> None:
    with pytest.raises(Malformed):
        complete(tbs)
