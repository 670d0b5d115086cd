"""A policy that loaded, beside its files as they were written, to say where something stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from gate.model import Issuer
from gate.policy.document import Document, read
from gate.policy.files import GrantsFile, PolicyFile
from gate.policy.lists import ListText, read_list
from gate.policy.policy import Policy
from gate.policy.problems import Problems
from gate.policy.shape import shaped

POLICY = "policy.yaml"
GRANTS = "grants.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The policy and what it was loaded from; rules and grants stand in the files' order.

    `commented` has, by the file of a list, the lines with an entry and a comment beside it.
    `issuers` is None where those of the gate are not known.
    """

    policy: Policy
    shape: PolicyFile
    grants: GrantsFile
    documents: Mapping[str, Document]
    lists: Mapping[str, ListText]
    commented: Mapping[str, frozenset[int]]
    issuers: Mapping[str, Issuer] | None

    @classmethod
    def of(
        cls, policy: Policy, files: Mapping[str, bytes], issuers: tuple[Issuer, ...] | None
    ) -> "Written":
        """Read the files of a policy again; raises PolicyError where they are not its files."""
        problems = Problems()
        yaml = [path for path in files if path.endswith(".yaml") and "/" not in path]
        documents = {path: read(path, files[path], problems) for path in yaml}
        shape, grants = shaped(documents[POLICY], PolicyFile), shaped(documents[GRANTS], GrantsFile)
        if shape is None or grants is None:
            raise problems.error()
        problems.raise_any()
        return cls(
            policy=policy,
            shape=shape,
            grants=grants,
            documents=documents,
            lists={
                each.file: read_list(each.file, files[each.file], problems)
                for each in shape.lists.values()
            },
            commented={
                each.file: frozenset(
                    number
                    for number, line in enumerate(files[each.file].split(b"\n"), start=1)
                    if b"#" in line
                )
                for each in shape.lists.values()
            },
            issuers=None if issuers is None else {issuer.name: issuer for issuer in issuers},
        )

    def line_of_rule(self, at: int) -> int:
        """The line in policy.yaml in which a rule begins."""
        told = Problems()
        document = self.documents[POLICY]
        Document(document.file, document.root, told).add(("rules", at), "")
        return told.error().found[0].line
