"""What is read says exactly its bytes, and what is not read is Malformed: nothing else comes out.

Runs for seconds; FUZZ_SECONDS says how long instead, shared among the targets.
"""

import os
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from random import Random
from time import monotonic

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gate.errors import Malformed
from gate.x509 import (
    complete,
    der_from,
    disagreements,
    read_certificate,
    read_tbs_certificate,
)
from tests.shared import SHARED
from tests.x509.building import ED_KEY, TBS, sign, write
from tests.x509.mutation import mutate_bytes, mutate_elements
from tests.x509.rewriting import assert_says_its_bytes

SECONDS = float(os.environ.get("FUZZ_SECONDS") or 0)


def check_tbs_certificate(data: bytes) -> None:
    """What issuing systems send."""
    try:
        tbs = read_tbs_certificate(data)
    except Malformed:
        return
    assert tbs.der == data
    assert_says_its_bytes(tbs)
    assert read_certificate(complete(data)).tbs == tbs
    # Nothing that was read may fail later, where it is compared, logged or shown.
    for text in (str(tbs.issuer), str(tbs.subject), repr(tbs), tbs.validity_seconds):
        assert text is not None


def check_certificate(data: bytes) -> None:
    """What comes signed: precertificates, issuers, answers of a signer."""
    try:
        certificate = read_certificate(complete(data))
    except Malformed:
        return
    assert certificate.tbs.der == data
    assert_says_its_bytes(certificate.tbs)


def check_second_reader(data: bytes) -> None:
    """What both readers read has the same values in both."""
    try:
        tbs = read_tbs_certificate(data)
    except Malformed:
        return
    for one in disagreements(tbs):
        assert "does not read this" in one.detail, one


def check_file(data: bytes) -> None:
    """What a command line is given."""
    try:
        der = der_from(data)
    except Malformed:
        return
    assert der == data or b64encode(der) in b"".join(data.split())


TARGETS = (check_tbs_certificate, check_certificate, check_second_reader, check_file)


@cache
def seeds() -> tuple[bytes, ...]:
    """TBSCertificates to start from: ours, and the corpus where there is one."""
    found = [TBS, write(), sign(key=ED_KEY).tbs_certificate_bytes]
    for path in sorted((SHARED / "corpus").glob("**/*.pem")):
        try:
            found.append(read_certificate(der_from(path.read_bytes())).tbs.der)
        except Malformed:
            continue
    return tuple(found)


def nearly_a_certificate(seed: int) -> bytes:
    """A different input for every seed, the same one each time."""
    random = Random(seed)
    data, other = random.choice(seeds()), random.choice(seeds())
    mutate = random.choice((mutate_bytes, mutate_elements, mutate_elements))
    data = mutate(data, other, random)
    return data if random.randrange(8) else b64_block(data, other, random)


def b64_block(data: bytes, other: bytes, random: Random) -> bytes:
    """The same as PEM, now and then broken."""
    text = b"-----BEGIN CERTIFICATE-----\n" + b64encode(data) + b"\n-----END CERTIFICATE-----\n"
    return mutate_bytes(text, other, random) if random.randrange(2) else text


INPUTS = st.one_of(
    st.integers(0, 2**64).map(nearly_a_certificate),
    st.binary(max_size=200),
    st.binary(max_size=200).map(lambda data: b"\x30" + bytes((len(data) % 128,)) + data),
)


@settings(
    max_examples=400,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(INPUTS)
def fuzz(check: Callable[[bytes], None], data: bytes) -> None:
    """One round: many inputs, one target."""
    check(data)


@pytest.mark.parametrize("check", TARGETS)
def test_the_invariant_holds_for_inputs_that_are_nearly_certificates(
    check: Callable[[bytes], None],
) -> None:
    end = monotonic() + SECONDS / len(TARGETS)
    fuzz(check)
    while monotonic() < end:
        fuzz(check)


def test_the_inputs_are_near_enough_to_be_read_now_and_then() -> None:
    def is_read(data: bytes) -> bool:
        try:
            return bool(read_tbs_certificate(data))
        except Malformed:
            return False

    read = sum(is_read(nearly_a_certificate(seed)) for seed in range(500))

    assert 25 < read < 475
