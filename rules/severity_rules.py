"""Which words tell how bad it is? The rules that come with the desk, in the order they are asked; the first that applies decides.

A rule lists groups of phrases: one of each group must be said in the same sentence. Nothing of `unless` may be said anywhere in
the mail. How phrases are written, and that denied and imagined ones do not count: rules/phrases.py. A desk puts rules of its own
before these, in config.toml.
"""

from __future__ import annotations

from rules.phrases import listed
from rules.severity import Rule

# ---- Words -----------------------------------------------------------------------------------------------------------

TEST_SYSTEM = listed(
    """
    test|testing|staging|demo|dev|lab|sandbox|training
    system|server|environment|instance|machine|vm|node|pair|box|installation|cluster, test system|systems, on
    staging, in staging, lab trial, lab vm, throwaway clone, preproduction, pre production, proof of concept,
    nothing live, synthetic data, non production, nonproduction, not ... production, testumgebung, testsystem*,
    testserver*, testinstanz*, testinstallation*, testrechner*, schulungssystem*, schulungsserver*,
    schulungsumgebung, demosystem*, demoserver*, entwicklungsumgebung, entwicklungsserver*, spielwiese,
    abnahmesystem*, vorproduktion, nur test, integrationsumgebung, referenzsystem, training
    environment|server|room|system|instance
    """
)
LIVE_SYSTEM_HIT = listed(
    """
    production ... down|dead|stands|stopped|affected|crash*|too, not ... a test, kein test*, produktiv* ...
    betroffen|steht|ausgefallen|auch
    """
)

SOLVED = listed(
    """
    works|working|running|runs|fine|up|live again, back to normal, is|are|was|came back up|online, up and running,
    recovered, has|have been normal, has|have ... behaved, all sorted, resolved itself, sorted itself, solved
    itself, went away, you may|can close, can be closed, false alarm, for the noise, came back on its own, by
    itself, back in service, is|are back since, entwarnung,
    laeuft|laufen|geht|gehen|funktioniert|funktionieren|klappt ... wieder, wieder da, wieder online, wieder normal,
    wieder erreichbar, hat sich ... erledigt, haben sich ... erledigt, von selbst ... erledigt, behoben,
    ueberstanden, danke sagen, just like|want* to say thank*, wieder alles|alles wieder, schnurrt, seither|seitdem
    ... ruhe|einwandfrei|stabil, was our own, lag an uns, unser fehler, on our feet, happily working, selbst loesen,
    solved it myself|ourselves, ticket ... kann zu, kann ... geschlossen werden, fixed itself,
    synchronisiert|druckt|arbeitet wieder, wieder alle, lief|laeuft alles wieder, running|runs|works normally, all
    well, durchgelaufen, laeuft|lief seitdem|seither ... stabil|rund|durch|ruhig|sauber, schnelle hilfe, seit ihrem
    eingriff, thanks for ... quick|fast help|response, problem is|was gone, issue is|was gone, problem ...
    geloest|behoben, hat ... funktioniert, no longer occurs|happens, tritt nicht mehr auf, sorted now, working now,
    works now, geht jetzt, ist wieder in ordnung, alles wieder gut, fehlalarm
    """
)
LEFT_OVER = listed(
    """
    still, remaining, remains, leftover, left over, reopen, again exactly, exactly as before, same again, not cured,
    did not cure, was noch, noch nicht, noch immer, immer noch, offen ist, offen bleibt, klemmt, ganz anderes, neues
    problem, another problem, new problem, now ... again, erneut, schon wieder, back again, wieder aufmachen, wieder
    oeffnen, leider, one|thing left, restproblem, uebrig, but now, keeps, only lasts|lasted, for a bit, then|and
    fails|failed|crashes|crashed again, jetzt haben wir, jetzt aber, every ... minutes, buys us, bis auf, apart
    from, except, thought we, we did not, ist heute tot, today ... dead, until it ... again, nur ... nicht, one
    leftover, leftover is, was bleibt, alle anderen, what remains, not fixed, nicht behoben, nicht geloest, tritt
    ... wieder auf, problem ... zurueck, is back, seitdem aber, since then
    """
)

