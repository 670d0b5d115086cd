"""The kind `signature_algorithm_allowed`: the signature is of an allowed algorithm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from gate.model import Case, Finding
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_sets
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import SomeOf, one_of
from gate.policy.sentences import enumerated, sentence
from gate.x509 import ECKey, RSAKey, oids, read_public_key
from gate.x509.der import encode, encode_integer, encode_null, encode_oid, encode_sequence, explicit

_MGF1 = "1.2.840.113549.1.1.8"
_SHA256, _SHA384, _SHA512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))


def _plain(oid: str) -> bytes:
    return encode_sequence(encode_oid(oid))


def _with_null(oid: str) -> bytes:
    return encode_sequence(encode_oid(oid), encode_null())


def _pss(digest: str, salt: int) -> bytes:
    """RSASSA-PSS with MGF-1 over the same digest (RFC 4055 §3.1)."""
    mask = encode_sequence(encode_oid(_MGF1), _with_null(digest))
    parameters = encode_sequence(
        encode(explicit(0), _with_null(digest)),
        encode(explicit(1), mask),
        encode(explicit(2), encode_integer(salt)),
    )
    return encode_sequence(encode_oid(oids.RSASSA_PSS), parameters)


ALGORITHMS: Mapping[str, bytes] = {
    "ecdsa-sha256": _plain(oids.ECDSA_WITH_SHA256),
    "ecdsa-sha384": _plain(oids.ECDSA_WITH_SHA384),
    "ecdsa-sha512": _plain(oids.ECDSA_WITH_SHA512),
    "rsa-pkcs1-sha256": _with_null(oids.SHA256_WITH_RSA_ENCRYPTION),
    "rsa-pkcs1-sha384": _with_null(oids.SHA384_WITH_RSA_ENCRYPTION),
    "rsa-pkcs1-sha512": _with_null(oids.SHA512_WITH_RSA_ENCRYPTION),
    "rsa-pss-sha256": _pss(_SHA256, 32),
    "rsa-pss-sha384": _pss(_SHA384, 48),
    "rsa-pss-sha512": _pss(_SHA512, 64),
}
"""The algorithms of BR 7.1.3.2 by the names that policies use, each in its one encoding.

SHA-1 has no name here: its last uses ended on 2026-09-15.
"""

_NAMES = {der: name for name, der in ALGORITHMS.items()}

_OF_CURVES = {
    oids.SECP256R1: "ecdsa-sha256",
    oids.SECP384R1: "ecdsa-sha384",
    oids.SECP521R1: "ecdsa-sha512",
}
"""The digest goes with the curve of the issuer's key (BR 7.1.3.2.2)."""


@dataclass(frozen=True, slots=True)
class SignatureAlgorithmAllowed(Requirement):
    """The signature field is an allowed algorithm, byte for byte, and fits the issuer's key."""

    kind: ClassVar[str] = "signature_algorithm_allowed"
    faults: ClassVar[Mapping[str, str]] = {
        "": "the signature algorithm is not allowed",
        "unknown": "it is none of those that the BR allow, or is encoded otherwise",
        "issuer": "it does not fit the key of the issuer",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 7.1.3.2",)
    allow: frozenset[str]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Compare the AlgorithmIdentifier with those allowed, and with the issuer's key."""
        signature = certificate_of(case).signature
        name = _NAMES.get(signature.der)
        if name is None:
            text = (
                f"the signature algorithm {quoted(signature.oid)}, as it is encoded, is none of "
                "those that BR 7.1.3.2 allow"
            )
            return (self.finding(text, location="signature", more="unknown"),)
        found = []
        if name not in self.allow:
            text = f"the signature algorithm {quoted(name)} is not allowed"
            found.append(self.finding(text, location="signature"))
        if case.issuer is not None and not _fits(name, case.issuer.spki):
            text = (
                f"{quoted(name)} is no algorithm for the key of issuer {quoted(case.issuer.name)}"
            )
            found.append(self.finding(text, location="signature", more="issuer"))
        return tuple(found)

    def in_words(self) -> str:
        """One sentence with the algorithms."""
        allowed = enumerated(sorted(self.allow), "or")
        return sentence(
            f"the certificate is to be signed with {allowed}, whichever fits the issuer's key"
        )

    def differences(self, older: "SignatureAlgorithmAllowed") -> tuple[Difference, ...]:
        """The algorithms."""
        what = "signature algorithms"
        return tuple(between_sets(self.allow, older.allow, what, added=Change.LOOSER))


def _fits(name: str, spki: bytes) -> bool:
    """Whether a key of this SubjectPublicKeyInfo can make such signatures."""
    match read_public_key(spki):
        case RSAKey():
            return name.startswith("rsa-")
        case ECKey(curve=curve):
            return _OF_CURVES.get(curve) == name
        case _:
            return False


class SignatureAlgorithmAllowedShape(RuleShape):
    """`allow` has the algorithms with which issuers may be asked to sign."""

    kind: Literal["signature_algorithm_allowed"] = Field(
        description="The algorithm with which the certificate is to be signed is allowed, encoded "
        "as BR 7.1.3.2 says, and fits the issuer's key."
    )
    allow: SomeOf[Annotated[str, BeforeValidator(one_of({name: name for name in ALGORITHMS}))]] = (
        Field(
            description="The algorithms that are allowed; what is not listed is not.",
            examples=[["ecdsa-sha256", "ecdsa-sha384", "rsa-pkcs1-sha256"]],
        )
    )

    def resolve(self, definitions: Definitions, place: Place) -> SignatureAlgorithmAllowed:
        """Nothing to look up: only algorithms that the BR allow have names."""
        del definitions, place
        return SignatureAlgorithmAllowed(frozenset(self.allow))
