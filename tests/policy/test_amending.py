"""An approval is written into a file that people wrote, and nothing else in it changes."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.errors import Refused
from gate.policy.amending import with_approval
from gate.policy.approvals import Approval, stated_time
from gate.policy.document import read
from gate.policy.problems import Problems
from gate.tlog.base64 import encode_base64
from tests.policy.approving import ALICE, SIGNED_AT

APPROVAL = Approval(by=ALICE, at=SIGNED_AT, signature=bytes(64))
WRITTEN = (
    f'{{by: "{ALICE}", at: {stated_time(SIGNED_AT)}, '
    f'signature: "{encode_base64(APPROVAL.signature)}"}}'
)

TEXT = """\
# exceptions of the CA
format: x
exceptions:
  - id: without   # the first
    # what it is about
    rule: r
    requested_by: dana   # who
    # a trailing remark

  - id: empty
    approvals: []  # none yet
    rule: "x"
  - {id: flow, rule: r,
     requested_by: d}
  - {id: flow-empty, approvals: [ ]}
  - {id: flow-one, approvals: [{by: q, at: z, signature: "a]b"}], rule: r}
  - id: block
    approvals:
    # the first
    - {by: q, at: z, signature: "zz"}  # fine
    # the second
    - by: q2
      at: z
      signature: "zz2"   # fine too

    rule: |
      several
      lines
  - requested_by: dana
    reason: |
      the last key
      has several lines

# the end
"""
ENTRIES = ("without", "empty", "flow", "flow-empty", "flow-one", "block", "last")


def plain(data: bytes) -> dict[str, list[dict[str, object]]]:
    problems = Problems()
    root = read("f", data, problems).root.plain()
    problems.raise_any()
    assert isinstance(root, dict)
    return {key: list(value) for key, value in root.items() if key == "exceptions"}


def approvals(data: bytes, at: int) -> list[object]:
    found = plain(data)["exceptions"][at].get("approvals", ())
    assert isinstance(found, tuple)
    return [each["by"] for each in found]


def added(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    assert not [line for line in difflib.ndiff(before.split(), after.split()) if line[0] == "-"]
    return [line[2:] for line in lines if line.startswith("+ ")]


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("at", range(len(ENTRIES)), ids=lambda at: ENTRIES[at])
def test_two_approvals_are_added_wherever_they_go(at: int, *, crlf: bool) -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n") if crlf else TEXT
    before = text.encode()
    one = with_approval("f", before, "exceptions", at, APPROVAL)
    other = Approval(by='Bøb "the" approver', at=SIGNED_AT, signature=b"\1" * 64)
    two = with_approval("f", one, "exceptions", at, other)

    assert set(approvals(two, at)) == {*approvals(before, at), ALICE, other.by}
    for number in range(len(ENTRIES)):
        if number != at:
            assert plain(two)["exceptions"][number] == plain(before)["exceptions"][number]
    if crlf:
        assert two.count(b"\n") == two.count(b"\r\n")
        assert two.startswith("\ufeff".encode())
    remarks = {line.strip() for line in TEXT.splitlines() if line.strip().startswith("#")}
    assert remarks <= {line.strip() for line in two.decode().removeprefix("\ufeff").splitlines()}


def test_where_the_key_is_missing_it_comes_last() -> None:
    after = with_approval("f", TEXT.encode(), "exceptions", 0, APPROVAL).decode()
    assert added(TEXT, after) == ["    approvals:", f"      - {WRITTEN}"]
    assert "# who\n    approvals:" in after


def test_an_approval_comes_after_those_that_are_there() -> None:
    after = with_approval("f", TEXT.encode(), "exceptions", 5, APPROVAL).decode()
    assert added(TEXT, after) == [f"    - {WRITTEN}"]
    assert approvals(after.encode(), 5) == ["q", "q2", ALICE]


def test_an_empty_list_becomes_lines() -> None:
    after = with_approval("f", TEXT.encode(), "exceptions", 1, APPROVAL).decode()
    assert f"    approvals:\n      - {WRITTEN}  # none yet\n" in after


def test_what_cannot_be_written_is_given_to_write_by_hand() -> None:
    odd = b"exceptions: [{id: a, ? approvals : []}]\n"
    after = with_approval("f", odd, "exceptions", 0, APPROVAL)
    assert approvals(after, 0) == [ALICE]
    broken = b"format: x\nexceptions:\n  - []\n"
    with pytest.raises(Refused, match="write it in by hand"):
        with_approval("f", broken, "exceptions", 0, APPROVAL)


@given(st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), min_size=1))
def test_any_name_can_be_written(name: str) -> None:
    given_ = Approval(by=name, at=SIGNED_AT, signature=bytes(64))
    after = with_approval("f", TEXT.encode(), "exceptions", 0, given_)
    assert approvals(after, 0) == [name]