PAPERWORK = listed(
    """
    invoice, invoices, billing, vat, purchase order, quote for, quotation, a quote, pricing, prices, licence,
    licences, license, licenses, licensing, serial, serial number*, seats, subscription, renewal, renew, reseller,
    contract renewal, training course*, courses, certification, roadmap, end of life, end of support, questionnaire,
    data sheet, brochure, webinar, rota, rechnung*, mahnung*, angebot, preise, preisliste, lizenz*, schullizenz*,
    seriennummer*, wartungsvertrag*, vertragsverlaenger*, verlaengerung, bestellung, kuendig*, schulung, schulungen,
    schulungstermin*, fragebogen, handbuch als, umsatzsteuer*, ust, ansprechpartner*, supportende,
    auftragsverarbeitung*, avv, datenschutz*, lizenziert, lizenzmodell, iso 27001, certificate ... auditor, printed
    handbook, handbook, budget, per user|device ... licen*, summary ... management, kosten, kostenvoranschlag,
    tarif, seriennummer gesucht, kundennummer, compatibility matrix, systemvoraussetzungen, system requirements,
    supported on, is ... available for, is it planned, release date, release notes, documentation, dokumentation,
    datasheet, reference customer, contact person, new contact|address, address change, neue ansprechpartnerin,
    adresse ... geaendert, upgrade path|price, discount, rabatt, order form, trial version, testversion|testlizenz,
    partner program*, bewerbung, newsletter, abmelden, summary report|of, abschlussbericht, written summary, report
    for our files, job application, vertriebsmitarbeiter
    """
)
WISH = listed(
    """
    feature request, idea, suggestion, wishlist, wish list, would be nice|great|lovely|handy|useful|cool, would
    love, any plans, do you plan, are there plans, planned ... version|release, future version|release, could you
    add|consider, please consider|add, it be possible, dark mode, wunsch, wuensche, verbesserungsvorschlag,
    vorschlag, anregung, waere ... schoen|toll|super|nett|praktisch|klasse, schoen waer*, ist ... geplant, habt ihr
    vor, kuenftigen|kommenden|naechsten version|release, koenntet ihr ... einbauen, idee, feature wunsch,
    featurewunsch*, wuenschen uns, wuerden uns ... wuenschen, dark theme, suggestion:
    """
)
ASKING = listed(
    """
    question, questions, quick one, wondering, curious, until when, how long does|do|is|will, what happens, is it
    possible|true|safe|supported|allowed, do|does|is|are ... support*|compatible, can you|we ...
    tell|confirm|recommend, just asking, out of interest, can|may we|i|one|you use, what is the difference, frage,
    anfrage, wie lange, bis wann, was passiert, darf|duerfen, ist es moeglich, unterstuetzt, gibt es, interessieren,
    wuesste gern, wissen moechte*, welche version*, unterschied, for the paperwork, purely for, fuers protokoll,
    which ... version*, where can i find, wo finde ich, wo steht
    """
)

WHAT_IF = listed(
    """
    what happens if|when, what would happen, what if, was waere wenn, was passiert wenn, angenommen, suppose
    the|a|that|we, supposing, hypothetic*, theoretisch, in theory, continuity, notfallhandbuch, notfallplan,
    notfallkonzept, disaster recovery, dr paper|plan|test, recovery plan|paper, questionnaire, fragebogen, risk
    assessment, regulator, auditor ... asks|ask|wants, revision ... moechte|will, touch wood, toi toi toi, never had
    such, falls einmal, wenn ... einmal, nichts dergleichen, iso certificate|27001, is|are ... certified,
    zertifiziert, is there a plan|procedure, how would, wie wuerde, could|would it happen, how likely
    """
)

