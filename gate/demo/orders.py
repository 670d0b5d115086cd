"""Every order of the demo, in the order in which it is sent: read this to see what the gate is for.

First certificates that must be released; then the Fina look-alikes, and everything else
that is wrong in one way only, each followed by a twin without the fault. Where `linter_clean`
is True, pkilint finds no error in the certificate: what is wrong with it is its context.

The names are made up and each story has its own, because a validation recorded for one
order holds for later ones too. The addresses have to be public ones, since the reserved
ones for documentation may not be certified; nothing is ever signed for them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

from cryptography.x509.oid import NameOID

from gate.demo.fina import LOOK_ALIKES, UNVALIDATED, LookAlike
from gate.demo.order import CAFE, PIER, DemoOrder, PastValidation
from gate.model import (
    Applicant,
    CertificateType,
    Identifier,
    IdentifierType,
    Purpose,
    Stage,
    Verdict,
)
from gate.specimens.certificates import CertificateFields
from gate.specimens.issuers import TEST_ISSUER
from gate.specimens.keys import rsa_key

DNS_CHANGE = "3.2.2.4.7"
ADDRESS_OF_NAME = "3.2.2.4.8"
ACME_HTTP = "3.2.2.4.19"
ACME_HTTP_OF_ADDRESS = "3.2.2.5.6"


def dv(*names: str, **changes: Any) -> CertificateFields:
    """Ask for a domain-validated certificate."""
    return CertificateFields(names=names, **changes)


def ov(*names: str, organization: str, **changes: Any) -> CertificateFields:
    """Ask for an organisation-validated certificate."""
    subject = (
        (NameOID.COUNTRY_NAME, "HR"),
        (NameOID.LOCALITY_NAME, "Split"),
        (NameOID.ORGANIZATION_NAME, organization),
    )
    return CertificateFields(names=names, type=CertificateType.OV, subject=subject, **changes)


def validated(
    applicant: Applicant, *names: str, method: str = DNS_CHANGE, **changes: Any
) -> tuple[PastValidation, ...]:
    """Have this applicant show control of each name; of addresses over HTTP."""
    return tuple(
        PastValidation(
            applicant=applicant,
            name=name,
            method=method if _is_dns(name) else ACME_HTTP_OF_ADDRESS,
            **changes,
        )
        for name in names
    )


def _is_dns(name: str) -> bool:
    return Identifier.read(name).type is IdentifierType.DNS


def bad_and_twin(bad: DemoOrder, *, twin: str, **changes: Any) -> tuple[DemoOrder, DemoOrder]:
    """Follow an order that is blocked by one that differs in `changes` only and is released."""
    good = replace(
        bad,
        key=f"{bad.key}-twin",
        title=twin,
        expected=Verdict.RELEASE,
        because=(),
        linter_clean=True,
        **changes,
    )
    return replace(bad, expected=Verdict.BLOCK), good


GOOD = (
    DemoOrder(
        key="good-names",
        title="two names below a domain whose DNS the applicant could change",
        account=CAFE,
        certificate=dv("harbour-cafe.hr", "www.harbour-cafe.hr"),
        validations=validated(CAFE, "harbour-cafe.hr"),
    ),
    DemoOrder(
        key="good-address",
        title="a name and an IP address, both validated over HTTP",
        account=CAFE,
        certificate=dv("menu.harbour-cafe.hr", "185.60.21.40"),
        validations=validated(CAFE, "menu.harbour-cafe.hr", "185.60.21.40", method=ACME_HTTP),
    ),
    DemoOrder(
        key="good-organisation",
        title="an organisation's name beside its domain",
        account=PIER,
        certificate=ov("shop.pier.hr", organization="Pier d.d."),
        validations=validated(PIER, "shop.pier.hr", at="pier.hr"),
    ),
    DemoOrder(
        key="good-wildcard",
        title="a wildcard, validated by a method that covers wildcards",
        account=PIER,
        certificate=dv("*.pier.hr", "pier.hr"),
        validations=validated(PIER, "*.pier.hr"),
    ),
    DemoOrder(
        key="good-rsa-key",
        title="the names from before, this time for an RSA key",
        account=CAFE,
        certificate=dv("harbour-cafe.hr", "www.harbour-cafe.hr", key=rsa_key()),
        validations=validated(CAFE, "harbour-cafe.hr"),
    ),
)


def fina_orders(look_alike: LookAlike) -> tuple[DemoOrder, DemoOrder]:
    """Send a look-alike as Fina's testers might have: as if a subscriber had ordered it."""
    names = look_alike.certificate.names
    return bad_and_twin(
        DemoOrder(
            key=look_alike.key,
            title=look_alike.title,
            account=PIER,
            certificate=look_alike.certificate,
            validations=validated(PIER, *names) if look_alike.validated else (),
            because=look_alike.because,
            linter_clean=look_alike.linter_clean,
        ),
        twin="the same shape, for names, addresses and an organisation of the applicant's own",
        certificate=look_alike.twin,
        validations=validated(PIER, *look_alike.twin.names),
    )


