"""Is this desk well? One sign for each thing that an admin must hear of, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from daemon.config.settings import Settings
from daemon.figures import Figures
from rules.hours import after, day_of, local_time

LITTLE_ROOM = 500 * 1024 * 1024  # octets
NO_ROOM = 50 * 1024 * 1024
NOT_AT_WORK = timedelta(minutes=2)
JUMP_TOLD = timedelta(days=1)
CAP_TOLD = timedelta(hours=1)
EXPIRES_SOON = timedelta(days=14)


class State(IntEnum):
    """The numbers are exit codes as monitoring programs know them."""

    OK = 0
    MIND = 1
    WRONG = 2


@dataclass(frozen=True, slots=True)
class Sign:
    name: str
    state: State
    says: str


def signs(figures: Figures, settings: Settings, now: datetime) -> list[Sign]:
    """All of them, in the order in which they matter."""
    looks = (
        _alive,
        _clock,
        _heard,
        _ahead,
        _left,
        _letters,
        _caps,
        _canary,
        _mail,
        _quarantine,
        _data,
        _disk,
        _passwords,
    )
    return [sign for look in looks for sign in look(figures, settings, now)]


def worst(found: list[Sign]) -> State:
    return max((sign.state for sign in found), default=State.OK)


def _alive(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    if figures.alive is None:
        yield Sign("daemon", State.WRONG, "it has never been at work on these data")
    elif figures.alive > NOT_AT_WORK:
        yield Sign("daemon", State.WRONG, f"it has not been at work for {_span(figures.alive)}")
    else:
        yield Sign("daemon", State.OK, f"at work; open cases: {figures.open_cases}")


def _heard(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    if figures.heard is None:
        yield Sign("mailboxes", State.MIND, "not all of them have been read to the end yet")
    elif figures.heard > settings.outage_after:
        names = f", {', '.join(figures.unread)} cannot be read" if figures.unread else ""
        yield Sign("mailboxes", State.WRONG, f"not all of them were read for {_span(figures.heard)}{names}")
    elif figures.unread:
        yield Sign("mailboxes", State.MIND, f"{', '.join(figures.unread)} cannot be read at this time")
    else:
        yield Sign("mailboxes", State.OK, f"all read {_span(figures.heard)} ago")


def _clock(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    """Told for a day: who has set the clock right may do so again, and who has not must."""
    if figures.jump is None or not timedelta() <= now - figures.jump[0] < JUMP_TOLD:
        return
    at, by = figures.jump
    way = "ahead" if by > timedelta() else "back"
    said = f"it went {_span(abs(by))} {way} on {local_time(at, settings.desk.timezone)}; was it set, or did the machine sleep?"
    yield Sign("clock", State.MIND, said)


def _ahead(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    for name, one in figures.ahead:
        newest = local_time(one.newest, settings.desk.timezone)
        yield Sign(
            "restored",
            State.WRONG,
            f"mails that were taken from {name} and are unknown to this data: {one.count}, the newest of {newest}. A backup "
            "was put back, the disk has lost something, or another desk reads this mailbox; until they are moved back into "
            "it, nobody is reminded, and letters that waited at the start are kept back",
        )


def _left(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    for what in figures.left:
        yield Sign("folders", State.MIND, f"taken mail cannot be moved out of {what}")


def _letters(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    late = figures.oldest > settings.alarms.letters_after
    said = f"waiting: {figures.waiting}" + (f", the oldest for {_span(figures.oldest)}" if figures.waiting else "")
    yield Sign("letters", State.MIND if late else State.OK, said)


def _caps(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    if figures.cap and timedelta() <= now - figures.cap[0] < CAP_TOLD:
        yield Sign("caps", State.MIND, f"confirmations are kept back, every mail is filed: {figures.cap[1]}")


def _canary(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    if settings.alarms.canary is None:
        return
    if figures.canary is None:
        yield Sign("canary", State.OK, "the last mail of the desk to itself came back")
    elif figures.canary > settings.alarms.canary_within:
        yield Sign("canary", State.WRONG, f"a mail of the desk to itself is on its way for {_span(figures.canary)}")
    else:
        yield Sign("canary", State.OK, f"on its way for {_span(figures.canary)}")


def _mail(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    wait, last = settings.alarms.no_mail_after, figures.last_mail
    if wait is None or last is None:
        return
    desk = settings.desk
    silent = after(desk.hours, last, wait) < now
    said = f"the last one came {local_time(last, desk.timezone)}"
    yield Sign(
        "mail", State.MIND if silent else State.OK, f"none for {wait} of support time: {said}" if silent else said
    )


def _quarantine(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    count = figures.quarantined
    hint = "; `postcase quarantine list` shows them" if count else ""
    yield Sign("quarantine", State.MIND if count else State.OK, f"mails that wait: {count}{hint}")


def _data(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    if figures.refusal:
        yield Sign("data", State.WRONG, f"the disk takes no mail: {figures.refusal}")
        return
    count = figures.damaged
    hint = "; `postcase check` names them" if count else ""
    yield Sign("data", State.WRONG if count else State.OK, f"damaged files: {count}{hint}")


def _disk(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    state = State.WRONG if figures.free < NO_ROOM else State.MIND if figures.free < LITTLE_ROOM else State.OK
    yield Sign("disk", state, f"{figures.free // 1024**2} MB are free")


def _passwords(figures: Figures, settings: Settings, now: datetime) -> Iterator[Sign]:
    logins: list[tuple[str, date | None]] = [
        (f"mailbox {one.name}", one.password_expires) for one in settings.mailboxes
    ]
    today = day_of(now, settings.desk.timezone)
    for whose, last_day in (*logins, (f"SMTP server {settings.smtp.host}", settings.smtp.password_expires)):
        if last_day is not None:
            left = last_day - today
            state = State.WRONG if left < timedelta() else State.MIND if left <= EXPIRES_SOON else State.OK
            verb = "expired" if left < timedelta() else "expires"
            yield Sign("password", state, f"that of {whose} {verb} on {last_day.isoformat()}")


def _span(span: timedelta) -> str:
    """Roughly, in one unit: 3 days, 4 hours, 12 minutes, 5 seconds."""
    seconds = int(span.total_seconds())
    units = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((pair for pair in units if seconds >= 2 * pair[0]), units[-1])
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"
