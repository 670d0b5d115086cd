"""Issuers: read from their certificates, each named once."""

from dataclasses import replace

import pytest

from gate.errors import ConfigError
from gate.model import Environment, Issuer, Trust, refuse_doubles
from gate.x509 import complete
from tests import pki

PUBLIC, TEST = pki.issuer(), pki.issuer(pki.TEST)


def test_two_issuers_of_different_names_keys_and_subjects_are_fine() -> None:
    refuse_doubles((PUBLIC, TEST))


@pytest.mark.parametrize(
    ("twin", "same"),
    [
        (replace(TEST, name=PUBLIC.name), "name"),
        (replace(TEST, spki=PUBLIC.spki), "key"),
        (replace(TEST, subject=PUBLIC.subject), "subject"),
    ],
)
def test_one_key_or_subject_under_two_names_is_refused(twin: Issuer, same: str) -> None:
    with pytest.raises(ConfigError, match=f"have the same {same}"):
        refuse_doubles((PUBLIC, twin))


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (b"nonsense", "no certificate"),
        (complete(pki.tbs("www.plovidba.hr")), "not one of a CA"),
    ],
)
def test_an_issuer_is_read_from_the_certificate_of_a_ca(certificate: bytes, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Issuer.read(
            name="r1",
            environment=Environment.PRODUCTION,
            trust=Trust.PUBLIC,
            certificate=certificate,
        )
