"""`gate serve --config`: a process that a CA could connect to, and how it ends."""

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import grpc
import pytest
from cryptography import x509

from gate.cli.main import main
from gate.client import GateClient
from gate.config import reading
from gate.signers import FileKey
from gate.tlog import VerifierKey
from tests.config.example import Site, make_site
from tests.rpc.authority import Authority, Credentials

LIVE = (
    ("host: 0.0.0.0", "host: 127.0.0.1"),
    ("port: 8443", "port: 0"),
    ("port: 9443", "port: 0"),
    ("workers: 2", "workers: 1"),
)
CHECKPOINT = "/gate.v1.DecisionLogService/GetCheckpoint"
AUDITOR = x509.UniformResourceIdentifier("urn:example:auditor")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    found = make_site(tmp_path_factory.mktemp("site"))
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    found.write(*LIVE[:2], ("port: 9443", f"port: {port}"), LIVE[3])
    (found.folder / "metrics-port").write_text(str(port))
    return found


@contextmanager
def serving(site: Site) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A gate in a process of its own, with the address it answers at."""
    command = [sys.executable, "-m", "gate", "serve", "--config", str(site.file)]
    # Given a folder elsewhere, so that no path of the file can lean on where it was started.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:\d+", line)
        assert found, (line, process.stderr.read())
        yield process, found[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site) as (process, found):
        yield found
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def client(address: str, found: Credentials) -> GateClient:
    return GateClient(
        address,
        root_certificates=found.ca,
        private_key=found.key,
        certificate_chain=found.chain,
    )


def test_a_known_identity_is_answered(site: Site, address: str) -> None:
    with client(address, site.authority.issue(AUDITOR)) as auditor:
        assert auditor.checkpoint().startswith("gate.example/decisions\n")


def test_nobody_connects_in_clear_or_without_a_certificate_of_the_ca(
    site: Site, address: str
) -> None:
    stranger = Authority("Another CA").issue(AUDITOR)
    channels = (
        grpc.insecure_channel(address),
        grpc.secure_channel(address, grpc.ssl_channel_credentials(site.authority.pem)),
        grpc.secure_channel(
            address,
            grpc.ssl_channel_credentials(site.authority.pem, stranger.key, stranger.chain),
        ),
    )
    for channel in channels:
        call = channel.unary_unary(CHECKPOINT, bytes, bytes)
        with channel, pytest.raises(grpc.RpcError) as caught:
            call(b"", timeout=10)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def tls_of(site: Site, shown: Credentials | None, folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=site.authority.pem.decode())
    # The tests' CA leaves out the key identifiers that newer Pythons insist on.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if shown is not None:
        (folder / "client.pem").write_bytes(shown.key + shown.chain)
        context.load_cert_chain(folder / "client.pem")
    return context


@pytest.mark.usefixtures("address")
def test_metrics_are_for_those_who_show_a_certificate(site: Site, tmp_path: Path) -> None:
    port = int((site.folder / "metrics-port").read_text())
    shown = site.authority.issue(AUDITOR)
    good = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=10, context=tls_of(site, shown, tmp_path)
    )
    good.request("GET", "/metrics")
    assert b"gate_serving 1.0" in good.getresponse().read()
    good.close()

    bare = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=10, context=tls_of(site, None, tmp_path)
    )
    with pytest.raises((ssl.SSLError, ConnectionError)):  # noqa: PT012 - TLS 1.3 tells it late
        bare.request("GET", "/metrics")
        bare.getresponse()
    bare.close()
    clear = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with pytest.raises((http.client.HTTPException, ConnectionError)):  # noqa: PT012 - as above
        clear.request("GET", "/metrics")
        clear.getresponse()
    clear.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_its_log_holds(tmp_path: Path, number: signal.Signals) -> None:
    site = make_site(tmp_path)
    site.write(*LIVE)
    with serving(site) as (process, address):
        with client(address, site.authority.issue(AUDITOR)) as auditor:
            assert auditor.checkpoint()
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
    key = tmp_path / "log-key.txt"
    public = FileKey(tmp_path / "keys/log.key").public_key
    key.write_text(VerifierKey(origin="gate.example/decisions", public_key=public).encode() + "\n")
    assert main(["log", "verify", str(tmp_path / "data/gate.db"), "--key", str(key)]) == 0
    with reading(tmp_path / "data/gate.db") as storage:
        assert storage.state() is not None


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    site.write(*LIVE)
    over = Event()

    def never_ending() -> Iterator[bytes]:
        over.wait(60)
        yield b""

    shown = site.authority.issue(AUDITOR)
    with (
        serving(site) as (process, address),
        grpc.secure_channel(address, shown.channel) as channel,
    ):
        # A call that brings no message is under way until the server loses patience.
        channel.stream_unary(CHECKPOINT, bytes, bytes).future(never_ending(), timeout=60)
        assert channel.unary_unary(CHECKPOINT, bytes, bytes)(b"", timeout=10)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        while "stopping" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == -signal.SIGTERM
        over.set()


def test_check_says_what_gate_it_would_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path)
    arguments = ["serve", "--config", str(site.file), "--check"]

    assert main(arguments) == 0
    assert capsys.readouterr().out == (f"{site.file} is fine: production, for public-r1, test-r1\n")
    site.write(("dry_run: false", "dry_run: true"))
    assert main(arguments) == 0
    assert "production, in dry-run, which mints no tokens" in capsys.readouterr().out
    assert not (tmp_path / "data/gate.db").exists()


def test_check_tells_every_mistake_and_serving_does_not_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path)
    site.write(("port: 8443", "prot: 8443"), ("workers: 2", "workers: none"))
    arguments = ["serve", "--config", str(site.file)]

    assert main([*arguments, "--check"]) == 1
    told = capsys.readouterr().out
    assert "did you mean `port`?" in told
    assert told.endswith("2 problems\n")
    assert main([*arguments, "--check", "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 2
    assert main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert not any((tmp_path / "data").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dev", "--check"], "--check goes with --config"),
        (["--config", "gate.yaml", "--port", "1"], "--port goes with --dev"),
        (["--config", "gate.yaml", "--policy", "p"], "--policy goes with --dev"),
        (
            ["--config", "gate.yaml", "--check", "--accept-clock", "2026-11-23T12:00:00Z"],
            "--accept-clock goes without --check",
        ),
        (["--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--dev", "--config", "gate.yaml"]])
def test_it_is_either_dev_or_a_file(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", *arguments])
    assert stopped.value.code == 2
    assert "--config" in capsys.readouterr().err
