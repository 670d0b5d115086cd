"""A folder that has what clients need of the checkout, and a gate that serves there."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.examples import page

BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {
    "PATH": f"{BIN}:{os.environ['PATH']}",
    # `make test-deps` has filled the caches: a test that fetches something is a mistake.
    "GOPROXY": "off",
    # Maven and the client run for seconds only: what pays in a long run is left out.
    "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a client is run, and the address of its gate."""

    folder: Path
    server: str

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run shell commands as they stand on the page, but with this gate's address."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("127.0.0.1:8443", self.server)],
            cwd=self.folder,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def prepare(self) -> None:
        """Make the folder `order` anew: another order, other certificates."""
        done = self.run(page.block("A gate to talk to", "sh"))
        assert done.returncode == 0, done.stderr
