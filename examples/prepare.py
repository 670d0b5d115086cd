"""Records what a gate must know before an order, and writes down what is then asked.

    python examples/prepare.py SERVER IDENTITIES FOLDER

SERVER is the address of `gate serve --dev`, IDENTITIES its folder of client certificates.
FOLDER then holds `tbs.der`, which the gate releases; `other.der`, the same for a host that
nobody validated; `context.json`, their IssuanceContext; and `request.json`, the whole
request for `tbs.der`, for clients that send JSON.
"""

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from gate.client import GateClient
from gate.model import (
    ADNDerivation,
    Applicant,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
    Validation,
)
from gate.specimens.certificates import CertificateFields, tbs_certificate
from gate.x509 import der_from

ACCOUNT, APPLICANT = "acme-public", "harbour-cafe"
HOST, OTHER_HOST = "www.harbour-cafe.hr", "www.nobody-validated-this.hr"


def main(server: str, identities: Path, folder: Path) -> None:
    """Record one order and its evidence, then write the files that ask for its certificate."""
    now = datetime.now(UTC)  # noqa: TID251 - a program of its own, with its own clock
    order_id = f"order-{uuid4()}"
    with connect(server, identities, "registrar") as registrar:
        registrar.record_applicant(
            Applicant(account=ACCOUNT, applicant=APPLICANT, name="Harbour Cafe")
        )
        registrar.record_order(order(order_id))
    with connect(server, identities, "validator") as validator:
        validator.record_validation(validation(now))

    folder.mkdir(parents=True, exist_ok=True)
    issuer = der_from((identities.parent / "public-r1.pem").read_bytes())
    for name, host in (("tbs.der", HOST), ("other.der", OTHER_HOST)):
        fields = CertificateFields(names=(host,), seed=order_id)
        tbs = tbs_certificate(fields, issuer=issuer, not_before=now)
        (folder / name).write_bytes(tbs)
    context = {
        "order_id": order_id,
        "account": ACCOUNT,
        "issuer": "public-r1",
        "profile": "tls-dv",
        "environment": "production",
        "purpose": "PURPOSE_SUBSCRIBER",
        "stage": "STAGE_PRECERTIFICATE",
        "requested_by": "ana",
    }
    request = {
        "request_id": str(uuid4()),
        "tbs_certificate": base64.b64encode((folder / "tbs.der").read_bytes()).decode(),
        "context": context,
    }
    (folder / "context.json").write_text(json.dumps(context, indent=2) + "\n")
    (folder / "request.json").write_text(json.dumps(request, indent=2) + "\n")


def connect(server: str, identities: Path, role: str) -> GateClient:
    """A connection under the identity of this role."""
    return GateClient(
        server,
        root_certificates=(identities / "ca.pem").read_bytes(),
        private_key=(identities / f"{role}.key").read_bytes(),
        certificate_chain=(identities / f"{role}.pem").read_bytes(),
    )


def order(order_id: str) -> Order:
    """What the RA's front end records."""
    return Order(
        order_id=order_id,
        account=ACCOUNT,
        identifiers=(Identifier(IdentifierType.DNS, HOST),),
        spki_sha256=b"",
        profile="tls-dv",
        purpose=Purpose.SUBSCRIBER,
        requested_by="ana",
    )


def validation(now: datetime) -> Validation:
    """What the validation system records."""
    return Validation(
        applicant=APPLICANT,
        identifier=Identifier(IdentifierType.DNS, HOST),
        authorization_domain=HOST,
        adn_derivation=ADNDerivation.EXACT,
        method="dns-01",
        initiated_at=now - timedelta(minutes=2),
        oldest_datum_at=now - timedelta(minutes=2),
        completed_at=now,
        performed_by="validation-1",
        br_version="2.2.6",
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
