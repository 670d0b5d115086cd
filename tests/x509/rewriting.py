"""Writes certificates again from nothing but the values that were read."""

from ipaddress import ip_address

from gate.x509 import (
    KEY_USAGES,
    Attribute,
    GeneralName,
    GeneralNameKind,
    Name,
    TBSCertificate,
    write_tbs_certificate,
)
from gate.x509.der import (
    IA5_STRING,
    TEXT_TAGS,
    Reader,
    encode,
    encode_bit_string,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_text,
    explicit,
    implicit,
)
from gate.x509.name import read_name
from gate.x509.oids import EXTENDED_KEY_USAGE, KEY_USAGE, SUBJECT_ALT_NAME

_IA5 = {
    GeneralNameKind.RFC822_NAME: 1,
    GeneralNameKind.DNS_NAME: 2,
    GeneralNameKind.URI: 6,
}


def assert_says_its_bytes(tbs: TBSCertificate) -> None:
    """Every value of it, written again, gives the bytes it was read from."""
    assert write_tbs_certificate(tbs) == tbs.der
    assert write_name(tbs.issuer) == tbs.issuer.der
    assert write_name(tbs.subject) == tbs.subject.der
    values = {extension.oid: extension.value for extension in tbs.extensions}
    assert len(values) == len(tbs.extensions)
    for name in tbs.subject_alt_name:
        assert write_general_name(name) == name.der
    written = {
        SUBJECT_ALT_NAME: encode_sequence(*(name.der for name in tbs.subject_alt_name)),
        KEY_USAGE: write_key_usage(tbs.key_usage or frozenset()),
        EXTENDED_KEY_USAGE: encode_sequence(*map(encode_oid, tbs.extended_key_usage)),
    }
    for oid, value in written.items():
        assert values.get(oid, value) == value


def write_name(name: Name) -> bytes:
    """The Name, from the text of its attributes."""
    return encode_sequence(
        *(encode_set_of(*(_write_attribute(one) for one in rdn)) for rdn in name.rdns)
    )


def _write_attribute(attribute: Attribute) -> bytes:
    if attribute.tag in TEXT_TAGS:
        value = encode_text(attribute.tag, attribute.value)
    else:
        value = bytes.fromhex(attribute.value.removeprefix("#"))
    return encode_sequence(encode_oid(attribute.oid), value)


def write_key_usage(uses: frozenset[str]) -> bytes:
    """The keyUsage of these uses, as the shortest BIT STRING there is."""
    bits = "".join("1" if name in uses else "0" for name in KEY_USAGES).rstrip("0")
    octets = bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))
    return encode_bit_string(octets, -len(bits) % 8)


def write_general_name(name: GeneralName) -> bytes:
    """The GeneralName, from its text where that says everything."""
    if name.kind in _IA5:
        return encode_text(IA5_STRING, name.text, implicit(_IA5[name.kind]))
    if name.kind is GeneralNameKind.IP_ADDRESS:
        return encode_octet_string(ip_address(name.text).packed, implicit(7))
    if name.kind is GeneralNameKind.REGISTERED_ID:
        return encode_oid(name.text, implicit(8))
    if name.kind is GeneralNameKind.OTHER_NAME:
        oid, value = name.text.split(" #")
        return encode(explicit(0), encode_oid(oid), encode(explicit(0), bytes.fromhex(value)))
    if name.kind is GeneralNameKind.DIRECTORY_NAME:
        inner = read_name(Reader(name.der).enter(explicit(4), "name"), "name")
        assert str(inner) == name.text
        return encode(explicit(4), write_name(inner))
    return bytes.fromhex(name.text.removeprefix("#"))
