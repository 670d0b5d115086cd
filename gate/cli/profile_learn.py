"""`gate profile learn`: a draft of a profile file out of certificates that were issued."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode
from gate.cli.files import read_certificate_file
from gate.cli.output import add_format, print_json
from gate.errors import Refused
from gate.policy.certificate_profile.learning import Sample, learn, seen
from gate.policy.certificate_profile.reading import read_profile
from gate.policy.certificate_profile.writing import write_profile

EXAMPLES = (
    "gate profile learn issued/*.pem",
    "gate profile learn --title 'TLS DV from public-r1' --output profiles/tls-dv.yaml issued/*.pem",
)

EPILOG = """\
What all samples have in common is pinned; what some lack is optional; URLs, policies and
uses that vary become choices. The draft accepts every sample. Look at each line before a
policy uses it: what the samples have wrong, the draft has wrong too."""

_HEAD = """\
Drafted from {of} of {issuers}. The numbers say in how many of these an entry stands.
Pinned is what all have in common: look at each line, and say in the title what it is for."""


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "learn",
        help="draft a profile file from certificates of one product and issuer",
        examples=EXAMPLES,
        epilog=EPILOG,
    )
    parser.add_argument(
        "files", nargs="+", metavar="CERT", help="PEM or DER, of either stage, or a bare TBS"
    )
    parser.add_argument(
        "--title",
        default="to be said: which product, from which issuer",
        help="which certificates these are, in one sentence",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="a new file (default: standard output)"
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Learn, make sure that what was written accepts every sample, and write it."""
    samples = [Sample(name, read_certificate_file(name).tbs) for name in options.files]
    profile = learn(samples, options.title)
    text = write_profile(profile, head=_head(samples), notes=seen(samples))
    if read_profile("the draft", text.encode()) != profile:
        raise Refused("these certificates hold something that no profile file can say")
    if options.output is not None:
        with options.output.open("x", encoding="utf-8") as file:
            file.write(text)
    if options.format == "json":
        print_json({"samples": len(samples), "written": options.output, "profile": text})
    elif options.output is not None:
        print(f"{options.output}: drafted from {len(samples)} samples, all of which it accepts")
    else:
        print(text, end="")
    return ExitCode.FINE


def _head(samples: Sequence[Sample]) -> str:
    precertificates = sum(sample.tbs.poisoned for sample in samples)
    parts = [
        _counted(number, what)
        for number, what in (
            (precertificates, "precertificate"),
            (len(samples) - precertificates, "certificate"),
        )
        if number
    ]
    issuers = len({(each.tbs.issuer.der, each.tbs.authority_key_identifier) for each in samples})
    return _HEAD.format(of=" and ".join(parts), issuers=_counted(issuers, "issuer"))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
