"""Marks texts that name something which a policy or a gate defines, for editors to offer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from gate.policy.scalars import Ident, Text

NAMES_OF = "names-of"
"""The key by which a JSON Schema carries the mark, until names take its place."""


class Section(StrEnum):
    """What a name may be the name of."""

    PROFILE = "profile"
    ISSUER = "issuer"
    ACCOUNT = "account"
    LINTER = "linter"
    SCHEDULE = "schedule"
    IP_PREFIX_LIST = "list of addresses"
    DNS_NAME_LIST = "list of names"
    WORD_LIST = "list of words"
    EXCEPTABLE_RULE = "exceptable rule"
    METHOD = "method of validation"


@dataclass(frozen=True, slots=True)
class Named:
    """An annotation: this text is a name of this section. It changes nothing that is read."""

    section: Section

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema without the mark, and the mark."""
        return {**handler(schema), NAMES_OF: self.section.value}


ProfileName = Annotated[Ident, Named(Section.PROFILE)]
ScheduleName = Annotated[Ident, Named(Section.SCHEDULE)]
PrefixListName = Annotated[Ident, Named(Section.IP_PREFIX_LIST)]
DNSNameListName = Annotated[Ident, Named(Section.DNS_NAME_LIST)]
WordListName = Annotated[Ident, Named(Section.WORD_LIST)]
IssuerName = Annotated[Text, Named(Section.ISSUER)]
AccountName = Annotated[Text, Named(Section.ACCOUNT)]
LinterName = Annotated[Text, Named(Section.LINTER)]
ExceptableRuleName = Annotated[Text, Named(Section.EXCEPTABLE_RULE)]
MethodName = Annotated[Text, Named(Section.METHOD)]