def _fina() -> Iterator[DemoOrder]:
    first = LOOK_ALIKES[0]
    for look_alike in LOOK_ALIKES:
        yield from fina_orders(look_alike)
    yield replace(
        fina_orders(first)[0],
        key="fina-f1-honest",
        title="the first once more, this time honestly sent as an internal test",
        certificate=replace(first.certificate, serial=None),
        purpose=Purpose.INTERNAL_TEST,
        because=("floor.purpose", "purpose-allowed", *first.because),
    )


EVIDENCE_AT_FAULT = (
    *bad_and_twin(
        DemoOrder(
            key="validation-expired",
            title="validated 201 days ago: expired yesterday",
            account=CAFE,
            certificate=dv("old-mill.hr"),
            validations=validated(CAFE, "old-mill.hr", ago=timedelta(days=201)),
            because=("floor.validation", "validation-not-too-old"),
        ),
        twin="validated 190 days ago",
        certificate=dv("new-mill.hr"),
        validations=validated(CAFE, "new-mill.hr", ago=timedelta(days=190)),
    ),
    *bad_and_twin(
        DemoOrder(
            key="validation-of-old-data",
            title="validated today, from data that are 201 days old",
            account=CAFE,
            certificate=dv("old-bakery.hr"),
            validations=validated(CAFE, "old-bakery.hr", data_ago=timedelta(days=201)),
            because=("floor.validation", "validation-not-too-old"),
        ),
        twin="validated today, from data that are 190 days old",
        certificate=dv("new-bakery.hr"),
        validations=validated(CAFE, "new-bakery.hr", data_ago=timedelta(days=190)),
    ),
    *bad_and_twin(
        DemoOrder(
            key="validation-of-another",
            title="a name that another applicant validated, not this one",
            account=CAFE,
            certificate=dv("tickets.pier-line.hr"),
            validations=validated(PIER, "tickets.pier-line.hr"),
            because=UNVALIDATED,
        ),
        twin="the same name, ordered by the applicant who validated it",
        account=PIER,
    ),
    *bad_and_twin(
        DemoOrder(
            key="method-ended",
            title="validated by a method that ended on 2026-03-15 (BR 3.2.2.4.8)",
            account=CAFE,
            certificate=dv("fish-market.hr"),
            validations=validated(CAFE, "fish-market.hr", method=ADDRESS_OF_NAME),
            because=UNVALIDATED,
        ),
        twin="validated by a change in its DNS",
        certificate=dv("fruit-market.hr"),
        validations=validated(CAFE, "fruit-market.hr"),
    ),
    *bad_and_twin(
        DemoOrder(
            key="wildcard-over-http",
            title="a wildcard, validated by a file on one web server",
            account=CAFE,
            certificate=dv("*.red-vineyard.hr"),
            validations=validated(CAFE, "red-vineyard.hr", method=ACME_HTTP),
            because=UNVALIDATED,
        ),
        twin="a wildcard, validated by a change in its DNS",
        certificate=dv("*.white-vineyard.hr"),
        validations=validated(CAFE, "white-vineyard.hr"),
    ),
    *bad_and_twin(
        DemoOrder(
            key="one-name-more",
            title="one name more than was ordered, though it is validated",
            account=CAFE,
            certificate=dv("salt-works.hr", "intranet.salt-works.hr"),
            validations=validated(CAFE, "salt-works.hr"),
            ordered=("salt-works.hr",),
            because=("order-matches",),
        ),
        twin="the same names, all of them ordered",
        ordered=None,
    ),
)

