"""Issuers: the issuing CA certificates a gate knows, named by its operators."""

from dataclasses import dataclass
from hashlib import sha256

from gate.errors import ConfigError, Malformed
from gate.model.words import Environment, Trust
from gate.x509 import read_certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One issuing CA.

    `subject` and `spki` are the DER of the CA certificate's subject and
    SubjectPublicKeyInfo, `subject_key_identifier` the value of that extension
    (empty where absent), `spki_sha256` what releases and log entries name it by.
    """

    name: str
    environment: Environment
    trust: Trust
    certificate: bytes
    subject: bytes
    spki: bytes
    spki_sha256: bytes
    subject_key_identifier: bytes

    @classmethod
    def read(
        cls, *, name: str, environment: Environment, trust: Trust, certificate: bytes
    ) -> "Issuer":
        """Make an issuer of its CA certificate in DER.

        Raises ConfigError where the bytes are no certificate, or not one of a CA.
        """
        try:
            tbs = read_certificate(certificate).tbs
        except Malformed as error:
            raise ConfigError(f"issuer `{name}`: no certificate: {error}") from None
        if not tbs.basic_constraints_ca:
            raise ConfigError(f"issuer `{name}`: the certificate is not one of a CA")
        return cls(
            name=name,
            environment=environment,
            trust=trust,
            certificate=certificate,
            subject=tbs.subject.der,
            spki=tbs.subject_public_key_info,
            spki_sha256=sha256(tbs.subject_public_key_info).digest(),
            subject_key_identifier=tbs.subject_key_identifier,
        )


def refuse_doubles(issuers: tuple[Issuer, ...]) -> None:
    """Refuse two issuers that share a name, a key or a subject.

    One key under two names, or under two levels of trust, would be a way around the walls
    between them. Raises ConfigError with every pair.
    """
    problems = [
        f"issuers `{one.name}` and `{other.name}` have the same {what}: name each issuer once"
        for at, one in enumerate(issuers)
        for other in issuers[:at]
        for what, same in (
            ("name", one.name == other.name),
            ("key", one.spki == other.spki),
            ("subject", one.subject == other.subject),
        )
        if same
    ]
    if problems:
        raise ConfigError(*problems)
