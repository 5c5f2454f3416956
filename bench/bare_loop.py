"""What does the input and output alone cost? Fetch, parse, fsync, send, move, with no desk around it."""

from __future__ import annotations

import json
import os
import smtplib
import sys
import time
from email import message_from_bytes
from pathlib import Path

from imapclient import IMAPClient

BATCH = 50
LETTER = (
    b"From: support@example.com\r\nTo: you@example.com\r\nSubject: [Case #1] Trouble\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\n" + b"A line of a letter that is as long as those of the desk are.\r\n" * 40
)


def run(imap_port: int, smtp_port: int, folder: Path, mails: int) -> None:
    client = IMAPClient("127.0.0.1", imap_port, ssl=False)
    client.login("support@example.com", "secret")
    if not client.folder_exists("Bare"):
        client.create_folder("Bare")
    smtp = smtplib.SMTP("127.0.0.1", smtp_port)
    began, used = time.perf_counter(), time.process_time()
    client.select_folder("INBOX")
    uids = client.search("ALL")
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        for uid, data in client.fetch(batch, ["BODY.PEEK[]"]).items():
            raw = data[b"BODY[]"]
            mail = message_from_bytes(raw)
            keep(folder / f"{uid}.eml", raw)
            for to in (mail["From"], "ann@desk.example"):
                smtp.sendmail("support@example.com", [to.rpartition("<")[2].strip(">")], LETTER)
        client.move(batch, "Bare")
    print(json.dumps({"wall": time.perf_counter() - began, "cpu": time.process_time() - used, "mails": len(uids)}))
    assert len(uids) == mails


def keep(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, raw)
    os.fsync(descriptor)
    os.close(descriptor)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
