"""A gate for one machine and a short while: loopback, SQLite, throw-away issuers and identities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gate.config import SHIPPED_POLICIES, Configuration, LogFormat, Logging
from gate.demo.signed_policy import copy_signed, make_people, people_in, policy_keys
from gate.demo.throwaway import TLSIdentities, make_tls_identities, tls_identities
from gate.errors import ConfigError, Malformed
from gate.model import Environment, Issuer, Trust
from gate.release import jwks
from gate.rpc import Identities, Listener, Role, TLSFiles
from gate.signers import write_key
from gate.specimens.issuers import (
    ORGANISATION,
    PUBLIC_ISSUER,
    TEST_ISSUER,
    is_throw_away,
    make_throw_away_issuers,
)
from gate.tlog import VerifierKey
from gate.x509 import der_from

DATABASE = "gate.db"
ORIGIN = "gate.example/decisions"
RELEASE_KEY, LOG_KEY = "release.key", "log.key"
POLICY, PEOPLE = "policy", "people"
_MADE_HERE = "`gate serve --dev` makes this file: name an empty folder, or the one it made"
ISSUERS = {
    PUBLIC_ISSUER: (Environment.PRODUCTION, Trust.PUBLIC),
    TEST_ISSUER: (Environment.STAGING, Trust.TEST),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DevGate:
    """What was made for a throw-away gate, and where its files are."""

    configuration: Configuration
    identities: TLSIdentities
    release_keys: Path
    log_key: Path
    policy_keys: Mapping[str, Path]

    @property
    def database(self) -> Path:
        """The database that holds the log."""
        return self.configuration.database


def dev_gate(
    folder: Path,
    at: datetime,
    *,
    port: int = 0,
    policy: Path | None = None,
    shadow: Path | None = None,
) -> DevGate:
    """The gate of this folder; in an empty or new folder, everything is made first.

    `policy`, or else the shipped one, is copied into the folder and signed there by two
    throw-away people: such a gate shows the whole way of a policy into force. `shadow` is the
    folder of a candidate, which is judged beside it.

    Raises ConfigError where there is no such candidate, and for a folder that holds something
    else, above all for one with an issuer that is not a throw-away: these identities and this
    policy are not for it.
    """
    if shadow and not shadow.is_dir():
        raise ConfigError(f"{shadow}: there is no such folder")
    if not (folder / LOG_KEY).exists():
        _make(folder, at)
    issuers = _read_issuers(folder)
    if policy or not (folder / POLICY).exists():
        shipped = SHIPPED_POLICIES / "webpki-production"
        copy_signed(policy or shipped, folder / POLICY, folder / PEOPLE, at)
    identities = tls_identities(folder / "identities")
    configuration = Configuration(
        environment=Environment.PRODUCTION,
        dry_run=False,
        issuers=issuers,
        policy=folder / POLICY,
        policy_people=people_in(folder / PEOPLE),
        shadow_policy=shadow,
        database=folder / DATABASE,
        log_origin=ORIGIN,
        log_key=folder / LOG_KEY,
        release_key=folder / RELEASE_KEY,
        identities=_identities(identities),
        listener=Listener(host="127.0.0.1", port=port),
        tls=TLSFiles(
            key=identities.server.key,
            certificate=identities.server.certificate,
            client_ca=identities.server.ca,
        ),
        logging=Logging(format=LogFormat.TEXT),
    )
    return DevGate(
        configuration=configuration,
        identities=identities,
        release_keys=folder / "release-keys.json",
        log_key=folder / "log-verifier-key.txt",
        policy_keys=policy_keys(folder / PEOPLE),
    )


def _make(folder: Path, at: datetime) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ConfigError(f"{folder}: holds something else already: name an empty folder")
    make_tls_identities(folder / "identities", at)
    make_people(folder / PEOPLE)
    for issuer in make_throw_away_issuers(at):
        (folder / f"{issuer.name}.pem").write_text(issuer.pem)
    release_key = write_key(folder / RELEASE_KEY)
    (folder / "release-keys.json").write_text(jwks([release_key.public_key]))
    log_key = write_key(folder / LOG_KEY)
    known = VerifierKey(origin=ORIGIN, public_key=log_key.public_key)
    (folder / "log-verifier-key.txt").write_text(known.encode() + "\n")


def _read_issuers(folder: Path) -> tuple[Issuer, ...]:
    """The issuers of the folder; raises ConfigError unless this is what made them all."""
    issuers, problems = list[Issuer](), list[str]()
    for name, (environment, trust) in ISSUERS.items():
        path = folder / f"{name}.pem"
        try:
            issuer = Issuer.read(
                name=name,
                environment=environment,
                trust=trust,
                certificate=der_from(path.read_bytes()),
            )
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror}: {_MADE_HERE}")
        except (ConfigError, Malformed) as error:
            problems.append(f"{path}: {error}: {_MADE_HERE}")
        else:
            if not is_throw_away(issuer.certificate):
                problems.append(
                    f"{path}: not the certificate of a throw-away issuer (its subject would have "
                    f"the organisation `{ORGANISATION}`, and it would certify itself): `--dev` is "
                    "never for a real issuer; use `gate serve --config gate.yaml`"
                )
            issuers.append(issuer)
    if problems:
        raise ConfigError(*problems)
    return tuple(issuers)


def _identities(made: TLSIdentities) -> Identities:
    return Identities(
        {identity.uri: frozenset({Role(identity.role)}) for identity in made.roles.values()},
        environment=Environment.PRODUCTION,
    )
