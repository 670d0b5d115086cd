"""A policy from its files: read, then shape, then meaning, all mistakes of each at once."""

from collections.abc import Mapping
from types import MappingProxyType

from gate.errors import ConfigError
from gate.model import Issuer
from gate.model.policy_digest import MANIFEST, digest_of
from gate.policy.certificate_profile.shape import CertificateProfileFile
from gate.policy.definitions import Place
from gate.policy.document import read
from gate.policy.exception_shape import ExceptionsFile, exceptions_of
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.holder_shape import HoldersFile
from gate.policy.lists import read_list
from gate.policy.meaning import Sources, define, rules_of
from gate.policy.policy import Policy
from gate.policy.problems import Problems, did_you_mean
from gate.policy.shape import shaped
from gate.policy.site import Site

_POLICY = "policy.yaml"
_GRANTS = "grants.yaml"
_EXCEPTIONS = "exceptions.yaml"
_HOLDERS = "holders.yaml"
_NEEDED = (_POLICY, _GRANTS)
_LEFT_OUT = {
    _EXCEPTIONS: b"format: gate-exceptions/1\nexceptions: []\n",
    _HOLDERS: b"format: gate-holders/1\nholders: []\n",
}
"""The files that need not be there, and what it means where one is not."""

_YAML = (*_NEEDED, *_LEFT_OUT)


def load(files: Mapping[str, bytes], *, site: Site) -> Policy:
    """The policy that these files hold, by path within its folder, for this site.

    There must be `policy.yaml` and `grants.yaml`; there may be `exceptions.yaml` and
    `holders.yaml`; `lists/*.txt` and `profiles/*.yaml` are the lists and the certificate profiles
    it names. Tests, the manifest and READMEs are passed over, anything else is refused. Raises
    PolicyError with every mistake found, each with its place:
    `file:line:column: path > to > it: what is wrong`. What is looser than the Baseline
    Requirements is a mistake too.
    """
    by_name = None if site.issuers is None else _by_name(site.issuers)
    sources = _sources(files, by_name, site)
    definitions = define(sources)
    rules = rules_of(sources, definitions)
    exceptions = exceptions_of(
        sources.exceptions.exceptions,
        policy=sources.policy.name,
        rules=rules,
        definitions=definitions,
        place=Place(sources.exceptions_document, ("exceptions",)),
    )
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
        required_linters=tuple(definitions.linters),
        rules=rules,
        exceptions=exceptions,
        holders=definitions.holders,
    )


def _by_name(issuers: tuple[Issuer, ...]) -> dict[str, Issuer]:
    by_name: dict[str, Issuer] = {}
    for issuer in issuers:
        if issuer.name in by_name:
            raise ConfigError(f"two issuers are called `{issuer.name}`")
        by_name[issuer.name] = issuer
    return by_name


def _sources(
    files: Mapping[str, bytes], issuers: Mapping[str, Issuer] | None, site: Site
) -> Sources:
    problems = Problems()
    _refuse_other_files(files, problems)
    texts = {**_LEFT_OUT, **files}
    yaml = (*_YAML, *filter(_is_profile, files))
    documents = {path: read(path, texts[path], problems) for path in yaml if path in texts}
    lists = {path: read_list(path, files[path], problems) for path in files if _is_list(path)}
    problems.raise_any()
    policy_document, grants_document = documents[_POLICY], documents[_GRANTS]
    policy, grants = shaped(policy_document, PolicyFile), shaped(grants_document, GrantsFile)
    exceptions = shaped(documents[_EXCEPTIONS], ExceptionsFile)
    holders = shaped(documents[_HOLDERS], HoldersFile)
    profiles = {
        path: (shape, documents[path])
        for path in filter(_is_profile, files)
        if (shape := shaped(documents[path], CertificateProfileFile)) is not None
    }
    if policy is None or grants is None or exceptions is None or holders is None:
        raise problems.error()
    problems.raise_any()
    return Sources(
        policy=policy,
        policy_document=policy_document,
        grants=grants,
        grants_document=grants_document,
        exceptions=exceptions,
        exceptions_document=documents[_EXCEPTIONS],
        holders=holders,
        holders_document=documents[_HOLDERS],
        lists=lists,
        certificate_profiles=profiles,
        issuers=issuers,
        site=site,
    )


def _refuse_other_files(files: Mapping[str, bytes], problems: Problems) -> None:
    for path in files:
        known = path in _YAML or _is_list(path) or _is_profile(path) or _is_passed_over(path)
        if not known:
            problems.add(path, 0, 0, f"unknown file{did_you_mean(path, _YAML)}")
    for path in _NEEDED:
        if path not in files:
            problems.add(path, 0, 0, "the file is missing")


def _is_passed_over(path: str) -> bool:
    """What belongs to a policy and says nothing about certificates."""
    name = path.rpartition("/")[2]
    return name.startswith("README") or path == MANIFEST or path.startswith("tests/")


def _is_profile(path: str) -> bool:
    return path.startswith("profiles/") and path.endswith(".yaml")


def _is_list(path: str) -> bool:
    return path.startswith("lists/") and path.endswith(".txt")
