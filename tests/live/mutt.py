"""How does a person of the town read and answer with mutt itself? mutt in a terminal that nobody looks at, by its keys."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from pathlib import Path

from live.dovecot import PASSWORD
from live.town import PATIENCE, Person, Town

WIDTH, HEIGHT = 100, 30

SETTINGS = """
set realname="{name}" from="{address}" use_envelope_from=yes
set smtp_url="smtp://127.0.0.1:{smtp}/" ssl_starttls=no ssl_force_tls=no
set imap_user="{address}" imap_pass="{password}" folder="imap://127.0.0.1:{imap}/" spoolfile="+INBOX" record="+INBOX"
set header_cache="" message_cachedir="" mail_check=1 timeout=1
set sort=threads hide_thread_subject=yes uncollapse_new=yes mark_old=no delete=no quit=yes arrow_cursor=yes
set index_format="%3C  %-34.34F %s" status_format="" help=no pager_stop=yes markers=no
set reply_to=yes fast_reply=yes include=yes abort_nosubject=no abort_unmodified=no abort_noattach=no recall=no
set editor="{editor}" edit_headers=no confirmappend=no sig_dashes=yes signature="{signature}"
ignore *
unignore from to cc subject
hdr_order from to cc subject
color normal default default
"""


class Mutt:
    """mutt with a person's mailbox open; sent mails are kept in the inbox, beside what they answer."""

    def __init__(self, town: Town, person: Person, folder: Path) -> None:
        self._words = folder / "words"
        self._address = person.address
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        editor = folder / "editor"
        editor.write_text(f'#!/bin/sh\ncat {shlex.quote(str(self._words))} "$1" > "$1.new" && mv "$1.new" "$1"\n')
        editor.chmod(0o755)
        (folder / "signature").write_text(f"{person.name}\nextension 4711\n")
        ports = {"smtp": town.postfix.port, "imap": town.dovecot.imap_port}
        self._rc = folder / "muttrc"
        self._rc.write_text(
            SETTINGS.format(
                name=person.name,
                address=person.address,
                password=PASSWORD,
                editor=editor,
                signature=folder / "signature",
                **ports,
            )
        )
        (folder / "home").mkdir()
        self._environment = {**os.environ, "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8", "TERM": "xterm"}

    def open(self) -> None:
        size = ("-x", str(WIDTH), "-y", str(HEIGHT))
        self._run("new-session", "-d", *size, shlex.join(["mutt", "-n", "-F", str(self._rc)]))
        self._run("set-option", "-g", "status", "off")

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], env=self._environment, capture_output=True, check=False)

    def write(self, to: str, subject: str, words: str) -> None:
        """A fresh mail."""
        done = subprocess.run(
            ["mutt", "-n", "-F", str(self._rc), "-s", subject, to],
            input=words,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def answer_the_last(self, words: str, mails: int) -> None:
        """Reply to the last of so many mails, above the quote; returns when the answer is under way and kept."""
        self._await_index(mails)
        self._words.write_text(words + "\n\n")
        self.press("=", "*", "r")
        self.await_text("Mutt: Compose")
        self.press("y")
        self._await_index(mails + 1)

    def index(self, mails: int) -> list[str]:
        """The lines of the index, once there are so many mails."""
        self._await_index(mails)
        self.press("=")
        lines = [line.removeprefix("->").strip() for line in self._lines()]
        return [line for line in lines if line[:1].isdigit()]

    def read_the_last(self, mails: int) -> list[str]:
        """The mail as the pager shows it."""
        self._await_index(mails)
        self.press("*", "Enter")
        self.await_text("From: ")
        lines = self._lines()
        self.press("q")
        return lines

    def press(self, *keys: str) -> None:
        self._run("send-keys", *keys)

    def await_text(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in (screen := "\n".join(self._lines())):
            assert time.monotonic() < end, f"{self._address} waits for {text!r} and sees:\n{screen}"
            time.sleep(0.05)

    def _await_index(self, mails: int) -> None:
        self.await_text(f"{mails:3d}  ")

    def _lines(self) -> list[str]:
        return self._run("capture-pane", "-p").rstrip("\n").split("\n")

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words], env=self._environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