FAILS = listed(
    """
    cannot, could not, unable, not able, locked out, lock* out, refuse*, refusing, reject*, denied, no access, no
    connection, disconnect*, thrown out, kicked out, cut off, lost connection, lost the connection, lose*
    connection, not ... work, not working, stopped working|connecting|printing|syncing, not ...
    open|start|load|print|sync|connect|log|reach|appear|arrive, no longer, broken, out of action|order|service,
    error, errors, time* out, timing out, timed out, gets|get|got ... error|bounced|nothing|timeout, blank page*,
    empty folders, spinning, kann|koennen|konnte|konnten ... nicht|nichts|keine|keinen|kein, kommt|kommen ... nicht,
    kommt|kommen ... kein|keine|keinen, geht|gehen ... nicht|nichts, laesst|lassen sich ... nicht,
    funktioniert|funktionieren ... nicht, laeuft|laufen ... nicht, ohne zugriff, keinen zugriff, kein zugriff, keine
    verbindung, ausgesperrt, abgewiesen, abgelehnt, verweigert, bekommt|bekommen ... keine|kein|keinen|nur, nicht
    mehr, bricht ... ab, brechen ... ab, abgehaengt, fliegt|fliegen ... raus, rausgeworfen, fehlermeldung*,
    verschickt ... nichts, sieht|sehen ... nur|nichts|leere, kaputt, tut|tun nicht|nichts, ausgefallen, gestoert,
    zeitueberschreitung, timeout, timeouts, nimmt|nehmen ... keine ... an, disconected, will|wont|do|does|did not
    do, not do, packed up, stopped counting|sending|updating|syncing|delivering|responding, has stopped, not moving,
    not ... replicat*|synchron*|transfer*|deliver*|booked|count*|create*|deliver*, error page, white page|screen,
    http 4|5*, fehlerseite, weisse seite, seite ... leer, druckt|drucken ... nicht|nichts, bucht|buchen ...
    nicht|keine|keinerlei, werden|wird nicht, werden ohne, kriegen|kriegt ... keine|kein|nicht, bleiben|bleibt leer,
    session rejected, graustufen*, loses|lose|lost the link, reset, stays empty, stayed empty, stay ... in, sends
    ... nothing, not|never arrive*|sent|delivered, throws|threw, speichern|speichert ... nicht, nicht ...
    speichern|oeffnen|drucken|hochladen|anmelden|einloggen|abrufen|bearbeiten, fail, fails, failed, failing,
    failure, failures, do|does|did not get|receive|see|find|show, stay|stays outside|out, kommt|kommen an
    keine|keinen|kein, not finding, stopped finding, finds nothing, findet nichts|nicht, not
    firing|running|starting|triggered, feuert nicht
    """
)

