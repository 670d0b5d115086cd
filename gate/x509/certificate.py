"""The certificate and the part of it that gets signed (RFC 5280 §4.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from gate.errors import Malformed
from gate.x509 import oids
from gate.x509.der import END, SEQUENCE, Reader, explicit, implicit
from gate.x509.extensions import Extension, ExtensionReader
from gate.x509.general_name import GeneralName
from gate.x509.name import Name, read_name


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmIdentifier:
    """A signature algorithm; `der` is the whole of it, parameters included."""

    oid: str
    der: bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TBSCertificate:
    """What a CA is asked to sign: the exact bytes, and all they say.

    Two are equal if their bytes are. `subject_alt_name` and `extended_key_usage` are empty,
    `key_usage` is None and the key identifiers are b"" where the extension is absent, the
    unique ids (DER, deprecated) where the field is.
    """

    der: bytes
    version: int
    serial_number: int
    signature: AlgorithmIdentifier
    issuer: Name
    not_before: datetime
    not_after: datetime
    subject: Name
    subject_public_key_info: bytes
    issuer_unique_id: bytes = b""
    subject_unique_id: bytes = b""
    extensions: tuple[Extension, ...] = ()
    subject_alt_name: tuple[GeneralName, ...] = ()
    basic_constraints_ca: bool = False
    key_usage: frozenset[str] | None = None
    extended_key_usage: tuple[str, ...] = ()
    authority_key_identifier: bytes = b""
    subject_key_identifier: bytes = b""
    poisoned: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TBSCertificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    @property
    def sha256(self) -> bytes:
        """The digest that releases and log entries name these bytes by."""
        return sha256(self.der).digest()

    @property
    def spki_sha256(self) -> bytes:
        """The digest of the subject's SubjectPublicKeyInfo."""
        return sha256(self.subject_public_key_info).digest()

    @property
    def validity_seconds(self) -> int:
        """The length of the validity period, both ends counted (BR 6.3.2)."""
        return (self.not_after - self.not_before) // timedelta(seconds=1) + 1

    @property
    def common_names(self) -> tuple[str, ...]:
        """Every commonName of the subject, in order."""
        return self.subject.values(oids.COMMON_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A signed certificate; nobody has verified the signature."""

    der: bytes
    tbs: TBSCertificate
    signature_algorithm: AlgorithmIdentifier
    signature: bytes


def read_tbs_certificate(der: bytes) -> TBSCertificate:
    """Read the one TBSCertificate whose encoding this is.

    Raises Malformed, with the byte at which reading stopped, for everything else: other forms
    than DER, bytes left over, contradictions of RFC 5280 §4.1 and §4.2 in the fields read here,
    more than the limits of this package. Values of other extensions stay unread.
    """
    reader = Reader(der)
    if _is_certificate(der):
        raise Malformed(
            "this is a whole certificate: send its TBSCertificate, the first part", offset=0
        )
    tbs = _read_tbs(der, reader)
    reader.finish("TBSCertificate")
    return tbs


def read_certificate(der: bytes) -> Certificate:
    """Read the one certificate whose encoding this is.

    Raises Malformed as `read_tbs_certificate` does, and where the algorithm beside the signature
    is not the signed one (RFC 5280 §4.1.1.2).
    """
    reader = Reader(der)
    fields = reader.enter(SEQUENCE, "certificate")
    reader.finish("certificate")
    tbs = _read_tbs(der, fields)
    start = fields.at
    algorithm = _read_algorithm(fields, "signature_algorithm")
    if algorithm != tbs.signature:
        fault = "not the algorithm that stands in the TBSCertificate"
        raise Malformed(f"signature_algorithm: {fault}", offset=start)
    start = fields.at
    signature, unused = fields.bit_string("signature_value")
    if unused:
        raise Malformed("signature_value: not of whole octets", offset=start)
    fields.finish("certificate")
    return Certificate(der=der, tbs=tbs, signature_algorithm=algorithm, signature=signature)


def _is_certificate(der: bytes) -> bool:
    """A certificate begins with a SEQUENCE in a SEQUENCE; a TBSCertificate never does."""
    outer = Reader(der)
    return (
        outer.next_tag == SEQUENCE and outer.enter(SEQUENCE, "TBSCertificate").next_tag == SEQUENCE
    )


def _read_tbs(der: bytes, reader: Reader) -> TBSCertificate:
    start = reader.at
    fields = reader.enter(SEQUENCE, "TBSCertificate")
    version = _read_version(fields)
    serial_number = fields.integer("serial_number")
    signature = _read_algorithm(fields, "signature")
    issuer = read_name(fields, "issuer")
    not_before, not_after = _read_validity(fields)
    subject = read_name(fields, "subject")
    spki = _read_spki(fields)
    issuer_unique_id = _read_unique_id(fields, 1, version)
    subject_unique_id = _read_unique_id(fields, 2, version)
    listed = ExtensionReader(der, _enter_extensions(fields, version))
    fields.finish("TBSCertificate")
    return TBSCertificate(
        der=reader.since(start),
        version=version,
        serial_number=serial_number,
        signature=signature,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        subject=subject,
        subject_public_key_info=spki,
        issuer_unique_id=issuer_unique_id,
        subject_unique_id=subject_unique_id,
        extensions=listed.extensions,
        subject_alt_name=listed.subject_alt_name(),
        basic_constraints_ca=listed.basic_constraints_ca(),
        key_usage=listed.key_usage(),
        extended_key_usage=listed.extended_key_usage(),
        authority_key_identifier=listed.authority_key_identifier(),
        subject_key_identifier=listed.subject_key_identifier(),
        poisoned=listed.poisoned(),
    )


def _read_version(fields: Reader) -> int:
    if fields.next_tag != explicit(0):
        return 1
    start = fields.at
    inner = fields.enter(explicit(0), "version")
    number = inner.integer("version")
    inner.finish("version")
    if number == 0:
        raise Malformed("version: the default v1 is written out", offset=start)
    if number not in {1, 2}:
        raise Malformed("version: none of v1, v2 and v3", offset=start)
    return number + 1


def _read_algorithm(fields: Reader, what: str) -> AlgorithmIdentifier:
    start = fields.at
    inner = fields.enter(SEQUENCE, what)
    oid = inner.oid(what)
    if inner.next_tag != END:
        inner.element(what)
    inner.finish(what)
    return AlgorithmIdentifier(oid=oid, der=fields.since(start))


def _read_validity(fields: Reader) -> tuple[datetime, datetime]:
    validity = fields.enter(SEQUENCE, "validity")
    not_before = validity.time("not_before")
    not_after = validity.time("not_after")
    validity.finish("validity")
    return not_before, not_after


def _read_spki(fields: Reader) -> bytes:
    what = "subject_public_key_info"
    start = fields.at
    inner = fields.enter(SEQUENCE, what)
    _read_algorithm(inner, what)
    inner.bit_string(what)
    inner.finish(what)
    return fields.since(start)


def _read_unique_id(fields: Reader, number: int, version: int) -> bytes:
    start = fields.at
    if fields.next_tag != implicit(number):
        return b""
    if version == 1:
        raise Malformed("unique identifier in a version 1 certificate", offset=start)
    fields.bit_string("unique identifier", implicit(number))
    return fields.since(start)


def _enter_extensions(fields: Reader, version: int) -> Reader | None:
    start = fields.at
    if fields.next_tag != explicit(3):
        return None
    if version != 3:  # noqa: PLR2004 - RFC 5280 §4.1.2.9
        raise Malformed(f"extensions: in a version {version} certificate", offset=start)
    return fields.enter(explicit(3), "extensions")
