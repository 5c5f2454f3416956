"""How does a test get a real mail server? An own Postfix in folders of its own, which delivers to the test's Dovecot."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path

from live.dovecot import SEARCH_PATH, free_ports, wait_for_port

DOMAINS = ("example.com", "customer.example", "desk.example")

MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
mail_owner = {owner}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = mx.example.com
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
transport_maps = inline:{{ {transports} }}
smtpd_relay_restrictions = permit_mynetworks, reject
recipient_delimiter = +
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""

MASTER = """
{port}   inet  n - n - - smtpd
pickup   unix  n - n 60 1 pickup
cleanup  unix  n - n - 0 cleanup
qmgr     unix  n - n 1 1 qmgr
rewrite  unix  - - n - - trivial-rewrite
bounce   unix  - - n - 0 bounce
defer    unix  - - n - 0 bounce
trace    unix  - - n - 0 bounce
verify   unix  - - n - 1 verify
flush    unix  n - n 1000? 0 flush
proxymap unix  - - n - - proxymap
smtp     unix  - - n - - smtp
relay    unix  - - n - - smtp
showq    unix  n - n - - showq
error    unix  - - n - - error
retry    unix  - - n - - error
discard  unix  - - n - - discard
lmtp     unix  - - n - - lmtp
anvil    unix  - - n - 1 anvil
scache   unix  - - n - 1 scache
postlog  unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One server on a loopback port. Mail for DOMAINS goes to `lmtp_port`, but for `routes`: address to LMTP port."""

    def __init__(self, lmtp_port: int, routes: dict[str, int] | None = None) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="postcase-postfix-"))
        self.base.chmod(0o755)
        self.host = "127.0.0.1"
        (self.port,) = free_ports(1)
        for name in ("queue", "data"):
            (self.base / name).mkdir(mode=0o755)
        owner = pwd.getpwnam("postfix")
        os.chown(self.base / "data", owner.pw_uid, owner.pw_gid)
        transports = " ".join(
            f"{{ {address} = lmtp:inet:127.0.0.1:{port} }}" for address, port in (routes or {}).items()
        )
        main = MAIN.format(
            base=self.base, owner="postfix", domains=" ".join(DOMAINS), lmtp_port=lmtp_port, transports=transports
        )
        (self.base / "main.cf").write_text(main if transports else main.replace("inline:{  }", ""))
        (self.base / "master.cf").write_text(MASTER.format(port=self.port))

    def start(self) -> None:
        self._postfix("start")
        wait_for_port(self.port, None, self.log)

    def stop(self) -> None:
        """Stops the one master whose id stands in our own queue folder."""
        pid = int((self.base / "queue" / "pid" / "master.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
            time.sleep(0.02)
        shutil.rmtree(self.base, ignore_errors=True)

    def send(self, raw: bytes, *recipients: str, sender: str = "carol@customer.example") -> None:
        with smtplib.SMTP(self.host, self.port, timeout=10) as smtp:
            smtp.sendmail(sender, list(recipients), raw)

    def queue(self) -> str:
        """Mail that is still on its way, one JSON object a line; empty when all is delivered."""
        return self._postqueue("-j")

    def flush(self) -> None:
        """Try everything in the queue again now."""
        self._postqueue("-f")

    def log(self) -> str:
        log = self.base / "log"
        return log.read_text() if log.exists() else ""

    def _postqueue(self, option: str) -> str:
        done = subprocess.run(
            [shutil.which("postqueue", path=SEARCH_PATH) or "postqueue", "-c", str(self.base), option],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def _postfix(self, command: str) -> None:
        program = shutil.which("postfix", path=SEARCH_PATH) or "postfix"
        done = subprocess.run([program, "-c", str(self.base), command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"postfix {command}: {done.stdout}{done.stderr}{self.log()}"
