"""`--dev` serves what it made itself, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gate.config import SHIPPED_POLICIES, Configuration, check_policy, read_folder
from gate.demo.dev import dev_gate
from gate.errors import ConfigError
from gate.model.policy_digest import MANIFEST
from gate.policy.manifest import valid_signers
from gate.rpc import Role
from gate.specimens.issuers import ORGANISATION, is_throw_away
from tests import pki
from tests.policy_people import copy_shipped, sign_folder
from tests.rpc.authority import END, START, Authority

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ca(organisation: str, *, signed_by: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """A CA certificate (PEM) of this organisation, certified by itself or by another key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(signed_by or key, SHA256())
        .public_bytes(Encoding.PEM)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dev_gate(tmp_path / "dev", AT)
    return tmp_path / "dev"


def test_a_folder_it_made_is_served_again(folder: Path) -> None:
    again = dev_gate(folder, AT)
    assert all(is_throw_away(issuer.certificate) for issuer in again.configuration.issuers)
    assert {*again.configuration.identities.roles.values()} == {frozenset({role}) for role in Role}


def test_it_listens_on_loopback_only_and_has_no_other_listener(folder: Path) -> None:
    configuration = dev_gate(folder, AT, port=9443).configuration
    assert configuration.listener.address == "127.0.0.1:9443"
    assert configuration.metrics is None


REAL: dict[str, Callable[[], bytes]] = {
    "of another organisation": lambda: ca("Real Trust d.o.o."),
    "of a similar name": lambda: ca(ORGANISATION.upper()),
    "certified by another": lambda: ca(
        ORGANISATION, signed_by=ec.generate_private_key(ec.SECP256R1())
    ),
    "without organisation": lambda: Authority().pem,
}


@pytest.mark.parametrize("which", ["public-r1", "test-r1"])
@pytest.mark.parametrize("kind", REAL)
def test_an_issuer_that_it_did_not_make_is_refused(folder: Path, which: str, kind: str) -> None:
    (folder / f"{which}.pem").write_bytes(REAL[kind]())
    with pytest.raises(ConfigError, match=f"{which}.pem: not the certificate of a throw-away"):
        dev_gate(folder, AT)


def test_every_foreign_issuer_is_told_at_once(folder: Path) -> None:
    for name in ("public-r1", "test-r1"):
        (folder / f"{name}.pem").write_bytes(ca("Real Trust d.o.o."))
    with pytest.raises(ConfigError) as caught:
        dev_gate(folder, AT)
    assert len(caught.value.problems) == 2
    assert all("gate serve --config" in problem for problem in caught.value.problems)


@pytest.mark.parametrize("content", [None, b"", b"garbage", Authority().issue().chain])
def test_an_issuer_that_is_missing_or_none_is_refused(folder: Path, content: bytes | None) -> None:
    path = folder / "public-r1.pem"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="`gate serve --dev` makes this file"):
        dev_gate(folder, AT)


def test_the_folder_of_a_real_gate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gate.yaml").touch()
    with pytest.raises(ConfigError, match="holds something else already"):
        dev_gate(tmp_path, AT)
    # A gate whose log's key happens to have the same name.
    (tmp_path / "log.key").touch()
    with pytest.raises(ConfigError, match=r"public-r1\.pem: cannot be read"):
        dev_gate(tmp_path, AT)


def test_the_mark_is_on_all_that_is_made() -> None:
    assert is_throw_away(pki.PUBLIC.certificate)
    assert is_throw_away(pki.TEST.certificate)


def signers(policy: Path, configuration: Configuration) -> tuple[str, ...]:
    files, found = read_folder(policy), check_policy(policy)
    return valid_signers(files, found.name, found.version, configuration.policy_people)


def test_the_shipped_policy_is_copied_and_signed_by_two(folder: Path) -> None:
    configuration = dev_gate(folder, AT).configuration
    assert configuration.policy == folder / "policy"
    assert signers(folder / "policy", configuration) == ("author", "reviewer")
    copied = dict(read_folder(folder / "policy"))
    del copied[MANIFEST]
    assert copied == read_folder(SHIPPED_POLICIES / "webpki-production")


def test_another_policy_is_copied_and_signed_whoever_signed_it_before(
    folder: Path, tmp_path: Path
) -> None:
    mine = copy_shipped(tmp_path / "mine")
    sign_folder(mine)
    configuration = dev_gate(folder, AT, policy=mine).configuration
    assert signers(folder / "policy", configuration) == ("author", "reviewer")
    assert not (folder / "policy/tests/names.test.yaml").exists()


def test_what_its_owner_changed_in_the_copy_stays(folder: Path) -> None:
    policy = folder / "policy/policy.yaml"
    policy.write_text(policy.read_text().replace("version: 1", "version: 2", 1))
    dev_gate(folder, AT)
    assert check_policy(folder / "policy").version == 2


def test_a_policy_with_a_mistake_is_told_and_copied_nowhere(folder: Path, tmp_path: Path) -> None:
    mine = copy_shipped(tmp_path / "mine")
    (mine / "policy.yaml").write_text("{")
    before = read_folder(folder / "policy")
    with pytest.raises(ConfigError, match=r"policy\.yaml:"):
        dev_gate(folder, AT, policy=mine)
    assert read_folder(folder / "policy") == before
