"""The kind `key_algorithm_allowed`: the subscriber's key is of an allowed algorithm and size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from gate.errors import Malformed
from gate.model import Case, Finding
from gate.policy.change import Change
from gate.policy.definitions import Definitions, Place
from gate.policy.differences import Difference, between_sets
from gate.policy.quoting import quoted
from gate.policy.requirement import Requirement, certificate_of
from gate.policy.rule_shape import RuleShape
from gate.policy.scalars import SomeOf, Whole, mistake, one_of, words_of
from gate.policy.sentences import enumerated, sentence
from gate.policy.shape import Shape
from gate.x509 import ECKey, PublicKey, RSAKey, oids, read_public_key

LEAST_RSA_BITS = 2048
LEAST_EXPONENT = 3
"""BR 6.1.5 and 6.1.6; the size must be a multiple of 8, the exponent odd."""

CURVES: Mapping[str, str] = {
    "p256": oids.SECP256R1,
    "p384": oids.SECP384R1,
    "p521": oids.SECP521R1,
}
"""The curves of BR 6.1.5, by the names that policies use."""

_NAMES = {oid: name for name, oid in CURVES.items()}
_LOCATION = "subject_public_key_info"


class KeyType(StrEnum):
    """The two kinds of key that BR 6.1.5 allows."""

    RSA = "rsa"
    EC = "ec"


@dataclass(frozen=True, slots=True)
class RSASizes:
    """How large the modulus of an RSA key may be; `most_bits` None is without limit."""

    least_bits: int
    most_bits: int | None


@dataclass(frozen=True, slots=True)
class KeyAlgorithmAllowed(Requirement):
    """The key is RSA of an allowed size, or lies on an allowed curve.

    It is encoded as BR 7.1.3.1 says; an RSA modulus has a multiple of 8 bits, its exponent is
    odd and at least 3. `rsa` is None where no RSA key is allowed.
    """

    kind: ClassVar[str] = "key_algorithm_allowed"
    faults: ClassVar[Mapping[str, str]] = {
        "": "the key is of an algorithm or size that is not allowed",
        "unreadable": "the public key is not encoded as it must be",
    }
    sections: ClassVar[tuple[str, ...]] = ("BR 6.1.5", "BR 6.1.6", "BR 7.1.3.1")
    rsa: RSASizes | None
    curves: frozenset[str]

    def judge(self, case: Case) -> tuple[Finding, ...]:
        """Read the SubjectPublicKeyInfo."""
        spki = certificate_of(case).subject_public_key_info
        try:
            key = read_public_key(spki)
        except Malformed as error:
            return (self.finding(str(error), location=_LOCATION, more="unreadable"),)
        return tuple(self.finding(fault, location=_LOCATION) for fault in self._faults(key))

    def _faults(self, key: PublicKey) -> Iterator[str]:
        match key:
            case RSAKey():
                yield from self._rsa_faults(key)
            case ECKey():
                name = _NAMES.get(key.curve, key.curve)
                if name not in self.curves:
                    yield f"a key on the curve {quoted(name)} is not allowed"
            case _:
                yield f"a key of the algorithm {quoted(key.algorithm)} is not allowed"

    def _rsa_faults(self, key: RSAKey) -> Iterator[str]:
        if self.rsa is None:
            yield "an RSA key is not allowed"
            return
        modulus = f"the RSA modulus has {key.bits} bits"
        if key.bits < self.rsa.least_bits:
            yield f"{modulus}, at least {self.rsa.least_bits} are required"
        if self.rsa.most_bits is not None and key.bits > self.rsa.most_bits:
            yield f"{modulus}, at most {self.rsa.most_bits} are allowed"
        if key.bits % 8:
            yield f"{modulus}, which is no multiple of 8"
        if key.exponent < LEAST_EXPONENT or key.exponent % 2 == 0:
            told = _number(key.exponent)
            yield f"the RSA exponent {told} is not odd and at least {LEAST_EXPONENT}"

    def in_words(self) -> str:
        """One sentence with the sizes and the curves."""
        allowed = [f"on the curve P-{name[1:]}" for name in sorted(self.curves)]
        if self.rsa:
            most = f" to {self.rsa.most_bits}" if self.rsa.most_bits else " or more"
            size = f"{self.rsa.least_bits}{most} bits"
            allowed.insert(0, f"RSA of {size} (a multiple of 8, the exponent odd and 3 or more)")
        return sentence(f"the public key is {enumerated(allowed, 'or')}")

    def differences(self, older: "KeyAlgorithmAllowed") -> tuple[Difference, ...]:
        """The sizes of RSA keys, and the curves."""
        curves = between_sets(self.curves, older.curves, "curves", added=Change.LOOSER)
        return (*self._rsa_differences(older.rsa), *curves)

    def _rsa_differences(self, old: RSASizes | None) -> Iterator[Difference]:
        new = self.rsa
        if new is None or old is None:
            if new is not old:
                added = old is None
                change = Change.LOOSER if added else Change.STRICTER
                yield Difference(change, f"RSA keys {'added' if added else 'removed'}")
            return
        if new.least_bits != old.least_bits:
            change = Change.STRICTER if new.least_bits > old.least_bits else Change.LOOSER
            yield Difference(
                change, f"least RSA size {new.least_bits} bits, it was {old.least_bits}"
            )
        if new.most_bits != old.most_bits:
            looser = new.most_bits is None or (
                old.most_bits is not None and new.most_bits > old.most_bits
            )
            text = f"greatest RSA size {_most(new)}, it was {_most(old)}"
            yield Difference(Change.LOOSER if looser else Change.STRICTER, text)


def _most(sizes: RSASizes) -> str:
    return "without limit" if sizes.most_bits is None else f"{sizes.most_bits} bits"


def _number(value: int) -> str:
    """The number, or how long it is: an exponent may have as many digits as a modulus."""
    return str(value) if value.bit_length() <= 64 else f"of {value.bit_length()} bits"  # noqa: PLR2004


class AllowedKeyShape(Shape):
    """One kind of key: `rsa` with its sizes, or `ec` with its curves."""

    type: Annotated[KeyType, BeforeValidator(one_of(words_of(KeyType)))] = Field(
        description="The algorithm: `rsa` or `ec`.", examples=["rsa"]
    )
    least_bits: Whole | None = Field(
        default=None,
        description="For `rsa`: how many bits the modulus has at least; the BR demand 2048.",
        examples=[2048],
    )
    most_bits: Whole | None = Field(
        default=None,
        description="For `rsa`: how many bits the modulus has at most; left out, without limit.",
        examples=[8192],
    )
    curves: SomeOf[Annotated[str, BeforeValidator(one_of({name: name for name in CURVES}))]] = (
        Field(default=(), description="For `ec`: the curves.", examples=[["p256", "p384"]])
    )

    @model_validator(mode="after")
    def _as_the_type_needs(self) -> Self:
        rsa = self.least_bits is not None and not self.curves
        ec = bool(self.curves) and self.least_bits is None and self.most_bits is None
        if self.type is KeyType.RSA and not rsa:
            raise mistake("`rsa` needs `least_bits`, may have `most_bits`, and has no `curves`")
        if self.type is KeyType.EC and not ec:
            raise mistake("`ec` needs `curves`, and has no `least_bits` or `most_bits`")
        return self


class KeyAlgorithmAllowedShape(RuleShape):
    """`allow` has the kinds of key that may be certified."""

    kind: Literal["key_algorithm_allowed"] = Field(
        description="The subscriber's public key is of an allowed algorithm and size, encoded as "
        "BR 7.1.3.1 says."
    )
    allow: SomeOf[AllowedKeyShape] = Field(
        description="The kinds of key that are allowed, each type once; what is not listed is not.",
        examples=[
            [
                {"type": "rsa", "least_bits": 2048, "most_bits": 8192},
                {"type": "ec", "curves": ["p256", "p384"]},
            ]
        ],
    )

    def resolve(self, definitions: Definitions, place: Place) -> KeyAlgorithmAllowed:
        """Refuses what the BR do not allow, and a type that stands twice."""
        del definitions
        by_type: dict[KeyType, AllowedKeyShape] = {}
        for at, shape in enumerate(self.allow):
            where = place.below("allow", at)
            if shape.type in by_type:
                where.below("type").note(f"{quoted(shape.type)} stands twice: write one entry")
            by_type.setdefault(shape.type, shape)
            _refuse_sizes(shape, where)
        rsa, ec = by_type.get(KeyType.RSA), by_type.get(KeyType.EC)
        sizes = RSASizes(rsa.least_bits or LEAST_RSA_BITS, rsa.most_bits) if rsa else None
        return KeyAlgorithmAllowed(sizes, frozenset(ec.curves if ec else ()))


def _refuse_sizes(shape: AllowedKeyShape, place: Place) -> None:
    if shape.least_bits is None:
        return
    if shape.least_bits < LEAST_RSA_BITS:
        text = f"{shape.least_bits} bits is less than the {LEAST_RSA_BITS} of BR 6.1.5"
        place.below("least_bits").note(f"{text}: no policy can loosen it")
    if shape.most_bits is not None and shape.most_bits < shape.least_bits:
        place.below("most_bits").note("no size is left: it is less than `least_bits`")
