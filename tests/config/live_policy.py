"""A gate for production in a process of its own, whose policy changes while it answers."""

import http.client
import json
import re
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import rmtree
from threading import Event

from cryptography import x509

from gate.client import GateClient
from gate.config import reading
from gate.model import IssuanceContext, PolicyRef, Purpose, Stage
from gate.model.policy_digest import MANIFEST
from tests import pki
from tests.config.example import Site, make_site
from tests.rollout.bundles import TEST

PATIENCE = 90.0
"""In seconds: far more than a change takes, on a machine that does much else."""

REQUESTER = x509.UniformResourceIdentifier("urn:example:issuing-system")
AUDITOR = x509.UniformResourceIdentifier("urn:example:auditor")
CONTEXT = IssuanceContext(
    order_id="order-1",
    account="acme-public",
    issuer=pki.PUBLIC.name,
    profile="tls-dv",
    environment="production",
    purpose=Purpose.SUBSCRIBER,
    stage=Stage.PRECERTIFICATE,
    requested_by="someone",
)


def small_site(folder: Path, files: Mapping[str, bytes], metrics_port: int = 0) -> Site:
    """The example's gate, on loopback, with these files as its policy and a look each second."""
    site = make_site(folder)
    site.write(
        ("host: 0.0.0.0", "host: 127.0.0.1"),
        ("port: 8443", "port: 0"),
        ("port: 9443", f"port: {metrics_port}"),
        ("workers: 2", "workers: 1"),
        ("watch_seconds: 5", "watch_seconds: 1"),
    )
    known = folder / "policies/known-cases"
    rmtree(known)
    known.mkdir()
    (known / "known.test.yaml").write_text(TEST)
    rmtree(policy_of(site))
    write(files, policy_of(site))
    return site


def policy_of(site: Site) -> Path:
    return site.folder / "policies/webpki-production"


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Make the folder hold these files and no others, the manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for inside in sorted(files, key=lambda path: path == MANIFEST):
        (folder / inside).parent.mkdir(exist_ok=True)
        (folder / inside).write_bytes(files[inside])


@dataclass(slots=True)
class LiveGate:
    """A gate that answers, asked as its clients, its operators and Prometheus ask."""

    site: Site
    address: str
    metrics_port: int
    process: subprocess.Popen[str]
    numbers: Iterator[int] = field(default_factory=count)

    def decided_by(self) -> PolicyRef:
        """Which policy judges a request now."""
        with self.client(REQUESTER) as client:
            return self.ask(client)

    def ask(self, client: GateClient) -> PolicyRef:
        answer = client.evaluate(
            request_id=f"{self.process.pid}-{next(self.numbers)}",
            tbs_certificate=pki.precertificate("www.plovidba.hr"),
            context=CONTEXT,
        )
        return answer.decision.decision.policy

    def client(self, name: x509.GeneralName) -> GateClient:
        found = self.site.authority.issue(name)
        return GateClient(
            self.address,
            root_certificates=found.ca,
            private_key=found.key,
            certificate_chain=found.chain,
        )

    def page(self, path: str) -> tuple[int, str]:
        shown = self.site.authority.issue(AUDITOR)
        context = ssl.create_default_context(cadata=self.site.authority.pem.decode())
        # The tests' CA leaves out the key identifiers that newer Pythons insist on.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        file = self.site.folder / "client.pem"
        file.write_bytes(shown.key + shown.chain)
        context.load_cert_chain(file)
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.metrics_port, timeout=10, context=context
        )
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def health(self) -> str:
        status, text = self.page("/health")
        assert status == 200, text
        return text

    def figure(self, name: str) -> float:
        found = re.search(rf"^{name} (\S+)$", self.page("/metrics")[1], re.MULTILINE)
        assert found is not None, name
        return float(found[1])

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask again and again until this holds."""
        end, pause = time.monotonic() + PATIENCE, Event()
        while not holds():
            assert time.monotonic() < end, self.page("/health")
            pause.wait(0.05)

    def policies(self) -> list[dict[str, object]]:
        """The leaves of the policies in its log."""
        with reading(self.site.folder / "data/gate.db") as storage:
            return [json.loads(entry.leaf) for entry in storage.by_lookup(["policies"])]


@contextmanager
def live_gate(site: Site, metrics_port: int, command: list[str]) -> Iterator[LiveGate]:
    """Run this command, which serves the site's gate."""
    said = site.folder / "stderr.txt"
    with said.open("w") as stderr, ExitStack() as ending:
        process = ending.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        )
        ending.callback(process.kill)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:\d+", line)
        assert found, (line, said.read_text())
        yield LiveGate(site, found[0], metrics_port, process)
