"""How does a test get a real IMAP server? An own Dovecot on loopback ports, in folders of its own, for nobody else."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

PASSWORD = "secret"
DELIVERY_ATTEMPTS = 10
SERVANT = "nobody"  # Dovecot gives no mail to root; a test run by root hands everything over to this user

CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
info_log_path = {base}/log
protocols = imap lmtp
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %Lu
auth_default_realm = example.com
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_home = {base}/mail/%d/%n
mail_location = maildir:~/Maildir{layout}
mail_plugins = {plugins}
imap_idle_notify_interval = 2 mins
mailbox_idle_check_interval = 1s
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
lda_mailbox_autocreate = yes
postmaster_address = postmaster@example.com
{capability}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%d/%n allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""


class Dovecot:
    """One server. Every address has a mailbox, and the password is PASSWORD; "support" is support@example.com."""

    def __init__(
        self,
        *,
        separator: str = "/",
        prefix: str = "",
        capability: str = "",
        tls: bool = False,
        certified: str = "IP:127.0.0.1",
        plugins: str = "",
        extra: str = "",
    ) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="postcase-dovecot-"))
        self.host = "127.0.0.1"
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        self.certificate = self.base / "certificate.pem"
        self._user = SERVANT if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if tls:
            make_certificate(self.base, certified)
        self._write_config(separator, prefix, capability, tls, plugins, extra)
        self._give_away()

    def start(self) -> None:
        command = [shutil.which("dovecot", path=SEARCH_PATH) or "dovecot", "-F", "-c", str(self.base / "dovecot.conf")]
        identity = {"user": self._user, "group": self._group, "extra_groups": []} if os.geteuid() == 0 else {}
        with (self.base / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr, start_new_session=True, **identity
            )
        for port in (self.imap_port, self.lmtp_port):
            wait_for_port(port, self._process, self.log)

    def stop(self) -> None:
        """All of its processes are in the one group that was made for them; a gentle end would take a second."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.base, ignore_errors=True)

    def log(self) -> str:
        return "".join(path.read_text() for path in (self.base / "stderr", self.base / "log") if path.exists())

    # What tests do beside the desk

    @contextlib.contextmanager
    def client(self, user: str = "support") -> Iterator[IMAPClient]:
        """A second session, as a person who reads along has it."""
        with IMAPClient(self.host, self.imap_port, ssl=False, timeout=10) as client:
            client.login(user, PASSWORD)
            yield client

    def deliver(self, raw: bytes, *recipients: str, sender: str = "carol@customer.example") -> None:
        """As a mail server does it: a temporary refusal (two deliveries that make the same mailbox, say) is tried again."""
        for attempts_left in reversed(range(DELIVERY_ATTEMPTS)):
            try:
                with smtplib.LMTP(self.host, self.lmtp_port, timeout=10) as lmtp:
                    lmtp.sendmail(sender, list(recipients) or ["support@example.com"], raw)
                return
            except smtplib.SMTPDataError as error:
                if error.smtp_code >= 500 or not attempts_left:
                    raise
                time.sleep(0.2)

    def append(self, raw: bytes, *, at: datetime | None = None, folder: str = "INBOX", user: str = "support") -> None:
        with self.client(user) as client:
            client.append(folder, raw, msg_time=at)

    def subjects(self, folder: str = "INBOX", user: str = "support") -> list[str]:
        """What lies in a folder, by UID; nothing in one that does not exist."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            answer = client.fetch(client.search(), ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]"])
        heads = [answer[uid][b"BODY[HEADER.FIELDS (SUBJECT)]"] for uid in sorted(answer)]
        return [head.decode().partition(":")[2].strip() for head in heads]

    def flags(self, user: str = "support") -> list[set[str]]:
        with self.client(user) as client:
            client.select_folder("INBOX", readonly=True)
            answer = client.get_flags(client.search())
        return [{flag.decode() for flag in answer[uid]} for uid in sorted(answer)]

    def maildir(self, user: str = "support") -> Path:
        return self.base / "mail" / "example.com" / user / "Maildir"

    def sessions(self) -> list[int]:
        """Process ids of the IMAP sessions of this server."""
        children = subprocess.run(
            ["pgrep", "-P", str(self._process.pid), "-x", "imap"], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in children.stdout.split()]

    def kill_sessions(self) -> None:
        for pid in self.sessions():
            os.kill(pid, signal.SIGKILL)

    @property
    def _group(self) -> str:
        return grp.getgrgid(pwd.getpwnam(self._user).pw_gid).gr_name

    def _write_config(self, separator: str, prefix: str, capability: str, tls: bool, plugins: str, extra: str) -> None:
        config = CONFIG.format(
            base=self.base,
            user=self._user,
            group=self._group,
            ssl="yes" if tls else "no",
            certificate=f"ssl_cert = <{self.certificate}\nssl_key = <{self.base}/key.pem" if tls else "",
            layout=":LAYOUT=fs" if separator == "/" else "",
            plugins=plugins,
            capability=f"imap_capability = {capability}" if capability else "",
            prefix=prefix,
            separator=separator,
            password=PASSWORD,
            imap_port=self.imap_port,
            imaps_port=self.imaps_port if tls else 0,
            lmtp_port=self.lmtp_port,
            extra=extra,
        )
        (self.base / "dovecot.conf").write_text(config)

    def _give_away(self) -> None:
        self.base.chmod(0o755)
        for name in ("run", "state", "mail"):
            (self.base / name).mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam(self._user)
            for path in (self.base, *self.base.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)


SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def wait_for_port(port: int, process: subprocess.Popen[bytes] | None, log: object) -> None:
    end = time.monotonic() + 15
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        ended = process is not None and process.poll() is not None
        assert not ended and time.monotonic() < end, f"nobody listens on port {port}: {log()}"
        time.sleep(0.02)


def make_certificate(folder: Path, name: str) -> None:
    """certificate.pem, signed by itself, and key.pem."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=imap.example.com"
    places = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*command.split(), "-addext", f"subjectAltName={name}", *places], check=True, capture_output=True)
