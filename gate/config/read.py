"""gate.yaml, read strictly: everything that is wrong with it at once, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gate.config.configuration import Configuration, HostPort, Logging
from gate.config.identities import identities_of, note_identities
from gate.config.named_files import NamedFiles
from gate.config.people import people_of
from gate.config.policies import check_policy, gate_site, read_folder, told_in
from gate.config.shape import GateFile, ListenShape, MetricsShape
from gate.errors import ConfigError
from gate.model import Environment, Issuer, refuse_doubles
from gate.policy import Person, Policy, Site
from gate.policy import load as load_policy
from gate.policy.definitions import Place
from gate.policy.document import read
from gate.policy.problems import Problems
from gate.policy.shape import shaped
from gate.rollout import ChangeControl
from gate.rpc import Listener

MEBIBYTE = 1 << 20


def read_configuration(file: Path) -> Configuration:
    """The configuration in this file, with every file that it names looked at.

    Raises ConfigError with every mistake, one line each: `file:line:column: path > to > it:
    what is wrong`. Mistakes of the YAML hide those of its keys and values, and these hide
    those of the files and of the policy.
    """
    return _meaning(file).configuration()


def read_site(file: Path) -> tuple[Site, Path]:
    """What the gate of this configuration loads a policy for, and the folder of its own.

    Only the issuers and the people that approve are read: the gate's keys, database and policy
    need not be where this is asked. Raises ConfigError with every mistake in what is read.
    """
    meaning = _meaning(file)
    site = meaning.site()
    meaning.top.document.problems.raise_any()
    return site, meaning.files.path(meaning.shape.policy)


def _meaning(file: Path) -> "_Meaning":
    problems = Problems()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    document = read(str(file), data, problems)
    problems.raise_any()
    shape = shaped(document, GateFile)
    if shape is None:
        raise problems.error()
    return _Meaning(shape, Place(document), NamedFiles(file.parent))


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the file stands for; `top` is where mistakes are noted."""

    shape: GateFile
    top: Place
    files: NamedFiles

    def configuration(self) -> Configuration:
        """Everything, or a ConfigError with all that is wrong."""
        shape, files = self.shape, self.files
        issuers = self._issuers()
        control, control_place = shape.policy_control, self.top.below("policy_control")
        people = people_of(control.people, files, control_place.below("people"))
        policy, policy_problems = self._policy(issuers, people)
        tests = files.folder_named(control.tests, control_place.below("tests"))
        shadow = files.folder_named(control.shadow, control_place.below("shadow"))
        note_identities(shape, policy, self.top.below("identities"))
        release_key = self._keys()
        tls = files.tls(shape.tls, self.top.below("tls"))
        database = files.database(shape.storage.sqlite, self.top.below("storage", "sqlite"))
        if found := (*self.top.document.problems.error().problems, *policy_problems):
            raise ConfigError(*found)
        return Configuration(
            environment=shape.environment,
            dry_run=shape.dry_run,
            issuers=issuers,
            policy=files.path(shape.policy),
            database=database,
            log_origin=shape.log.origin,
            log_key=files.path(shape.log.key),
            release_key=release_key,
            identities=identities_of(shape),
            listener=_listener(shape.listen),
            tls=tls,
            release_lifetime=timedelta(seconds=shape.release.lifetime_seconds),
            least_free_disk=shape.storage.least_free_mib * MEBIBYTE,
            linter_workers=shape.linters.workers,
            linter_time_limit=timedelta(seconds=shape.linters.time_limit_seconds),
            linter_memory_limit=shape.linters.memory_limit_mib * MEBIBYTE,
            metrics=_metrics(shape.metrics),
            logging=Logging(format=shape.logging.format, level=shape.logging.level),
            policy_people=people or (),
            longest_exception=timedelta(days=control.longest_exception_days),
            policy_tests=tests,
            shadow_policy=shadow,
            policy_watch=timedelta(seconds=control.watch_seconds),
        )

    def site(self) -> Site:
        """What policies are loaded for; mistakes in it are noted."""
        people = self.top.below("policy_control", "people")
        return self._site(
            self._issuers(), people_of(self.shape.policy_control.people, self.files, people)
        )

    def _site(self, issuers: tuple[Issuer, ...], people: tuple[Person, ...] | None) -> Site:
        longest = timedelta(days=self.shape.policy_control.longest_exception_days)
        return gate_site(issuers, people=people, longest_exception=longest)

    def _issuers(self) -> tuple[Issuer, ...]:
        """The issuers whose certificates are fine; no two of them may be the same."""
        found = list[Issuer]()
        for at, shape in enumerate(self.shape.issuers):
            place = self.top.below("issuers", at)
            issuer = self.files.issuer(shape, self.shape.environment, place)
            for other in found if issuer else ():
                _note_doubles(issuer, other, place)
            if issuer is not None:
                found.append(issuer)
        return tuple(found)

    def _policy(
        self, issuers: tuple[Issuer, ...], people: tuple[Person, ...] | None
    ) -> tuple[Policy | None, Sequence[str]]:
        """The policy, or what is wrong with it; it is checked against complete issuers only.

        Without people whose keys are all fine, no signature in it is checked. Whether it needs
        another one for what it changes, the log says when the gate starts.
        """
        folder = self.files.path(self.shape.policy)
        if not folder.is_dir():
            self.top.below("policy").note(f"{folder}: there is no such folder")
            return None, ()
        names = {issuer.name for issuer in issuers}
        complete = len(names) == len(self.shape.issuers)
        site = self._site(issuers, people)
        control = ChangeControl(environment=self.shape.environment, people=people or ())
        try:
            if not complete:
                return check_policy(folder), ()
            files = read_folder(folder)
            with told_in(folder):
                policy = load_policy(files, site=site)
                if people is not None:
                    control.signers(files, policy.ref)
        except ConfigError as error:
            return None, error.problems
        except OSError as error:
            return None, [f"{error.filename}: cannot be read: {error.strerror}"]
        return policy, ()

    def _keys(self) -> Path | None:
        """The key of the tokens that this gate mints: in production, a dry run mints none."""
        shape, release = self.shape, self.top.below("release")
        log_place = self.top.below("log", "key")
        log_key = self.files.signing_key(shape.log.key, log_place)
        if shape.dry_run and shape.environment is Environment.PRODUCTION:
            return None
        key = "dry_run_key" if shape.dry_run else "key"
        name = shape.release.dry_run_key if shape.dry_run else shape.release.key
        if name is None:
            why = "with `dry_run: true`" if shape.dry_run else "without `dry_run`"
            release.note(f"the key `{key}` is missing: {why}, it signs the tokens")
            return None
        public = self.files.signing_key(name, release.below(key))
        if public and public == log_key:
            release.below(key).note("the same key as that of the log: make one of its own")
        both = (shape.release.key, shape.release.dry_run_key)
        if both[0] is not None and both[0] == both[1]:
            release.below("dry_run_key").note("the same key as `key`: make one of its own")
        return self.files.path(name)


def _note_doubles(issuer: Issuer | None, other: Issuer, place: Place) -> None:
    if issuer is None:
        return
    try:
        refuse_doubles((other, issuer))
    except ConfigError as error:
        for problem in error.problems:
            place.note(problem)


def _metrics(shape: MetricsShape | None) -> HostPort | None:
    return None if shape is None else HostPort(host=shape.host, port=shape.port)


def _listener(shape: ListenShape) -> Listener:
    return Listener(
        host=shape.host,
        port=shape.port,
        concurrent_calls=shape.concurrent_calls,
        calls_per_identity=shape.calls_per_identity,
        connections=shape.connections,
        message_limit=timedelta(seconds=shape.message_limit_seconds),
    )
