"""The gate: every request is judged, recorded, and only then released."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime

from gate.decide import decide
from gate.decide.reliance import relied_since
from gate.errors import Malformed, Refused, Tampered, Unavailable
from gate.facts import EvidenceFound, identifiers, join
from gate.model import (
    CertificateType,
    Decision,
    Finding,
    IssuanceRequest,
    LinterReport,
    PolicyRef,
    RecordedDecision,
    Release,
    Severity,
    Stage,
    Verdict,
)
from gate.policy import Policy
from gate.policy.quoting import quoted
from gate.ports import CertificateLinters, NewEntry, StoredEntry
from gate.record import (
    Appended,
    DecisionLog,
    EvidenceLedger,
    EvidenceRef,
    decision_entry,
    open_decision,
    request_digest,
    request_key,
)
from gate.release import Minter
from gate.service.looked_at import looked_at
from gate.service.releasing import Releasing
from gate.service.settings import Settings
from gate.workbench.recorded_case import facts_of
from gate.x509 import TBSCertificate, complete, read_certificate, read_tbs_certificate

BATCH_LIMIT = 100
"""The most requests that one batch may hold."""

BATCH_THREADS = 4

Listener = Callable[[RecordedDecision, bytes], None]
"""Is given each new decision with its document, as recorded; it returns at once, and never raises.

