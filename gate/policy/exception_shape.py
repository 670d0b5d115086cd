"""The file `exceptions.yaml`, and what the exceptions in it mean for a policy."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from gate.policy.approval_shape import ApprovalShape, Id, note_approvals
from gate.policy.definitions import Definitions, Place
from gate.policy.exceptions import ExceptionScope, PolicyException
from gate.policy.named import AccountName, ExceptableRuleName
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted
from gate.policy.rule import Rule
from gate.policy.scalars import Address, DNSName, Moment, SomeOf, Text, mistake, one_of
from gate.policy.sentences import length_of
from gate.policy.shape import Shape

_FORMAT = "gate-exceptions/1"
_FLOOR = "floor."
_SERIAL = re.compile(r"[0-9a-fA-F]{1,40}")
_KEY = re.compile(r"[0-9a-f]{64}")


def _serial(given: object) -> int:
    if not isinstance(given, str) or not _SERIAL.fullmatch(given):
        raise mistake("must be a serial number in up to 40 hexadecimal digits")
    return int(given, 16)


def _key(given: object) -> bytes:
    if not isinstance(given, str) or not _KEY.fullmatch(given):
        raise mistake("must be the SHA-256 of the public key's DER, 64 hexadecimal digits")
    return bytes.fromhex(given)


class ScopeShape(Shape):
    """Which certificates an exception is for; all names of a certificate must be in it."""

    dns: SomeOf[DNSName] = Field(
        (),
        description="The DNS names that a certificate may have; with `ip`, all that it has.",
        examples=[["www.example.hr"]],
    )
    ip: SomeOf[Address] = Field(
        (), description="The addresses that a certificate may have.", examples=[["192.0.2.1"]]
    )
    accounts: SomeOf[AccountName] | None = Field(
        None, description="Only requests of these accounts.", examples=[["enterprise-9"]]
    )
    serials: SomeOf[Annotated[int, BeforeValidator(_serial)]] | None = Field(
        None, description="Only these serial numbers, in hexadecimal.", examples=[["0a1b2c"]]
    )
    keys: SomeOf[Annotated[bytes, BeforeValidator(_key)]] | None = Field(
        None,
        description="Only these public keys: the SHA-256 of each SubjectPublicKeyInfo, in "
        "hexadecimal.",
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.dns and not self.ip:
            raise mistake("names no identifier: list those of the certificate under `dns` or `ip`")
        return self


class ExceptionShape(Shape):
    """One exception as it is written."""

    id: Id = Field(
        description="What it is called: letters, digits, `.`, `_` and `-`.",
        examples=["EXC-2026-004"],
    )
    rule: ExceptableRuleName = Field(
        description="The one rule that may be broken; it says `exceptable: true`.",
        examples=["no-placeholder-text"],
    )
    scope: ScopeShape = Field(
        description="Which certificates it is for; it names identifiers, and every key counts.",
        examples=[{"dns": ["www.example.hr"]}],
    )
    reason: Text = Field(
        description="Why, for whoever approves it and for the auditor.",
        examples=["the company is called so, see the register"],
    )
    ticket: Text = Field(description="Where the case is kept.", examples=["CA-1234"])
    starts: Moment = Field(description="From when on it counts.", examples=["2026-12-01"])
    expires: Moment = Field(
        description="When it ends; how long it may last, the gate's operators say (31 days).",
        examples=["2026-12-20"],
    )
    requested_by: Text = Field(
        description="Who asks for it; they cannot approve it.", examples=["carol@ca.example"]
    )
    approvals: tuple[ApprovalShape, ...] = Field(
        (), description="Two people's signatures, written by `gate exception approve`."
    )


class ExceptionsFile(Shape):
    """`exceptions.yaml`: leave to break a rule, for a while."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))] = Field(
        description="What the file is; it fixes the meaning of every key.", examples=[_FORMAT]
    )
    exceptions: tuple[ExceptionShape, ...] = Field(
        description="Leave to break a rule, for a while; each entry needs two approvals."
    )


def exceptions_of(
    shapes: Sequence[ExceptionShape],
    *,
    policy: str,
    rules: Sequence[Rule],
    definitions: Definitions,
    place: Place,
) -> tuple[PolicyException, ...]:
    """The exceptions in the order of the file; notes what is wrong with each of them.

    Whether one has expired is for whoever has a clock: it then does nothing, and is no mistake.
    """
    by_id = {rule.rule_id: rule for rule in rules}
    return tuple(_exceptions(shapes, policy, by_id, definitions, place))


def _exceptions(
    shapes: Sequence[ExceptionShape],
    policy: str,
    rules: dict[str, Rule],
    definitions: Definitions,
    place: Place,
) -> Iterator[PolicyException]:
    seen = set[str]()
    for at, shape in enumerate(shapes):
        where = place.below(at)
        if shape.id in seen:
            where.below("id").note(f"the id {quoted(shape.id)} stands twice")
        seen.add(shape.id)
        _note_rule(shape.rule, rules, where.below("rule"))
        _note_dates(shape, definitions, where)
        accounts = where.below("scope", "accounts")
        definitions.check("account", shape.scope.accounts or (), definitions.accounts, accounts)
        exception = _exception(shape)
        note_approvals(
            exception.approvals,
            exception.approvable(policy),
            requested_by=shape.requested_by,
            ends=shape.expires,
            site=definitions.site,
            place=where,
        )
        yield exception


def _note_rule(rule_id: str, rules: dict[str, Rule], place: Place) -> None:
    if rule_id.startswith(_FLOOR):
        place.note(f"no exception ever covers a floor, such as {quoted(rule_id)}")
    elif rule_id not in rules:
        place.note(f"no rule has the id {quoted(rule_id)}{did_you_mean(rule_id, rules)}")
    elif not rules[rule_id].exceptable:
        text = f"the rule {quoted(rule_id)} takes no exceptions: it does not say `exceptable: true`"
        place.note(text)


def _note_dates(shape: ExceptionShape, definitions: Definitions, place: Place) -> None:
    longest = definitions.site.longest_exception
    if shape.expires <= shape.starts:
        place.below("expires").note("the exception expires before it starts")
    elif shape.expires - shape.starts > longest:
        lasts = length_of(shape.expires - shape.starts)
        text = f"the exception would last {lasts}; the operators' limit is {length_of(longest)}"
        place.below("expires").note(text)


def _exception(shape: ExceptionShape) -> PolicyException:
    return PolicyException(
        exception_id=shape.id,
        rule_id=shape.rule,
        scope=ExceptionScope(
            identifiers=(*shape.scope.dns, *shape.scope.ip),
            accounts=shape.scope.accounts,
            serials=shape.scope.serials,
            keys=shape.scope.keys,
        ),
        reason=shape.reason,
        ticket=shape.ticket,
        starts=shape.starts,
        expires=shape.expires,
        requested_by=shape.requested_by,
        approvals=tuple(each.approval for each in shape.approvals),
    )
