"""Dry-run in all three environments: judged and recorded like always, and never a release."""

import pytest

from gate.errors import GateError
from gate.model import Environment, Verdict
from gate.release import TokenType, key_id, verify_token
from gate.service import Answer
from tests import pki
from tests.service.building import RELEASE_KEY, Workbench

KEYS = {key_id(RELEASE_KEY.public_key): RELEASE_KEY.public_key}


def sign_like_a_naive_client(answer: Answer) -> bool:
    """What a client does that looks at one word only."""
    return answer.decision.decision.verdict == Verdict.RELEASE


def sign_like_a_token_signer(answer: Answer, bench: Workbench, token_type: TokenType) -> bool:
    """What a signer does that verifies the token."""
    production = bench.environment is Environment.PRODUCTION
    issuer = pki.issuer(pki.PUBLIC if production else pki.TEST)
    if answer.release is None:
        return False
    try:
        verify_token(
            answer.release.token,
            tbs_certificate=bench.request.tbs_certificate,
            issuer_spki_sha256=issuer.spki_sha256,
            environment=bench.environment.value,
            keys=KEYS,
            now=bench.now,
            token_type=token_type,
        )
    except GateError:
        return False
    return True


@pytest.mark.parametrize("environment", Environment)
@pytest.mark.parametrize("evidence", [True, False])
def test_no_client_signs_what_a_dry_run_answers(
    environment: Environment, *, evidence: bool
) -> None:
    bench = Workbench(environment=environment, dry_run=True)
    if evidence:
        bench.record()

    answer = bench.gate.evaluate(bench.request)

    assert answer.decision.decision.verdict is Verdict.DRY_RUN
    released = answer.decision.decision.policy_verdict is Verdict.RELEASE
    assert released is evidence
    assert not sign_like_a_naive_client(answer)
    assert not sign_like_a_token_signer(answer, bench, TokenType.RELEASE)


@pytest.mark.parametrize(
    ("environment", "token"),
    [
        (Environment.PRODUCTION, False),
        (Environment.STAGING, True),
        (Environment.DEVELOPMENT, True),
    ],
)
def test_a_dry_run_token_is_for_rehearsals_outside_production(
    environment: Environment, *, token: bool
) -> None:
    bench = Workbench(environment=environment, dry_run=True).record()

    answer = bench.gate.evaluate(bench.request)

    assert sign_like_a_token_signer(answer, bench, TokenType.DRY_RUN) is token


@pytest.mark.parametrize("environment", Environment)
def test_the_same_request_without_dry_run_is_released(environment: Environment) -> None:
    bench = Workbench(environment=environment).record()

    answer = bench.gate.evaluate(bench.request)

    assert sign_like_a_naive_client(answer)
    assert sign_like_a_token_signer(answer, bench, TokenType.RELEASE)


@pytest.mark.parametrize("environment", Environment)
def test_bytes_that_cannot_be_judged_are_blocked_in_dry_run_too(environment: Environment) -> None:
    bench = Workbench(environment=environment, dry_run=True).record()

    decision = bench.gate.evaluate(bench.ask(tbs_certificate=b"nonsense")).decision.decision

    assert decision.verdict is Verdict.BLOCK
