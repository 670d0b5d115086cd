"""What an issuing system asks: these bytes, in this context."""

from dataclasses import dataclass

from gate.model.words import Purpose, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuanceContext:
    """The circumstances of one to-be-signed certificate, as the issuing system states them.

    All texts are the requester's and may name things that do not exist; `environment`
    is therefore text too. `precertificate` is signed DER, for stage CERTIFICATE.
    """

    order_id: str
    account: str
    issuer: str
    profile: str
    environment: str
    purpose: Purpose
    stage: Stage
    channel: str = ""
    requested_by: str = ""
    precertificate: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuanceRequest:
    """One request for a release; `caller` is the peer's identity, never a message field."""

    request_id: str
    caller: str
    tbs_certificate: bytes
    context: IssuanceContext