CONTEXT_AT_FAULT = (
    *bad_and_twin(
        DemoOrder(
            key="internal-test",
            title="an internal test that asks the public issuer, with everything validated",
            account=CAFE,
            certificate=dv("lighthouse.hr"),
            validations=validated(CAFE, "lighthouse.hr"),
            purpose=Purpose.INTERNAL_TEST,
            because=("floor.purpose", "purpose-allowed"),
        ),
        twin="the same for a subscriber",
        purpose=Purpose.SUBSCRIBER,
    ),
    *bad_and_twin(
        DemoOrder(
            key="purpose-missing",
            title="no purpose is said",
            account=CAFE,
            certificate=dv("sail-loft.hr"),
            validations=validated(CAFE, "sail-loft.hr"),
            purpose=Purpose.UNSPECIFIED,
            because=("floor.purpose", "purpose-allowed"),
        ),
        twin="the same, said to be for a subscriber",
        purpose=Purpose.SUBSCRIBER,
    ),
    *bad_and_twin(
        DemoOrder(
            key="staging-order",
            title="an order from staging that reached the production issuer",
            account=CAFE,
            certificate=dv("boat-yard.hr"),
            validations=validated(CAFE, "boat-yard.hr"),
            environment="staging",
            because=("floor.environment", "issuer-matches-environment"),
        ),
        twin="the same order from production",
        environment="production",
    ),
    DemoOrder(
        key="staging-issuer",
        title="the staging issuer, asked for in production",
        account=CAFE,
        certificate=dv("boat-yard.hr"),
        validations=validated(CAFE, "boat-yard.hr"),
        issuer=TEST_ISSUER,
        expected=Verdict.BLOCK,
        because=("floor.environment", "issuer-matches-environment"),
    ),
    *bad_and_twin(
        DemoOrder(
            key="profile-not-granted",
            title="an account for domain validation that asks for an organisation's name",
            account=CAFE,
            certificate=ov("rope-walk.hr", organization="Harbour Cafe"),
            validations=validated(CAFE, "rope-walk.hr"),
            because=("account-may-use-profile",),
        ),
        twin="the same name without an organisation",
        certificate=dv("rope-walk.hr"),
    ),
)

CERTIFICATE_AT_FAULT = (
    *bad_and_twin(
        DemoOrder(
            key="validity-too-long",
            title="one second longer than 200 days",
            account=CAFE,
            certificate=dv("tide-clock.hr", validity=timedelta(days=200, seconds=1)),
            validations=validated(CAFE, "tide-clock.hr"),
            because=("floor.validity", "validity-limit"),
            linter_clean=False,
        ),
        twin="199 days",
        certificate=dv("tide-clock.hr", validity=timedelta(days=199)),
    ),
    *bad_and_twin(
        DemoOrder(
            key="back-dated",
            title="begins three days ago",
            account=CAFE,
            certificate=dv("slow-ferry.hr"),
            validations=validated(CAFE, "slow-ferry.hr"),
            age=timedelta(days=3),
            because=("not-before-window",),
        ),
        twin="begins an hour ago",
        age=timedelta(hours=1),
    ),
    DemoOrder(
        key="final-certificate",
        title="a final certificate, whose match with its precertificate is not judged yet",
        account=CAFE,
        certificate=dv("harbour-cafe.hr", stage=Stage.CERTIFICATE, scts=2),
        validations=validated(CAFE, "harbour-cafe.hr"),
        expected=Verdict.BLOCK,
        because=("floor.correspondence",),
    ),
    *bad_and_twin(
        DemoOrder(
            key="cut-off",
            title="bytes that lack the last one",
            account=CAFE,
            certificate=dv("net-makers.hr"),
            validations=validated(CAFE, "net-makers.hr"),
            cut=1,
            because=("floor.bytes",),
            linter_clean=None,
        ),
        twin="the same certificate, whole",
        cut=0,
    ),
)

CHAPTERS: dict[str, tuple[DemoOrder, ...]] = {
    "Certificates as they should be": GOOD,
    "What Fina signed for 1.1.1.1 and others, each beside its twin without the fault": (*_fina(),),
    "Evidence at fault": EVIDENCE_AT_FAULT,
    "Context at fault": CONTEXT_AT_FAULT,
    "The certificate itself at fault": CERTIFICATE_AT_FAULT,
}
"""The orders under the headings that the demo prints."""

ORDERS: tuple[DemoOrder, ...] = tuple(chain.from_iterable(CHAPTERS.values()))
