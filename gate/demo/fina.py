"""Look-alikes of what Fina issued from its production issuer as tests, each beside a twin.

Between February 2024 and August 2025 Fina CA issued twelve certificates for 1.1.1.1 and
others for internal names and private addresses (Bugzilla 1986968). The fields below have
their shape: names, subject, serial numbers, RSA key, extensions. Three of them have the
names of certificates that are known in full. Their validity was a year; here it is
within today's limit, so that nothing but the names and the subject is wrong.

A twin is the same certificate without the fault: names and addresses that its applicant
controls, and the applicant's own name.
"""

from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID

from gate.model import CertificateType
from gate.specimens.certificates import CertificateFields, key_usage
from gate.specimens.keys import rsa_key

UNVALIDATED = ("floor.validation", "identifiers-validated")

_KEY_USAGE = x509.Extension(
    x509.KeyUsage.oid, critical=True, value=key_usage(key_encipherment=True)
)
_CRL = "http://ca.example.com/issuer.crl"
_CRL_IN_A_DIRECTORY = (
    "ldap://directory.example.com/cn=Issuer,o=Throw-away%20CA,c=HR?certificateRevocationList"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A look-alike and its twin; `because` as in a DemoOrder.

    `validated` says that the applicant showed control of the look-alike's names, which at
    Fina nobody did.
    """

    key: str
    title: str
    because: tuple[str, ...]
    linter_clean: bool
    certificate: CertificateFields
    twin: CertificateFields
    validated: bool = False


def _fields(
    *names: str,
    serial: int | None = None,
    organization: str = "TEST D.D.",
    locality: str = "ZAGREB",
    crl_urls: tuple[str, ...] = (_CRL,),
) -> CertificateFields:
    """Fill in the shape they all share; the first name is the common name too."""
    return CertificateFields(
        names=names,
        type=CertificateType.OV,
        validity=timedelta(days=198),
        serial=serial,
        subject=(
            (NameOID.COUNTRY_NAME, "HR"),
            (NameOID.LOCALITY_NAME, locality),
            (NameOID.ORGANIZATION_NAME, organization),
            (NameOID.COMMON_NAME, names[0]),
        ),
        key=rsa_key(),
        ocsp_urls=("http://ocsp.example.com",),
        crl_urls=crl_urls,
        replace=(_KEY_USAGE,),
    )


def _twin(*names: str) -> CertificateFields:
    return _fields(*names, organization="PIER D.D.")


LOOK_ALIKES = (
    LookAlike(
        key="fina-f1",
        title="the first known: test1.hr, test12.hr and 1.1.1.1, for `TEST D.D.`",
        because=(*UNVALIDATED, "no-famous-address"),
        linter_clean=True,
        certificate=_fields(
            "test1.hr", "test12.hr", "1.1.1.1", serial=0xD3167EFD77CAD759000000005FC7C672
        ),
        twin=_twin("pier1.hr", "pier12.hr", "185.60.21.11"),
    ),
    LookAlike(
        key="fina-f2",
        title="the second known: test1.hr, test11.hr and 1.1.1.1",
        because=(*UNVALIDATED, "no-famous-address"),
        linter_clean=True,
        certificate=_fields(
            "test1.hr", "test11.hr", "1.1.1.1", serial=0xF972552D6AC08828000000005FC86F4D
        ),
        twin=_twin("pier1.hr", "pier11.hr", "185.60.21.11"),
    ),
    LookAlike(
        key="fina-f3",
        title="the third known: test11.hr, test12.hr and 1.1.1.1",
        because=(*UNVALIDATED, "no-famous-address"),
        linter_clean=True,
        certificate=_fields(
            "test11.hr", "test12.hr", "1.1.1.1", serial=0xBEB8EF1B1C6CFF53000000005FC8CDE5
        ),
        twin=_twin("pier11.hr", "pier12.hr", "185.60.21.11"),
    ),
    LookAlike(
        key="fina-f4",
        title="two addresses of other people, 1.1.1.1 and 2.2.2.2",
        because=(*UNVALIDATED, "no-famous-address"),
        linter_clean=True,
        certificate=_fields(
            "test1.hr", "1.1.1.1", "2.2.2.2", serial=0xA1B2C3D4E5F60718000000005FC70001
        ),
        twin=_twin("pier1.hr", "185.60.21.11", "185.60.21.22"),
    ),
    LookAlike(
        key="fina-f5",
        title="the internal name ssltest5, with 1.1.1.1",
        because=(*UNVALIDATED, "no-famous-address", "linters-clean"),
        linter_clean=False,
        certificate=_fields("ssltest5", "1.1.1.1", serial=0xA1B2C3D4E5F60719000000005FC70002),
        twin=_twin("pier5.hr", "185.60.21.11"),
    ),
    LookAlike(
        key="fina-f6",
        title="a private address, 10.0.0.5",
        because=(*UNVALIDATED, "no-special-purpose-address", "linters-clean"),
        linter_clean=False,
        certificate=_fields("test1.hr", "10.0.0.5", serial=0xA1B2C3D4E5F6071A000000005FC70003),
        twin=_twin("pier1.hr", "185.60.21.5"),
    ),
    LookAlike(
        key="fina-f7",
        title="a name with an underscore, test_1.hr",
        because=(*UNVALIDATED, "linters-clean"),
        linter_clean=False,
        certificate=_fields("test_1.hr", serial=0xA1B2C3D4E5F6071B000000005FC70004),
        twin=_twin("pier-1.hr"),
    ),
    LookAlike(
        key="fina-f8",
        title="a name with a space, `test 1.hr`",
        because=(*UNVALIDATED, "linters-clean"),
        linter_clean=False,
        certificate=_fields("test 1.hr", serial=0xA1B2C3D4E5F6071C000000005FC70005),
        twin=_twin("pier1.hr"),
    ),
    LookAlike(
        key="fina-f9",
        title="a CRL to be fetched from an LDAP directory, and 1.1.1.1",
        because=(*UNVALIDATED, "no-famous-address", "linters-clean"),
        linter_clean=False,
        certificate=_fields(
            "test1.hr",
            "1.1.1.1",
            serial=0xA1B2C3D4E5F6071D000000005FC70006,
            crl_urls=(_CRL, _CRL_IN_A_DIRECTORY),
        ),
        twin=_twin("pier1.hr", "185.60.21.11"),
    ),
    LookAlike(
        key="fina-g1",
        title="somebody else's famous name, google.com",
        because=(*UNVALIDATED, "no-high-risk-name"),
        linter_clean=True,
        certificate=_fields(
            "google.com",
            "www.google.com",
            serial=0xA1B2C3D4E5F6071E000000005FC70007,
            organization="Google LLC",
            locality="Mountain View",
        ),
        twin=_twin("pier.hr", "www.pier.hr"),
    ),
    LookAlike(
        key="fina-g2",
        title="a validated name, for the `Internet Widgits Pty Ltd` that OpenSSL proposes",
        because=("no-placeholder-text",),
        linter_clean=True,
        validated=True,
        certificate=_fields(
            "www.example.hr",
            serial=0xA1B2C3D4E5F6071F000000005FC70008,
            organization="Internet Widgits Pty Ltd",
            locality="Default City",
        ),
        twin=_twin("www.pier.hr"),
    ),
    LookAlike(
        key="fina-g3",
        title="a validated name, for an organisation called `Test` in a town called `Test`",
        because=("no-placeholder-text",),
        linter_clean=True,
        validated=True,
        certificate=_fields(
            "www.example.hr",
            serial=0xA1B2C3D4E5F60720000000005FC70009,
            organization="Test",
            locality="Test",
        ),
        twin=_twin("www.pier.hr"),
    ),
)
