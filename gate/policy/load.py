"""A policy from its files: read, then shape, then meaning, all mistakes of each at once."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gate.errors import ConfigError
from gate.model import Issuer
from gate.policy.digest import digest_of
from gate.policy.document import read
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.lists import read_list
from gate.policy.meaning import Sources, define, rules_of
from gate.policy.policy import Policy
from gate.policy.problems import Problems, did_you_mean
from gate.policy.shape import shaped

_POLICY = "policy.yaml"
_GRANTS = "grants.yaml"
_YAML = (_POLICY, _GRANTS)


def load(files: Mapping[str, bytes], *, issuers: Iterable[Issuer] | None) -> Policy:
    """The policy that these files hold, by path within its folder, for these issuers.

    With None for them, names of issuers are taken as they are: for checking a policy where
    they are not known. A gate gives the ones it has.

    There must be `policy.yaml` and `grants.yaml`; `lists/*.txt` are the lists it names, a
    README is passed over, anything else is refused. Raises ConfigError with every mistake
    found, one line each: `file:line:column: path > to > it: what is wrong`. What is looser
    than the Baseline Requirements is a mistake too.
    """
    by_name = None if issuers is None else _by_name(issuers)
    sources = _sources(files, by_name)
    definitions = define(sources)
    rules = rules_of(sources, definitions)
    sources.policy_document.problems.raise_any()
    return Policy(
        name=sources.policy.name,
        version=sources.policy.version,
        digest=digest_of(files, (by_name or {}).values()),
        description=sources.policy.description,
        owner=sources.policy.owner,
        profiles=MappingProxyType(dict(definitions.profiles)),
        grants=definitions.grants,
        lists=MappingProxyType(dict(definitions.lists)),
        required_linters=definitions.linters,
        rules=rules,
    )


def _by_name(issuers: Iterable[Issuer]) -> dict[str, Issuer]:
    by_name: dict[str, Issuer] = {}
    for issuer in issuers:
        if issuer.name in by_name:
            raise ConfigError(f"two issuers are called `{issuer.name}`")
        by_name[issuer.name] = issuer
    return by_name


def _sources(files: Mapping[str, bytes], issuers: Mapping[str, Issuer] | None) -> Sources:
    problems = Problems()
    _refuse_other_files(files, problems)
    documents = {path: read(path, files[path], problems) for path in _YAML if path in files}
    lists = {path: read_list(path, files[path], problems) for path in files if _is_list(path)}
    problems.raise_any()
    policy_document, grants_document = documents[_POLICY], documents[_GRANTS]
    policy, grants = shaped(policy_document, PolicyFile), shaped(grants_document, GrantsFile)
    if policy is None or grants is None:
        raise problems.error()
    return Sources(
        policy=policy,
        policy_document=policy_document,
        grants=grants,
        grants_document=grants_document,
        lists=lists,
        issuers=issuers,
    )


def _refuse_other_files(files: Mapping[str, bytes], problems: Problems) -> None:
    for path in files:
        readme = path.rpartition("/")[2].startswith("README")
        if path not in _YAML and not _is_list(path) and not readme:
            problems.add(path, 0, 0, f"unknown file{did_you_mean(path, _YAML)}")
    for path in _YAML:
        if path not in files:
            problems.add(path, 0, 0, "the file is missing")


def _is_list(path: str) -> bool:
    return path.startswith("lists/") and path.endswith(".txt")
