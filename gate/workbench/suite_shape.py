"""What a file of tests says: issuers, a base that is released, and tests that change it."""

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from gate.model import ADNDerivation, CertificateType, LinterStatus, Verdict
from gate.policy.scalars import (
    CertificateTypeWord,
    EnvironmentWord,
    Moment,
    NotEmpty,
    PurposeWord,
    SeverityWord,
    SomeOf,
    StageWord,
    Text,
    TrustWord,
    Whole,
    mistake,
    one_of,
)
from gate.policy.shape import Shape
from gate.workbench.suite_keys import SIGNATURES
from gate.workbench.suite_scalars import (
    KeyWord,
    LengthShape,
    MomentOrDistance,
    OrNothing,
    RecordedName,
    StatusWord,
    SubjectField,
    VerdictWord,
    Writtens,
)

_FORMAT = "gate-policy-test/1"
_DERIVATIONS = {each.value.lower(): each for each in ADNDerivation}


class IssuerShape(Shape):
    """An issuing CA: made for the tests, or a certificate in the folder `certificates`."""

    trust: TrustWord
    environment: EnvironmentWord
    key: KeyWord = "p256"
    file: Text | None = None


class GateShape(Shape):
    """The gate that is asked: where it runs, and how long its releases live (60 seconds)."""

    environment: EnvironmentWord
    release_life: LengthShape | None = None


class RequestShape(Shape):
    """What the issuing system says; the names need not exist anywhere."""

    account: Text
    profile: Text
    issuer: Text
    environment: Text
    purpose: Annotated[PurposeWord | None, OrNothing]
    stage: Annotated[StageWord | None, OrNothing]
    order: Text = "order-1"
    requested_by: Text = "requester-1"


class CertificateFieldsShape(Shape):
    """Fields of a certificate, or the name of a file in the folder `certificates`.

    It begins at the moment of the test unless `starts` says otherwise. `issuer` is whose name
    and key identifier stand in it, the request's unless said; so is `stage`. `signature` is the
    algorithm, unless said the one that fits the issuer's key.
    """

    file: Text | None = None
    names: tuple[Text, ...] = ()
    lasts: LengthShape | None = None
    starts: MomentOrDistance | None = None
    type: CertificateTypeWord = CertificateType.DV
    subject: dict[SubjectField, Writtens] = Field(default_factory=dict)
    key: KeyWord = "p256"
    issuer: Text | None = None
    stage: StageWord | None = None
    scts: Whole = 0
    signature: Annotated[str, BeforeValidator(one_of({word: word for word in SIGNATURES}))] = ""

    @model_validator(mode="after")
    def _file_alone(self) -> Self:
        if self.file is not None and len(self.model_fields_set) > 1:
            raise mistake("give `file` alone: the certificate is as it was read")
        return self


class CertificateShape(CertificateFieldsShape):
    """The certificate to be signed, whole."""

    @model_validator(mode="after")
    def _built_or_read(self) -> Self:
        if self.file is None and not {"names", "lasts"} <= self.model_fields_set:
            raise mistake("give `names` and `lasts`, or a `file`")
        return self


class OrderShape(Shape):
    """What was ordered; whatever is left out is as it stands in request and certificate.

    `key: null` is an order in which the key was not known yet.
    """

    account: Text | None = None
    names: tuple[RecordedName, ...] | None = None
    profile: Text | None = None
    purpose: PurposeWord | None = None
    requested_by: Text | None = None
    key: Annotated[KeyWord | None, OrNothing] = None


class ValidationShape(Shape):
    """A completed validation; without `name`, one of each name that the method is for.

    It was begun `age` before the test's moment, or `at` a date. `data_age` is the age of its
    oldest datum where that is older. `domain` is where control was shown, if not at the name.
    """

    name: RecordedName | None = None
    method: Text
    age: LengthShape | None = None
    at: Moment | None = None
    data_age: LengthShape | None = None
    applicant: Text | None = None
    domain: Text | None = None
    derivation: Annotated[ADNDerivation, BeforeValidator(one_of(_DERIVATIONS))] | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.age is None) == (self.at is None):
            raise mistake("give exactly one of `age` and `at`")
        return self


class FindingShape(Shape):
    """One finding of a linter."""

    code: Text
    severity: SeverityWord
    message: Text = "made up for this test"


ANY_VERSION = "0"
"""What a linter has whose version the policy does not ask for."""


class ReportShape(Shape):
    """What a linter answers: it completed, and found nothing, unless said otherwise.

    Without a version it has one that the policy takes.
    """

    status: StatusWord = LinterStatus.COMPLETED
    version: Text = ""
    findings: tuple[FindingShape, ...] = ()


class CaseShape(Shape):
    """Everything that is judged. `null` for applicant or order: nothing was recorded.

    Linters that are not named completed and found nothing; `null` gave no report. A request for
    a final shows a precertificate that is the certificate's own but for what is written here.
    """

    gate: GateShape
    request: RequestShape
    applicant: Annotated[Text | None, OrNothing]
    certificate: CertificateShape
    precertificate: Annotated[CertificateFieldsShape | None, OrNothing] = CertificateFieldsShape()
    order: Annotated[OrderShape | None, OrNothing] = OrderShape()
    validations: tuple[ValidationShape, ...]
    linters: dict[Text, Annotated[ReportShape | None, OrNothing]] = Field(default_factory=dict)


class BaseShape(CaseShape):
    """The base of a file's tests, released at this moment."""

    at: Moment


class ExpectShape(Shape):
    """What must come of a test: exactly this, and every other rule or floor passes."""

    verdict: VerdictWord
    fails: SomeOf[Text] = ()
    warns: SomeOf[Text] = ()
    dry_run: SomeOf[Text] = ()
    errors: SomeOf[Text] = ()
    excepted: dict[Text, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.verdict is Verdict.RELEASE and self.fails:
            raise mistake("what `fails` blocks: expect `BLOCK`, or list it in `warns` or `dry_run`")
        if self.verdict is Verdict.BLOCK and not (self.fails or self.errors):
            raise mistake("say in `fails` which rules and floors block, each by its id")
        return self

    def named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every id of a rule or floor, with the path to where it stands."""
        for key in ("fails", "warns", "dry_run", "errors"):
            for at, rule_id in enumerate(getattr(self, key)):
                yield (key, at), rule_id
        for rule_id in self.excepted:
            yield ("excepted", rule_id), rule_id


class TestShape(Shape):
    """A test: the base, judged `at` a moment, with what is written at these paths changed.

    `each` is one more path with several values: the test is made once for each of them.
    `lists: renewed` is for moments far ahead: no list of the policy counts as too old then.
    """

    __test__ = False

    name: Text
    at: Moment
    change: Annotated[dict[Text, Any], NotEmpty] | None = None
    each: Annotated[dict[Text, Annotated[tuple[Any, ...], NotEmpty]], NotEmpty] | None = None
    lists: Annotated[bool, BeforeValidator(one_of({"renewed": True}))] = False
    expect: ExpectShape

    @model_validator(mode="after")
    def _one_path(self) -> Self:
        if self.each is not None and len(self.each) != 1:
            raise mistake("`each` takes one path with its values")
        return self


class SuiteFile(Shape):
    """A file of tests with one base."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))]
    about: Text
    issuers: Annotated[dict[Text, IssuerShape], NotEmpty]
    base: BaseShape
    tests: Annotated[tuple[TestShape, ...], NotEmpty]
