"""A case with something in every group of facts, and conditions over it."""

from dataclasses import replace
from typing import Any

from cryptography.x509.oid import NameOID

from gate.conditions import compiler
from gate.errors import Malformed
from gate.model import Case, Finding, LinterReport, LinterStatus, Severity
from gate.ports import Condition
from tests.policy import judging

NAMES = ("www.plovidba.hr", "*.plovidba.hr", "1.1.1.1")
SUBJECT = (
    (NameOID.COUNTRY_NAME, "HR"),
    (NameOID.ORGANIZATION_NAME, "Plovidba d.d."),
    (NameOID.ORGANIZATION_NAME, "Plovidba Nautika d.o.o."),
)


def case(*names: str, **changes: Any) -> Case:
    """The case: three identifiers validated, an order, a linter with a warning, no `channel`."""
    names = names or NAMES
    found = Finding(code="pkilint.odd", severity=Severity.WARNING, message="odd")
    report = LinterReport(
        name="pkilint", version="0.13.3", status=LinterStatus.COMPLETED, findings=(found,)
    )
    given: dict[str, Any] = {
        "certificate": judging.certificate(*names, subject=SUBJECT),
        "linters": (report,),
    }
    return judging.case(*names, **{**given, **changes})


def bare_case() -> Case:
    """The same without an order and without any validation."""
    whole = case()
    unproven = tuple(replace(each, relied_on=None, candidates=()) for each in whole.identifiers)
    return replace(whole, order=None, identifiers=unproven, applicant="")


def compiled(require: str, message: str = "no", *, for_each: str = "", as_: str = "") -> Condition:
    """The condition, which must be a good one."""
    found = compiler().compile(require=require, message=message, for_each=for_each, element=as_)
    assert not isinstance(found, tuple), found
    return found


def faults(require: str, message: str = "no", *, for_each: str = "", as_: str = "") -> list[str]:
    """What is wrong with it, as `line:column text`, or with another part's name before that."""
    found = compiler().compile(require=require, message=message, for_each=for_each, element=as_)
    return [_told(fault.part, f"{fault.line}:{fault.column} {fault.text}") for fault in _all(found)]


def result(require: str, judged: Case) -> str:
    """`true`, `false`, `error`, or `refused` where it cannot be compiled."""
    found = compiler().compile(require=require, message="no")
    if isinstance(found, tuple):
        return "refused"
    try:
        return "false" if found.unmet(judged) else "true"
    except Malformed:
        return "error"


def _all(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else ()


def _told(part: str, text: str) -> str:
    return text if part == "require" else f"{part} {text}"
