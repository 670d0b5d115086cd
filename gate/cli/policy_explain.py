"""`gate policy explain`: rules in English, generated from kind and parameters."""

import argparse
from pathlib import Path

from gate.cli.commands import Commands
from gate.cli.exit_code import ExitCode, WrongUsage
from gate.cli.output import add_format, print_json
from gate.config import check_policy
from gate.policy import Policy, Rule
from gate.policy.english import explain, explained
from gate.policy.problems import did_you_mean
from gate.policy.quoting import quoted

EXAMPLES = (
    "gate policy explain policies/webpki-production",
    "gate policy explain policies/webpki-production validity-limit",
)


def add(verbs: Commands) -> None:
    """Add the verb."""
    parser = verbs.add_parser(
        "explain", help="tell in English what rules demand, with every date", examples=EXAMPLES
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="a policy's folder")
    parser.add_argument("rules", nargs="*", metavar="RULE", help="a rule's id (default: all)")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> ExitCode:
    """Explain the rules that are named, or all."""
    policy = check_policy(options.folder)
    rules = [_find(name, policy) for name in options.rules] or policy.rules
    if options.format == "json":
        print_json([explained(rule, policy) for rule in rules])
    else:
        print("\n\n".join(explain(rule, policy) for rule in rules))
    return ExitCode.FINE


def _find(name: str, policy: Policy) -> Rule:
    by_id = {rule.rule_id: rule for rule in policy.rules}
    if name not in by_id:
        hint = did_you_mean(name, by_id)
        raise WrongUsage(f"{policy.name} has no rule {quoted(name)}{hint}")
    return by_id[name]
