"""The clients in Go and Java, as the page builds and calls them, against a real gate."""

from dataclasses import dataclass
from subprocess import CompletedProcess
from uuid import uuid4

import pytest

from gate.v1.decision_pb2 import Verdict
from tests.examples.liar import Liar, answering, saying, saying_nothing
from tests.examples.page import ROOT, block
from tests.examples.place import Place

RELEASED, BLOCKED, NO_ANSWER = 0, 1, 2
NOBODY = "127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Client:
    """A client that was built, and the command of the page that calls it."""

    place: Place
    command: str

    def __call__(
        self, file: str = "tbs.der", *, role: str = "requester", server: str = "", more: str = ""
    ) -> CompletedProcess[str]:
        """Call it as the page does, but for some words."""
        command = self.command.replace("127.0.0.1:8443", server or self.place.server)
        command = command.replace("requester", role).replace("tbs.der", file)
        return self.place.run(command.replace("--context", f"{more} --context"))


def built(language: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not (ROOT / "build/examples" / language).exists(),
        reason=f"`make test-deps` has not built examples/{language} here",
    )


@pytest.fixture(
    scope="module",
    name="command",
    params=[
        pytest.param("Go", marks=[pytest.mark.go, built("go")]),
        pytest.param("Java", marks=[pytest.mark.java, built("java")]),
    ],
)
def _command(gate: Place, request: pytest.FixtureRequest) -> str:
    """The command that calls the client, which the line before it on the page has built."""
    build, _, command = block(request.param, "sh").partition("\n")
    done = gate.run(build)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}after a change: `make test-deps`"
    return command


@pytest.fixture
def client(place: Place, command: str) -> Client:
    """The client, with an order that nobody has asked about yet."""
    return Client(place, command)


@pytest.fixture
def idle_client(gate: Place, command: str) -> Client:
    """The client, with any order."""
    return Client(gate, command)


def test_a_release_is_exit_code_zero_and_shows_its_token(client: Client) -> None:
    done = client()

    assert done.returncode == RELEASED, done.stderr
    first, token = done.stdout.splitlines()
    assert first.startswith("RELEASE decision ")
    assert token.count(".") == 2


def test_a_block_is_exit_code_one_and_shows_why(idle_client: Client) -> None:
    done = idle_client("other.der")

    assert done.returncode == BLOCKED, done.stderr
    assert done.stdout.startswith("BLOCK decision ")
    assert "floor.validation: " in done.stdout
    assert "`dns www.nobody-validated-this.hr`" in done.stdout
    assert "token" not in done.stdout


def test_a_repeat_under_the_same_id_is_the_same_answer(client: Client) -> None:
    again = f"--request-id {uuid4()}"

    first, second = client(more=again), client(more=again)

    assert first.returncode == second.returncode == RELEASED, first.stderr
    assert first.stdout == second.stdout


def test_every_status_but_ok_is_exit_code_two(client: Client) -> None:
    used = f"--request-id {uuid4()}"
    assert client(more=used).returncode == RELEASED
    failures = [
        (client(role="auditor"), "may not call"),
        (client(server=NOBODY), "refused"),
        (client("other.der", more=used), "other"),
    ]

    for done, said in failures:
        assert done.returncode == NO_ANSWER, done.stdout
        assert done.stdout == ""
        assert "not released: " in done.stderr
        assert said in done.stderr


@pytest.mark.parametrize("wrong", [{"file": "nowhere.der"}, {"more": "--nonsense x"}])
def test_wrong_usage_is_exit_code_two(idle_client: Client, wrong: dict[str, str]) -> None:
    done = idle_client(**wrong)

    assert done.returncode == NO_ANSWER
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("liar", "exit_code"),
    [
        pytest.param(saying(Verdict.VERDICT_RELEASE), RELEASED, id="as the gate answers"),
        pytest.param(saying(Verdict.VERDICT_RELEASE, release=None), BLOCKED, id="no release"),
        pytest.param(saying(Verdict.VERDICT_DRY_RUN), BLOCKED, id="a dry-run with a token"),
        pytest.param(saying(Verdict.VERDICT_BLOCK), BLOCKED, id="a block with a token"),
        pytest.param(saying(99), BLOCKED, id="a verdict of some later day"),
        pytest.param(
            saying(Verdict.VERDICT_RELEASE, about=b"x"), NO_ANSWER, id="about other bytes"
        ),
        pytest.param(saying_nothing, NO_ANSWER, id="an empty answer"),
    ],
)
def test_only_a_release_of_the_bytes_that_were_sent_is_leave_to_sign(
    idle_client: Client, liar: Liar, exit_code: int
) -> None:
    with answering(liar, idle_client.place.folder / "dev-gate/identities") as server:
        done = idle_client(server=server)

    assert done.returncode == exit_code, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    ("heading", "language", "source"),
    [
        ("Go", "go", "examples/go/main.go"),
        ("Java", "java", "examples/java/src/main/java/client/Evaluate.java"),
    ],
)
def test_the_page_quotes_what_the_client_does(heading: str, language: str, source: str) -> None:
    def words(text: str) -> str:
        return " ".join(text.split())

    assert words(block(heading, language)).rstrip(";") in words((ROOT / source).read_text())
