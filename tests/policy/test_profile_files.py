"""Profile files are read strictly, mistakes are told with their place, and rules name them."""

import pytest

from gate.errors import ConfigError
from gate.model import BlockCause
from gate.policy import Policy, Site, load
from gate.policy.certificate_profile.reading import read_profile
from tests import pki
from tests.policy.bundles import ISSUERS, bundle, policy_with, problems
from tests.policy.judging import case
from tests.policy.profiles import FILE, text_with

ORDER = "  - {id: order, title: t, kind: order_matches, mode: enforce}\n"
DV = "profiles/tls-dv.yaml"
DV_TEXT = text_with(
    ("  - {name: c, values: [HR, SI]}\n  - {name: l, strings: [utf8]}\n", ""),
    ("  - {name: street, optional: true, repeats: true}\n  - {name: o}\n", ""),
    ("subject:\n", "subject: []\n"),
    ("2.23.140.1.2.2", "2.23.140.1.2.1"),
)
BOTH = "{tls-dv: profiles/tls-dv.yaml, tls-ov: profiles/tls-ov.yaml}"


def files(profiles: str = BOTH, *, more: str = "", **texts: str) -> dict[str, bytes]:
    """The small policy with a rule over both profiles; `texts` replace `dv` and `ov`."""
    own = f"  - {{id: shape, title: t, kind: extensions_as_profile, mode: enforce{more}, "
    policy = policy_with(ORDER, f"{ORDER}{own}profiles: {profiles}}}\n")
    given = {DV: texts.get("dv", DV_TEXT), FILE: texts.get("ov", text_with())}
    return {**bundle(policy=policy), **{path: text.encode() for path, text in given.items()}}


def policy_of(given: dict[str, bytes]) -> Policy:
    return load(given, site=Site(issuers=ISSUERS))


def mistakes(text: str) -> list[str]:
    try:
        read_profile(FILE, text.encode())
    except ConfigError as error:
        return list(error.problems)
    return []


MISTAKES = {
    ("subject_order:", "subject_oder:"): "4:1: subject_oder: unknown key `subject_oder`; did you",
    (
        "name: key_usage,",
        "name: key_usages,",
    ): "19:12: extensions > key_usages > name: no extension",
    ("{name: l,", "{name: town,"): "7:12: subject > town > name: no attribute is called `town`: wr",
    (
        "ec: [digitalS",
        "ec: [digitals",
    ): "19:69: extensions > key_usage > ec > #1: no use of a key is",
    (
        "[serverAuth]",
        "[serverauth]",
    ): "17:43: extensions > extended_key_usage > purposes > #1: no p",
    ("[2.23.140.1.2.2]", "[dv]"): "16:45: extensions > certificate_policies > policies > #1: `dv`",
    (
        "[serverAuth]",
        "[serverAuth], urls: []",
    ): "17:56: extensions > extended_key_usage > urls: `ur",
    (
        "purposes: [serverAuth]",
        "critical: true",
    ): "17:5: extensions > extended_key_usage: the key `",
    (
        "method: sha1",
        "method: sha2",
    ): "25:60: extensions > subject_key_identifier > method: `sha2` ",
    (
        '"3003020105"',
        '"300302010"',
    ): "26:48: extensions > tls_feature > value: `300302010` is neith",
    (
        "critical: if-sub",
        "critical: on-sub",
    ): "18:40: extensions > subject_alt_name > critical: `on",
    (
        "types: [dns]",
        "types: [dns, dns]",
    ): "18:65: extensions > subject_alt_name > types: `dns` sta",
    (
        'may_begin: ["http:',
        'may_begin: ["ldap:',
    ): "21:24: extensions > crl_distribution_points > ur",
    (
        "least: 1, most: 1",
        "least: 2, most: 1",
    ): "21:67: extensions > crl_distribution_points > urls",
    ("{name: o}", "{name: c}"): "9:12: subject > c > name: `c` stands twice: write one entry",
    (
        "p256: [ecdsa-sha256]",
        "p256: [ecdsa-sha384]",
    ): "3:20: signature > p256 > #1: `ecdsa-sha384` ",
    ("{p256: [ecdsa-sha256]}", "{}"): "3:12: signature: give the algorithms of one kind of key or ",
    ("gate-profile/1", "gate-policy/1"): "1:9: format: must be `gate-profile/1`",
}
"""What is told of a mistake, by what stood there before and what stands there now."""


@pytest.mark.parametrize(("change", "problem"), MISTAKES.items())
def test_a_mistake_is_told_with_its_place(change: tuple[str, str], problem: str) -> None:
    (one,) = mistakes(text_with(change))
    assert one.startswith(f"{FILE}:{problem}")


def test_prefixes_are_for_urls_alone() -> None:
    choice = ("purposes: [serverAuth]", "purposes: {may_begin: [server]}")
    (one,) = mistakes(text_with(choice))
    assert one.endswith("only URLs are allowed by how they begin")


