"""The names that a policy's files define, read as far as these can be read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gate.baseline import METHODS
from gate.policy.document import read
from gate.policy.lists import EntryType
from gate.policy.named import Section
from gate.policy.problems import Problems
from gate.policy.site import Site


@dataclass(frozen=True, slots=True)
class Names:
    """The names of each section in the files' order, and the lints of each linter.

    What is not in it is not known.
    """

    sections: Mapping[Section, tuple[str, ...]]
    lints: Mapping[str, tuple[str, ...]]


_LISTS = {
    EntryType.IP_PREFIX: Section.IP_PREFIX_LIST,
    EntryType.DNS_NAME: Section.DNS_NAME_LIST,
    EntryType.WORD: Section.WORD_LIST,
}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False}


def names_in(files: Mapping[str, bytes], site: Site) -> Names:
    """The names in the files of a policy, whether or not it loads, and the site's issuers.

    A section in which nothing is defined, or whose part of a file is not what it must be, is
    left out.
    """
    policy, grants = _plain(files, "policy.yaml"), _plain(files, "grants.yaml")
    rules = [rule for rule in _list(policy.get("rules")) if isinstance(rule, dict)]
    lists = _dict(policy.get("lists"))
    given: dict[Section, Iterable[Any]] = {
        Section.PROFILE: _dict(policy.get("profiles")),
        Section.SCHEDULE: _dict(policy.get("schedules")),
        Section.LINTER: _list(policy.get("linters")) or _dict(policy.get("linters")),
        Section.EXCEPTABLE_RULE: [
            rule.get("id") for rule in rules if rule.get("exceptable") == "true"
        ],
        Section.ACCOUNT: [
            account
            for grant in _list(grants.get("grants"))
            for account in _list(_dict(grant).get("accounts"))
        ],
        Section.ISSUER: [issuer.name for issuer in site.issuers or ()],
        Section.METHOD: METHODS,
    }
    for of, section in _LISTS.items():
        given[section] = [name for name, each in lists.items() if _dict(each).get("of") == of]
    texts = {
        section: tuple(dict.fromkeys(str(name) for name in names if isinstance(name, str)))
        for section, names in given.items()
    }
    return Names(
        {section: names for section, names in texts.items() if names},
        {name: tuple(sorted(each.lints)) for name, each in (site.catalogues or {}).items()},
    )


def as_read(name: str) -> list[str | int | float | bool]:
    """The name, and what a reader of YAML 1.2 takes it for where it is written without quotes."""
    if name in _WORDS:
        return [name, _WORDS[name]]
    if _INT.fullmatch(name):
        return [name, int(name)]
    return [name, float(name)] if _FLOAT.fullmatch(name) else [name]


def _plain(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    return _dict(read(path, files.get(path, b""), Problems()).root.plain())


def _dict(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _list(given: object) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else ()
