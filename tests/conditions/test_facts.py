"""The facts of a case are what the case says, all of them and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.x509 import CertificatePolicies, Extension, ObjectIdentifier, PolicyInformation
from cryptography.x509.oid import NameOID

from gate.conditions.certificate_facts import SUBJECT_FIELDS
from gate.conditions.facts import facts_of
from gate.conditions.v1.facts_pb2 import Facts, Subject
from gate.conditions.vocabulary import FACTS, paths
from gate.specimens.keys import rsa_key
from gate.x509 import GeneralName, GeneralNameKind, oids, read_tbs_certificate
from tests import pki
from tests.conditions.judged import bare_case, case
from tests.policy import judging


def test_the_facts_of_a_request() -> None:
    request = facts_of(case(context={"channel": "acme"})).request
    assert request.environment == "production"
    assert (request.account, request.profile, request.issuer) == ("alice", "tls-dv", "public-r1")
    assert (request.issuer_trust, request.purpose) == ("public", "SUBSCRIBER")
    assert (request.stage, request.channel.value) == ("PRECERTIFICATE", "acme")
    assert request.requested_by.value == "someone"
    assert facts_of(case(issuer=None)).request.issuer_trust == "unknown"
    assert not facts_of(case()).request.HasField("channel")


def test_the_facts_of_a_certificate() -> None:
    given = case().certificate
    cert = facts_of(case()).cert
    assert not isinstance(given, Exception)
    assert cert.serial_number == f"{given.serial_number:x}"
    assert list(cert.san.dns) == ["www.plovidba.hr", "*.plovidba.hr"]
    assert list(cert.san.ip) == ["1.1.1.1"]
    assert list(cert.subject.o) == ["Plovidba d.d.", "Plovidba Nautika d.o.o."]
    assert list(cert.subject.attribute_oids) == ["2.5.4.6", "2.5.4.10", "2.5.4.10"]
    assert list(cert.extension_oids) == [each.oid for each in given.extensions]
    assert oids.CT_POISON in cert.critical_extension_oids
    assert list(cert.policy_oids) == [oids.DOMAIN_VALIDATED]
    assert list(cert.extended_key_usage) == [oids.SERVER_AUTH]
    assert list(cert.key_usage) == ["digitalSignature"]
    assert cert.key.spki_sha256 == given.spki_sha256.hex()
    assert cert.not_before.ToSeconds() == given.not_before.timestamp()


def test_every_attribute_with_a_fact_of_its_own_is_told() -> None:
    fields = {field.name for field in Subject.DESCRIPTOR.fields}
    assert set(SUBJECT_FIELDS.values()) == fields - {"name", "attribute_oids"}
    subject = ((NameOID.LOCALITY_NAME, "Split"), (NameOID.SURNAME, "Horvat"))
    told = facts_of(case(certificate=judging.certificate(subject=subject))).cert.subject
    assert (list(told.l), list(told.surname), list(told.o)) == (["Split"], ["Horvat"], [])


def test_names_are_told_in_small_letters() -> None:
    loud = judging.certificate("WWW.Plovidba.hr")
    assert list(facts_of(case(certificate=loud)).cert.san.dns) == ["www.plovidba.hr"]


def test_every_policy_is_told() -> None:
    several = CertificatePolicies(
        [PolicyInformation(ObjectIdentifier(oid), None) for oid in ("1.2.3", "1.2.4")]
    )
    extension = Extension(several.oid, critical=False, value=several)
    given = read_tbs_certificate(pki.precertificate("a.example.com", replace=(extension,)))
    assert list(facts_of(case(certificate=given)).cert.policy_oids) == ["1.2.3", "1.2.4"]


def test_the_facts_of_an_rsa_key() -> None:
    given = read_tbs_certificate(pki.precertificate("a.example.com", key=rsa_key()))
    key = facts_of(case(certificate=given)).cert.key
    assert (key.type, key.size_bits.value, key.curve) == ("rsa", 2048, "none")
    assert key.rsa_exponent.value == 65537


def test_a_key_that_cannot_be_read_is_unknown() -> None:
    given = case().certificate
    assert not isinstance(given, Exception)
    broken = replace(given, subject_public_key_info=b"\x30\x00")
    key = facts_of(case(certificate=broken)).cert.key
    assert (key.type, key.curve, key.HasField("size_bits")) == ("unknown", "none", False)


ED25519 = bytes.fromhex("302a300506032b6570032100") + bytes(32)
SECP256K1 = bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200") + b"\4" + bytes(64)
DSA = bytes.fromhex("300e300906072a8648ce380401030100")


@pytest.mark.parametrize(
    ("spki", "told"),
    [
        (ED25519, ("ed25519", "none")),
        (SECP256K1, ("ec", "1.3.132.0.10")),
        (DSA, ("unknown", "none")),
    ],
)
def test_the_facts_of_other_keys(spki: bytes, told: tuple[str, str]) -> None:
    given = case().certificate
    assert not isinstance(given, Exception)
    key = facts_of(case(certificate=replace(given, subject_public_key_info=spki))).cert.key
    assert (key.type, key.curve) == told
    assert not key.HasField("size_bits")


def test_names_of_every_form_are_told() -> None:
    given = case().certificate
    assert not isinstance(given, Exception)
    forms = (
        (GeneralNameKind.RFC822_NAME, "ana@plovidba.hr"),
        (GeneralNameKind.URI, "https://plovidba.hr/"),
        (GeneralNameKind.REGISTERED_ID, "1.2.3"),
    )
    names = tuple(GeneralName(kind=kind, text=text, der=b"") for kind, text in forms)
    san = facts_of(case(certificate=replace(given, subject_alt_name=names))).cert.san
    assert (list(san.email), list(san.uri)) == (["ana@plovidba.hr"], ["https://plovidba.hr/"])
    assert (list(san.other), list(san.dns)) == (["registeredID:1.2.3"], [])


def test_each_identifier_comes_with_the_validation_it_rests_on() -> None:
    name, wildcard, address = facts_of(case()).identifiers
    assert (name.type, name.value, name.fqdn) == ("dns", "www.plovidba.hr", "www.plovidba.hr")
    assert (wildcard.value, wildcard.fqdn, wildcard.wildcard) == (
        "*.plovidba.hr",
        "plovidba.hr",
        True,
    )
    assert (address.type, address.method.value) == ("ip", "3.2.2.5.6")
    assert name.authorization_domain.value == "www.plovidba.hr"
    assert not address.HasField("authorization_domain")
    assert name.imported.value is False


def test_an_age_is_that_at_the_end_of_the_release() -> None:
    young = facts_of(case(lasting=60))
    assert young.identifiers[0].age_seconds.value == 86400 + 60
    assert facts_of(case(lasting=60.5)).identifiers[0].age_seconds.value == 86400 + 61
    assert young.order.age_seconds.value == 60
    late = replace(case(), release_ends=case().at + timedelta(days=2))
    assert facts_of(late).identifiers[0].age_seconds.value == 3 * 86400


def test_what_was_never_recorded_is_absent() -> None:
    facts = facts_of(bare_case())
    assert facts.order.recorded is False
    assert [field.name for field, _ in facts.order.ListFields()] == []
    assert not facts.applicant.HasField("id")
    assert not any(each.HasField("method") for each in facts.identifiers)


def test_findings_of_linters_are_told_by_severity() -> None:
    (linter,) = facts_of(case()).linters
    assert (linter.name, linter.version, linter.status) == ("pkilint", "0.13.3", "COMPLETED")
    assert (list(linter.warnings), list(linter.errors)) == (["pkilint.odd"], [])


def test_every_fact_is_a_scalar_a_moment_an_optional_scalar_or_a_group() -> None:
    for path, type_ in paths():
        assert bool(type_.scalar) != bool(type_.group), path
        assert not (type_.optional and type_.many), path
        assert not (type_.optional and "Timestamp" in type_.scalar), path


def test_every_fact_that_is_no_list_and_not_optional_is_set() -> None:
    facts = facts_of(case())
    for name, type_ in FACTS.items():
        value = getattr(facts, name)
        for group in value if type_.many else [value]:
            for field in group.DESCRIPTOR.fields if type_.group else ():
                if (
                    field.message_type
                    and not field.is_repeated
                    and "Value" not in str(field.message_type.full_name)
                ):
                    assert group.HasField(field.name), field.full_name
    assert isinstance(facts, Facts)
