"""Evidence as people and systems write it down: what is read is what was meant."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.cli.evidence_lines import read_evidence_lines
from gate.cli.evidence_shapes import SHAPES, OrderShape, ValidationShape
from gate.cli.evidence_text import evidence_plain
from gate.cli.given import read_given
from gate.errors import ConfigError
from gate.model import (
    ADNDerivation,
    Applicant,
    Identifier,
    IdentifierType,
    Order,
    Purpose,
    Validation,
)

NAME = st.text("abcdefghijklmnopqrstuvwxyzČ- ", min_size=1).filter(
    lambda name: name == name.strip()
)
IDENTIFIERS = st.one_of(
    st.from_regex(r"\A[a-z]{1,9}(\.[a-z]{1,9}){1,3}\Z"), st.ip_addresses().map(str)
).map(Identifier.read)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
PURPOSES = st.sampled_from([each for each in Purpose if each is not Purpose.UNSPECIFIED])

ORDERS = st.builds(
    Order,
    order_id=NAME,
    account=NAME,
    identifiers=st.lists(IDENTIFIERS, min_size=1, unique=True).map(tuple),
    spki_sha256=st.one_of(st.just(b""), st.binary(min_size=32, max_size=32)),
    profile=NAME,
    purpose=PURPOSES,
    requested_by=st.one_of(st.just(""), NAME),
)
APPLICANTS = st.builds(Applicant, account=NAME, applicant=NAME, name=st.one_of(st.just(""), NAME))


@st.composite
def validations(draw: st.DrawFn) -> Validation:
    identifier = draw(IDENTIFIERS)
    address = identifier.type is IdentifierType.IP
    derivation = ADNDerivation.EXACT if address else draw(st.sampled_from(ADNDerivation))
    elsewhere = "" if address else "shown.example"
    return Validation(
        applicant=draw(NAME),
        identifier=identifier,
        authorization_domain=elsewhere,
        adn_derivation=derivation,
        method=draw(NAME),
        initiated_at=draw(TIMES),
        oldest_datum_at=draw(TIMES),
        completed_at=draw(TIMES),
        performed_by=draw(NAME),
        br_version=draw(st.sampled_from(["", "2.2.6"])),
    )


@settings(max_examples=50)
@given(st.lists(st.one_of(ORDERS, APPLICANTS, validations()), max_size=5))
def test_what_is_listed_can_be_read_again(
    tmp_path_factory: pytest.TempPathFactory, evidence: list[Order | Applicant | Validation]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "evidence.jsonl"
    path.write_text("\n\n".join(json.dumps(evidence_plain(each)) for each in evidence))

    assert read_evidence_lines(str(path)) == tuple(evidence)


def test_flags_alone_make_a_record() -> None:
    flags = {
        "applicant": "pier",
        "identifier": "*.pier.hr",
        "method": "3.2.2.4.7",
        "initiated_at": "2026-11-23T19:40:00+01:00",
        "completed_at": "2026-11-23T18:41:00.5Z",
        "performed_by": "validation-1",
    }
    record = read_given(ValidationShape, file=None, flags=flags, command="gate").evidence()

    assert record.identifier == Identifier(IdentifierType.DNS, "*.pier.hr")
    assert record.authorization_domain == "pier.hr"
    assert record.adn_derivation is ADNDerivation.EXACT
    assert (
        record.oldest_datum_at == record.initiated_at == datetime(2026, 11, 23, 18, 40, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    "text",
    ["2026-11-23", "2026-11-23T18:40:00", "2026-13-23T18:40:00Z", "20261123T184000Z", "now", ""],
)
def test_a_time_without_a_zone_is_no_time(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--initiated-at: .*is no time of RFC 3339"):
        read_given(ValidationShape, file=None, flags={"initiated_at": text}, command="gate")


def test_a_domain_without_its_derivation_is_refused() -> None:
    flags = {
        "applicant": "pier",
        "identifier": "www.pier.hr",
        "authorization_domain": "pier.hr",
        "method": "dns-01",
        "initiated_at": "2026-11-23T18:40:00Z",
        "completed_at": "2026-11-23T18:40:00Z",
        "performed_by": "validation-1",
    }
    with pytest.raises(ConfigError, match="without `adn_derivation`"):
        read_given(ValidationShape, file=None, flags=flags, command="gate")


def test_a_mistake_in_a_file_has_its_place_and_one_in_a_flag_its_name(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    path.write_text("order_id: A-1\naccount: a\nidentifiers: [x]\nprofile: tls-dv\n")

    with pytest.raises(ConfigError) as raised:
        read_given(OrderShape, file=str(path), flags={"purpose": "NONE"}, command="gate")

    assert [problem.split(": ")[0] for problem in raised.value.problems] == [
        "--purpose",
        f"{path}:3:15",
    ]


@pytest.mark.parametrize("kind", SHAPES)
def test_every_key_of_a_record_is_explained(kind: str) -> None:
    assert list(SHAPES[kind].HELP) == list(SHAPES[kind].model_fields)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[]", "a record has the `type`"),
        ('{"type": 3}', "a record has the `type`"),
        ('{"type": "aplicant"}', "did you mean `applicant`?"),
        ('{"type": "applicant", "account": "a", "account": "b"}', "a key stands twice"),
        ('{"type": "applicant", "account": null, "applicant": "b"}', "account: must be a text"),
        ('{"type": "applicant", "acount": "a", "applicant": "b"}', "did you mean `account`?"),
        ("[" * 100_000, "no JSON"),
        ("{", "no JSON"),
    ],
)
def test_a_wrong_line_is_named(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text(f"\n{line}\n")

    with pytest.raises(ConfigError, match=r"lines:2:") as raised:
        read_evidence_lines(str(path))

    assert said in str(raised.value)
