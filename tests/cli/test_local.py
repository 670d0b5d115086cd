"""`gate evaluate --local` comes to the decision that a gate comes to."""

import json
from pathlib import Path

import pytest

from gate.cli.evidence_text import evidence_plain
from gate.cli.main import main
from gate.config import SHIPPED_POLICIES, now
from gate.demo.order import APPLICANTS, DemoOrder
from gate.demo.orders import ORDERS
from gate.model import Verdict
from gate.specimens.issuers import PUBLIC_ISSUER
from tests import pki

BY_KEY = {order.key: order for order in ORDERS if order.issuer == PUBLIC_ISSUER}
RELEASED = next(order for order in BY_KEY.values() if order.expected is Verdict.RELEASE)
CHOSEN = [RELEASED, *(order for key, order in BY_KEY.items() if key.startswith("fina-"))][:6]


def write(order: DemoOrder, folder: Path) -> list[str]:
    """Write what the order was made of, and give the command that judges it."""
    at = now()
    context = order.context
    (folder / "context.json").write_text(
        json.dumps(
            {
                "order_id": context.order_id,
                "account": context.account,
                "issuer": context.issuer,
                "profile": context.profile,
                "environment": context.environment,
                "purpose": context.purpose.value,
                "channel": context.channel,
                "requested_by": context.requested_by,
            }
        )
    )
    evidence = (*APPLICANTS, *order.evidence(at))
    lines = (json.dumps(evidence_plain(each)) for each in evidence)
    (folder / "evidence.jsonl").write_text("\n".join(lines))
    (folder / "issuer.der").write_bytes(pki.PUBLIC.certificate)
    tbs = order.tbs_certificate(issuer=pki.PUBLIC.certificate, now=at)
    (folder / "tbs.der").write_bytes(tbs)
    command = ["evaluate", "--local", "--format", "json"]
    command += ["--policy", str(SHIPPED_POLICIES / "webpki-production")]
    command += ["--evidence", str(folder / "evidence.jsonl")]
    command += ["--issuer", str(folder / "issuer.der")]
    return [*command, "--context", str(folder / "context.json"), str(folder / "tbs.der")]


@pytest.mark.parametrize("order", CHOSEN, ids=lambda order: order.key)
def test_an_order_is_judged_here_as_in_a_gate(
    order: DemoOrder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(write(order, tmp_path))
    told = json.loads(capsys.readouterr().out)

    assert told["decision"]["policy_verdict"] == order.expected.value
    assert code == (0 if order.expected is Verdict.RELEASE else 1)
    failed = {rule["rule_id"] for rule in told["decision"]["rules"] if rule["outcome"] == "FAIL"}
    assert set(order.because) <= failed
    # Nothing that is judged here can be taken for a release.
    assert told["decision"]["verdict"] != "RELEASE"
    assert told["release"] is None
