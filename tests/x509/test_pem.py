"""PEM or DER out of a file."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.x509 import der_from
from tests.x509.building import TBS, sign, write

SIGNED = sign()
PEM = SIGNED.public_bytes(Encoding.PEM)
DER = SIGNED.public_bytes(Encoding.DER)


def block(der: bytes, label: str = "CERTIFICATE") -> bytes:
    text = b64encode(der).decode()
    return f"-----BEGIN {label}-----\n{text}\n-----END {label}-----\n".encode()


@pytest.mark.parametrize(
    "data",
    [
        DER,
        PEM,
        PEM.replace(b"\n", b"\r\n"),
        PEM.rstrip(),
        b"Certificate:\n    Data: 0\n" + PEM,
        b"0 is how this text begins\n" + PEM,
        PEM + b"\ntext behind\n",
    ],
)
def test_a_certificate_is_found_in_either_form(data: bytes) -> None:
    assert der_from(data) == DER


def test_a_tbs_certificate_has_a_label_of_its_own() -> None:
    assert der_from(block(TBS, "TBS CERTIFICATE")) == TBS


def test_der_is_handed_on_unread() -> None:
    hidden = write(serial_number=PEM)

    assert der_from(hidden) == hidden
    assert der_from(b"\x30\x01garbage") == b"\x30\x01garbage"


@given(st.binary(min_size=1))
def test_what_was_put_in_comes_out(data: bytes) -> None:
    assert der_from(block(data)) == data


BAD = {
    "more than one PEM block": PEM + PEM,
    "labelled `PRIVATE KEY`": block(b"key", "PRIVATE KEY"),
    "labelled `X509 CERTIFICATE`": block(DER, "X509 CERTIFICATE"),
    "neither DER nor a PEM block": b"",
    "neither DER nor a PEM block ": b"hello",
    "neither DER nor a PEM block  ": PEM.replace(b"END CERTIFICATE", b"END TBS CERTIFICATE"),
    "neither DER nor a PEM block   ": PEM[:-30],
    "neither DER nor a PEM block    ": PEM.replace(b"\nMII", b"\nProc-Type: 4\nMII"),
    "is not base64": b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n",
    "is not base64 ": b"-----BEGIN CERTIFICATE-----\nAA=A\n-----END CERTIFICATE-----\n",
    "not the base64 that its bytes have": (
        b"-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n"
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_anything_else_is_refused(fault: str) -> None:
    with pytest.raises(Malformed, match=fault.strip()):
        der_from(BAD[fault])
