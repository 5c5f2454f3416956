"""Do the scripts work where nothing is prepared, and is the unit one that systemd takes?"""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "scripts/postcase.service"
INSTALL_SECONDS = 600  # the packages come from the index
ENDS = {"10001": "reminded_twice", "10002": "closed", "10003": "with_engineer", "10004": "with_engineer"}


@pytest.mark.live
@pytest.mark.xdist_group("scripts")
@pytest.mark.timeout(INSTALL_SECONDS + 60)
def test_the_demo_runs_from_a_fresh_checkout(tmp_path: Path) -> None:
    """Somebody who has nothing but the checkout: a home without anything in it, no environment."""
    checkout, home = tmp_path / "checkout", tmp_path / "home"
    home.mkdir()
    copy_of_the_checkout(checkout)
    done = subprocess.run(
        [checkout / "scripts/demo", "--fast"],
        cwd=home,
        env={**without_python(dict(os.environ)), "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split()[:2] for line in done.stdout.splitlines() if line.split()[:1] and line.split()[0] in ENDS]
    assert dict(rows) == ENDS
    assert (home / "demo-desk/cases").is_dir()
    assert "Traceback" not in done.stderr


def copy_of_the_checkout(folder: Path) -> None:
    """What git knows, as it lies here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def without_python(environment: dict[str, str]) -> dict[str, str]:
    """The variables of the test's own environment would lead back into it."""
    return {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


HARDENED = ("NoNewPrivileges", "DynamicUser", "PrivateTmp", "PrivateDevices", "ProtectHome", "ProtectClock",
            "ProtectKernelTunables", "LockPersonality", "MemoryDenyWriteExecute", "RestrictSUIDSGID")  # fmt: skip


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser


def test_the_unit_waits_watches_and_is_hardened() -> None:
    service = unit()["Service"]
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert int(service["WatchdogSec"]) >= 60
    assert int(service["TimeoutStopSec"]) >= 30, "longer than the letter in hand may take"
    assert service["RestartPreventExitStatus"] == "78"
    assert [key for key in HARDENED if service.get(key) != "yes"] == []
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """In a root of its own, where what it starts is there. Without systemd, what it would say of keys and programs."""
    program = Path(unit()["Service"]["ExecStart"].split()[0])
    assert program == Path("/opt/postcase/bin/postcase"), "where README and handbook install it"
    verify = shutil.which("systemd-analyze")
    if verify is None:
        assert set(unit().sections()) == {"Unit", "Service", "Install"}
        return
    for path in (program, Path("/bin/kill")):
        (tmp_path / path.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path.relative_to("/")).write_text("#!/bin/sh\n")
        (tmp_path / path.relative_to("/")).chmod(0o755)
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for target in SYSTEM:
        (units / target).write_text(f"[Unit]\nDescription={target} of every system\n")
    assert what_systemd_says(verify, units, UNIT.read_text()) == []
    wrong = UNIT.read_text().replace("WatchdogSec=", "WatchdogSeconds=").replace("/opt/postcase", "/opt/nowhere")
    assert len(what_systemd_says(verify, units, wrong)) == 2, "it would say so"


SYSTEM = ("sysinit.target", "basic.target", "shutdown.target", "network-online.target", "multi-user.target")


def what_systemd_says(verify: str, units: Path, unit: str) -> list[str]:
    (units / UNIT.name).write_text(unit)
    command = [verify, "verify", "--man=no", f"--root={units.parents[2]}", str(units / UNIT.name)]
    said = subprocess.run(command, capture_output=True, text=True).stderr
    return [line for line in said.splitlines() if UNIT.name in line]
