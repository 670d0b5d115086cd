"""The example of docs/config.md, in a folder with every file that it names."""

import shutil
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from gate.signers import write_key, write_public_key
from tests import pki
from tests.policy_people import FEW_TESTS, KEYS, copy_shipped, sign_folder
from tests.rpc.authority import Authority

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "config.md"
EXAMPLE = DOCUMENT.read_text().partition("```yaml\n")[2].partition("```")[0]

LEAST = """\
format: gate-config/1
environment: staging
listen: {port: 0}
tls: {key: tls/server.key, certificate: tls/server.pem, client_ca: tls/clients-ca.pem}
issuers:
  - {name: public-r1, certificate: issuers/public-r1.pem}
policy: policies/webpki-production
storage: {sqlite: data/gate.db}
log: {origin: gate.example/decisions, key: keys/log.key}
release: {key: keys/release.key}
identities:
  - {name: "urn:example:issuing-system", roles: [requester]}
"""
"""As little as loads: a gate for staging, with all that has a default left out."""

Change = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A folder with gate.yaml and its files, and the CA of the TLS identities."""

    folder: Path
    authority: Authority

    @property
    def file(self) -> Path:
        return self.folder / "gate.yaml"

    def write(self, *changes: Change) -> None:
        """Write the example, with each first text in it replaced by the second."""
        text = EXAMPLE
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.file.write_text(text)


def make_site(folder: Path) -> Site:
    """Make everything that the example names."""
    for name in ("tls", "issuers", "data", "keys"):
        (folder / name).mkdir()
    authority = Authority()
    server = authority.issue(x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
    (folder / "tls/server.key").touch(mode=0o600)
    (folder / "tls/server.key").write_bytes(server.key)
    (folder / "tls/server.pem").write_bytes(server.chain)
    (folder / "tls/clients-ca.pem").write_bytes(server.ca)
    for issuer in (pki.PUBLIC, pki.TEST):
        (folder / f"issuers/{issuer.name}.pem").write_text(issuer.pem)
    # It certified itself, so it is also the one certificate of its chain.
    (folder / "issuers/public-r1-chain.pem").write_text(pki.PUBLIC.pem)
    for key in ("log", "release", "dry-run"):
        write_key(folder / f"keys/{key}.key")
    for name, signing_key in KEYS.items():
        public = folder / f"keys/{name.partition('@')[0]}.pub"
        write_public_key(public, signing_key.public_key)
    for name in ("webpki-production", "candidate"):
        copy_shipped(folder / "policies" / name)
    (folder / "policies/known-cases").mkdir()
    tests = folder / "policies/webpki-production/tests"
    shutil.copy(tests / FEW_TESTS, folder / "policies/known-cases")
    sign_folder(folder / "policies/webpki-production")
    site = Site(folder=folder, authority=authority)
    site.write()
    return site