EVERYBODY = listed(
    """
    everyone, everybody, all
    users|clients|staff|sites|branches|locations|devices|customers|employees|offices|stations|workstations|terminals|machines|wards|schools|departments,
    all ... users|clients|staff|branches|employees|colleagues, every single, every
    user|client|site|branch|device|customer|login|station|department, whole
    company|office|firm|school|hospital|plant|building|organisation|organization|site|clinic|bank|staff|house|network,
    entire
    company|office|firm|school|hospital|plant|building|organisation|organization|site|clinic|staff|network|outside,
    all of us|them|our, across the board, company wide, any of our|us, anyone, any user|client|site, alle
    benutzer|anwender|nutzer|mitarbeiter*|kollegen|kolleginnen|filialen|standorte|clients|geraete|arbeitsplaetze|rechner|schulen|aemter|stationen|kunden|kassen|drucker,
    alle ... benutzer|anwender|nutzer|mitarbeiter*|filialen|standorte|kollegen, saemtliche*,
    gesamte|gesamten|gesamter
    firma|betrieb|haus|verwaltung|belegschaft|unternehmen|schule|klinik|abteilung|standort|netz, ganze|ganzen
    firma|betrieb|haus|verwaltung|belegschaft|unternehmen|schule|klinik|rathaus|buero, komplette|kompletten
    firma|belegschaft|haus|verwaltung|leserseite|seite|betrieb, bei allen, alle sind, wir alle, alle stehen, keiner
    einzigen, unsere monteure|fahrer|kunden|aerzte|pflegekraefte|lehrer|kassierer|bearbeiter, im ganzen haus,
    hausweit, firmenweit, flaechendeckend, for all, in all, all four|three|five|six plants|sites|branches|schools,
    our|the external web site, external web site, elternportal, customer portal, client portal, kundenportal,
    buergerportal, webshop, online shop, all plants, alle werke|standorte|filialen|schulen|haeuser, weder vom,
    jede|jeder|jedes filiale|standort|arbeitsplatz|geraet, everyone is|everyone affected, all #
    users|clients|people|sites|employees, bei allen # anwendern|benutzern|kollegen, alle #
    anwender|benutzer|kollegen|standorte|filialen|arbeitsplaetze, saemtliche apps|browser|drucker, die kollegen, die
    aerzte, unsere leute, the whole|entire hospital|town|city|company|warehouse|school|theatre|university, customers
    cannot, kunden koennen, our customers|clients|guests|patients|students|members|drivers|nurses|doctors, visitors,
    unsere kunden|gaeste|patienten|mitglieder|schueler|buerger
    """
)
NOBODY_CAN = listed(
    """
    nobody ... can|could|gets|get|has|works|reaches|prints|in, no one ... can|could|gets|get|is|has|able|works, none
    of ... can|could|has|have|get|gets|work|works|are|is|managed|staff|connected, nothing works|worked, nothing is
    working, nothing prints|printing|syncs|goes|comes|moves|arrives, nothing ... printed|anywhere|comes out|gets
    through, not a single ... can|could|works|connects|device|user|client|job, not one ... can|could|works, lets
    nobody in, keiner ... kann|kommt|konnte|ran|rein|arbeiten|drucken, niemand ...
    kann|kommt|konnte|ran|rein|arbeiten|drucken|mehr, kein mensch ... kann|kommt, geht|ging ... gar nichts|nix, geht
    ... nichts|nix mehr, gar nix mehr, nichts geht mehr, nix geht mehr, geht nix, rein gar nichts, funktioniert ...
    gar nichts|nichts, kein einziges|einziger|einzige|einzigen, keine ... filiale|station|verbindung ... einzige,
    keiner station, von keiner, steht alles, alles steht, alles tot, no ... are coming out, everything ...
    dead|down|stopped|stands, work has stopped, at a standstill, stillstand, komplett ... aus|weg|tot|lahm,
    lahmgelegt, can do nothing, nobody here, nobody at all, sent ... home, schickt|schicken ... nach hause,
    produktion steht, betrieb steht, versand steht, no truck driver, no ... can|could receive|recieve|work|print,
    transfer stop, stand still, stands already|still, not moving any, no client portal, no document access,
    mach|mache|machen ... den laden|alles zu, keine plaene, all agents, stehen ... still, kommt ... kein papier, aus
    keinem, nowhere, not a single ... come|comes|has|have|one, fuer niemanden moeglich, niemanden moeglich, an
    keinem, in keinem, auf keinem, bei keinem, niemand mehr, keiner mehr, laeuft ... gar nichts, laeuft nichts mehr,
    koennen allesamt nicht, alle ... nicht arbeiten, no
    printing|printouts|login|logins|access|connection|transfers|sync anywhere|possible|at all|from any, nothing at
    all, all # offices|sites|branches|schools|clinics|shops|stores|stations ... cannot|not|down|offline|unable,
    kommen an keine, kommt|kommen ... nicht an die|ihre, nobody in|from|at, no one in|from|at, none of the|our|us,
    everything is|has stopped|down|gone|dead|at, everything stands, alle sitzen, koennen nicht arbeiten, stehen wir
    still, wir stehen, on hold, doors closed, we|they|staff|people|users cannot work, cannot|can work at all, kann
    ... nicht gearbeitet, unable to work, we cannot do, nirgends ... mehr, kommen|kommt an kein*, no printing
    anywhere, not a label|page|sheet, nothing has come out, has come out on any
    """
)
DOWN = listed(
    """
    is|are|was|being|gone|went|been|fell|came|go|goes|going|has|have|completely|totally down, down
    since|again|completely|hard|for|now, server|site|website|service|portal|system|gateway|application|database
    down, offline since, is|are|been|went|gone offline, is|are|went|completely|totally dead,
    server|service|system|listener dead|gone, belly up, total|complete|full|major|massive outage, outage
    since|at|here|now|again, an outage, total outage, total failure, crash, crashes, crashed, crashing, hangs, hung,
    hanging, freezes, frozen, freeze, locks up, locked up, unresponsive, not ... responding, not respond, stopped
    responding, does not respond, not ... reachable, unreachable, cannot be reached, out of memory, blue screen*,
    bugcheck*, kernel panic, segfault*, core dump*, exits as soon|immediately, keeps dying|restarting|crashing, dies
    ... after|on|immediately, will not start|boot|launch|run|come|mount, not start|starting|boot, never
    starts|started, refuses to start|come|boot|launch|run, fails|failed|unable to start|boot|launch|mount, cannot
    start|boot|launch|mount, wont start, stuck on|at starting, restart loop, boot loop, reboot loop, terminated
    unexpectedly, stops ... seconds after, crashed out, out of service, 503, 502, bad gateway, service unavailable,
    does not come up, not come up|back, fallen|falls|fell over, gone dark, will not come,
    ist|sind|war|komplett|total|wieder tot, totalausfall, komplettausfall, systemausfall, serverausfall, ausfall,
    komplett ausgefallen, ist|sind ausgefallen, server|dienst|system|datenbank|anlage|gateway ist|sind|komplett|seit
    ausgefallen|tot|steht|weg|down, stuerzt|stuerzen ... ab, abgestuerzt, absturz, abstuerze, stuerzt, haengt sich
    ... auf, eingefroren, friert|frieren ... ein, reagiert|reagieren ... nicht, startet|starten ... nicht, faehrt
    ... nicht ... hoch, kommt|kommen nicht mehr hoch|online, nicht ... starten, nicht ... hochfahren, nicht ...
    erreichbar, nicht erreichbar, unerreichbar, offline, lahm gelegt, liegt lahm, liegt flach, laesst|lassen sich
    ... nicht ... starten, bluescreen*, unerwartet beendet, serverfehler 500, nicht mehr hoch, in die knie, den
    geist aufgegeben, geist aufgegeben, verabschiedet, gave up the ghost, went up in smoke, laesst|lassen sich nicht
    mehr starten, nicht mehr starten, not launch*, will not open at all, eat memory and die, and die, dies, dying,
    nimmt keine verbindungen ... an, ist heute tot, nothing|nichts comes|mehr after|danach, error page since,
    returning an error, weisse seite, white screen of death, out of file handles, haengt
    seit|komplett|fest|staendig|sofort|beim|nach|sich, haengen komplett|fest, froze, theproduct is|ist|sind
    weg|tot|gone, server|system|webseite|portal|seite|webauftritt ist weg, wird gestartet, stehen|steht auf
    gestartet|gestoppt|stopping|starting, faehrt|faehrt sich ... herunter, beendet|beenden sich ...
    sofort|selbst|gleich, is fall down, fell down, falls down, is stopping, is|was stuck, can not be killed,
    laesst|lassen sich nicht beenden, every click just spins, nimmt ... nichts mehr an, gibt ... nichts mehr aus,
    nichts mehr aus, hundert prozent cpu, 100 cpu, eats all memory, process ends|exits|quits|terminates|disappears,
    does not come back|online, will not respond, stays|stayed|remains|bleibt dark|black|schwarz|dunkel, no
    response|reaction at all, reagiert auf nichts|keine, ausser betrieb, kein lebenszeichen, no sign of life,
    knocked out, invalid page header, services are stopped, dienste sind gestoppt, abgeraucht, abgeschmiert,
    schmiert|schmieren ... ab, is offline,
    system|server|dienst|prozess|programm|anwendung|oberflaeche|gateway|theproduct|software|datenbank
    haengt|haengen|spinnt|streikt, server|dienst|system|theproduct steht komplett|seit|still|wieder, theproduct ...
    froze|frozen|freezes
    """
)
LOSS = listed(
    """
    data loss, loss of data, lost ... data|files|documents|folders|orders|records|entries|bookings|emails|work,
    data|files|folders|documents|projects|records|orders|entries|directories|everything|shares|drawings|pictures|photos|mailboxes
    ... gone|vanished|disappeared|missing|wiped|deleted|erased|lost|corrupt*|unreadable|scrambled|overwritten,
    wiped, corrupt, corrupted, corruption, overwritten|overwrote|overwriting, has vanished, have vanished, vanished,
    damaged pages, garbage where, 0 bytes, zero bytes, zero byte, 0 kb, files are empty, deleted ...
    files|folders|documents, checksum* ... wrong|fail*|mismatch*, belong to other customers, inconsistent database,
    unreadable files, datenverlust,
    daten|dateien|ordner|verzeichnisse|akten|dokumente|befunde|auftraege|datensaetze|eintraege|bestellungen|rechnungen|unterlagen|fotos|projekte
    ... weg|verschwunden|geloescht|verloren|leer|futsch|fehlen|ueberschrieben|beschaedigt|unlesbar|kaputt|nicht mehr
    da, verschwunden, ueberschrieben, beschaedigt, korrupt*, zerschossen, zerstoert, geloescht worden, verloren
    gegangen, nicht mehr da, unlesbar, pruefsumme* ... nicht, datenbank defekt, datenbank ...
    kaputt|defekt|zerschossen, emptied, removed # documents|files|folders|records, are gone, is gone forever,
    nirwana, nirvana, verschluckt, swallow*, lost forever, too old ... too new, dokumente|dateien sind weg, mixed up
    between, sind ... leer, ist leer ordner|verzeichnis|laufwerk, ordner ... leer, liegt dort nichts mehr, nothing
    left in|there, folder|folders|share|drive|library is|are empty, are|is now empty, lost everything, lost all,
    disappeared from, deleted itself|themselves, duplicated records, dateien ... fehlen, fehlen ...
    dateien|daten|ordner|datensaetze|buchungen, are missing files|folders|records|data,
    files|folders|records|data|documents are|is|have|has been|all missing|gone|lost, cannot be recovered, restore
    ... fails|failed, wrong content, datenbank ... beschaedigt|korrupt|defekt, index ... corrupt|beschaedigt,
    unwiederbringlich, weg sind, einfach weg, alles weg, alles geloescht, leer geraeumt
    """
)
UPGRADE = listed(
    """
    upgrade|update|migration|migrating|installer|patch|rollback ...
    fail*|stuck|abort*|broke|halfway|crash*|bombs|died|hung, stuck halfway, half migrated|upgraded, halfway through,
    roll* back properly|cleanly, not roll back, failed upgrade|update|migration, after|since ... upgrade|update ...
    nothing|nobody|cannot|down|dead, update|upgrade|migration|aktualisierung|umstellung ...
    fehlgeschlagen|abgebrochen|gescheitert|haengt|ausgestiegen|schiefgegangen|schief, update
    abgebrochen|fehlgeschlagen, kein zurueck, halb* aktualisiert|migriert, upgrade went|gone sideways|wrong|bad*,
    half converted, the new version says, die neue version meckert, schemaaenderung
    """
)