What it makes of them comes too late to change the answer.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a requester hears: a recorded decision, and a release where there is one.

    For the operators: whether it is the answer to a repeat, and since when the oldest
    validation counts that a policy verdict of RELEASE rests on.
    """

    decision: RecordedDecision
    release: Release | None
    repeated: bool = field(default=False, compare=False)
    relied_since: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    decision: Decision
    entry: NewEntry
    evidence: tuple[EvidenceRef, ...]
    relied_since: datetime | None


class Gate:
    """Judges to-be-signed certificates; one object serves all threads of a process.

    Without a `minter` it can mint no token, whatever the verdict. Whoever judges takes hold of
    the policy once, at the beginning: what `activate` brings meanwhile is for the next decision.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        policy: Policy,
        linters: CertificateLinters,
        evidence: EvidenceLedger,
        log: DecisionLog,
        minter: Minter | None,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        new_salt: Callable[[], bytes],
        clock_trouble: Callable[[], str] = str,
        listener: Listener | None = None,
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._linters = linters
        self._evidence = evidence
        self._log = log
        self._clock = clock
        self._new_id = new_id
        self._new_salt = new_salt
        self._clock_trouble = clock_trouble
        self._listener = listener
        self._releasing = Releasing(
            settings=settings,
            minter=minter,
            origin=log.origin,
            clock=clock,
            clock_trouble=clock_trouble,
        )

    @property
    def policy(self) -> PolicyRef:
        """Which policy judges."""
        return self._policy.ref

    @property
    def active_policy(self) -> Policy:
        """The policy that judges, whole."""
        return self._policy

    def activate(self, policy: Policy) -> None:
        """Judge by this policy from now on; decisions that were begun end under theirs."""
        self._policy = policy

    def troubles(self) -> Mapping[str, str]:
        """What keeps the gate from releasing anything now: each part in trouble, and why."""
        found = {
            "log": "" if self._log.healthy else "the log takes no more entries",
            "linters": "" if self._linters.healthy else "no linter worker can answer",
            "clock": self._clock_trouble(),
        }
        return {part: why for part, why in found.items() if why}

    def evaluate(self, request: IssuanceRequest) -> Answer:
        """Judge one request; the answer is durable in the log before it is returned.

        Raises Malformed for a request without an id, Refused where the caller used the
        request id for something else before, Unavailable where nothing could be recorded or
        where a revocation came into the log before the decision that it would have changed,
        Tampered where stored bytes contradict their hash.
        """
        return self.evaluate_batch((request,))[0]

    def evaluate_batch(self, requests: Sequence[IssuanceRequest]) -> tuple[Answer, ...]:
        """Judge up to 100 requests, each on its own, with one flush of the log.

        The answers are in the order of the requests. Raises as `evaluate` does, before
        anything is judged where a request cannot be taken.
        """
        # 1. Refuse what cannot be taken at all.
        if not 0 < len(requests) <= BATCH_LIMIT:
            raise Malformed(f"a batch holds 1 to {BATCH_LIMIT} requests, not {len(requests)}")
        _check_ids(requests)
        # 2. Find what was answered before; it is not judged again.
        answered = [self._answered(request) for request in requests]
        fresh = [one for one, answer in zip(requests, answered, strict=True) if answer is None]
        # 3. Judge the rest. Nobody hears of it yet.
        judged = self._judge_all(fresh)
        # 4. Record. If this raises, there is no decision.
        appended = self._log.append([one.entry for one in judged]) if judged else ()
        # 5. Release what passed, and answer.
        made = [
            self._answer(request, one, kept)
            for request, one, kept in zip(fresh, judged, appended, strict=True)
        ]
        # 6. Others may look at what is recorded now.
        self._tell(judged, made)
        new = iter(made)
        return tuple(next(new) if answer is None else answer for answer in answered)

    def lint(
        self, der: bytes, certificate_type: CertificateType, stage: Stage
    ) -> tuple[LinterReport, ...]:
        """What the linters say of a complete certificate; records nothing."""
        return self._linters.lint(der, certificate_type, stage)

    def lint_bytes(self, der: bytes, profile: str, *, signed: bool) -> tuple[LinterReport, ...]:
        """Lint a TBSCertificate or a signed certificate as this profile.

        Raises Malformed where the bytes do not parse or the policy has no such profile.
        """
        policy = self._policy
        known = policy.profiles.get(profile)
        if known is None:
            names = ", ".join(sorted(policy.profiles))
            raise Malformed(f"the policy has no profile {profile!r}; it has {names}")
        certificate = read_certificate(der).tbs if signed else read_tbs_certificate(der)
        stage = Stage.PRECERTIFICATE if certificate.poisoned else Stage.CERTIFICATE
        return self.lint(der if signed else complete(der), known.certificate_type, stage)

    def _judge_all(self, requests: Sequence[IssuanceRequest]) -> list[_Judged]:
        if len(requests) < 2:  # noqa: PLR2004 - one alone needs no threads
            return [self._judge(request) for request in requests]
        # What is logged in there belongs to the same call.
        contexts = [copy_context() for _ in requests]
        with ThreadPoolExecutor(BATCH_THREADS) as threads:
            return list(
                threads.map(
                    lambda context, request: context.run(self._judge, request), contexts, requests
                )
            )

    def _judge(self, request: IssuanceRequest) -> _Judged:
        # 1. Read the bytes strictly, and take hold of the one policy that all of this is under.
        certificate = _read(request.tbs_certificate)
        policy = self._policy
        # 2. Lint, as the profile that was ordered.
        reports = self._lint(request, certificate, policy)
        # 3. Gather what was recorded; last, because a revocation may have come meanwhile.
        found = self._gather(request, certificate)
        # 4. Decide, by the gate's clock.
        at = self._clock()
        found = replace(found, failures=(*found.failures, *self._doubt_of_clock()))
        issuer = self._settings.issuers.get(request.context.issuer)
        case = join(
            request=request,
            certificate=certificate,
            issuer=issuer,
            evidence=found,
            linters=reports,
            environment=self._settings.environment,
            dry_run=self._settings.dry_run,
            at=at,
            release_ends=at + self._settings.release_lifetime,
        )
        decision = decide(case, policy)
        evidence = self._evidence.references(looked_at(found, case, policy))
        entry = decision_entry(
            decision_id=self._new_id(),
            request=request,
            decision=decision,
            certificate=certificate,
            issuer=issuer,
            profile_known=request.context.profile in policy.profiles,
            evidence=evidence,
            salt=self._new_salt(),
            facts=facts_of(case),
        )
        released = decision.policy_verdict is Verdict.RELEASE
        since = relied_since(case, policy) if released else None
        return _Judged(decision=decision, entry=entry, evidence=evidence, relied_since=since)

    def _doubt_of_clock(self) -> tuple[Finding, ...]:
        trouble = self._clock_trouble()
        return (_failure("gate.clock", trouble),) if trouble else ()

    def _gather(
        self, request: IssuanceRequest, certificate: TBSCertificate | Malformed
    ) -> EvidenceFound:
        names = (
            ()
            if isinstance(certificate, Malformed)
            else tuple(identifier for identifier, _ in identifiers(certificate))
        )
        try:
            applicant = self._evidence.applicant_of(request.context.account)
            whose = applicant.evidence.applicant if applicant else ""
            return EvidenceFound(
                applicant=applicant,
                order=self._evidence.order(request.context.order_id),
                validations=self._evidence.validations(names, whose),
            )
        except Tampered:
            # No doubt but a contradiction: releasing stops, and the caller is told so.
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is recorded and blocks
            why = f"the evidence could not be read: {type(error).__name__}: {error}"
            failure = _failure("gate.evidence_unavailable", why)
            return EvidenceFound(failures=(failure,))

    def _lint(
        self, request: IssuanceRequest, certificate: TBSCertificate | Malformed, policy: Policy
    ) -> tuple[LinterReport, ...]:
        profile = policy.profiles.get(request.context.profile)
        if profile is None or isinstance(certificate, Malformed):
            return ()
        stage = Stage.PRECERTIFICATE if certificate.poisoned else Stage.CERTIFICATE
        try:
            return self.lint(complete(certificate.der), profile.certificate_type, stage)
        except Exception:
            logging.getLogger(__name__).exception("the linters raised")
            return ()

    def _answered(self, request: IssuanceRequest) -> Answer | None:
        """The answer that the caller already got for this request id; None for a new one."""
        stored = self._log.claimed(request_key(request))
        return None if stored is None else self._repeat(request, stored)

    def _answer(self, request: IssuanceRequest, judged: _Judged, appended: Appended) -> Answer:
        if appended.repeated is not None:
            return self._repeat(request, appended.repeated)
        recorded = RecordedDecision(
            decision_id=judged.entry.entry_id,
            log_index=appended.index,
            decision=judged.decision,
        )
        self._check_standing(request, recorded, judged.evidence)
        return Answer(
            decision=recorded,
            release=self._releasing.release(request, recorded, appended.leaf, appended.proof),
            relied_since=judged.relied_since,
        )

    def _tell(self, judged: Sequence[_Judged], answers: Sequence[Answer]) -> None:
        for one, answer in zip(judged, answers, strict=True):
            if self._listener is not None and not answer.repeated:
                self._listener(answer.decision, one.entry.private)

    def _repeat(self, request: IssuanceRequest, stored: StoredEntry) -> Answer:
        document = open_decision(stored)
        if (request_key(document.request), request_digest(document.request)) != (
            request_key(request),
            stored.request_digest,
        ):
            raise Tampered(f"entry {stored.index} is stored under a request that is not its own")
        if stored.request_digest != request_digest(request):
            raise Refused(
                f"`request_id` {quoted(request.request_id)} was used for another request: "
                "use a new one"
            )
        recorded = RecordedDecision(
            decision_id=document.decision_id,
            log_index=stored.index,
            decision=document.decision,
        )
        self._check_standing(request, recorded, document.evidence)
        proof = self._log.prove(stored.index)
        return Answer(
            decision=recorded,
            release=self._releasing.release(request, recorded, stored.leaf, proof),
            repeated=True,
        )

    def _check_standing(
        self, request: IssuanceRequest, recorded: RecordedDecision, evidence: Sequence[EvidenceRef]
    ) -> None:
        """Raise Unavailable where a revocation came between gathering evidence and recording.

        The log then has a RELEASE that should be none. Nobody hears of it: it is never answered
        and gets no token, so that who looks at the verdict alone cannot act on it either.
        """
        if recorded.decision.policy_verdict is not Verdict.RELEASE:
            return
        revoked = self._evidence.revoked_before(recorded.log_index, evidence)
        if revoked:
            raise Unavailable(
                f"record {revoked[0]} was revoked while request {quoted(request.request_id)} was "
                "judged, and nothing is released: ask again under a new `request_id`"
            )


def _read(der: bytes) -> TBSCertificate | Malformed:
    try:
        return read_tbs_certificate(der)
    except Malformed as error:
        return error


def _failure(code: str, message: str) -> Finding:
    return Finding(code=code, severity=Severity.FATAL, message=message)


def _check_ids(requests: Sequence[IssuanceRequest]) -> None:
    digests: dict[str, bytes] = {}
    for request in requests:
        if not request.request_id:
            raise Malformed("`request_id` is missing: make one unique for each request")
        digest = request_digest(request)
        if digests.setdefault(request_key(request), digest) != digest:
            raise Refused(
                f"`request_id` {quoted(request.request_id)} stands for two requests in this batch"
            )
