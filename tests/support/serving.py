"""Servers of their own for tests: how they are started, and what they answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


def start(cwd: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *options],
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(cwd: Path, *options: str, log: Path | None = None, **environment: str) -> Iterator[str]:
    """A server on a free port; its address, in words of the server itself. What it says later goes to `log`."""
    with (log or cwd / "log of the server").open("w+", encoding="utf-8") as said:
        command = [sys.executable, str(ROOT / "app.py"), "--port", "0", *options]
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **environment}, stderr=said)
        try:
            for _ in range(START_SECONDS * 10):
                if address := re.search(r"http://\S+", Path(said.name).read_text(encoding="utf-8")):
                    break
                time.sleep(0.1)
            assert address is not None, Path(said.name).read_text(encoding="utf-8")
            yield address[0]
        finally:
            process.kill()
            process.wait()


def get(address: str, **headers: str) -> tuple[int, Message, bytes]:
    asked = urllib.request.Request(address, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=START_SECONDS) as response:
            return response.status, response.headers, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