PART = listed(
    """
    some, several, half, a|one third, a few, a handful, a quarter, certain, many, most, a dozen, a number of,
    only|just the|one|two|three|some|our|affects|on|people|users|second|first, one|two|three|four
    site|branch|office|floor|department|team|location|ward|school|sites|branches|offices|departments|teams|wards,
    second|first|third|fourth|ground|top floor, one of our|the, two of our|the, new starters|users|accounts, new
    ones, mac|macs|android|ipads|iphones|linux users|clients|devices|only, macs, android, home office, remote
    users|workers|staff, externals, external partners|users, outside partners, subcontractors, anything
    bigger|larger|over, big|large|bigger|larger files, out of 1|2|3|4|5|6|7|8|9, accounts department|team,
    whole|entire team|department|floor|ward|class, finance|accounting|sales|marketing|hr|legal|claims|procurement
    team|department, einige*, mehrere, manche, haelfte, ein drittel, ein viertel, ein paar, viele, die meisten, ein
    teil, teilweise, nur ... aussenstelle|abteilung|standort|etage|filiale|kollegen|zwei|drei|einige|noch,
    aussenstelle*, aussendienst*, homeoffice, abteilung*, eine|einer|zwei|drei|vier
    filiale|filialen|standort|standorte|abteilungen|etage|klassen|kollegen|kolleginnen|personen|benutzer, neue|neuen
    benutzer|mitarbeiter|kollegen|konten, ein dutzend, externe*, grosse dateien, bauamt, sekretariat, buchhaltung,
    lehrkraefte, lehrer, kollegium, #
    people|users|clients|colleagues|analysts|stations|tablets|ipads|workstations|pcs|staff|employees|devices|machines,
    # leute|kollegen|kolleginnen|benutzer|anwender|arbeitsplaetze|tablets|mitarbeiter|stueck|mann|drucker|rechner,
    nebenstelle*, klasse*, die tablets der, gutachter, redakteure, filialleiter, my assistant, neither do the
    others, external partners, externen partner*, partners, quer durch, teil der, part of, a subset, # of our|the|#,
    # von #, some of, bei manchen, bei einigen, einzelne, die neuen, notebooks, laptops, one
    team|department|office|site|branch|shop|store|warehouse|ward, eine filiale|abteilung|aussenstelle|station,
    eine|einer ... filiale|abteilung|station|klasse, nur im, nur am, nur bei, only in, only at, only on
    """
)
OTHERS_FINE = listed(
    """
    the rest|others|other ones ... fine|ok|okay|work|works|normally|happily|unaffected|good|well, everyone|everybody
    else, rest ... fine|ok|okay|works|work, others ... fine|ok|okay|work|works|can|keep|running|good, old accounts
    can, pcs|windows|apple|desktops ... fine|ok|running|work|works|no issue*, not affected, unaffected, no issue
    whatsoever, internally ... fine|should|ok|works, four ok, i myself can, smaller|small|other stuff|files|ones ...
    fine|flies|work|works|through, interactive use is ok, can ... by hand, pin entry does, workaround, work around,
    in the meantime, meanwhile, local copies, by hand|manually, as should be, still works|work|print|prints|fine|ok,
    uebrigen|anderen|restlichen|rest ...
    laeuft|laufen|einwandfrei|normal|geht|gehen|klappt|fein|ok|koennen|beides|arbeitet|arbeiten|gut|nicht, nicht
    betroffen, alle anderen, alle uebrigen, kein problem, lesen geht, im buero, manuell, haendisch, behelfen,
    derweil, ausweich*, notbehelf, arbeiten ... lokal, online ... klappt|geht, also online, ansonsten|sonst ...
    laeuft|alles|geht|funktioniert|klappt, can read everything, download* ... fine|ok|works, small* ...
    can|reports|goes|go through|work, printing works, schwarzweiss laeuft, laeuft alles normal, im haupthaus, da
    geht es, intern koennen, funktionieren weiterhin, noch altes, has no problem, no problem at all, as a bridge,
    still use, we lost no, well synchron*, weiterhin, auf der konsole geht, by mail|usb|phone, mit dem usb*
    """
)
SLOW = listed(
    """
    slow, slowly, slower, slowed, slowness, sluggish, crawls, crawling, crawl, snail*, lag, lags, lagging, laggy,
    painfully, performance, takes|take|taking|took|needs|need|needed ...
    minutes|minute|hours|seconds|ages|forever|eternity|while, minutes per|for|to|instead, hours instead, between ...
    minutes, two minutes per, langsam*, zaeh, zaehe, zaeher, zaehfluessig, traege*, lahm, lahmt, schleppend,
    schnecke*, dauert|dauern|braucht|brauchen|vergehen|benoetigt ... minute*|stunde*|sekunden|ewig*|lange|laenger,
    ewig, ewigkeiten, performance*, performanz, ruckelt, quaelend, kriecht, minuten, kaugummi, halved, throughput,
    mbit*, zieht|ziehen sich, bis in den, blumen giessen, kaum hinterher, # minuten|minutes, # seconds ... click,
    stoppuhr, three|four|five|ten minutes, stunden statt, sluggishly, crawling along, schneckentempo, eine qual,
    minute plus, qual, seconds to render|open|load|save|start|log, sekunden fuer|bis, takes forever, painful,
    unbearably, halbe ewigkeit, geschwindigkeit, speed, response times, antwortzeiten, ladezeiten, wartezeit*,
    lahmes, verzoegerung*, delay*, delayed, stau*, hinterher, acht und zwoelf minuten, zwischen ... minuten,
    brauchen ... minuten
    """
)
MUCH_SLOWER = listed(
    """
    extremely|terribly|painfully|unbearably|awfully|incredibly|horribly|very|so|really|dead slow|sluggish|laggy,
    extrem|sehr|furchtbar|unertraeglich|wahnsinnig|elend|quaelend|so|total langsam|zaeh|traege|lahm, slow for
    everyone|everybody|all, crawls, crawling, schneckentempo, # minuten|minutes, two|three|four|five|six|eight|ten
    minutes, zwei|drei|vier|fuenf|sechs|acht|zehn|zwoelf minuten, takes|take|needs|need ... minutes|hours,
    dauert|dauern|braucht|brauchen ... minuten|stunden, eine qual, halved
    """
)
A_LITTLE_SLOW = listed(
    """
    a bit|little|tad slow*|sluggish|slower|longer, slightly, somewhat slow*, one report|user|pc|workstation|person,
    on one pc|machine, my pc|laptop|machine|computer, i can live with, no big deal, minor, just curious if, takes a
    while, etwas langsam*|traege|zaeh|laenger, ein wenig|bisschen, ein bericht, ein einzelner|einzelnes, auf einem
    rechner|pc, mein pc|rechner|laptop, bei mir, kleinigkeit, teeny, secs, does not ... bother, just that,
    three|five|two|four secs|seconds, drei|fuenf|zwei|vier sekunden, a few seconds, ein paar sekunden laenger,
    barely noticeable, kaum der rede
    """
)
TRIFLE = listed(
    """
    cosmetic, no rush, no hurry, not urgent, at your leisure, when you have|get a minute|moment|time, whenever
    someone|somebody|you, minor, nitpick, tiny, small thing|thing, little thing, typo, logo, icon, colour, color,
    font, footer, header line, label, spelling, alignment, column, columns, accents, umlauts, date format, sort
    order, sorting, thumbnails, i can live with, annoying, nuisance, only a, just one, not a big deal, nice to have,
    tray, kleinigkeit, nicht dringend, eilt nicht, keine eile, hat zeit, nicht eilig, schoenheitsfehler, stoert
    nicht, tippfehler, kopfzeile, fusszeile, spalte*, schriftart, farbe, farbpalette, sortierung, ueberschrift*,
    querformat, hochformat, deckblatt, laestig, kreisdiagramm, statusmail*, umlaute, datumsformat, symbol, wenn ...
    zeit, legend, pie, seitenzahlen, nichts wildes, american format, us format|dates, time format, format of|des,
    grammatik, welsh, seitenzahl*, cover sheets, banner page*, rename, favourites, favorites, tooltip, export,
    exports, csv, exportieren, pdf export, template, templates, page footer, footers, wording, translation,
    uebersetzung, in dutch|english|german|french|welsh, wrong language, falscher|falsche sprache, month names,
    sortiert, sorted, bookmark*, lesezeichen, button, knopf, button is, ausgegraut, greyed out, grayed out,
    watermark, wasserzeichen, preview image*, vorschaubild*, avatar*, signature image, notification mails,
    benachrichtigungsmails, only cosmetic, kosmetisch*, one chart, decimal*, komma*, rounding, einheit, paper size,
    papierformat, time zone, zeitzone, uhrzeit, sommerzeit, clock, nur eine kleinigkeit, nothing urgent, low
    priority, at some point, gelegentlich, bei gelegenheit, irgendwann mal, keine grosse sache, nicht schlimm, kein
    drama, can wait, kann warten
    """
)
SETTING_UP = listed(
    """
    install, installing, installation, deploy, deployment, first time, set up, setup, setting up, set ... up,
    configure, configuration, configuring, connect ... new, add ... new, new ...
    workflow|nas|server|printers|printer|plotter|site|pair|device, switch from, pairing, wizard, migrate, migrating,
    roll out, how do|can|would|should i|we, how to, where do|can i|we, where ... find|setting|set, walk|talk|guide
    me|us through, step by step, checklist, which ports, sizing, einrichten, einrichtung, installieren,
    neuinstallation, anbinden, anlegen, aufsetzen, inbetriebnahme, einrichte, neue|neuen|neuer|neues
    geraete|drucker|server|standort|ordnerpaar|plotter|arbeitsplatz, anleitung, wie
    stelle|bekomme|richte|kann|trage|konfiguriere|lege|geht, wo stelle|stellt|finde|kann, welchen ...
    eintragen|traegt, umstellen, umzug, umziehen, assistent
    """
)
LIMITED = (*PART, *OTHERS_FINE)

