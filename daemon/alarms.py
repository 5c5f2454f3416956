"""Who is told when something is wrong with the desk? Its admin, by a way that does not depend on the desk's own mail.

A thread of its own looks once a minute: figures, signs, the file for Prometheus, a canary when it is time for one. A sign that is
not well for two looks is told, once, and again each day; when it is well again, that is told as well.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import partial
from http.client import HTTPException

from daemon import canary, maillog, metrics
from daemon.clock import Clock
from daemon.config.settings import Settings, Smtp
from daemon.errors import PostcaseError, TemporaryError
from daemon.figures import measure
from daemon.key_ring import KeyRing
from daemon.signs import Sign, State, signs
from daemon.smtp_send import SmtpLink, Taken
from daemon.storage.store import Store, spared

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
AGAIN_AFTER = timedelta(days=1)
WEBHOOK_SECONDS = 20.0
LOOKS_BEFORE = 2  # a server that is restarted is no alarm


@dataclass
class Trouble:
    """A sign that is not well."""

    sign: Sign
    looks: int = 1
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What the admin is told in one alarm."""

    wrong: tuple[Sign, ...]
    over: tuple[Sign, ...]

    @property
    def title(self) -> str:
        names = ", ".join(dict.fromkeys(sign.name for sign in (self.wrong or self.over)))
        return f"{'needs you' if self.wrong else 'well again'}: {names}"

    @property
    def lines(self) -> list[str]:
        words = {State.MIND: "mind", State.WRONG: "WRONG"}
        told = [f"{words[sign.state]}  {sign.name}: {sign.says}" for sign in self.wrong]
        return [*told, *(f"ok  {sign.name}: {sign.says}" for sign in self.over)]


Way = Callable[[News], None]  # Errors: OSError, PostcaseError


