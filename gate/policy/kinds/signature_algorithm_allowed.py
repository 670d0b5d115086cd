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
from gate.policy.signature_algorithms import ALGORITHMS, algorithm_name, algorithms_of


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
        name = algorithm_name(signature.der)
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
        if case.issuer is not None and name not in algorithms_of(case.issuer.spki):
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