# ---- Rules -----------------------------------------------------------------------------------------------------------

RULES = (
    Rule("D", "a non-production system", (TEST_SYSTEM,), unless=LIVE_SYSTEM_HIT),
    Rule("D", "a question of what if", (WHAT_IF,), unless=LEFT_OVER),
    Rule("D", "solved in the meantime", (SOLVED,), unless=LEFT_OVER),
    Rule("A", "data lost or damaged", (LOSS,)),
    Rule("A", "an upgrade that failed", (UPGRADE,), unless=(*SOLVED, *OTHERS_FINE)),
    Rule("A", "nobody can work", (NOBODY_CAN,), unless=SOLVED),
    Rule("A", "something is down", (DOWN,), unless=(*SOLVED, *OTHERS_FINE), unless_there=PART),
    Rule("B", "slow for many", (MUCH_SLOWER,), unless=A_LITTLE_SLOW),
    Rule("A", "everybody is affected", (EVERYBODY, FAILS), unless=(*SOLVED, *OTHERS_FINE)),
    Rule("C", "a trifle", (TRIFLE,), unless=PART),
    Rule("B", "some cannot work", (PART, FAILS)),
    Rule("D", "a wish", (WISH,)),
    Rule("D", "paperwork", (PAPERWORK,)),
    Rule("C", "a trifle", (TRIFLE,)),
    Rule("C", "setting something up", (SETTING_UP,), unless=FAILS),
    Rule("B", "something does not work", (FAILS,)),
    Rule("B", "slow", (SLOW,), unless=A_LITTLE_SLOW),
    Rule("C", "setting something up", (SETTING_UP,)),
    Rule("D", "a question", (ASKING,)),
)
