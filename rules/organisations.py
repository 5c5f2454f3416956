"""For whom does somebody write? An organisation is known by its mail domains and addresses; it may have a contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rules.mail import Address
from rules.phrases import listed


@dataclass(frozen=True, slots=True)
class Organisation:
    """A customer of the desk with more than one person."""

    name: str
    domains: tuple[str, ...] = ()  # in lower case; mail from below them counts as well
    addresses: tuple[Address, ...] = ()  # people whose addresses are elsewhere
    contacts: tuple[Address, ...] = ()  # named people; they belong to it as well
    maintenance_until: date | None = None  # the last day
    sales: Address | None = None  # the sales representative
    severity: str = ""  # agreed on for all of its cases
    severity_floor: str = ""  # none of its cases is milder
    severity_cap: str = ""  # none of its cases is worse
    language: str = ""
    timezone: str = ""
    colleagues: bool = True  # everybody of it takes part in the cases of the others

    def has(self, address: Address) -> bool:
        domain = address.domain
        return any(address.same_as(one) for one in (*self.addresses, *self.contacts)) or any(
            domain == one or domain.endswith(f".{one}") for one in self.domains
        )

    def maintained(self, day: date) -> bool:
        return self.maintenance_until is not None and day <= self.maintenance_until


def organisation_of(address: Address, organisations: Iterable[Organisation]) -> Organisation | None:
    """By its own address first, then by the longest domain."""
    if not address.address:
        return None
    known = [one for one in organisations if one.has(address)]
    return max(known, key=lambda one: _closeness(one, address), default=None)


def _closeness(organisation: Organisation, address: Address) -> int:
    if any(address.same_as(one) for one in (*organisation.addresses, *organisation.contacts)):
        return 1000
    return max((len(one) for one in organisation.domains if address.domain.endswith(one)), default=0)


# Where everybody can have a mailbox: such a domain says nothing about who somebody works for.
FREE_MAIL = frozenset(
    listed(
        """
        gmail.com, googlemail.com, outlook.com, outlook.de, outlook.fr, hotmail.com, hotmail.de, hotmail.fr,
        hotmail.co.uk, hotmail.it, live.com, live.de, live.co.uk, live.fr, live.nl, msn.com, passport.com, yahoo.com,
        yahoo.de, yahoo.co.uk, yahoo.fr, yahoo.it, yahoo.es, yahoo.co.in, yahoo.co.jp, yahoo.com.br, yahoo.com.au,
        yahoo.ca, ymail.com, rocketmail.com, aol.com, aol.de, aim.com, icloud.com, me.com, mac.com, gmx.de, gmx.net,
        gmx.at, gmx.ch, gmx.com, gmx.org, gmx.eu, web.de, freenet.de, t-online.de, arcor.de, vodafone.de,
        vodafonemail.de, kabelmail.de, mail.de, email.de, posteo.de, posteo.net, mailbox.org, proton.me, protonmail.com,
        protonmail.ch, pm.me, tutanota.com, tutanota.de, tuta.io, tuta.com, mail.com, email.com, usa.com, fastmail.com,
        fastmail.fm, hey.com, zoho.com, zohomail.com, zohomail.eu, yandex.ru, yandex.com, ya.ru, mail.ru, bk.ru,
        inbox.ru, list.ru, rambler.ru, qq.com, foxmail.com, 163.com, 126.com, yeah.net, sina.com, sina.cn, sohu.com,
        naver.com, daum.net, hanmail.net, nate.com, orange.fr, wanadoo.fr, free.fr, laposte.net, sfr.fr, neuf.fr,
        bbox.fr, libero.it, virgilio.it, tiscali.it, alice.it, tin.it, telefonica.net, terra.com.br, uol.com.br,
        bol.com.br, ig.com.br, seznam.cz, centrum.cz, email.cz, post.cz, wp.pl, o2.pl, onet.pl, interia.pl, op.pl,
        poczta.fm, ziggo.nl, kpnmail.nl, planet.nl, hetnet.nl, home.nl, xs4all.nl, telenet.be, skynet.be, bluewin.ch,
        sunrise.ch, hispeed.ch, chello.at, aon.at, a1.net, btinternet.com, bt.com, virginmedia.com, ntlworld.com,
        sky.com, talktalk.net, blueyonder.co.uk, comcast.net, verizon.net, att.net, sbcglobal.net, bellsouth.net,
        cox.net, charter.net, earthlink.net, juno.com, rogers.com, shaw.ca, sympatico.ca, telus.net, bigpond.com,
        optusnet.com.au, iinet.net.au, xtra.co.nz, rediffmail.com, sapo.pt, abv.bg, ukr.net, i.ua, meta.ua, walla.co.il,
        hushmail.com, mailfence.com, disroot.org, riseup.net, gawab.com, lycos.com, excite.com, inbox.com, duck.com,
        freemail.hu, citromail.hu
        """
    )
)
