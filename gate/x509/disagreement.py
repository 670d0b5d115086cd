"""Where pyca/cryptography reads a TBSCertificate otherwise than this package does.

Two readers that share no code must say the same before bytes are signed: what one of them
gets wrong, some relying party will get wrong too.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from gate.x509 import oids
from gate.x509.certificate import AlgorithmIdentifier, TBSCertificate
from gate.x509.der import (
    SEQUENCE,
    Reader,
    encode,
    encode_bit_string,
    encode_oid,
    encode_sequence,
    explicit,
)
from gate.x509.extensions import Extension
from gate.x509.general_name import GeneralName, GeneralNameKind
from gate.x509.name import Name
from gate.x509.writing import complete, write_tbs_certificate

T = TypeVar("T")
R = TypeVar("R")

_DECIDING = frozenset(
    {oids.SUBJECT_ALT_NAME, oids.BASIC_CONSTRAINTS, oids.KEY_USAGE, oids.EXTENDED_KEY_USAGE}
)
"""The extensions that both readers must be able to decode."""

_LONGEST = 200
"""Characters of a value that a detail quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One point of difference, or one place that pyca refuses to read.

    `field` is a field of TBSCertificate, `certificate` for the whole, `extensions.` and an OID
    for one extension. `blocking` is false only where pyca refuses what does not decide.
    """

    field: str
    detail: str
    blocking: bool


class _Refusal(Exception):
    """What pyca raised, in words."""


def disagreements(tbs: TBSCertificate) -> tuple[Disagreement, ...]:
    """Everything in which the two readers differ on these bytes; never raises."""
    try:
        return _ask(lambda one: tuple(_compare(one)), tbs)
    except _Refusal as refusal:
        return (_refused("certificate", refusal, blocking=True),)


def _compare(tbs: TBSCertificate) -> Iterator[Disagreement]:
    _silence_pyca()
    other = x509.load_der_x509_certificate(complete(tbs.der))
    for field, ours, theirs in _FIELDS:
        try:
            yield from _differing(field, ours(tbs), _ask(theirs, other))
        except _Refusal as refusal:
            yield _refused(field, refusal, blocking=True)
    yield from _compare_key(tbs, other)
    yield from _compare_extensions(tbs, other)


_FIELDS: tuple[
    tuple[str, Callable[[TBSCertificate], object], Callable[[x509.Certificate], object]], ...
] = (
    ("version", lambda tbs: tbs.version, lambda other: other.version.value + 1),
    ("serial_number", lambda tbs: tbs.serial_number, lambda other: other.serial_number),
    ("signature", lambda tbs: tbs.signature.oid, lambda o: o.signature_algorithm_oid.dotted_string),
    ("issuer", lambda tbs: tbs.issuer.der, lambda other: other.issuer.public_bytes()),
    ("not_before", lambda tbs: tbs.not_before, lambda other: other.not_valid_before_utc),
    ("not_after", lambda tbs: tbs.not_after, lambda other: other.not_valid_after_utc),
    ("subject", lambda tbs: tbs.subject.der, lambda other: other.subject.public_bytes()),
    (
        "subject_public_key_info",
        lambda tbs: _key_algorithm(tbs.subject_public_key_info),
        lambda other: other.public_key_algorithm_oid.dotted_string,
    ),
)


def _key_algorithm(spki: bytes) -> str:
    what = "subject_public_key_info"
    return Reader(spki).enter(SEQUENCE, what).enter(SEQUENCE, what).oid(what)


def _compare_key(tbs: TBSCertificate, other: x509.Certificate) -> Iterator[Disagreement]:
    field = "subject_public_key_info"
    try:
        key = _ask(lambda one: one.public_key(), other)
        written = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        # Pyca writes a compressed point in full, and parameters in its own way: then the
        # two are the same if our bytes are the same key to it.
        if written != tbs.subject_public_key_info and key != _ask(
            load_der_public_key, tbs.subject_public_key_info
        ):
            yield from _differing(field, tbs.subject_public_key_info, written)
    except _Refusal as refusal:
        yield _refused(field, refusal, blocking=False)


def _compare_extensions(tbs: TBSCertificate, other: x509.Certificate) -> Iterator[Disagreement]:
    try:
        theirs = _ask(lambda one: list(one.extensions), other)
    except _Refusal as refusal:
        yield from _find_refused(tbs, refusal)
    else:
        yield from _compare_lists(tbs, theirs)


def _find_refused(tbs: TBSCertificate, whole: _Refusal) -> Iterator[Disagreement]:
    """Pyca gives all extensions or none: ask it for each alone, then for all it can read."""
    readable: list[Extension] = []
    for extension in tbs.extensions:
        try:
            _ask(_reread, (extension,))
            readable.append(extension)
        except _Refusal as refusal:
            blocking = extension.oid in _DECIDING
            yield _refused(f"extensions.{extension.oid}", refusal, blocking=blocking)
    if len(readable) == len(tbs.extensions):
        yield _refused("extensions", whole, blocking=True)
    else:
        rest = replace(tbs, extensions=tuple(readable))
        yield from _compare_lists(rest, _reread(rest.extensions))


def _reread(
    extensions: tuple[Extension, ...],
) -> list[x509.Extension[x509.ExtensionType]]:
    """What pyca reads in a certificate that has these extensions and little else."""
    written = write_tbs_certificate(replace(_BLANK, extensions=extensions))
    return list(x509.load_der_x509_certificate(complete(written)).extensions)


_ED25519 = AlgorithmIdentifier(oid=oids.ED25519, der=encode_sequence(encode_oid(oids.ED25519)))
_NOBODY = Name(der=encode_sequence(), rdns=())
_BLANK = TBSCertificate(
    der=b"",
    version=3,
    serial_number=1,
    signature=_ED25519,
    issuer=_NOBODY,
    not_before=datetime(2000, 1, 1, tzinfo=UTC),
    not_after=datetime(2000, 1, 1, tzinfo=UTC),
    subject=_NOBODY,
    subject_public_key_info=encode_sequence(_ED25519.der, encode_bit_string(bytes(32))),
)
"""The certificate in which pyca is asked for some extensions only."""


def _compare_lists(
    tbs: TBSCertificate, theirs: Sequence[x509.Extension[x509.ExtensionType]]
) -> Iterator[Disagreement]:
    heads = [(extension.oid, extension.critical) for extension in tbs.extensions]
    other_heads = [(extension.oid.dotted_string, extension.critical) for extension in theirs]
    yield from _differing("extensions", heads, other_heads)
    if heads != other_heads:
        return
    for ours, other in zip(tbs.extensions, theirs, strict=True):
        if not _same_value(ours, other):
            yield from _differing(f"extensions.{ours.oid}", ours.value, repr(other.value))
        if isinstance(other.value, x509.SubjectAlternativeName):
            names = [_our_name(name) for name in tbs.subject_alt_name]
            yield from _differing("subject_alt_name", names, [*map(_their_name, other.value)])


def _same_value(ours: Extension, other: x509.Extension[x509.ExtensionType]) -> bool:
    if other.value.public_bytes() == ours.value:
        return True
    # Pyca writes some values in its own way (texts of policies always as UTF8String): then
    # the two are the same if our bytes mean the same to it.
    return [other.value] == [extension.value for extension in _reread((ours,))]


def _our_name(name: GeneralName) -> tuple[GeneralNameKind, str]:
    is_directory_name = name.kind is GeneralNameKind.DIRECTORY_NAME
    return name.kind, name.der.hex() if is_directory_name else name.text


def _their_name(name: x509.GeneralName) -> tuple[GeneralNameKind, str]:
    if isinstance(name, x509.DirectoryName):
        der = encode(explicit(4), name.value.public_bytes())
        return GeneralNameKind.DIRECTORY_NAME, der.hex()
    if isinstance(name, x509.RegisteredID):
        return GeneralNameKind.REGISTERED_ID, name.value.dotted_string
    if isinstance(name, x509.OtherName):
        return GeneralNameKind.OTHER_NAME, f"{name.type_id.dotted_string} #{name.value.hex()}"
    return _PLAIN_NAMES[type(name)], str(name.value)


_PLAIN_NAMES: dict[type[x509.GeneralName], GeneralNameKind] = {
    x509.DNSName: GeneralNameKind.DNS_NAME,
    x509.IPAddress: GeneralNameKind.IP_ADDRESS,
    x509.RFC822Name: GeneralNameKind.RFC822_NAME,
    x509.UniformResourceIdentifier: GeneralNameKind.URI,
}
"""The kinds whose value as text is what GeneralName.text holds."""


def _differing(field: str, ours: object, theirs: object) -> Iterator[Disagreement]:
    if ours != theirs:
        detail = f"the gate reads `{_quote(ours)}`, the second reader `{_quote(theirs)}`"
        yield Disagreement(field=field, detail=detail, blocking=True)


def _refused(field: str, refusal: _Refusal, *, blocking: bool) -> Disagreement:
    detail = f"the second reader does not read this: {refusal}"
    return Disagreement(field=field, detail=detail, blocking=blocking)


def _quote(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _ask(read: Callable[[T], R], subject: T) -> R:
    """What `read` says; whatever it raises instead becomes a _Refusal."""
    try:
        return read(subject)
    except (KeyboardInterrupt, SystemExit, _Refusal):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic in pyca's Rust is no Exception
        raise _Refusal(_quote(f"{type(error).__name__}: {error}")) from None


def _silence_pyca() -> None:
    """Drop the warnings that pyca would speak in this module's name.

    They say (serials below zero, country codes of three letters) what linters say better. The
    filter names this module and is put first only where it is not, so that threads do not
    undo each other's work, which `warnings.catch_warnings` would.
    """
    if warnings.filters[:1] != [_SILENCE]:
        warnings.filterwarnings("ignore", module=_THIS_MODULE)


_THIS_MODULE = r"gate\.x509\.disagreement\Z"
_SILENCE = ("ignore", None, Warning, re.compile(_THIS_MODULE), 0)
