"""Wherever a policy is looked at, its conditions are compiled."""

from pathlib import Path

import pytest

from gate.conditions import compiler
from gate.config import check_policy
from gate.config.policies import desk_site, gate_site
from gate.errors import ConfigError
from tests.policy.bundles import POLICY, bundle

RULE = """\
  - {id: short, title: t, kind: cel, mode: enforce, require: cert.VERSION == 3, message: m}
"""


def written(folder: Path, rule: str) -> Path:
    for path, data in bundle(policy=POLICY + rule).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_a_desk_and_a_gate_have_the_engine() -> None:
    assert desk_site().conditions is gate_site(()).conditions is compiler()


def test_conditions_are_checked_with_the_policy(tmp_path: Path) -> None:
    good = RULE.replace("VERSION", "version")
    assert check_policy(written(tmp_path, good)).rules[-1].kind == "cel"
    place = f"{POLICY.count(chr(10)) + 1}:{RULE.index('VERSION') + 1}"
    with pytest.raises(ConfigError, match=f"/policy.yaml:{place}: rules > short > require: ther"):
        check_policy(written(tmp_path, RULE))
