"""Test certificates in one line, over the demo's builder: the same bytes on every run.

`tbs()` passes everything; `tbs(days=201)` is wrong in one way. Dates are a fixed day,
keys and serial numbers come from seeds.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from gate.model import Environment, Issuer, Stage, Trust
from gate.specimens.certificates import CertificateFields, tbs_certificate
from gate.specimens.issuers import PUBLIC_ISSUER, TEST_ISSUER, IssuingCA, make_issuing_ca
from gate.specimens.keys import ec_private_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

PUBLIC = make_issuing_ca(
    PUBLIC_ISSUER,
    environment=Environment.PRODUCTION,
    trust=Trust.PUBLIC,
    key=ec_private_key(PUBLIC_ISSUER),
    at=NOW,
)
TEST = make_issuing_ca(
    TEST_ISSUER,
    environment=Environment.STAGING,
    trust=Trust.TEST,
    key=ec_private_key(TEST_ISSUER),
    at=NOW,
)


def tbs(
    *names: str,
    days: int = 90,
    ca: IssuingCA = PUBLIC,
    not_before: datetime = NOW,
    stage: Stage = Stage.CERTIFICATE,
    **fields: Any,
) -> bytes:
    """A TBSCertificate for these names, or for example.com; `fields` as in CertificateFields."""
    made = CertificateFields(
        names=names or ("example.com",), stage=stage, validity=timedelta(days=days), **fields
    )
    return tbs_certificate(made, issuer=ca.certificate, not_before=not_before)


def precertificate(*names: str, **changes: Any) -> bytes:
    """The TBSCertificate of a precertificate; `changes` as for `tbs`."""
    return tbs(*names, stage=Stage.PRECERTIFICATE, **changes)


def issuer(ca: IssuingCA = PUBLIC) -> Issuer:
    """The issuer as the gate knows it; `issuer(TEST)` is the one for staging."""
    return Issuer.read(
        name=ca.name, environment=ca.environment, trust=ca.trust, certificate=ca.certificate
    )
