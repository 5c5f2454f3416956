"""What several tests of the daemon need."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conversations.player import Player


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a server that calls itself localhost, signed by nobody."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [*["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
         "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key", "-out", folder / "pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "pem"


@pytest.fixture(autouse=True)
def log_level_of_its_own() -> None:
    """A command that ran in this process before has said how much is logged; no test inherits that."""
    logging.getLogger("postcase").setLevel(logging.NOTSET)


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    """A desk with nothing in it yet."""
    made = Player(tmp_path)
    yield made
    made.close()
