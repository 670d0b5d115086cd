"""Made-up signed certificate timestamps: well-formed, and of logs that do not exist."""

from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

_SHA256_WITH_ECDSA = bytes([4, 3])


def made_up_sct_list(count: int) -> x509.UnrecognizedExtension:
    """Build the SCT list extension with `count` timestamps (RFC 6962 §3.2 and §3.3).

    pyca reads such lists but builds none, so the bytes are laid out here. Nothing signed
    them: they are for readers, not for anyone who checks signatures of logs.
    """
    entries = b"".join(_vector(_sct(number)) for number in range(count))
    return x509.UnrecognizedExtension(
        ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, _octet_string(_vector(entries))
    )


def _sct(number: int) -> bytes:
    log_id = sha256(f"log {number}".encode()).digest()
    timestamp = (1_790_000_000_000 + number).to_bytes(8)
    half = sha256(f"signature {number}".encode()).digest()[:31]
    integer = bytes([0x02, 32, 0x01]) + half
    signature = bytes([0x30, 2 * len(integer)]) + 2 * integer
    return bytes([0]) + log_id + timestamp + _vector(b"") + _SHA256_WITH_ECDSA + _vector(signature)


def _vector(content: bytes) -> bytes:
    """Prefix the length in two octets, as TLS does with variable-length vectors."""
    return len(content).to_bytes(2) + content


def _octet_string(content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:  # noqa: PLR2004 - X.690 §8.1.3, the short form of a length
        return bytes([0x04, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x04, 0x80 | len(octets)]) + octets + content
