"""The kinds of rule, one module each, by the name under which policies know them."""

from collections.abc import Mapping

from gate.policy.kinds.cel import CELShape
from gate.policy.kinds.dns_not_in import DNSNotInShape
from gate.policy.kinds.extensions_as_profile import ExtensionsAsProfileShape
from gate.policy.kinds.granted import GrantedShape
from gate.policy.kinds.identifiers_validated import IdentifiersValidatedShape
from gate.policy.kinds.ip_not_in import IPNotInShape
from gate.policy.kinds.issuer_environment import IssuerEnvironmentShape
from gate.policy.kinds.key_algorithm_allowed import KeyAlgorithmAllowedShape
from gate.policy.kinds.linter_findings_below import LinterFindingsBelowShape
from gate.policy.kinds.not_before_window import NotBeforeWindowShape
from gate.policy.kinds.order_matches import OrderMatchesShape
from gate.policy.kinds.precert_correspondence import PrecertCorrespondenceShape
from gate.policy.kinds.purpose_allowed import PurposeAllowedShape
from gate.policy.kinds.signature_algorithm_allowed import SignatureAlgorithmAllowedShape
from gate.policy.kinds.text_absent import TextAbsentShape
from gate.policy.kinds.validation_age import ValidationAgeShape
from gate.policy.kinds.validity_at_most import ValidityAtMostShape
from gate.policy.rule_shape import RuleShape

KINDS: Mapping[str, type[RuleShape]] = {
    "granted": GrantedShape,
    "issuer_environment": IssuerEnvironmentShape,
    "purpose_allowed": PurposeAllowedShape,
    "order_matches": OrderMatchesShape,
    "identifiers_validated": IdentifiersValidatedShape,
    "validation_age": ValidationAgeShape,
    "ip_not_in": IPNotInShape,
    "dns_not_in": DNSNotInShape,
    "text_absent": TextAbsentShape,
    "validity_at_most": ValidityAtMostShape,
    "not_before_window": NotBeforeWindowShape,
    "key_algorithm_allowed": KeyAlgorithmAllowedShape,
    "signature_algorithm_allowed": SignatureAlgorithmAllowedShape,
    "extensions_as_profile": ExtensionsAsProfileShape,
    "precert_correspondence": PrecertCorrespondenceShape,
    "linter_findings_below": LinterFindingsBelowShape,
    "cel": CELShape,
}
