"""What does systemd want to hear? Ready, reloading, stopping, still alive (sd_notify(3), systemd.service(5))."""

from __future__ import annotations

import os
import socket
import time

from daemon import maillog


def notify(state: str) -> None:
    """Tell the service manager; nothing happens when there is none."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as link:
            link.connect("\0" + address[1:] if address.startswith("@") else address)
            link.sendall(state.encode())
    except OSError as error:  # a desk without its manager is still a desk
        maillog.not_told(state, error)


def reloading() -> None:
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_seconds() -> float | None:
    """How often systemd wants a sign of life: half of WatchdogSec, or None."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 2_000_000 if microseconds.isdigit() else None
