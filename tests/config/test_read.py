"""What gate.yaml says becomes the configuration of a gate."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from gate.config import Configuration, HostPort, LogFormat, Logging, LogLevel, read_configuration
from gate.config.shape import LintersShape, ListenShape, TLSShape
from gate.model import Environment, Trust
from gate.rpc import Listener, Role, Scope
from tests.config.example import LEAST, Site, make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


def test_the_example_is_what_it_says(site: Site) -> None:
    found = read_configuration(site.file)

    assert found.environment is Environment.PRODUCTION
    assert not found.dry_run
    assert [(each.name, each.trust, each.environment) for each in found.issuers] == [
        ("public-r1", Trust.PUBLIC, Environment.PRODUCTION),
        ("test-r1", Trust.TEST, Environment.STAGING),
    ]
    assert found.policy == site.folder / "policies/webpki-production"
    assert found.database == site.folder / "data/gate.db"
    assert found.log_origin == "gate.example/decisions"
    assert (found.log_key, found.release_key) == (
        site.folder / "keys/log.key",
        site.folder / "keys/release.key",
    )
    assert found.identities.roles["validation.example.com"] == frozenset({Role.VALIDATOR})
    assert found.identities.scopes == {
        "urn:example:issuing-system": Scope(
            accounts=frozenset({"acme-public", "enterprise-9"}),
            issuers=frozenset({"public-r1"}),
            profiles=frozenset({"tls-dv", "tls-ov"}),
        ),
        "validation.example.com": Scope(
            methods=frozenset({"3.2.2.4.7", "3.2.2.4.14", "3.2.2.4.19", "3.2.2.5.6"})
        ),
    }
    assert found.listener == Listener(host="0.0.0.0", port=8443)
    assert found.metrics == HostPort(host="127.0.0.1", port=9443)


def test_what_is_left_out_has_its_default(site: Site) -> None:
    site.file.write_text(LEAST)
    found = read_configuration(site.file)

    assert found.listener == Listener()
    assert found.issuers[0].trust is Trust.PUBLIC
    assert found.issuers[0].environment is Environment.STAGING
    assert found.release_lifetime == timedelta(seconds=60)
    assert found.linter_memory_limit == 2 << 30
    assert found.metrics is None
    assert found.logging == Logging(format=LogFormat.JSON, level=LogLevel.INFO)
    assert found.identities.scopes == {}


def test_the_defaults_of_the_file_are_those_of_the_parts() -> None:
    default = {field.name: field.default for field in fields(Configuration)}
    linters = LintersShape()
    assert default["linter_workers"] == linters.workers
    assert default["linter_time_limit"] == timedelta(seconds=linters.time_limit_seconds)
    assert default["linter_memory_limit"] == linters.memory_limit_mib << 20
    listen = {name.replace("_seconds", "") for name in ListenShape.model_fields}
    assert listen == {field.name for field in fields(Listener)}


def test_nothing_in_the_file_turns_tls_off() -> None:
    assert set(TLSShape.model_fields) == {"key", "certificate", "client_ca"}
    assert all(field.is_required() for field in TLSShape.model_fields.values())
    assert not {"insecure", "plaintext", "tls"} & set(ListenShape.model_fields)


@pytest.mark.parametrize(
    ("environment", "dry_run", "key"),
    [
        ("production", "false", "keys/release.key"),
        ("staging", "false", "keys/release.key"),
        ("development", "false", "keys/release.key"),
        ("production", "true", None),
        ("staging", "true", "keys/dry-run.key"),
        ("development", "true", "keys/dry-run.key"),
    ],
)
def test_each_kind_of_gate_has_the_key_of_its_tokens_only(
    site: Site, environment: str, dry_run: str, key: str | None
) -> None:
    site.write(
        ("environment: production     ", f"environment: {environment}     "),
        ("dry_run: false", f"dry_run: {dry_run}"),
    )
    for other in {"keys/release.key", "keys/dry-run.key"} - {key}:
        (site.folder / other).unlink()
    found = read_configuration(site.file)
    assert found.release_key == (site.folder / key if key else None)


def test_outside_production_an_identity_may_hold_two_roles(site: Site) -> None:
    site.write(
        ("environment: production     ", "environment: staging     "),
        ("roles: [registrar]", "roles: [registrar, validator]"),
    )
    found = read_configuration(site.file).identities.roles["urn:example:ra-front-end"]
    assert found == frozenset({Role.REGISTRAR, Role.VALIDATOR})


def test_a_path_may_be_absolute_and_a_relative_one_begins_at_the_file(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site.write(("key: keys/log.key", f"key: {site.folder}/keys/log.key"))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert read_configuration(site.file).log_key == site.folder / "keys/log.key"
    monkeypatch.chdir(site.folder)
    assert read_configuration(Path("gate.yaml")).tls.key.read_bytes()


def test_a_policy_below_a_hidden_folder_is_read(site: Site) -> None:
    (site.folder / ".config").mkdir()
    (site.folder / ".config/policies").mkdir()
    inside = "policies/webpki-production"
    (site.folder / inside).rename(site.folder / ".config" / inside)
    site.write(("policies/webpki-production", ".config/policies/webpki-production"))
    assert read_configuration(site.file).policy.is_dir()