def test_an_extension_may_be_called_by_its_oid() -> None:
    by_oid = text_with(("name: key_usage,", "name: 2.5.29.15,"), ("{name: o}", "{name: 2.5.4.10}"))
    assert read_profile(FILE, by_oid.encode()) == read_profile(FILE, text_with().encode())


def test_a_rule_judges_each_product_by_its_file() -> None:
    rule = next(each for each in policy_of(files()).rules if each.rule_id == "shape")
    good = case()
    assert rule.judge(good) == ()
    found = rule.judge(case(context={"profile": "tls-ov"}))
    assert {each.code for each in found} == {
        "policy.extensions_as_profile.content",
        "policy.extensions_as_profile.subject",
    }
    assert {each.location for each in found} == {
        "subject.c", "subject.l", "subject.o", "certificate_policies",
    }  # fmt: skip
    assert found[0].message == "subject.c: the attribute is expected and not there"
    assert rule.cause is BlockCause.POLICY


def test_a_product_that_no_file_is_for_passes_nothing() -> None:
    rule = next(each for each in policy_of(files()).rules if each.rule_id == "shape")
    (found,) = rule.judge(case(context={"profile": "tls-gold"}))
    assert found.code == "policy.extensions_as_profile.unknown"


def test_another_issuers_key_does_not_pass() -> None:
    rule = next(each for each in policy_of(files()).rules if each.rule_id == "shape")
    (found,) = rule.judge(case(issuer=pki.issuer(pki.TEST)))
    assert found.location == "authority_key_identifier"
    assert rule.judge(case(issuer=None)) == ()


def test_every_product_of_the_rule_needs_a_file() -> None:
    (one,) = problems({**files(), FILE: b""})
    assert one.startswith(f"{FILE}:1:1: the file is empty")
    only = files("{tls-dv: profiles/tls-dv.yaml}")
    del only[FILE]
    (one,) = problems(only)
    assert one.endswith(
        "rules > shape > profiles: there is no file for `tls-ov`, to which the rule applies: name "
        "one, or limit the rule by `when`"
    )
    for when in ("profiles: [tls-dv]", "certificate_types: [dv]"):
        limited = files("{tls-dv: profiles/tls-dv.yaml}", more=f", when: {{{when}}}")
        del limited[FILE]
        assert problems(limited) == ()


def test_files_and_names_that_do_not_match_are_told() -> None:
    (one,) = problems(files(BOTH.replace("tls-ov.yaml", "tls-0v.yaml")))
    assert one.endswith(
        "rules > shape > profiles > tls-ov: there is no file `profiles/tls-0v.yaml`; did you mean "
        "`profiles/tls-ov.yaml`?"
    )
    (one,) = problems({**files(), "profiles/more.yaml": text_with().encode()})
    assert one == "profiles/more.yaml: no rule names this file"
    told = problems(files(BOTH.replace("tls-ov:", "tls-0v:")))
    assert any("no profile is called `tls-0v`; did you mean `tls-ov`?" in each for each in told)
    wrong = files(ov=text_with(("{name: o}", "{name: oo}")))
    (one,) = problems(wrong)
    assert one.startswith(f"{FILE}:9:12: subject > oo > name: no attribute is called `oo`")
    (one,) = problems({**files(), "profiles/more.yml": b""})
    assert one == "profiles/more.yml: unknown file"


EXTENSIONS = (
    (
        "authority_info_access (ca_issuers: `http://ca.example.com/issuer.cer`, ocsp: perhaps "
        "`http://ocsp.example.com`)"
    ),
    "authority_key_identifier (the key identifier of the issuer)",
    "certificate_policies (policies: `2.23.140.1.2.1`, without qualifiers)",
    "extended_key_usage (purposes: `serverAuth`)",
    "subject_alt_name (critical if the subject is empty, names of type dns)",
    "key_usage (critical, ec: `digitalSignature`, rsa: `digitalSignature`)",
    (
        "crl_distribution_points (urls: perhaps what begins with `http://ca.example.com/` "
        "(1 or more, 1 at most))"
    ),
    "precertificate_poison (critical, in a precertificate only)",
    "signed_certificate_timestamps (in a certificate only)",
    "basic_constraints (optional, critical, no CA)",
    "subject_key_identifier (optional, the key's `sha1`)",
    "tls_feature (optional, `3003020105`)",
)


def test_the_profile_stands_in_words_with_everything_pinned() -> None:
    rule = next(each for each in policy_of(files()).rules if each.rule_id == "shape")
    words = rule.requirement.in_words()
    assert words.startswith("A certificate for `tls-dv`, “TLS OV from public-r1”, looks so. ")
    for part in (
        "It is to be signed with ecdsa-sha256 by a key p256.",
        "Its subject is empty.",
        "c (`HR` or `SI`), l (as utf8), street (optional, more than once perhaps) and o.",
        f"It has these extensions and no other, in this order: {'; '.join(EXTENSIONS)}.",
    ):
        assert part in words
