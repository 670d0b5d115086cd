"""Everything a gate needs to run on one machine for a while: keys, identities, issuers.

Made anew in a folder that is thrown away with them. Nothing here is for production.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROLES = {
    role: role
    for role in ("requester", "registrar", "validator", "approver", "auditor", "operator")
} | {"approver-2": "approver"}
"""The role of each identity; what needs two approvals needs two who may give one."""

OWNER_ONLY = 0o600
LOOPBACK = (
    x509.DNSName("localhost"),
    x509.IPAddress(ip_address("127.0.0.1")),
    x509.IPAddress(ip_address("::1")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSIdentity:
    """A key and a certificate in PEM files, and the CA that vouches for the other side.

    `role` is what the identity may do; the server has none.
    """

    uri: str
    role: str
    key: Path
    certificate: Path
    ca: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSIdentities:
    """The server's identity and, by their names, one for each role and a second approver."""

    server: TLSIdentity
    roles: dict[str, TLSIdentity]


def identity_uri(name: str) -> str:
    """The SAN URI by which a throw-away identity of this name is known."""
    return f"urn:gate:dev:{name}"


def tls_identities(folder: Path) -> TLSIdentities:
    """The identities whose files are, or will be, in this folder."""

    def named(name: str) -> TLSIdentity:
        return TLSIdentity(
            uri=identity_uri(name),
            role=ROLES.get(name, ""),
            key=folder / f"{name}.key",
            certificate=folder / f"{name}.pem",
            ca=folder / "ca.pem",
        )

    return TLSIdentities(server=named("server"), roles={name: named(name) for name in ROLES})


def make_tls_identities(folder: Path, at: datetime) -> None:
    """Make a CA, a server certificate for loopback, and a client certificate for each role.

    They hold for 30 days; the CA's key is not kept.
    """
    folder.mkdir(parents=True)
    made = tls_identities(folder)
    start = at.replace(microsecond=0) - timedelta(hours=1)
    key = ec.generate_private_key(ec.SECP256R1())
    ca = _Issuing(name=_name("Throw-away identities"), key=key, start=start)
    certificate = (
        ca.builder(ca.name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    made.server.ca.write_bytes(certificate.public_bytes(Encoding.PEM))
    ca.issue(made.server, ExtendedKeyUsageOID.SERVER_AUTH, LOOPBACK)
    for identity in made.roles.values():
        ca.issue(identity, ExtendedKeyUsageOID.CLIENT_AUTH, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issuing:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    start: datetime

    def builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.start)
            .not_valid_after(self.start + timedelta(days=30))
        )

    def issue(
        self,
        identity: TLSIdentity,
        usage: x509.ObjectIdentifier,
        names: tuple[x509.GeneralName, ...],
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        all_names = [x509.UniformResourceIdentifier(identity.uri), *names]
        certificate = (
            self.builder(_name(identity.uri), key.public_key())
            .add_extension(x509.SubjectAlternativeName(all_names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .sign(self.key, SHA256())
        )
        identity.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
        identity.key.touch(mode=OWNER_ONLY)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        identity.key.write_bytes(pem)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
