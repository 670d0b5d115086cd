"""What a policy must bring before it judges, and what the log then says of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gate.config.policies import gate_site
from gate.errors import ConfigError, Unavailable
from gate.model import Environment, Trust
from gate.model.policy_digest import MANIFEST
from gate.policy import Person, PolicyError, load
from gate.record import read_leaf, verify
from gate.specimens.issuers import make_issuing_ca
from gate.specimens.keys import ec_private_key
from gate.storage import Fault
from tests import pki
from tests.policy import bundles
from tests.policy_people import AUTHOR, PEOPLE, REVIEWER, signed_by
from tests.rollout.building import Bench
from tests.rollout.bundles import SITE, STRICTER, bundle
from tests.signing import SeededKey

BOTH = (AUTHOR, REVIEWER)
OTHER = make_issuing_ca(
    "other-r1",
    environment=Environment.PRODUCTION,
    trust=Trust.PRIVATE,
    key=ec_private_key("other-r1"),
    at=pki.NOW,
)
FREE = Environment.STAGING, Environment.DEVELOPMENT
RETITLED = ("id: order, title: t,", "id: order, title: the order,")


def started(*changes: tuple[str, str]) -> Bench:
    """A log whose first policy, version 7, is active."""
    bench = Bench()
    bench.admit(bundle(7, *changes, by=BOTH))
    return bench


def refused(bench: Bench, files: dict[str, bytes], said: str) -> None:
    """Admitting says this, and nothing comes into the log."""
    size = bench.log.size
    with pytest.raises(ConfigError, match=said):
        bench.admit(files)
    assert bench.log.size == size


def test_the_first_policy_needs_two_people() -> None:
    bench = Bench()
    refused(bench, bundle(7), "nobody signed this policy")
    refused(
        bench, bundle(7, by=(AUTHOR,)), "only `alice@ca.example` signed: it is the first policy"
    )

    admitted = bench.admit(bundle(7, by=BOTH))

    assert admitted.policy.ref == load(bundle(7), site=SITE).ref
    (found,) = bench.recorded
    assert (found.ref, found.change, set(found.signers)) == (
        admitted.policy.ref,
        "first",
        set(BOTH),
    )
    assert found.files == bundle(7, by=BOTH)


def test_a_stricter_policy_needs_one_person_and_a_looser_one_two() -> None:
    bench = started()
    refused(bench, bundle(8, STRICTER), "nobody signed this policy")
    bench.admit(bundle(8, STRICTER, by=(AUTHOR,)))
    refused(bench, bundle(9, by=(REVIEWER,)), "it releases what the policy before it would block")
    bench.admit(bundle(9, by=BOTH))
    assert [each.change for each in bench.recorded] == ["first", "stricter", "looser"]


def test_what_nobody_can_compare_needs_two_people() -> None:
    bench = started()
    changed = ("kind: not_before_window, mode: warn", "kind: not_before_window, mode: off")
    refused(bench, bundle(8, STRICTER, changed, by=(AUTHOR,)), "it may release what")
    bench.admit(bundle(8, STRICTER, changed, by=BOTH))
    assert bench.recorded[-1].change == "unclear"


def test_other_words_alone_need_one_person() -> None:
    bench = started()
    bench.admit(bundle(8, RETITLED, by=(REVIEWER,)))
    assert bench.recorded[-1].change == "same"


@pytest.mark.parametrize("version", [7, 6])
def test_a_version_that_does_not_grow_is_refused_with_its_place(version: int) -> None:
    refused(
        started(),
        bundle(version, STRICTER, by=BOTH),
        rf"policy\.yaml:3:10: version: {version} is not greater than 7",
    )


def test_a_version_must_be_greater_than_every_one_before_not_only_the_active_one() -> None:
    bench = started()
    bench.admit(bundle(9, STRICTER, by=BOTH))
    # The very files of version 7 are a version that was active, and not the newest.
    refused(bench, bundle(7, by=BOTH), "7 is not greater than 9")
    refused(bench, bundle(8, by=BOTH), "8 is not greater than 9")
    bench.admit(bundle(10, by=BOTH))


def test_a_forged_signature_is_refused() -> None:
    bench = started()
    files = bundle(8, STRICTER)
    forger = Person(name=AUTHOR, public_key=SeededKey("forger").public_key)
    elsewhere = Bench(people=(forger,))
    for signed, said in (
        # The manifest is of another version, whose signatures were good.
        (files | {MANIFEST: bundle(7, by=BOTH)[MANIFEST]}, "signed was `small` version 7"),
        # A file was changed after it was signed.
        (bundle(8, STRICTER, by=BOTH) | {"tests/README.md": b"new"}, "sign anew"),
        (signed_by(files, AUTHOR, ref=("small", 9)), "version 9"),
    ):
        refused(bench, signed, said)
    refused(elsewhere, bundle(8, by=(AUTHOR,)), "manifest.json:")


@pytest.mark.parametrize("environment", FREE)
def test_outside_production_nobody_need_sign_and_nobody_may_forge(
    environment: Environment,
) -> None:
    bench = Bench(environment=environment)
    bench.admit(bundle(7, STRICTER))
    bench.admit(bundle(8))
    assert [(each.change, each.signers) for each in bench.recorded] == [
        ("first", ()),
        ("looser", ()),
    ]
    bench.admit(bundle(9, by=(AUTHOR,)))
    assert bench.recorded[-1].signers == (AUTHOR,)
    refused(bench, bundle(10) | {MANIFEST: bundle(9, by=BOTH)[MANIFEST]}, "version 9")


def test_what_nobody_signed_before_production_is_answered_for_by_two_people_there() -> None:
    bench = Bench(environment=Environment.STAGING)
    bench.admit(bundle(7))
    bench.admit(bundle(8, STRICTER))
    production = bench.restart(environment=Environment.PRODUCTION)
    said = "it may release what the policy before it would block"
    # Neither the very same policy, nor one that is stricter than what nobody answered for.
    refused(production, bundle(8, STRICTER, by=(AUTHOR,)), said)
    stricter = STRICTER[0], "max_age: {days: 8}"
    refused(production, bundle(9, stricter, by=(AUTHOR,)), said)
    production.admit(bundle(9, stricter, by=BOTH))
    production.admit(bundle(10, (STRICTER[0], "max_age: {days: 7}"), by=(AUTHOR,)))
    changes = [each.change for each in production.recorded]
    assert changes == ["first", "stricter", "unclear", "stricter"]


def test_a_policy_that_fails_its_trial_is_refused_before_anybody_looks_who_signed() -> None:
    bench = started()
    refused(bench, bundle(8, ("mode: dry-run", "mode: dry"), by=BOTH), r"policy\.yaml:51:11")


def test_the_same_policy_at_a_restart_is_neither_tried_nor_recorded_again() -> None:
    bench = started()
    first = bench.recorded
    again = bench.restart()
    admitted = again.admit(bundle(7, by=BOTH))
    assert again.trials.tried == 0
    assert admitted.at == pki.NOW + timedelta(hours=1)
    assert again.recorded == first


def test_at_a_restart_it_is_still_signed_as_it_was() -> None:
    bench = started()
    refused(bench.restart(), bundle(7), "nobody signed")
    refused(bench.restart(), bundle(7, by=(AUTHOR,)), "the first policy of this log")
    left = tuple(person for person in PEOPLE if person.name != REVIEWER)
    refused(bench.restart(people=left), bundle(7, by=BOTH), "manifest.json:")
    retired = tuple(replace(person, until=pki.NOW) for person in PEOPLE)
    bench.restart(people=retired).admit(bundle(7, by=BOTH))


def test_another_issuer_needs_an_entry_and_no_new_version() -> None:
    bench = started()
    site = gate_site((*bundles.ISSUERS, pki.issuer(OTHER)), people=PEOPLE)
    again = bench.restart(site=site)
    admitted = again.admit(bundle(7, by=BOTH))
    old, new = again.recorded
    assert (new.change, new.ref, new.issuers) == ("same", admitted.policy.ref, site.issuers)
    assert new.ref.version == old.ref.version
    assert new.ref.digest != old.ref.digest


def test_each_entry_names_the_policy_before() -> None:
    bench = started()
    bench.admit(bundle(8, STRICTER, by=BOTH))
    leaves = [read_leaf(each.leaf).fields for each in bench.storage.by_lookup(["policies"])]
    assert [leaf["replaces"] for leaf in leaves] == ["", leaves[0]["digest"]]


def test_a_predecessor_that_does_not_load_any_more_is_an_unclear_change() -> None:
    bench = started()
    # The gate lost the issuer that the grants of version 7 name.
    again = bench.restart(site=gate_site((pki.issuer(),), people=PEOPLE))
    stricter = bundle(8, STRICTER)
    stricter["grants.yaml"] = stricter["grants.yaml"].split(b"  - {accounts: [bob]")[0]
    ref = ("small", 8)
    refused(again, signed_by(stricter, AUTHOR, ref=ref), "it may release what")
    again.admit(signed_by(stricter, *BOTH, ref=ref))
    assert again.recorded[-1].change == "unclear"


@pytest.mark.parametrize("fault", Fault)
def test_what_cannot_be_recorded_does_not_judge(fault: Fault) -> None:
    bench = started()
    bench.storage.fault = fault
    with pytest.raises(Unavailable):
        bench.admit(bundle(8, STRICTER, by=BOTH))
    # Whether the entry is there or not, the next start ends with one and with this policy.
    again = bench.restart()
    admitted = again.admit(bundle(8, STRICTER, by=BOTH))
    assert [each.ref.version for each in again.recorded] == [7, 8]
    assert again.recorded[-1].ref == admitted.policy.ref


def test_the_log_verifies_with_its_policies() -> None:
    bench = started()
    bench.admit(bundle(8, STRICTER, by=BOTH))
    bench.admit(bundle(9, RETITLED, by=BOTH))
    report = verify(
        bench.storage,
        origin="test.example/log",
        public_key=SeededKey("log").public_key,
        progress=lambda _, __: None,
    )
    assert report.sound, report.problems


def test_a_bad_policy_tells_its_problems_by_their_places() -> None:
    with pytest.raises(PolicyError) as caught:
        started().admit(bundle(8, ("days: 10", "days: ten"), by=BOTH))
    assert [(each.file, each.line) for each in caught.value.found] == [("policy.yaml", 36)]
