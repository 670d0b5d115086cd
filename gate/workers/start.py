"""Starting a process of its own program image."""

import os
import signal
import subprocess
import sys
from pathlib import Path

# A worker reads what strangers or other departments wrote: the gate's passwords are not for it.
_PASSED_ON = ("LANG", "LD_LIBRARY_PATH", "OPENSSL_CONF", "OPENSSL_MODULES", "PATH", "PYTHONHOME")


def start_worker(module: str, descriptor: int) -> subprocess.Popen[bytes]:
    """Run this module in a process that holds the socket with this descriptor, and little else.

    Never a fork: threads and grpc forbid that. Raises OSError where it does not start.
    """
    python_path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - this interpreter with fixed arguments
        (sys.executable, "-P", "-m", module, str(descriptor)),
        env={**passed_on, "PYTHONPATH": python_path},
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def how_it_ended(code: int) -> str:
    """In a few words, how a process with this return code ended."""
    if code < 0:
        names = {each.value: each.name for each in signal.Signals}
        return f"its process was ended by {names.get(-code, f'signal {-code}')}"
    return f"its process ended with exit code {code}"