class Alarms:
    """Watches one desk. Only `look` touches the store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        lock: AbstractContextManager[object],
        ways: Sequence[Way] | None = None,
    ) -> None:
        """`lock`: that of whoever else writes what this reads first."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._lock = lock
        self._ways = ways_of(settings, clock) if ways is None else ways
        self._troubles: dict[str, Trouble] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def wanted(self) -> bool:
        alarms = self._settings.alarms
        return bool(self._ways or alarms.metrics or alarms.canary)

    def start(self) -> None:
        if self.wanted:
            self._thread = threading.Thread(target=self._run, name="alarms", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(2.0)  # a webhook that hangs is left to itself

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may tell of it
                log.error("the signs of the desk cannot be read: %s", error)

    def look(self) -> list[Sign]:
        """One look: everything that a minute brings. Returns the signs."""
        now = self._clock.now()
        self._send_canary(now)
        figures = measure(self._store, self._settings.data, now, write=True)
        found = signs(figures, self._settings, now)
        if path := self._settings.alarms.metrics:
            try:
                metrics.write(path, metrics.exposition(figures, found, now))
            except OSError as error:
                log.warning("%s cannot be written: %s", path, error.strerror or error)
        news = self._news(found, now)
        if news.wrong or news.over:
            self._tell(news, now)
        return found

    def _send_canary(self, now: datetime) -> None:
        """By the desk's own SMTP server. What it answers is not asked: the mail comes back, or it does not."""
        every, desk = self._settings.alarms.canary, self._settings.desk
        if every is None or not canary.is_due(self._store, every, now):
            return
        try:
            with self._lock, self._store.batch() as batch:
                batch.set_state(canary.STATE, spared(self._store, canary.STATE, partial(canary.sent_out, now=now)))
        except TemporaryError as error:  # a disk that refuses has a sign of its own
            log.warning("no canary is sent: %s", error)
            return
        raw = canary.written(desk, KeyRing(self._store, self._clock).keys, now)
        link = SmtpLink(self._settings.smtp, desk.address.domain)
        try:
            answer = link.post(raw, desk.address.address, desk.address.address)
            if answer.taken is not Taken.YES:
                log.warning("the SMTP server has not taken the canary: %s", maillog.shown(answer.text))
        except PostcaseError as error:
            log.warning("the canary cannot be sent: %s", maillog.shown(str(error)))
        finally:
            link.close()

    def _news(self, found: Sequence[Sign], now: datetime) -> News:
        ill = {_key(sign): sign for sign in found if sign.state is not State.OK}
        well = {sign.name: sign for sign in found if sign.state is State.OK}
        over = []
        for key, trouble in list(self._troubles.items()):
            if key not in ill:
                del self._troubles[key]
                if trouble.told_at and not any(_key(sign).startswith(f"{trouble.sign.name} ") for sign in ill.values()):
                    over.append(well.get(trouble.sign.name, Sign(trouble.sign.name, State.OK, "well again")))
        for key, sign in ill.items():
            known = self._troubles.get(key)
            self._troubles[key] = Trouble(sign, known.looks + 1, known.told_at) if known else Trouble(sign)
        wrong = [one for one in self._troubles.values() if one.looks >= LOOKS_BEFORE and _is_to_be_told(one, now)]
        return News(tuple(one.sign for one in wrong), tuple(over))

    def _tell(self, news: News, now: datetime) -> None:
        """Told is what one way at least has taken; else it is tried again at the next look."""
        taken = False
        for way in self._ways:
            try:
                way(news)
                taken = True
            except (OSError, PostcaseError, ValueError) as error:
                log.error("an alarm (%s) cannot be sent: %s", news.title, maillog.shown(str(error)))
        if taken or not self._ways:
            for trouble in self._troubles.values():
                if trouble.sign in news.wrong:
                    trouble.told_at = now


def ways_of(settings: Settings, clock: Clock) -> tuple[Way, ...]:
    """Those that config.toml names."""
    alarms = settings.alarms
    ways: list[Way] = []
    if alarms.webhook:
        ways.append(lambda news: _post(alarms.webhook, settings.desk.name, news))
    if alarms.address is not None:
        address, server = alarms.address.address, alarms.smtp or settings.smtp
        ways.append(lambda news: _mail(address, server, settings, news, clock.now()))
    return tuple(ways)


def _post(webhook: str, desk: str, news: News) -> None:
    """JSON with a `text`, which Slack, Mattermost, Teams and others show as it is. Errors: OSError; none names the address."""
    text = "\n".join((f"{desk} {news.title}", *news.lines))
    signs = [{"name": one.name, "state": one.state.name.lower(), "says": one.says} for one in (*news.wrong, *news.over)]
    body = json.dumps({"text": text, "desk": desk, "signs": signs}).encode()
    request = urllib.request.Request(webhook, body, {"Content-Type": "application/json", "User-Agent": "postcase"})  # noqa: S310 - config.toml takes http and https only
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=WEBHOOK_SECONDS) as answer:
            answer.read(1000)
    except HTTPException as error:  # the only one of urllib that is no OSError
        raise OSError(f"the webhook's server speaks no HTTP ({type(error).__name__})") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would ask the other address with a GET, without the text, and take its answer for that of the webhook."""

    def redirect_request(self, *_: object) -> None:
        return None


def _mail(address: str, server: Smtp, settings: Settings, news: News, now: datetime) -> None:
    """Errors: LinkDown, OSError when the server does not take it."""
    desk = settings.desk
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = desk.address.address, address
    mail["Subject"] = f"{' '.join(desk.name.split())} {news.title}"
    mail["Date"], mail["Message-ID"] = format_datetime(now), make_msgid(domain=desk.address.domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        "\n".join((*news.lines, "", "`postcase status` shows all signs, `postcase check` asks the servers.", ""))
    )
    link = SmtpLink(server, desk.address.domain)
    try:
        answer = link.post(mail.as_bytes(), desk.address.address, address)
    finally:
        link.close()
    if answer.taken is not Taken.YES:
        raise OSError(f"{server.host} says {answer.text}")


def _key(sign: Sign) -> str:
    """Two passwords are two troubles; a figure that grows is the same one."""
    return f"{sign.name} {sign.says.partition(' expire')[0] if sign.name == 'password' else ''}"


def _is_to_be_told(trouble: Trouble, now: datetime) -> bool:
    return trouble.told_at is None or now - trouble.told_at >= AGAIN_AFTER
