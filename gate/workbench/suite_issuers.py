"""The issuing CAs of a policy's tests: made from their names, or read from files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gate.errors import ConfigError, Malformed
from gate.model import Issuer
from gate.policy.definitions import Place
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.specimens.issuers import make_issuing_ca
from gate.specimens.keys import ec_private_key
from gate.workbench.suite_keys import public_key
from gate.workbench.suite_shape import IssuerShape
from gate.x509 import complete, der_from, read_certificate, write_tbs_certificate

_BEGINS, _ENDS = datetime(2000, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Tests are about any day; an issuer that had ended by then would be the fault that is found."""


@dataclass(slots=True)
class SuiteIssuers:
    """Collects the issuers that files of tests name; the same name must mean the same."""

    certificates: Mapping[str, bytes]
    _shapes: dict[str, tuple[IssuerShape, Place]] = field(default_factory=dict)
    _found: dict[str, Issuer] = field(default_factory=dict)

    @property
    def found(self) -> tuple[Issuer, ...]:
        """All of them, by name."""
        return tuple(self._found[name] for name in sorted(self._found))

    def add(self, issuers: Mapping[str, IssuerShape], place: Place) -> None:
        """Take in a file's issuers; notes what cannot be."""
        for name, shape in issuers.items():
            known, where = self._shapes.setdefault(name, (shape, place.below(name)))
            if known != shape:
                text = f"{quoted(name)} is another issuer in {where.document.file}"
                place.below(name).note(f"{text}: write it the same everywhere", at_key=True)
            elif name not in self._found and (made := self._made(name, shape, place.below(name))):
                self._found[name] = made

    def _made(self, name: str, shape: IssuerShape, place: Place) -> Issuer | None:
        if shape.file is None:
            der: bytes | None = _issuing_ca(name, shape)
        else:
            der = certificate_file(shape.file, self.certificates, place.below("file"))
        if der is None:
            return None
        try:
            return Issuer.read(
                name=name, environment=shape.environment, trust=shape.trust, certificate=der
            )
        except ConfigError as error:
            place.note(str(error))
            return None


def _issuing_ca(name: str, shape: IssuerShape) -> bytes:
    """The CA certificate of a name with a key of the kind asked for; its signature is no one's."""
    ca = make_issuing_ca(
        name,
        environment=shape.environment,
        trust=shape.trust,
        key=ec_private_key(name),
        at=_BEGINS,
    )
    spki = public_key(shape.key, name).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    tbs = read_certificate(ca.certificate).tbs
    made = replace(tbs, subject_public_key_info=spki, not_after=_ENDS)
    return complete(write_tbs_certificate(made))


def certificate_file(name: str, certificates: Mapping[str, bytes], place: Place) -> bytes | None:
    """The DER in `certificates/NAME` beside a file of tests; notes what is not there."""
    folder = place.document.file.rpartition("/")[0]
    start = f"{folder}/certificates/" if folder else "certificates/"
    data = certificates.get(f"{start}{name}")
    if data is None:
        known = (path.removeprefix(start) for path in certificates if path.startswith(start))
        place.note(f"there is no file `{start}{name}`{did_you_mean(name, known)}")
        return None
    try:
        return der_from(data)
    except Malformed as error:
        place.note(f"`{start}{name}`: {error}")
        return None
