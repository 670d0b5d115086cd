"""Extensions: the list of them, and the values of those that decide (RFC 5280 §4.2)."""

from dataclasses import dataclass

from gate.errors import Malformed
from gate.x509 import oids
from gate.x509.der import BOOLEAN, END, SEQUENCE, Reader, explicit, implicit
from gate.x509.general_name import GeneralName, read_general_names

MAX_EXTENSIONS = 100
"""Extensions of one certificate; real ones have about ten."""

KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""The bits of keyUsage from the first on, by their names in RFC 5280 §4.2.1.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension; `value` is what the OCTET STRING holds, as bytes."""

    oid: str
    critical: bool
    value: bytes


class ExtensionReader:
    """Reads the list of extensions, then the values of those that decide.

    `extensions` are all of them, in order. Each method raises Malformed with the offset in the
    whole input where its extension is there and is not canonical.
    """

    def __init__(self, data: bytes, reader: Reader | None) -> None:
        self._data = data
        self._places: dict[str, tuple[int, int]] = {}
        self.extensions = () if reader is None else self._read_all(reader)

    def _read_all(self, reader: Reader) -> tuple[Extension, ...]:
        start = reader.at
        sequence = reader.enter(SEQUENCE, "extensions")
        reader.finish("extensions")
        extensions: list[Extension] = []
        while sequence.remaining:
            if len(extensions) == MAX_EXTENSIONS:
                fault = f"more than {MAX_EXTENSIONS}, the most that are read"
                raise Malformed(f"extensions: {fault}", offset=sequence.at)
            extensions.append(self._read_one(sequence))
        if not extensions:
            raise Malformed("extensions: none in the list", offset=start)
        return tuple(extensions)

    def _read_one(self, sequence: Reader) -> Extension:
        start = sequence.at
        fields = sequence.enter(SEQUENCE, "extension")
        oid = fields.oid("extension")
        what = f"extension {oid}"
        if oid in self._places:
            raise Malformed(f"{what}: stands twice", offset=start)
        critical = fields.next_tag == BOOLEAN
        if critical and not fields.boolean(what):
            raise Malformed(f"{what}: the default `critical FALSE` is written out", offset=start)
        value = fields.octet_string(what)
        self._places[oid] = (fields.at - len(value), fields.at)
        fields.finish(what)
        return Extension(oid=oid, critical=critical, value=value)

    def _value(self, oid: str) -> Reader | None:
        return Reader(self._data, *self._places[oid]) if oid in self._places else None

    def subject_alt_name(self) -> tuple[GeneralName, ...]:
        """The names, or none where the extension is absent (RFC 5280 §4.2.1.6)."""
        if (value := self._value(oids.SUBJECT_ALT_NAME)) is None:
            return ()
        names = read_general_names(value, "subject_alt_name")
        value.finish("subject_alt_name")
        return names

    def basic_constraints_ca(self) -> bool:
        """Whether the subject is a CA (RFC 5280 §4.2.1.9)."""
        what = "basic_constraints"
        if (value := self._value(oids.BASIC_CONSTRAINTS)) is None:
            return False
        fields = value.enter(SEQUENCE, what)
        value.finish(what)
        ca = fields.next_tag == BOOLEAN
        if ca and not fields.boolean(what):
            raise Malformed(f"{what}: the default `cA FALSE` is written out", offset=value.at)
        if fields.remaining and fields.integer(what) < 0:
            raise Malformed(f"{what}: pathLenConstraint below zero", offset=fields.at)
        fields.finish(what)
        return ca

    def key_usage(self) -> frozenset[str] | None:
        """The uses whose bits are set, or None where the extension is absent (§4.2.1.3)."""
        what = "key_usage"
        if (value := self._value(oids.KEY_USAGE)) is None:
            return None
        start = value.at
        octets, unused = value.bit_string(what)
        value.finish(what)
        if octets and not octets[-1] >> unused & 1:
            raise Malformed(f"{what}: named bits end in zeros", offset=start)
        if 8 * len(octets) - unused > len(KEY_USAGES):
            raise Malformed(f"{what}: more than the nine bits there are", offset=start)
        bits = "".join(f"{octet:08b}" for octet in octets)
        return frozenset(name for name, bit in zip(KEY_USAGES, bits, strict=False) if bit == "1")

    def extended_key_usage(self) -> tuple[str, ...]:
        """The purposes in order, or none where the extension is absent (§4.2.1.12)."""
        what = "extended_key_usage"
        if (value := self._value(oids.EXTENDED_KEY_USAGE)) is None:
            return ()
        purposes, found = value.enter(SEQUENCE, what), []
        value.finish(what)
        while purposes.remaining:
            found.append(purposes.oid(what))
        if not found:
            raise Malformed(f"{what}: no purpose in it", offset=purposes.at)
        return tuple(found)

    def authority_key_identifier(self) -> bytes:
        """The identifier of the issuer's key, or b"" where there is none (§4.2.1.1)."""
        what = "authority_key_identifier"
        if (value := self._value(oids.AUTHORITY_KEY_IDENTIFIER)) is None:
            return b""
        fields = value.enter(SEQUENCE, what)
        value.finish(what)
        key_id = b""
        if fields.next_tag == implicit(0):
            key_id = fields.octet_string(what, implicit(0))
        if fields.next_tag == explicit(1):
            fields.element(what)
        if fields.next_tag != END:
            fields.integer(what, implicit(2))
        fields.finish(what)
        return key_id

    def subject_key_identifier(self) -> bytes:
        """The identifier of the subject's key, or b"" where there is none (§4.2.1.2)."""
        what = "subject_key_identifier"
        if (value := self._value(oids.SUBJECT_KEY_IDENTIFIER)) is None:
            return b""
        key_id = value.octet_string(what)
        value.finish(what)
        return key_id

    def poisoned(self) -> bool:
        """Whether this is a precertificate; the poison is critical and NULL (RFC 6962 §3.1)."""
        what = "precertificate poison"
        if (value := self._value(oids.CT_POISON)) is None:
            return False
        value.null(what)
        value.finish(what)
        if any(ext.oid == oids.CT_POISON and not ext.critical for ext in self.extensions):
            raise Malformed(f"{what}: not critical", offset=value.at)
        return True
