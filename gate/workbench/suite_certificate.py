"""The certificate of a test: built to the byte from its fields, or read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.x509.oid import ObjectIdentifier

from gate.errors import Malformed
from gate.model import Issuer, Stage
from gate.policy.definitions import Place
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.specimens.certificates import CertificateFields, Subject, tbs_certificate
from gate.workbench.suite_issuers import certificate_file
from gate.workbench.suite_keys import SIGNATURES, public_key
from gate.workbench.suite_scalars import SUBJECT_FIELDS, DistanceShape
from gate.workbench.suite_shape import CertificateFieldsShape, CertificateShape
from gate.x509 import complete, read_certificate, read_tbs_certificate, write_tbs_certificate

SUBSCRIBER = "subscriber"
"""The seed of every subscriber's key; a key of another kind is another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """What certificates are made for and of: the issuers, and the files beside the tests."""

    issuers: Mapping[str, Issuer]
    files: Mapping[str, bytes]

    def tbs(
        self,
        shape: CertificateFieldsShape,
        *,
        issuer: str,
        stage: Stage,
        at: datetime,
        place: Place,
    ) -> bytes | None:
        """The bytes to be signed, perhaps malformed ones from a file; notes what cannot be built.

        `issuer` and `stage` are the request's, for a certificate that does not say.
        """
        if shape.file is not None:
            data = certificate_file(shape.file, self.files, place.below("file"))
            return None if data is None else _tbs_in(data)
        named = shape.issuer or issuer
        ca = self.issuers.get(named)
        if ca is None:
            hint = did_you_mean(named, self.issuers)
            text = f"none of `issuers` is called {quoted(named)}{hint}"
            place.below("issuer").note(f"{text}: say here whose name stands in the certificate")
            return None
        try:
            fields = _fields(shape, shape.stage or stage)
            tbs = tbs_certificate(fields, issuer=ca.certificate, not_before=_start(shape, at))
            return _with_signature(tbs, shape.signature) if shape.signature else tbs
        except (ValueError, OverflowError) as error:
            place.note(f"no such certificate can be built: {error}")
            return None

    def precertificate(
        self,
        certificate: CertificateShape,
        shape: CertificateFieldsShape,
        *,
        issuer: str,
        at: datetime,
        place: Place,
    ) -> bytes:
        """The certificate's precertificate but for what the shape says, with text as signature."""
        if shape.file is None:
            own = {"scts": 0, "stage": Stage.PRECERTIFICATE}
            said = {key: getattr(shape, key) for key in shape.model_fields_set}
            shape = certificate.model_copy(update={**own, **said})
        tbs = self.tbs(shape, issuer=issuer, stage=Stage.PRECERTIFICATE, at=at, place=place)
        try:
            return complete(tbs or b"")
        except Malformed as error:
            if tbs is not None:
                place.note(f"this is no precertificate: {error}")
            return b""


def _fields(shape: CertificateFieldsShape, stage: Stage) -> CertificateFields:
    length = shape.lasts.length if shape.lasts else None
    if not length:
        raise ValueError("`lasts` must be a second or more")
    return CertificateFields(
        names=shape.names,
        type=shape.type,
        stage=stage,
        validity=length,
        subject=_subject(shape),
        key=public_key(shape.key, SUBSCRIBER),
        scts=shape.scts,
        seed=SUBSCRIBER,
    )


def _with_signature(tbs: bytes, word: str) -> bytes:
    """The same bytes with another algorithm in the signature field."""
    certificate = read_tbs_certificate(tbs)
    algorithm = replace(certificate.signature, der=SIGNATURES[word])
    return write_tbs_certificate(replace(certificate, signature=algorithm))


def _subject(shape: CertificateFieldsShape) -> Subject:
    return tuple(
        (ObjectIdentifier(SUBJECT_FIELDS[field]), value)
        for field, values in shape.subject.items()
        for value in values
    )


def _start(shape: CertificateFieldsShape, at: datetime) -> datetime:
    if isinstance(shape.starts, DistanceShape):
        return shape.starts.from_moment(at)
    return shape.starts or at


def _tbs_in(der: bytes) -> bytes:
    """The TBSCertificate of a certificate; whatever else was read, as it is."""
    try:
        return read_tbs_certificate(der).der
    except Malformed:
        pass
    try:
        return read_certificate(der).tbs.der
    except Malformed:
        return der
