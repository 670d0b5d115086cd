"""Values that only tests of policies write: nothing, lengths of time, moments seen from `at`."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, PlainValidator, model_validator

from gate.errors import Malformed
from gate.model import Identifier, LinterStatus, Verdict
from gate.policy.document import Plain
from gate.policy.problems import listed
from gate.policy.scalars import Whole, mistake, moment, one_of
from gate.policy.shape import Shape
from gate.workbench.suite_keys import public_key
from gate.x509 import oids

_LONGEST = timedelta(days=36_500)

SUBJECT_FIELDS = {
    "cn": oids.COMMON_NAME,
    "o": oids.ORGANIZATION_NAME,
    "ou": oids.ORGANIZATIONAL_UNIT_NAME,
    "c": oids.COUNTRY_NAME,
    "l": oids.LOCALITY_NAME,
    "st": oids.STATE_OR_PROVINCE_NAME,
    "street": oids.STREET_ADDRESS,
    "postal_code": oids.POSTAL_CODE,
    "given_name": oids.GIVEN_NAME,
    "surname": oids.SURNAME,
    "serial_number": oids.SERIAL_NUMBER,
    "business_category": oids.BUSINESS_CATEGORY,
    "organization_identifier": oids.ORGANIZATION_IDENTIFIER,
    "jurisdiction_l": oids.JURISDICTION_LOCALITY,
    "jurisdiction_st": oids.JURISDICTION_STATE_OR_PROVINCE,
    "jurisdiction_c": oids.JURISDICTION_COUNTRY,
}
"""The attributes of the subject that a test can write, as rules call them after `subject.`."""


def _nothing(given: object) -> object:
    """A plain `null` as None; in quotes it is a text like any other."""
    return None if isinstance(given, Plain) and given == "null" else given


OrNothing = BeforeValidator(_nothing)
"""For a value that may be `null`: what it stands for is not there."""


class LengthShape(Shape):
    """A length of time; the units given are added up: `{days: 199, seconds: 1}`."""

    days: Whole = 0
    hours: Whole = 0
    minutes: Whole = 0
    seconds: Whole = 0

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.model_fields_set:
            raise mistake(f"give {listed(type(self).model_fields)}")
        if max(self.days, self.hours // 24, self.minutes // 1440) > _LONGEST.days:
            raise mistake("must not be longer than 36500 days")
        return self

    @property
    def length(self) -> timedelta:
        """The sum."""
        return timedelta(
            days=self.days, hours=self.hours, minutes=self.minutes, seconds=self.seconds
        )


class DistanceShape(Shape):
    """How far from the test's `at`: `{ago: {hours: 1}}` or `{ahead: {hours: 1}}`."""

    ago: LengthShape | None = None
    ahead: LengthShape | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.ago is None) == (self.ahead is None):
            raise mistake("give exactly one of `ago` and `ahead`")
        return self

    def from_moment(self, at: datetime) -> datetime:
        """The moment that lies so far from `at`."""
        back = self.ago.length if self.ago else timedelta()
        ahead = self.ahead.length if self.ahead else timedelta()
        return at - back + ahead


def _moment_or_distance(given: Any) -> datetime | DistanceShape:
    return DistanceShape.model_validate(given) if isinstance(given, dict) else moment(given)


MomentOrDistance = Annotated[datetime | DistanceShape, PlainValidator(_moment_or_distance)]


def _written(given: object) -> str:
    """A text exactly as it stands, blanks at its ends included."""
    if not isinstance(given, str) or not given:
        raise mistake("must be a text that is not empty")
    return str(given)


def _one_or_more(given: object) -> object:
    """A single text as a list of one; `null` as none."""
    if _nothing(given) is None:
        return ()
    return (given,) if isinstance(given, str) else given


def _key(given: str) -> str:
    try:
        public_key(given, "")
    except Malformed as error:
        raise mistake(str(error)) from None
    return given


def _name(given: str) -> Identifier:
    try:
        return Identifier.read(given)
    except Malformed as error:
        raise mistake(str(error)) from None


Written = Annotated[str, BeforeValidator(_written)]
Writtens = Annotated[tuple[Written, ...], BeforeValidator(_one_or_more)]
KeyWord = Annotated[str, BeforeValidator(_written), AfterValidator(_key)]
RecordedName = Annotated[Identifier, PlainValidator(lambda given: _name(_written(given)))]
"""A name or an address as people record it: one that is malformed cannot be recorded."""

SubjectField = Annotated[str, BeforeValidator(one_of({name: name for name in SUBJECT_FIELDS}))]
StatusWord = Annotated[
    LinterStatus, BeforeValidator(one_of({each.value.lower(): each for each in LinterStatus}))
]
VerdictWord = Annotated[
    Verdict, BeforeValidator(one_of({each: Verdict(each) for each in ("RELEASE", "BLOCK")}))
]
