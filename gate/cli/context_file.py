"""The context file of `gate evaluate`: the circumstances of one certificate, as YAML or JSON."""

from pathlib import Path

from gate.cli.evidence_shapes import PerhapsText
from gate.cli.exit_code import WrongUsage
from gate.cli.files import STANDARD_INPUT, read_certificate_bytes
from gate.cli.given import read_given
from gate.model import IssuanceContext, Stage
from gate.policy.scalars import PurposeWord, StageWord, Text
from gate.policy.shape import Shape


class ContextShape(Shape):
    """The keys of a context file, which are those of IssuanceContext in the protos.

    `stage` may be left out: a poisoned TBSCertificate is a precertificate's.
    `precertificate` names a file, from the folder of the context file.
    """

    order_id: Text
    account: Text
    issuer: Text
    profile: Text
    environment: Text
    purpose: PurposeWord
    stage: StageWord | None = None
    channel: PerhapsText = ""
    requested_by: PerhapsText = ""
    precertificate: Text | None = None


def read_context(file: str, stage: Stage | None) -> IssuanceContext:
    """Read a context file; `stage` is what the certificate itself shows, if it was read.

    Raises ConfigError with every mistake and its place.
    """
    given = read_given(ContextShape, file=file, flags={}, command=file)
    stage = given.stage or stage
    if stage is None:
        raise WrongUsage(f"{file}: bytes that are sent unread do not show a `stage`: say it here")
    folder = Path() if file == STANDARD_INPUT else Path(file).parent
    precertificate = b""
    if given.precertificate is not None:
        precertificate = read_certificate_bytes(str(folder / given.precertificate))
    stated = dict(given) | {"stage": stage, "precertificate": precertificate}
    return IssuanceContext(**stated)
