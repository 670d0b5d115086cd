"""The file `holders.yaml`: whose a high-value identifier is."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from gate.baseline import public_suffix
from gate.model import Identifier
from gate.policy.approval_shape import ApprovalShape, Id, note_approvals
from gate.policy.definitions import Place
from gate.policy.holders import ApprovedHolder
from gate.policy.quoting import quoted
from gate.policy.scalars import Address, DNSName, Moment, Text, mistake, one_of
from gate.policy.shape import Shape, keys_given
from gate.policy.site import Site

_FORMAT = "gate-holders/1"


class HeldShape(Shape):
    """The identifier that is held: `{dns: bank.example}` or `{ip: 192.0.2.1}`."""

    model_config = keys_given(1)

    dns: DNSName | None = Field(
        None,
        description="A DNS name; it stands for its wildcard and all names below it too.",
        examples=["bank.example.hr"],
    )
    ip: Address | None = Field(None, description="An address.", examples=["192.0.2.1"])

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.dns is None) is (self.ip is None):
            raise mistake("give exactly one of `dns` or `ip`")
        return self

    @property
    def identifier(self) -> Identifier:
        """The one that is given."""
        identifier = self.dns or self.ip
        if identifier is None:
            raise ValueError("the shape was made without its check")
        return identifier


class HolderShape(Shape):
    """One holder as it is written."""

    id: Id = Field(
        description="What the entry is called: letters, digits, `.`, `_` and `-`.",
        examples=["HOLDER-1"],
    )
    identifier: HeldShape = Field(
        description="What is held: one name or one address.",
        examples=[{"dns": "bank.example.hr"}],
    )
    applicant: Text = Field(
        description="Whose it is: the applicant, as the evidence calls them.",
        examples=["harbour-bank"],
    )
    review: Moment = Field(
        description="By when somebody looks at it again; from then on it opens nothing.",
        examples=["2027-11-01"],
    )
    reason: Text = Field(
        description="How it is known, for whoever approves it and for the auditor.",
        examples=["the bank itself, met on its premises, see CA-1234"],
    )
    requested_by: Text = Field(
        description="Who asks for it; they cannot approve it.", examples=["carol@ca.example"]
    )
    approvals: tuple[ApprovalShape, ...] = Field(
        (), description="Two people's signatures, written by `gate holder approve`."
    )


class HoldersFile(Shape):
    """`holders.yaml`: who the approved holders are."""

    format: Annotated[str, BeforeValidator(one_of({_FORMAT: _FORMAT}))] = Field(
        description="What the file is; it fixes the meaning of every key.", examples=[_FORMAT]
    )
    holders: tuple[HolderShape, ...] = Field(
        description="Whose high-value identifiers are; each entry needs two approvals."
    )


def holders_of(
    shapes: Sequence[HolderShape], *, policy: str, site: Site, place: Place
) -> tuple[ApprovedHolder, ...]:
    """The holders in the order of the file; notes what is wrong with each of them."""
    return tuple(_holders(shapes, policy, site, place))


def _holders(
    shapes: Sequence[HolderShape], policy: str, site: Site, place: Place
) -> Iterator[ApprovedHolder]:
    seen = set[str]()
    for at, shape in enumerate(shapes):
        where = place.below(at)
        if shape.id in seen:
            where.below("id").note(f"the id {quoted(shape.id)} stands twice")
        seen.add(shape.id)
        held = shape.identifier.identifier
        if held.wildcard:
            text = f"write {quoted(held.fqdn)}: that stands for its wildcard and all below it too"
            where.below("identifier", "dns").note(text)
        elif shape.identifier.dns is not None and public_suffix(held.value):
            text = f"{quoted(held.value)} is a public suffix, and nobody holds all names below it"
            where.below("identifier", "dns").note(text)
        holder = ApprovedHolder(
            holder_id=shape.id,
            identifier=held,
            applicant=shape.applicant,
            review=shape.review,
            reason=shape.reason,
            requested_by=shape.requested_by,
            approvals=tuple(each.approval for each in shape.approvals),
        )
        note_approvals(
            holder.approvals,
            holder.approvable(policy),
            requested_by=shape.requested_by,
            ends=shape.review,
            site=site,
            place=where,
        )
        yield holder
