"""Which words tell how bad it is? The rules that come with the desk, in the order they are asked; the first that applies decides.

A rule lists groups of phrases: one of each group must be said in the same sentence. Nothing of `unless` may be said anywhere in
the mail, nothing of `unless_there` in that sentence. How phrases are written, and that denied and imagined ones do not count:
rules/phrases.py. A desk puts rules of its own before these, in config.toml.

What tells a customer's trouble is mostly two words of one sentence: what it is about (the server, a function, a trifle) and
what is the matter with it (dead, does not work); then, who has it (everybody, some, the others do not).
"""

from __future__ import annotations

from rules.phrases import listed, named
from rules.severity import Rule

# ---- Nothing is wrong ------------------------------------------------------------------------------------------------

TEST_SYSTEM = listed(
    """
    test|testing|staging|demo|dev|lab|sandbox|training system|server|environment|instance|machine|vm|node|pair|box,
    qa|uat|acceptance|pilot|development|evaluation|pre|trial
    system|server|environment|instance|machine|vm|node|pair|box, test|testing|staging|demo|dev|lab|sandbox|training
    installation|cluster|setup|site|host|laptop|database|theproduct|gateway,
    qa|uat|acceptance|pilot|development|evaluation|pre|trial
    installation|cluster|setup|site|host|laptop|database|theproduct|gateway, test|staging systems|servers,
    theproduct test|staging|demo|sandbox system|server|cluster|instance|box|vm|environment, theproduct
    testserver|testsystem, on staging, in staging, in|on our|the|my sandbox|lab|testbed, testbed, lab trial,
    throwaway clone, preproduction, proof of concept, nothing live, synthetic data, non production, nonproduction,
    not ... production, only for evaluation|testing, no real data|users, testumgebung*, testsystem*, testserver*,
    testinstanz*, testinstallation*, testrechner*, testcluster*, testmaschine*, testdatenbank, testlizenz*, test
    umgebung|instanz|cluster|maschine|rechner|knoten, schulungssystem*, schulungsserver*, schulungsumgebung*,
    schulungsrechner*, demosystem*, demoserver*, demoumgebung, demoinstanz, demo instanz|umgebung,
    entwicklungsumgebung*, entwicklungsserver*, entwicklungssystem*, spielwiese, abnahmesystem*, abnahmeumgebung,
    vorproduktion, vorproduktiv*, nur test, nur ... evaluierung, integrationsumgebung, integrationssystem*,
    referenzsystem, laborumgebung, laborsystem, pilotsystem, pilotumgebung, keine echten daten, ohne echte daten,
    training|class room, laborkiste, laborrechner, laborserver, laborvm, auf|in|bei
    meiner|meinem|unserer|unserem|unser|unsere|der|einer|einem
    test*|demo*|schulungs*|entwicklungs*|abnahme*|integrations*|spiel*|sandbox*|staging*|vorproduktions*, my
    lab|home lab, playground, beta test*, spielumgebung, kein produktivsystem|echtsystem, not a
    live|real|production, sandkasten, schulungsraum, schulungsraeume, uebungssystem*, uebungsdatenbank,
    uebungsserver, test umgebung, probesystem, probeinstallation, trial installation, evaluierungsversion, rein zum
    testen, just|only for testing|trying|playing, not used by anyone, keiner arbeitet damit, niemand arbeitet
    damit|darauf
    """
)
LIVE_SYSTEM_HIT = listed(
    """
    production ... down|dead|stands|stopped|affected|crash*|too, live system|server ... too|also|down, not ... a
    test, kein test*, keine test*, produktiv* ... betroffen|steht|ausgefallen|auch, worked|works in|on test|staging,
    im test lief
    """
)

SOLVED = listed(
    """
    works|working|running|runs|fine|up|live|normal|printing|syncing again, back to normal,
    is|are|was|came|everything back up|online, up and running, has|have recovered, has|have been
    normal|stable|fine|quiet, has|have ... behaved, all sorted, all good now, resolved|sorted|fixed|solved itself,
    went away, you may|can|could close, can be closed, please close, close the|this|my case|ticket|request, false
    alarm, for the noise|alarm, came back on its own, back in service, back at work, is|are|been back since, please
    disregard|ignore, disregard|ignore my|the|our, no longer|not needed anymore, on our feet, happily working,
    solved it myself|ourselves, running|runs|works normally again, all well, thanks for ...
    quick|fast|swift|prompt|great help|response|work, problem|issue|matter|fault is|was
    gone|solved|fixed|resolved|over, no longer occurs|happens|occurring, sorted now, working now, works now, was our
    own|fault|mistake|side, our own firewall|fault|mistake|switch, our fault, just like|want* to say thank*, thank
    you for sorting|fixing|solving, thanks for sorting|fixing|solving, like clockwork, restored since,
    laeuft|laufen|geht|gehen|funktioniert|funktionieren ... wieder,
    klappt|druckt|arbeitet|arbeiten|drucken|synchronisiert ... wieder, wieder alles wieder, hat|haben sich ...
    erledigt, von selbst ... erledigt, ist|war erledigt, ist ... hinfaellig, behoben, ueberstanden, ausgestanden,
    danke sagen, schnurrt, seither|seitdem ... ruhe|einwandfrei|stabil|rund|problemlos, entwarnung, fehlalarm, lag
    an uns, lag bei uns, unser fehler, selbst loesen|geloest|behoben, ticket|fall|vorgang ... kann|koennen
    zu|geschlossen|schliessen, kann ... geschlossen werden, koennen ... ticket|fall|vorgang|anfrage schliessen,
    laeuft|lief seitdem|seither|seit ... stabil|rund|durch|ruhig|sauber|problemlos|fehlerfrei, schnelle|rasche
    hilfe, schnellen|tollen einsatz, seit ihrem|eurem|deinem eingriff|anruf|hinweis, problem|stoerung|fehler ...
    geloest|behoben|weg, tritt|trat nicht mehr auf, jetzt geht|passt|laeuft|klappt|funktioniert
    es|alles|theproduct|der|die|das, geht jetzt, passt ... alles, ist wieder in ordnung, mail|nachricht|anfrage ...
    ignorieren|vergessen|gegenstandslos, hat geklappt, waren|lag selbst schuld, been fixed, is|was over now|again,
    been solved, solved by|with|thanks, disregard, hat sich ... geklaert, outage|problem|trouble ... is over,
    print|prints|connect|connects|sync|syncs|load|loads|open|opens again, sorted out|now|thanks|thank, has|have|been
    cleared up, hat|haben sich ... geklaert, ist ... wieder da, alles gut jetzt, problem selbst, all green again,
    stoerung|problem|ausfall|spuk ... vorbei|vorueber, did the trick, feel free to close, darf zu, kann zu, alle
    sind drin, everyone is in, like a charm, wunderbar geklappt, has|have ... solved it|the, thanks to your ...
    again|works, back in business, erledigt danke, cheers all, schliessen sie ... ticket|fall|vorgang, ticket
    schliessen, ticket zu, case closed, nothing more to do, nichts mehr zu tun, kein handlungsbedarf, no further
    action, bedienfehler, anwenderfehler, my own mistake|fault, mein fehler, war mein|unser ... fehler, schuldiger
    gefunden, it was|turned out ... our own|switch|firewall|cable|router|proxy, stecker gezogen, anfrage hat sich,
    please cancel my, bitte stornieren sie meine anfrage, no further|more
    trouble|problems|issues|errors|outages|dropouts, keine
    schwierigkeiten|probleme|stoerungen|ausfaelle|fehler|abbrueche mehr, not happened again|since, not occurred
    since, kam nicht wieder vor, nicht wieder aufgetreten, war|lag an unserem|unserer|einem|einer ...
    switch|firewall|kabel|proxy|router|provider|netz, ursache war ... unser|unsere|bei uns, it was the|our ...
    switch|firewall|cable|router|proxy|isp|provider|vpn, on our side ... fixed|replaced|swapped, hat ... geholfen,
    war die loesung, that helped|worked|fixed, tip|hint|advice|hinweis|tipp worked|helped|half, problem geloest,
    wieder am laufen, wieder in betrieb, wieder online|normal|erreichbar|alle|stabil|verfuegbar,
    server|system|theproduct|dienst|programm|portal|alles ... wieder da
    """
)
LEFT_OVER = listed(
    """
    still, remaining, remains, remained, leftover, left over, reopen, again exactly, exactly as before, same again,
    not cured, did not cure, was noch, noch nicht, noch immer, immer noch, nach wie vor, was ... weiterhin, offen
    ist|bleibt, klemmt, ganz anderes, neues problem, another|new problem|issue, now ... again, erneut, schon wieder,
    back again, wieder aufmachen|oeffnen, leider, one|thing left, restproblem, uebrig, geblieben ist, but now,
    keeps, only lasts|lasted, for a bit, then|and fails|failed|crashes|crashed|hangs|freezes again, locks up again,
    jetzt haben wir, jetzt aber, every ... minutes, buys us, bis auf, apart from, except, thought we, we did not,
    today ... dead, until it ... again, until we kill, nur ... nicht, was bleibt, alle anderen, alle uebrigen, not
    fixed|resolved|solved, nicht behoben|geloest, tritt ... wieder auf, problem ... zurueck, seitdem aber, since
    then, dann ... wieder, third|second time, cycle repeats, held until, weiterhin nicht, again this morning, down
    again, problem|error|issue|fault|it is|came back, allerdings, however, nevertheless, dennoch, trotzdem nicht,
    aber seit|jetzt|nun|leider|noch|die|der|das, but since|the|some|not|one|two|our, until this, bis heute frueh,
    down|dead|failing again since
    """
)

WHAT_IF = listed(
    """
    what happens if|when|to, what would happen, what becomes of, what if, was waere wenn, was waere, was passiert
    wenn|mit, was geschieht, was wird aus, angenommen, suppose the|a|that|we|both|one|our, supposing, hypothetic*,
    theoretisch, theoretical, in theory, continuity, notfallhandbuch, notfallplan*, notfallkonzept,
    ausfallsicherheit, disaster recovery, dr paper|plan|test, recovery plan|paper, questionnaire, fragebogen, risk
    assessment, regulator ... asks|wants, auditor|auditors ... asks|ask|wants|would, for our|the|an audit, fuer
    unser|das|ein audit, revision ... moechte|will|fragt, touch wood, toi toi toi, never had such, nothing has
    happened, falls einmal, falls dabei, wenn ... einmal, nichts dergleichen, iso certificate|27001, is|are ...
    certified, zertifiziert, is there a plan|procedure, how would, wie wuerde, could|would it happen, how likely,
    would we lose, wuerden wir ... verlieren, insurer|insurance|versicherung ... wants|know|fragt|wissen, no
    incident, vorgefallen ist nichts, kein vorfall, burned|burnt|burns down, abbrennt, abbrennen, what would be
    lost, was verloren ginge, verloren ginge, how fast would|you, in the event of|that, im falle eines, im
    ernstfall, notfalluebung, emergency drill, desaster*, bcm, pen test, penetrationstest
    """
)

PAPERS = listed(
    """
    invoice*, billing, vat, quote, quotation*, price, prices, pricing, licence*, license*, licensing, licensed,
    serials, seats, subscription*, renewal*, reseller, contract, maintenance agreement|contract|renewal, courses,
    course dates, certification*, roadmap, end of life|support|sale, support dates, questionnaire, data sheet,
    datasheet, brochure, webinar*, whitepaper*, white paper*, budget, discount*, order form, trial
    key|version|licence, contact person*, new contact, change of contact|address|name, phone|telephone number|list,
    rechnung, rechnungen, rechnungs*, mahnung*, angebot*, preis, preise, preisliste, preisanfrage, lizenz*,
    seriennummer*, wartungsvertrag*, vertragsverlaenger*, verlaengerung*, vertrag, bestellung*, kuendig*, schulung,
    schulungen, schulungstermin*, fragebogen, umsatzsteuer*, ansprechpartner*, supportende, auftragsverarbeitung*,
    avv, datenschutz*, zertifizierung*, telefonnummer, telefonliste, kostenvoranschlag, rabatt, tarif,
    dokumentation, handbuch, documentation, manual, handbook, adressaenderung, umfirmierung, neue anschrift|adresse,
    newsletter, bewerbung, testlizenz, testversion, whitepaper, serial, saldenbestaetigung, kontoauszug, account
    manager, order confirmation, auftragsbestaetigung, delivery note, credit note, gutschrift, bank details,
    bankverbindung, vendor form, lieferant*, nda, gdpr, dsgvo, sla, agb, reference, referenz, compliments, lob,
    dankeschoen, thank you, survey, umfrage, wartung verlaengern, insurance, versicherung, certificate of,
    bescheinigung, nachweis, besuch, termin fuer, appointment, meeting, opening hours, oeffnungszeiten, holidays,
    betriebsferien, new colleague, neue kollegin, neuer kollege, email signature, datenblatt, product information,
    produktinformation*, comparison, vergleich, editions, edition, release date, erscheinungstermin,
    kompatibilitaet, vertragsunterlagen, bereitschaft, hotline*, erreichbarkeit, training, workshop, webcast,
    haendler, demo, offer, purchase, kauf, beschaffung, ausschreibung, tender, rfp, rfi, company address,
    firmenanschrift, anschrift, new phone number, umzug der firma, empfehlung, payment, zahlung, mwst, steuernummer,
    ust id, customer number, kundennummer, debitor, kreditor, procurement, rahmenvertrag, abo, seminar*, lehrgang, e
    learning, handbuecher, manuals, quick guide, faq, logo fuer presse, referent, messe, trade show, interview,
    praktikum, internship, sizing guide, sizing document, hardware requirements, hardwareanforderungen,
    hardwareempfehlung, our contact, who is our, wer ist fuer uns, kundenbetreuer, betreuer, licences for, welcome
    pack, unterlagen, information material, infomaterial, kuendigung, wechsel ansprechpartner*, case study,
    vertragslaufzeit, abrechnungszeitraum, zugangsdaten zum kundenportal, kundenportal zugang, statement, zertifikat
    fuer, iso, kritis, nis2, audit report, pruefbericht, wirtschaftspruef*, inventory, inventar*, asset list,
    supportvertrag, compatib*, kompatib*
    """
)
PAPERWORK = listed(
    """
    invoice, invoices, billing, vat, purchase order, quote for, quotation, a quote, pricing, prices, licence,
    licences, license, licenses, licensing, licensed, serial number*, seats, subscription, renewal, renew,
    maintenance agreement|contract, training course*, introductory course, certification, roadmap, end of life, end
    of support, questionnaire, data sheet, brochure, webinar, whitepaper*, white paper*, rechnung, mahnung*,
    angebot, preise, preisliste, lizenz*, schullizenz*, seriennummer*, wartungsvertrag*, vertragsverlaenger*,
    verlaengerung, kuendig*, schulungstermin*, anwenderschulung*, fragebogen, handbuch als, umsatzsteuer*, ust,
    ansprechpartner*, supportende, auftragsverarbeitung*, avv, lizenziert, lizenzmodell, iso 27001, printed
    handbook, per user|device ... licen*, written|short summary, summary ... management, kostenvoranschlag,
    kundennummer, compatibility matrix, systemvoraussetzungen, system requirements, is ... available for, is it
    planned, release date, release notes, datasheet, reference customer, contact person, as contact for, new
    contact, address|number ... changed|change, update your records|files, take over from mr|mrs|ms,
    adresse|nummer|telefonnummer|anschrift ... geaendert|neue|aendern, hat|haben eine neue nummer|adresse|anschrift,
    upgrade price, discount, rabatt, order form, trial version, testversion, partner program*, bewerbung,
    newsletter, abschlussbericht, report for our files, job application, vertriebsmitarbeiter, what does it cost,
    kosten fuer, how much would|is|does, wartung ... laeuft aus|endet|verlaengern, bereitschaftsliste, statement of
    account, saldenbestaetigung, account manager, extend our maintenance, wartung ... verlaengern, credit note,
    gutschrift, bankverbindung, bank details, nda, dsgvo, gdpr, insurer, insurance, versicherung, year end audit,
    jahresabschluss, dafuer ... zustaendig, who is responsible for, offer training, bieten ... an, intend to
    offer|support|release, haben sie vor, invitations, delete his|her, telephone|phone|mobile number, telefonnummer,
    vendor, lieferantenauskunft, rfp, tender, on the phone was, no action needed|required|necessary, nichts zu tun,
    war ... grossartig|super|klasse|spitze|freundlich, was|were brilliant|great|excellent|very helpful, compliments,
    kompliment, wollte mich bedanken, dankeschoen, thank you for ... patience|support|work|service, praise,
    weitergeben, whitepaper, evaluating your, marktuebersicht, referenzkunden, price for, what would ... cost, was
    wuerde ... kosten, kostet, aendern|aktualisieren|korrigieren sie ... ihrer|ihren|kuenftigen|unterlagen,
    kundendatei, customer file, have moved to, umgezogen in|nach, sind ... gezogen, umfirmiert, renamed to, neuer
    firmenname ab, zahlung, payment of, ueberwiesen, remittance, pay your, recommend ... with|for, empfehlen, haben
    sie eine liste|uebersicht, do you have a list|document|overview, send us|me ...
    certificate|statement|document|list|overview, senden|schicken sie ...
    nachweis|bescheinigung|liste|unterlagen|aufstellung, seminar, lehrgang, looks after us|our, wer betreut, who is
    our, has left the, haus verlassen, ist nicht mehr bei, no longer with us|the company, mr|mrs|ms|herr|frau ...
    left|nachfolger|nachfolgerin|verlassen|ruhestand, hardware requirements, hardwareanforderungen, preparing a
    bid|tender, ausschreibung, tochterfirmen, subsidiaries, laufzeit, vertragsende, kuendigungsfrist, need ...
    licences|own, brauchen ... lizenzen, paid until, paid up, bezahlt bis, registered to, registriert auf, how long
    is ... valid, wie lange gilt|gueltig, life cycle, lifecycle, sicherheitsupdates, fsc, environmental statement,
    pralinen, chocolates, weihnachtsgruesse, season greetings, invitation to, change|update|correct|amend ...
    your|future|address|records
    """
)
WISH = listed(
    """
    feature request|requests|wish|idea|suggestion, enhancement, ideas for, suggestion, wishlist, wish list,
    would|it'd be so|very|really nice|great|lovely|handy|useful|cool|helpful ... if|to, be
    nice|great|lovely|handy|useful|cool|helpful if|to, would love ... to|dark|a, any|are there plans, do you plan,
    you plan to, planned ... version|release, future version|release, could you add|consider, please consider|add,
    would you ... consider, it be possible, dark mode|theme, happy to be a beta, wunsch, wuensche, wunschliste,
    funktionswunsch, verbesserungsvorschlag, verbesserungsvorschlaege, vorschlag, anregung, waere es,
    schoen|toll|super|nett|praktisch|klasse waere, ist ... geplant, habt ihr vor, kuenftigen|kommenden|naechsten
    version|release, koenntet ihr ... einbauen, featurewunsch*, wuenschen|wuensche uns|mir, wuerden|wuerde uns|mir
    ... wuenschen, dunkelmodus, wuenschenswert, idea for, suggestions, idee|ideen fuer|zu|zur|zum, would|it'd|that'd
    be ... fantastic|amazing|neat|brilliant|perfect|superb|terrific, just an idea|a thought, nur so ein|eine
    gedanke|idee, fantastisch waere, toll fanden, faende|faenden ... gut|schoen|toll|praktisch, would save us, could
    you imagine, koennt ihr euch vorstellen, wish you, consider adding, could ... be added|made possible, in einer
    kuenftigen|spaeteren|der naechsten version, voting for, gibt es plaene, auf der roadmap, on the roadmap, missing
    feature, rfe, change request, aenderungswunsch, could theproduct|it|one|you also, koennte man|theproduct ...
    auch, i miss a, mir fehlt eine|ein moeglichkeit, would you mind adding, waere ...
    schoen|toll|super|nett|praktisch|klasse|hilfreich ... koennte|koennten|man
    """
)
NOT_A_WISH = listed(
    """
    any idea, fix, fixed, geloest, this week, diese woche, look, schauen, call, dealt with
    """
)
ASKING = listed(
    """
    question, questions, quick one, wondering, curious, until when, how long does|do|is|will, how many, what
    happens, is it possible|true|safe|supported|allowed, do|does|is|are ... support*|compatible|available, will ...
    support*, can you|we ... tell|confirm|recommend, just asking, out of interest, can|may we|i|one|you use, what is
    the difference, do you have|offer, frage, anfrage, wie lange, wie viele, bis wann, was passiert, darf|duerfen,
    ist es moeglich, unterstuetzt, gibt es, interessieren, wuesste|wuessten gern, wissen moechte*, moechte|moechten
    ... wissen, welche version*, unterschied, for the paperwork, purely for, fuers protokoll, which ... version*,
    where can i find, wo finde ich, wo steht, haben sie ... ein|eine, bieten sie, planen ... neue, do you intend,
    haben sie vor, haben sie, koennen sie mir sagen, wants to know, would like to know, moechte wissen, wollen wir
    wissen, please send me|us, bitte senden|schicken sie, are there any, unterstuetzen sie|ihr, will|does theproduct
    ... run|support|work, wird|laeuft theproduct ... laufen|unter|unterstuetzen|auf, planning ahead, planen voraus,
    we consider|are considering, wir ueberlegen, thinking of|about, interested in, would it be allowed, is it
    allowed, duerfen wir
    """
)

# ---- What is it about ------------------------------------------------------------------------------------------------

SERVER = named(
    """
    server, servers, *server, server*, service, services, dienst, dienste, system, systems, systeme, *system,
    database, databases, *datenbank, application, app, programm, program, programme, software, anwendung, gateway,
    gateways, *gateway, cluster, node, nodes, knoten, theproduct, process, *prozess, host, machine, box, instance,
    instanz, console, konsole, backend, listener, spooler, rechner, maschine, platform, plattform, the whole thing,
    das ganze, weboberflaeche, oberflaeche, *dienst, engine, daemon, *engine, worker, abgleichprozess, *software
    """
)
WEB_SITE = named(
    """
    portal, *portal, portale, web site, website, webseite, webserver, web server, web interface, web page, web ui,
    weboberflaeche, webshop, online shop, ticket shop, booking site, internetseite, *seite fuer, extranet, homepage,
    public site, investor site, intranet
    """
)
FUNCTION = named(
    """
    search, searching, full text, suche, volltextsuche, suchfunktion, upload*, uploading, hochladen, dashboard*,
    share|sharing|public|external|download link|links, links, freigabelink*, scheduler, scheduled, schedule,
    schedules, subscription*, abonnement*, zeitgesteuert*, terminiert*, zeitplan*, terminversand, berichtsversand,
    mailversand, versand per|der|von, email, emails, e mail*, mails, mail distribution, mailed, notification*,
    benachrichtigung*, messages, scan to, scannen nach, scan*, badge*, card reader*, follow me*, pull printing,
    secure release, kartenleser, abruf, colour job|jobs|printing|prints, color job|jobs|printing|prints,
    farbauftrag, farbdruck*, duplex*, double sided, beidseitig*, staple*, stapling, finishing, heften, lochen,
    booklet*, accounting, abrechnung*, kostenstellen*, quota, import*, datenimport, importer, interface to,
    schnittstelle*, connector*, anbindung, konnektor*, datenquelle*, data source*, offline
    folders|folder|files|ordner|dateien|mode|modus, conflict*, konflikt*, versioning, versionierung, permission*,
    berechtigung*, rights, prompt|prompts, parameter*, sso, single sign on, second factor, 2fa, zwei faktor,
    password reset, backup, sicherung, archiving, workflow, approval*, freigabeprozess, webdav, api, barcode*, ocr,
    terminvergabe, write back, large|larger|big|bigger files|than, grosse|groessere dateien, terminal*, replication
    of, mobile app, editing, bearbeiten, locking, sperren, faxversand, fax, etikettendruck aus, annotation*,
    invitation|invite|reminder|confirmation mail|mails|email|emails, einladungsmail*, bestaetigungsmail*,
    erinnerungsmail*, einmalcode*, push, quota*, kontingent*, kontingentmodul, limits, icc, farbprofil*, colour
    management, farbmanagement, proof*, tracking, forms, formular*, signature*, signatur*, rule engine, indexing,
    indexierung, auschecken, einchecken, kalender*, calendar, sync of offline, delegation, vertretung*,
    mailanbindung, fax*, tray selection, schachtsteuerung, punching, nup, reprint, nachdruck, held jobs, charging,
    bezahlfunktion, payment, guest access|printing|login, gastzugang, gastzugaenge, web upload, drag and drop, chat,
    kommentarfunktion, versions of, automatic*, automatisch*, nightly job|export, job chain, trigger*, mapping,
    geodaten, karte mit, statistics, statistik*, edi, sap, oracle, excel add, plugin, plug in, add in, outlook*,
    ldap, active directory sync, telephony, mobile printing, airprint, druck vom handy, previewing, printing
    from|via|out of, drucken aus|vom|von|per, drill*, archivierung, drill, veroeffentlich*, synchronisieren der,
    sync to phone, distribution list*, verteilerliste*, two way, eine richtung, mobile client, web client upload,
    check out, massen*, merge*, zusammenfuehr*, billed, billing module, cost centre|center|centres, kostenstelle,
    alerts, alarme, alerting, monitoring module, statistikmodul, reports by mail, preview server, konvertierung,
    umwandlung in, transcod*, ocr*, texterkennung, e signature, esignatur, digital signature, role import,
    gruppenrechte, group permissions, vererbung, inheritance, restore function, wiederherstellung einzelner,
    undelete, previous versions, vorgaengerversionen, retention, aufbewahrung, filter rules, mandantentrennung,
    print release, druckfreigabe, freigabe am geraet, hotfolder, hot folder, watch folder, watched folder, barcode
    printing, etikettenvorlage*, serial mail, serienbrief*, mass mailing, faxing, dictation, diktat*, kiosk, self
    service, selbstbedienung, kalenderabgleich, address book, adressbuch, publish, publishing
    """
)
TRIFLE = named(
    """
    typo, typos, logo, logos, icon, icons, colour of|in|for, color of|in|for, colours, colors, font, fonts, footer,
    footers, header line, relabel*, spelling, spell*, alignment, column, columns, heading, headings, accent,
    accents, umlauts, umlaute, date format, date picker, calendar window, sort order, thumbnail, thumbnails, tray,
    legend, pie, axis, page number*, american|us format|dates, time format, format of, cover sheet|sheets|page,
    banner page*, separator page, rename, favourites, favorites, tooltip*, help bubbles, export, exports, exported,
    exporting, csv, template, templates, wording, translation, wrong language, menu language, month names,
    bookmark*, button, buttons, greyed|grayed out, watermark, preview, previews, avatar*, signature image, one
    chart|report, decimal*, rounding, paper size, time zone, timezone, clock, yellow, shortcut*, key combination,
    cosmetic, dialog, dialogue, pops up twice, popup, pop up, scroll*, filter, filters, exclude rule|pattern,
    pattern ignored, audit log, activity log, log view, status page, search box keeps, margin, bold, italic, layout,
    screen resolution, window size, zoom, dropdown, drop down, sound, beep, screensaver, widget, greeting,
    salutation, duplicate notification*, notified twice, mails twice, landscape, portrait, oddity, tippfehler,
    kopfzeile, fusszeile, spalte*, *spalte, schriftart*, schriftgroesse, farbpalette, sortierung, sortiert,
    ueberschrift*, querformat, hochformat, deckblatt, deckblaetter, *deckblatt, kreisdiagramm*, *diagramm*,
    diagramm, diagrammfarben, achse*, beschriftung*, achsenbeschriftung*, bezeichnung, umbenennen, heisst jetzt,
    statusmail*, datumsformat, symbol, symbole, legende, seitenzahl*, grammatik, exportieren, *export, export*,
    lesezeichen, knopf, schaltflaeche, ausgegraut, wasserzeichen, vorschaubild*, vorschau, druckvorschau, banner
    seite, bannerseite, komma*, nachkommastelle*, rundung, einheit, papierformat, zeitzone, uhrzeit, sommerzeit,
    sprache, uebersetzung, tastenkuerzel, tastenkombination, kuerzel, tastatur, eingabefeld, suchfeld, rand,
    raender, fett, fettdruck, kursiv, abgeschnitten, anzeigefehler, benachrichtigungsmails, favoriten, sanduhr
    bleibt, tooltips, anmeldefenster, fenstergroesse, ausschlussregel*, ausschlussmuster, protokollansicht,
    spellcheck*, dictionary, woerterbuch, merkt sich, remember*, forgotten, vergisst, reminder, druckdialog,
    auswahlfeld, kommt|kommen|erscheint|wird|werden ... doppelt, report header, sort|sorting|sorted
    of|order|by|alphabetically|wrong, star, stern, markier*, marked, highlight*, view settings, currency|euro sign,
    eurozeichen, kaestchen, berichtstitel, schreibweise, small letter, name in the, kopf der|unserer|des, welcome
    screen, startbild, placeholder, platzhalter, title, titel, pagination, seitenumbruch, line break, zeilenumbruch,
    letterhead, briefkopf, tab order, cursor, mauszeiger, hover, contrast, zoomstufe, printout looks, search
    history, suchverlauf, alphabet*, initials, profile picture, profilbild, date of yesterday, datum von gestern,
    darstellung, display of, anzeige der|des|von, a4, orientation, drucklayout, job names, names longer, truncated,
    gekuerzt, longer than # characters, login screen still, anmeldeseite zeigt|steht, company name, firmenname*,
    firmennamen, totals row, summenzeile, row in, zeile in, strange|komische|seltsame message|meldung|hinweis,
    message ... pops|pop, hinweis auf, klicke ihn|es weg, click it away, colour of, grau statt, grey|gray instead,
    hard to read, liest sich schlecht, schlecht lesbar|zu lesen, kaum lesbar, readability, splash screen,
    menuepunkt, menu item|entry, empty page at, leere seite am, extra page, leerseite*, breadcrumb*, umbruch,
    satzzeichen, comma, anfuehrungszeichen, gendern, anrede, trennlinie, rahmenlinie*, gridlines, hintergrundfarbe,
    background colour|color, wird ... verdoppelt, bar chart|charts, line chart, in|one|this|a|our|the revenue|yearly
    chart, one of our charts, chart title|legend|shows|looks|colours|colors, in ... diagrammen, diagramme werden,
    notes|input|text|comment|search|date|name field, *feld, felder, key does, taste, tastaturbelegung, alt gr, tile,
    kachel, duplicate lines|line, doppelte zeilen|zeile, logged twice, steht zweimal, hint text, label of, nach
    groesse|name|datum sortier*, sort* a folder|list, by size, capital letter|letters, grossbuchstabe*,
    kleinschreibung, grossschreibung, special character*, sonderzeichen, emoji*, zeichensatz, codepage, character
    set, dark grey, schreibfehler, rechtschreib*, misspelt, misspelled, background image, hintergrundbild,
    startseite zeigt|sieht, welcome text, begruessung*, window ... position|remember|size, fenster ...
    position|merkt|groesse, spaltenbreite, default value, voreinstellung, vorbelegung, standardwert, letzte seite,
    seitenraender, page margin*, percent sign|signs, sign|signs missing, bullet*, aufzaehlungszeichen, quotation
    marks, bindestrich*, apostroph*, prozentzeichen, waehrungszeichen, fragezeichen statt, leerzeichen, trennzeichen
    """
)
TRIFLING = listed(
    """
    cosmetic, purely visual, no rush, no hurry, not urgent, nothing urgent, not at all urgent, low priority, at your
    leisure, minor, nitpick, tiny, small thing|one|matter|issue|annoyance|detail, little
    thing|something|oddity|quirk, can|could live with, annoying, nuisance, a bit puzzling, not a big deal|thing, no
    big deal, nice to have, harmless, does not bother|hurt|disturb, not disturbing, nobody is hurt, confusing, at
    some point, can wait, kleinigkeit*, nicht dringend, eilt nicht, keine eile, hat zeit, nicht eilig,
    schoenheitsfehler, stoert nicht|kaum, stoert uns|mich nicht, kosmetisch*, laestig, nichts
    wildes|dramatisches|schlimmes|ernstes, bei gelegenheit, gelegentlich, irgendwann mal, keine grosse sache, nicht
    schlimm|tragisch|weiter schlimm, kein drama, kann warten, wenn ... zeit, nur zur info|information, keine
    weiteren folgen, schoen ist das nicht, merkwuerdigkeit, sieht ... doof|unschoen aus, unschoen, nebensaechlich,
    verwirrend, at the next opportunity, just letting you know, we do not mind, wundert mich, nur aufgefallen, only
    noticed, puzzled, cosmetics, optical, rein optisch, nobody is affected, betroffen ist niemand, niemand
    betroffen, no one is affected, no real problem, kein echtes problem, no impact, keine auswirkung*, stoert nur,
    only a little, schoenheits*, just a detail, nur ein detail, pedantic, pedantisch, not the end of, nicht
    weltbewegend, when someone has time, sobald ... zeit, when|whenever you|someone|somebody ... minute|moment|time,
    looks odd|strange|funny|weird|unprofessional|silly|ugly, sieht ...
    komisch|seltsam|bloed|unprofessionell|haesslich, not|nothing|nicht
    dramatic|dramatisch|important|wichtig|serious|critical|kritisch|pressing, haengt ... nichts dran
    """
)
SETTING_UP = listed(
    """
    install, installing, reinstall, deploy, deployment, first time, set up, setup, setting up, set ... up,
    configure, configuration, configuring, connect ... new, add|adding ...
    new|printer|site|device|second|another|one, new
    workflow|nas|server|printers|printer|plotter|site|pair|device|devices|sync|laptop|computer, switch from,
    pairing, wizard, migrate, migrating, move ... to a new, roll out, rollout, how do|can|would|should i|we|one, how
    to, where do|can i|we, where ... find|setting|set, walk|talk|guide me|us through, step by step, checklist, which
    ports, which|what settings|setting|option|mode is|are|do|should|ought|of, second|another|additional
    host|server|gateway|laptop|site|instance, syntax, wiring up, einrichten, eingerichtet, einrichtung,
    installieren, installiert wird, neuinstallation, anbinden, anlegen, angelegt, aufsetzen, inbetriebnahme,
    einrichte, einzurichten, konfigurieren, konfiguration, in betrieb nehmen,
    neue|neuen|neuer|neues|zweiter|zweiten|zweites geraete|geraeten|drucker|server|standort|ordnerpaar|plotter,
    neue|neuen|neuer|neues|zweiter|zweiten|zweites
    arbeitsplatz|rechner|gateway|ablauf|freigabeablauf|druckablauf|workflow|computer, anleitung, wie
    stelle|bekomme|richte|kann|trage|konfiguriere|lege|geht|legt|richtet|stellt|lautet|macht man|ich|wir|die, wo
    stelle|stellt|finde|kann|trage, was muss|muessen ich|wir|man, was trage|traegt, welchen|welche|welcher ...
    eintragen|traegt|einstellung|ports|reihenfolge|rolle, umstellen, umstellung auf, umzug, umziehen, assistent,
    anmelden wir|man ihn, onboarding, need help with, hilfe bei|beim, begrenzen, begrenzung, bandwidth limit|limits,
    schedule file, where it goes, wohin sie gehoert, wo stelle|stellt man, where can|do|should i set, zuordnen,
    assign*, registrieren, enrol*, activate, aktivieren, enable, einschalten, freischalten, exclude, ausschliessen,
    customise, customize, anpassen, personalise, rotate, how many ... can i, best practice, recommended
    setting|way|order, empfohlene einstellung, tutorial, walkthrough, hints on|for, tipps zu|fuer, what do i
    enter|type|put, was gebe ich|wir, what is the right|correct|best, wie ist ... gedacht|vorgesehen, in betrieb
    gehen, go live, ausrollen, msi, what address do|should i, welche ... gehoert|trage|nehme|brauche, what do i have
    to enter, out of the box, von haus aus, how is it configured, wie wird ... konfiguriert|eingerichtet|angelegt,
    hooking up, anschliessen, anbindung von|an neue, i am trying to get|install|set, want to use ... on,
    moechte|moechten|wuerde|wuerden gern|gerne ... nutzen|einrichten|installieren|anlegen|begrenzen, would like to
    add|use|set|create|connect|limit, creating a|an|the|one, erstellen einer|eines, beim endkunden, inbetriebname,
    first steps, erste schritte, getting started, new tablet|tablets|handset, neues|neue|neuen
    tablet|handy|telefon|tablets, installation of|on|auf|beim|eines|einer|at, new installation, fresh installation,
    neue installation, bei der installation, installationsanleitung, installationsassistent
    """
)
NEW_PLACE = listed(
    """
    new pc|laptop|computer|machine|workstation|workplace|handset|phone, neuen|neuem|neuer|neues
    pc|laptop|rechner|arbeitsplatz|computer|notebook|handy, second laptop|pc|host|server, zweiten
    laptop|rechner|server
    """
)

# ---- What is the matter with it --------------------------------------------------------------------------------------

DOWN = listed(
    """
    total|complete|full|major|massive|widespread outage, outage since|at|here|now, an outage, total|complete
    failure, crash, crashes, crashed, crashing, hangs, hung, hanging, freezes, frozen, freeze, froze, freezing,
    lock|locks|locked|locking solid|up, unresponsive, not ... responding, not respond*, stopped responding,
    unreachable, cannot be reached, not ... reachable, out of memory, blue screen*, bugcheck*, kernel panic,
    segfault*, segmentation fault, access violation, core|heap dump*, keeps
    dying|restarting|crashing|falling|stopping|hanging, dies ... after|on|immediately|within, not
    start|starting|boot|booting|launch|launching|mount, never starts|started|finishes|comes, refuses|refused to
    start|come|boot|launch|run|open, fails|failed|unable to start|boot|launch|mount, cannot
    start|boot|launch|mount|bounce, stuck on|at|in starting|stopping, restart|boot|reboot|crash loop, terminate*
    unexpectedly|immediately|after|right|seconds, stops ... seconds after, service unavailable, 503, 502, bad
    gateway, not come|came|coming up|back, has not come up, will not come, fallen|falls|fell|falling over, gone
    dark, belly up, gave up the ghost, up in smoke, error 1053|1067|7034, totalausfall, komplettausfall,
    systemausfall, serverausfall, komplett|vollstaendig|total ausgefallen, stuerzt|stuerzen ... ab, abgestuerzt,
    absturz, abstuerze, stuerzt, abgeschmiert, abgeraucht, schmiert|schmieren ... ab, haengt|haengen sich ... auf,
    aufgehaengt, eingefroren, friert|frieren ... ein, reagiert|reagieren ... nicht, antwortet|antworten ... nicht,
    startet|starten ... nicht|weder|gar, faehrt|fahren ... nicht ... hoch, kommt|kommen ... nicht ... hoch|online,
    nicht mehr hoch|starten|hochfahren|ansprechbar|erreichbar|aufrufbar, nicht ...
    starten|hochfahren|erreichbar|aufrufbar|ansprechbar, unerreichbar, bluescreen*, blauen|blauer bildschirm,
    unerwartet|sofort beendet, beendet|beenden sich|sofort, bricht ... nach|beim ... start|hochfahren|starten ...
    ab, bleibt ... stehen|haengen, in die knie, geist aufgegeben, verabschiedet sich|beim, ausser betrieb, no
    response|reaction|sign of life, knocked out, invalid page header, reagiert auf nichts|keine|gar, kein
    lebenszeichen, faehrt sich ... herunter, 100 cpu, hundert prozent cpu, eats all memory, not launch*, will not
    open at all, refused|refuses to open, white screen of death, gibt nichts mehr aus, is fall down, dying and,
    every click just spins, ist|war kein ping, stehen|steht auf gestoppt|gestartet|stopping, wird|programm wird
    beendet, nichts reagiert, no printer|client ... reacts|responds, not mount, will not stay up, restarts itself,
    startet sich ... neu, neustart ... bluescreen, haengt|haengen fest|komplett|staendig, locks up, out since, has
    been out, hochfahren ... exception, watchdog, both|all|three|# nodes|servers|gateways|members
    dropped|down|offline|hung|unreachable, died across, not answering|answer|answers|reply, not opened since, has
    not opened, does not open anymore|since, geht|gehen ... nicht mehr auf, quits, keeps quitting, quit
    unexpectedly, never came|comes|come, nicht wiedergekommen|zurueckgekommen, kommt|kam nicht wieder|zurueck|mehr,
    loads forever, laedt endlos, verabschiedet sich, weigert sich ... start*|hochzufahren, exit code, exitcode, dead
    in the water, is out cold, keels|keeled over, drops|dropped dead, went silent, gone silent, goes silent,
    bleibt|bleiben ... weg, kommt ... nicht auf die beine, not get|getting it|theproduct|them up|started|running,
    cannot get it|theproduct up|started|running|going, bekomme|bekommen|kriegen|kriege ... nicht mehr
    zum|gestartet|hoch, springt ... nicht ... an, is not up|coming, not come to life, endlosschleife,
    neustartschleife, loops on|at, shuts|shut itself down, shuts down by|again|immediately, schaltet|faehrt sich ...
    ab|aus, nicht ansprechbar, monitoring red|alarm*, no heartbeat, abend|abends at, gets|got killed, kernel
    kills|killed, kills it, abgeschossen, eats|eating|frisst ... memory|ram|gb|speicher, memory leak, speicherleck,
    starten|starte ... jede|alle|staendig ... neu, stays on initialising|starting, not come up|alive, nicht auf die
    fuesse, comes to a stop, segfaulting, panics, panicked, not even start*, nicht einmal mehr start*, nicht laenger
    erreichbar, kein start mehr, startversuch*, attempts to start|restart, every attempt to start, service will not,
    dienst will nicht, server will nicht, tut keinen mucks, keinen mucks, is kaputt, ist kaputt gegangen, burnt out,
    durchgebrannt, white screen for everyone, internal server error, http 500, error 500, fehler 500, gateway
    timeout, 504, connection refused, is|went|goes down, all|both|services|systems|nodes|sites|branches|gateways|we
    are down, no longer starts|boots|launches|responds|answers|reachable|running|runs,
    theproduct|programm|dienst|server|anwendung|software|system|datenbank ... nicht mehr
    starten|oeffnen|einhaengen|beenden, laesst|lassen sich ... nicht ... starten|einhaengen|hochfahren|beenden,
    restart|restarting it|theproduct every, steht|haengt auf|bei initialisierung, exits|stops|ends|quits
    immediately|straight, exits|stops|ends|quits at once, exits as soon
    """
)
DEAD = listed(
    """
    is|are|was|being|gone|went|been|fell|came|go|goes|going down,
    has|have|completely|totally|server|site|service|portal|system|gateway|application|database down, down
    since|again|completely|hard|for|now, offline since, is|are|been|went|gone|both|all|server|system|portal offline,
    is|are|went|completely|totally|been|listener|server|service|theproduct dead, died, collapsed, conked out, gave
    up, given up, packed up, kaput, out of action|order|service, komplett weg, seit ... weg, stopped working,
    stopped to work, has stopped, does not stay up, service ... stops|stopped, terminated, aborted,
    ist|sind|war|waren|komplett|total|wieder|voellig|server|system|dienst tot,
    ist|sind|server|dienst|system|seit|heute ... ausgefallen, ist|sind ... down,
    server|druckserver|system|portal|dienst|theproduct down,
    theproduct|server|dienst|system|anlage|datenbank|rechner steht|stehen|haengt|haengen|streikt|spinnt, steht ...
    still, liegt lahm|flach, lahm gelegt, lahmgelegt, nicht verfuegbar, defekt, hinueber, im eimer,
    zusammengebrochen, not working at all|anymore|any, laeuft|laufen ... nicht mehr, laeuft theproduct nicht,
    funktioniert|funktionieren ... ueberhaupt|gar nicht, nimmt ... keine|nichts ... an|mehr, takes|accepts no,
    refuses every|all, not bind, cannot open journal, fatal, server|system|theproduct|service|portal
    is|ist|sind|komplett weg|gone|fort
    """
)
DATA = listed(
    """
    data, file, files, folder, folders, document*, record, records, entries, everything, orders, bookings, database,
    directories, drawings, pictures, photos, projects, mailboxes, share, archive, reports definitions, patient*,
    customers, contents, tables, pdfs, daten, *daten, datei, dateien, *dateien, ordner, *ordner, verzeichnis,
    verzeichnisse, akte, akten, *akten, dokument, dokumente, *dokumente, befunde, datensaetze, eintraege, buchungen,
    bestellungen, fotos, bilder, projekte, datenbank, *datenbank, ablage, laufwerk, archiv, *archiv, alles,
    datensatz, plaene, vorgaenge, verzeichnisbaum, repository, index, db
    """
)
GONE = listed(
    """
    vanished, disappeared, wiped, erased, has|have|got|been|were|was deleted, overwritten, overwrote, overwriting,
    corrupt, corrupted, corruption, corrupts, destroyed, scrambled, damaged, unreadable, irrecoverable, swallowed,
    emptied, are|is|all gone, seem* ... gone, has|have gone, 0 bytes, 0 byte, zero bytes, zero byte, 0 kb,
    verschwunden, geloescht, ueberschrieben, beschaedigt, korrupt*, zerschossen, zerstoert, verloren
    gegangen|gehen|gingen, ist|sind verloren, unlesbar, nicht mehr da|vorhanden|auffindbar,
    ist|sind|alle|alles|einfach|komplett weg, futsch, leergeraeumt, unwiederbringlich, no longer there|in,
    verschluckt, kaputtgeschrieben, defekt, vernichtet, replaced by|with, ersetzt, not there today|anymore|any,
    nicht mehr zu finden, nothing in them|it, nichts drin|darin, are missing, nowhere to, unauffindbar, lost for
    good, zerhackt, nicht mehr lesbar, nicht mehr zu oeffnen
    """
)
LOSS = listed(
    """
    data loss, loss of data, lost all|some|several|our|the|a|many|#
    data|files|documents|folders|orders|records|entries|bookings|emails, lost
    data|files|documents|records|everything, lost|losing ... entries|records|files,
    files|folders|records|data|documents|entries are|is|have|has|been|all missing|lost, are|is missing
    files|folders|records|data, are|is|came|comes|coming|saved ... 0 bytes|empty files|empty,
    folder|folders|share|drive|library|directory ... is|are empty, list is|are just|simply|completely empty,
    checksum* ... wrong|fail*|mismatch*|error*, checksum mismatch|errors|error, belong to other customers, mixed up
    between, datenverlust, daten|dateien|ordner|akten|dokumente|datensaetze|eintraege|buchungen ...
    fehlen|leer|verloren, fehlen ... dateien|daten|datensaetze|buchungen|eintraege|akten|dokumente,
    ordner|verzeichnis|laufwerk ... leer, ist leer ordner|verzeichnis|laufwerk, *ordner ... leer, liste ist
    leer|komplett, liegt dort nichts mehr, nothing left in|there,
    wipes|wiped|deleted|deletes|removed|erased|replaced|replacing|overwrites ...
    files|documents|folders|records|data|share|sides|entries, loescht|loeschte|geloescht|ueberschreibt|vernichtet
    ... dateien|daten|ordner|dokumente|akten, dateien|daten|ordner geloescht, wiped both, removed #
    documents|files|folders|records, removed|replaced by an empty, gone forever, lost forever,
    database|repository|index corrupt*, datenbank defekt|beschaedigt|zerschossen|korrupt|kaputt, too old ... too
    new, cannot be recovered, wrong content, ins nirwana, nirvana, alles geloescht, inconsistent database, damaged
    pages, destroyed drawings, figures ... overwritten, records ... altered, removed|replaced|replacing|overwritten
    by|with ... empty, theproduct deletes|deleted|removed|deleting|loescht|wipes, old versions|version|copies
    over|back, alte|alten fassungen|staende|versionen|fassung ... ueber|kopiert|zurueck, weeks|days|months of ...
    gone|lost|missing|replaced|vanished|disappeared, wochen|tage ... ersetzt|verloren|weg|verschwunden|fehlen,
    entries|records|files|documents|data|orders|bookings ... missing, no longer in the system, nowhere to be found,
    nicht mehr im system, nicht auffindbar, nothing left of, von ... ist nichts mehr, gone from the
    server|system|disk|share, leere ordner, empty directories, data ... gone, stand von ... zurueck, mixed up ...
    patients|customers|records|data, vertauscht, wrong patient*|customer*, only ... of ... records|files ... left,
    *akten|*dateien|*ordner|*dokumente|*datensaetze|*buchungen ... fehlen|leer|weg|verschwunden|verloren|geloescht,
    files|records|documents|folders|entries|data ... not there, missing files|records|data|documents|entries|case,
    case files missing, nothing in them, es ist nichts drin, data breach, datenpanne, datenleck, each other
    figures|data|documents|records|files, zahlen|daten|dokumente|akten|befunde anderer|fremder, other|another
    clients|customers|patients|companies|people|tenants figures|data|documents|records|files, fremde
    daten|akten|befunde|dokumente, wrong patient|customer|client, falschen patienten|kunden zugeordnet, confidential
    ... visible, sees|see data|files|documents of other, backup ... empty|unreadable|corrupt, catalogue|katalog ...
    damaged|beschaedigt, katalogkopf, header damaged, index damaged|broken|zerstoert|defekt, journal ...
    corrupt|damaged|beschaedigt|defekt, datenbank ... konsistent, inkonsistent, ransom*, encrypted by,
    verschluesselungstrojaner, trojaner, malware, strange endings|extensions, seltsame|komische endungen,
    dateien|akten|daten ... nicht mehr da, all|alle files|documents|dateien|dokumente ...
    unreadable|encrypted|unlesbar|verschluesselt
    """
)
UPGRADE = listed(
    """
    upgrade|update|migration|migrating|updating|upgrading|patch|rollback|updater
    failed|fails|failing|aborted|aborts|stuck|broke|bombs|died|hung|stopped|crashed|incomplete,
    upgrade|update|migration|patch|installer|setup ... failed|aborted|stuck|hung|broke|rolled
    half|halfway|midway|at|during|with|in, upgrade|update|migration has|have|is|was failed|aborted|stuck|stopped,
    upgrade|update|migration stopped|failed|ended|died|aborted at|with|in|half|halfway, migration|upgrade step ...
    failed|ended|aborted, database migration aborted|failed, stuck halfway, half
    migrated|upgraded|converted|installed, halfway through, roll* back properly|cleanly, not roll back, failed
    upgrade|update|migration, upgrade|update|migration went|gone sideways|wrong|bad*|south, the new|old version
    says, neither the old|version|one, old version ... gone|removed, removed version|the old,
    update|upgrade|migration|aktualisierung|umstellung|updates|schemamigration|datenbankmigration ...
    fehlgeschlagen|abgebrochen|gescheitert|haengengeblieben|stehengeblieben,
    update|upgrade|migration|aktualisierung|umstellung|updates|schemamigration|datenbankmigration ...
    schiefgegangen|missglueckt|misslungen|ausgestiegen|schief, setup|assistent|installer ...
    abgebrochen|haengengeblieben|ausgestiegen, scheitert das update|upgrade|die migration, weder die alte|neue, kein
    zurueck, alte version ... entfernt|weg, halb* aktualisiert|migriert|installiert, die neue version meckert,
    schemaaenderung, schema step, update|upgrade|migration ... bei # ... stehen|abgebrochen|haengen|stehengeblieben,
    upgrade|update|migration|upgrading to|from|auf|von|of ...
    failed|fails|aborted|stuck|hung|died|crashed|fehlgeschlagen|abgebrochen|gescheitert,
    upgrade|update|migration|aktualisierung haengt|haengen|scheitert|scheiterte|steht, removed itself, hat sich
    selbst entfernt|deinstalliert, upgrade|update|setup|installer threw|warf|wirft|bricht ...
    an|exception|ausnahme|fehler|ab, upgrade|update ... exception|error|ausnahme|fehler|rolled, update|upgrade
    bricht|brach|blieb, nach dem abgebrochenen|missglueckten|gescheiterten|fehlgeschlagenen, half|teil of the
    update|upgrade|dlls, interrupted update|upgrade|migration, power cut|stromausfall during|beim|waehrend|mitten,
    mitten im|in der update|upgrade|migration|umstellung, middle of the update|upgrade|migration, during the
    update|upgrade|migration, stromausfall ... update|upgrade|migration, not succeed|complete|finish ...
    upgrade|update|migration, upgrade|update|migration ... not succeed|complete|completed|finish|finished|go,
    setup|installer stopped|ended|quit|died, mixture of, gemisch aus, mischung aus, halb alt,
    update|upgrade|migration ... nicht abgeschlossen|durchgelaufen|fertig|geklappt
    """
)
SINCE_UPGRADE = listed(
    """
    after|since|following|until ... upgrade|update|migration|patch|updating|upgrading, seit|nach ...
    update|upgrade|migration|umstellung|aktualisierung|updates
    """
)
FAILS = listed(
    """
    cannot, could not, can not, unable, not able, locked out, lock* out, refuse*, refusing, reject*, denied, no
    access, no connection, disconnect*, disconected, thrown|kicked|logged|signed|bounced|bumped out|off|back, cut
    off, lost connection|access|contact, lose*|losing|loses the|their connection|session|link, lose*
    their|connection, loses|lose|lost the connection|link, not ... work, not
    working|functioning|possible|available|finding|firing|running|starting|triggered|moving, stopped ...
    working|connecting|printing|syncing|getting|finding, stopped ...
    counting|sending|updating|delivering|responding|receiving|to, not ...
    open|start|load|print|sync|connect|log|reach, not ...
    appear|arrive|save|send|receive|update|refresh|render|happen, not ...
    deliver|show|find|see|upload|download|synced|printed|refreshed, not ...
    delivered|mailed|booked|updated|replicate*|synchron*|transfer*|count*|create*, no longer, any more, anymore,
    broken, broke, out of action|order|service, error, errors, time*|timing|timed out, timeout, timeouts,
    gets|get|got|getting ... error|bounced|nothing|timeout, empty white|list, empty folders, spinning, blank,
    returns|return|returned|give|gives no|nothing|404|zero, white page|screen|boxes, http 4|5*, 404, 410, page not
    found, sends ... nothing, receive|receives|received|get|gets|fires nothing, never
    arrive*|sent|delivered|reach*|came|come, throws|threw|thrown, fail, fails, failed, failing, failure, failures,
    does|do|did not do, has not|been, not been ... since, has stopped, session rejected, connection reset,
    handshake, stuck, hold for, dies|die|stops|stop at|halfway|midway, none of ... work|works|has|have, no
    jobs|mail|mails|print|prints|report|reports|update|updates, zero hits|passes, trouble, gone, useless, aborts,
    aborted, kann|koennen|konnte|konnten ... nicht|nichts|keine|keinen|kein|weder, kommt|kommen|kam|kamen ...
    nicht|kein|keine|keinen, geht|gehen|ging|gingen ... nicht|nichts, laesst|lassen sich ... nicht,
    funktioniert|funktionieren|funktionierte ... nicht|keine, laeuft|laufen ... nicht, klappt|klappen ... nicht,
    gleicht|gleichen ... nicht, ohne zugriff|abgleich|verbindung, keinen|kein|ohne zugriff, keine verbindung,
    ausgesperrt, abgewiesen, abgelehnt, verweigert, abgemeldet, bekommt|bekommen|erhaelt|erhalten|kriegen|kriegt ...
    keine|kein|keinen|nur|nichts|nicht, nicht mehr, kein|keine|keinen|keinerlei ... mehr, bricht|brechen ... ab,
    abgehaengt, fliegt|fliegen ... raus|verbindung, rausgeworfen, rausgeflogen, fehlermeldung*, fehler, fehlerseite,
    verschickt|versendet|sendet|liefert|uebertraegt ... nichts|nicht|keine|kein, wird|werden ...
    nicht|nichts|keine|kein, sieht|sehen ... nur|nichts|leere|keine, kaputt, tut|tun nicht|nichts, ausgefallen,
    gestoert, stoerung, defekt, fehlgeschlagen, fehlschlaegt, schlaegt|schlagen ... fehl, zeitueberschreitung*,
    nimmt|nehmen ... keine|nichts ... an, weisse seite, druckt|drucken ... nicht|nichts|nur, bucht|buchen ...
    nicht|keine|keinerlei, werden ohne, bleibt|bleiben leer|grau|weiss, graustufen*, speichern|speichert ... nicht,
    nicht ... speichern|oeffnen|drucken|hochladen|anmelden|einloggen|abrufen, nicht ...
    bearbeiten|verbinden|aktualisiert|gedruckt|moeglich|abgeglichen|synchronisiert, verliert|verlieren ...
    verbindung, findet|finden ... nichts|nicht|keine, zeigt|zeigen ... keine|nichts, feuert nicht, ins leere,
    verschwindet|verschwinden, keine ... verbindung, keinen|kein durchkommen, gesperrt, haengt|haengen,
    synct|syncen|synchronisiert|synchronisieren ... nicht, tot, streikt|streiken, versagt, weigert sich,
    unbrauchbar, ohne funktion, nicht
    geht|gehen|klappt|klappen|funktioniert|funktionieren|laeuft|laufen|kann|koennen, nur
    manchmal|sporadisch|teilweise, aus der verbindung, stay|stays|stayed|staying empty|outside|out|blank, ignores,
    ignored|ignoring|ignore our|the|my|limits|it, beachtet|ignoriert|ignorieren, keinen|keine|kein ... mehr,
    endless, endlessly, forbidden, verboten, lost their|its|the|all, verloren, missing, lack|lacks, loops, wrong
    password|version|user|credentials, does|do|did not accept|recognise|recognize|know|want|open|go, nothing
    happens, passiert nichts, es passiert|tut sich nichts, dead, wird|werden ...
    ignoriert|abgebrochen|abgelehnt|verworfen|abgewiesen, never get|gets|got, kommen|kommt ... nicht an,
    bleibt|bleiben ... haengen|stehen, fehlt, fehlen, not ... accessible|available|visible, nicht ...
    zugreifen|sichtbar|verfuegbar|aufrufen|starten|finden|sehen, ohne ergebnis|erfolg, leer, schlagen fehl,
    unknown|unbekannt, unterbrochen, interrupted, abbruch, abbrueche, scheitert|scheitern, kein
    ton|bild|ergebnis|treffer, keine treffer, no results|hits|effect|reaction, ineffective, wirkungslos,
    hoert|hoeren ... auf, freeze, getrennt, ausgeloggt, gekickt, turned away, zurueckgewiesen, quits, laesst|lassen
    ... nicht ... rein, garbled, unlesbar, zeichensalat, kauderwelsch, out of sync, nicht synchron,
    veraltet|veralteten|veraltete, stale, from last week, von letzter|vergangener woche, not ... taken over, nicht
    uebernommen|gezogen, ends|ended|end in|with, endet|enden mit|in, policy violation, verstoss,
    richtlinienverstoss, read only, schreibgeschuetzt, expired, abgelaufen, mismatch, exceeded, ueberschritten,
    unavailable, invalid, ungueltig, unauthorized, unauthorised, busy, ausgelastet, exhausted, erschoepft, overflow,
    unexpected, unerwartet, not found, nicht gefunden, gibberish, hieroglyph*, garbage, rubbish, muell, no|keine
    files|dateien|jobs|figures|orders ... come|comes|arrive|arrives|in|an, skipped, uebersprungen, exception,
    unmoeglich, nicht moeglich, malfunction, misbehaves, acts|acting up, spinnt, zickt, macht aerger, macht
    probleme, bleibt|bleiben aus, gar nicht, ueberhaupt nicht, not at all, wird gesagt, is|are told, werden
    aufgefordert, asks for ... again and again, over and over, constantly, continually, permanently, permanent,
    repeatedly, drops, dropped, rejects, unreliable, unzuverlaessig, unlesbar*, falsche|falschen|falscher
    zahlen|daten|werte|empfaenger, wrong figures|numbers|values|results|recipient*, unvollstaendig, incomplete, held
    up, verzoegern, waits|wartet forever|ewig|auf freigabe, warteschleife, queue up, queued, stau, stauen, staut,
    piling|pile up, stapeln sich, liegen bleiben, bleiben liegen, find|finds|found nothing, nothing ...
    any|anymore|more, silent, stumm, mute, turns forever, dreht sich, not turn up|appear|show, tauchen|taucht ...
    nicht, not one, wrong cost*, falsche kostenstelle, sit|sits at 0|zero|#, stehen|steht auf rot|gelb|0, all
    red|grey, are red, went red, is red, haengen fest, in vain, vergeblich, vergebens, no
    reaction|response|answer|effect, keine reaktion|antwort|wirkung, kein ergebnis, verschluckt, swallows,
    swallowed, loses|lost|losing jobs|orders|messages|mails, ohne wirkung, does|do nothing, tut nichts, tun nichts,
    macht nichts mehr, verpufft, sendet nicht|nichts, schickt nicht|nichts, deaktiviert, turned itself off, switched
    itself off, schaltet sich, logs me|us|them|everyone out, wirft uns|mich|alle raus|hinaus, hinausgeworfen,
    abgeschnitten vom|von, verbindungsabbrueche, connection drops|lost|reset|refused|problems, verbindungsproblem*,
    anmeldeproblem*, login problem*, druckproblem*, printing problem*, sync problem*, zugriffsproblem*, access
    problem*, keine chance, no chance, no luck, kein glueck, outage, ausfall, ausfaelle, lehnt|lehnen ... ab,
    weist|weisen ... ab|zurueck, wirft|werfen ... raus|aus, setzt|setzen ... aus, steigt|steigen ... aus,
    faellt|fallen|fiel|fielen ... aus, springt|springen ... nicht an, laedt|laden ... nicht, oeffnet|oeffnen ...
    nicht|sich nicht, zeigt|zeigen ... nicht an, sperrt|sperren ... aus, erkennt|erkennen ... nicht|keine,
    schickt|schicken|sendet|senden|versendet|versenden ... nicht|keine|nichts, uebertraegt|uebertragen ...
    nicht|keine|nichts, aktualisiert|aktualisieren sich ... nicht, empfaengt|empfangen ... nicht|keine|nichts,
    liest|lesen ... nicht, reagiert|reagieren ... nicht, verbindet|verbinden sich ... nicht, erscheint|erscheinen
    ... nicht|keine|kein, erzeugt|erstellt|erstellen ... nicht|keine|kein, rechnet|berechnet|summiert ...
    falsch|nicht, gibt|geben ... keine|kein, liefern ... nicht|keine|nichts, verweigern, verlangt|verlangen ...
    immer|staendig|dauernd, landet|landen ... nicht|nirgends|im, bleibt|bleiben ...
    stecken|weg|aus|leer|unveraendert, kein zugang, keinen zugang, kein einloggen, keine anmeldung, kein abgleich,
    kein druck, keine uebertragung, keine mails, keine aktualisierung, nur in einer richtung, only|just one
    way|direction, but not from|in|to|the other, not ...
    accept|recognise|recognize|respond|react|finish|complete|return|generate|produce|run|execute|trigger, not ...
    fire|apply|stick|allow|let|take|pick|process|register|resolve|route|release|scan|copy, not ...
    move|import|index|convert|authenticate|validate|list|play|fetch|mount|obey|honour|honor, not ...
    propagate|replicated|synced|fetched|processed|triggered|released, not ...
    received|recognised|recognized|accepted|reached|moving|finishing, reject all|every|our|the, shows|showing
    zeros|zero|nothing|nulls|an empty, zeigt|zeigen ... nullen|leere, lauter nullen, lost its|their|the ...
    connection|link|session, loses|lose ... connection|link|session, verlieren|verliert|verloren ...
    verbindung|sitzung, neu gekoppelt, paired again, out of order, trips over, chokes on, bails out, gives up,
    gibt|geben auf, hoert auf, schlug fehl, schlugen fehl, versagen, fehlerhaft, faulty, defective, not from|the
    other
    """
)
SLOW = listed(
    """
    slow, slowly, slower, slowed, slowness, sluggish, sluggishly, crawls, crawling, crawl, snail*, lag, lags,
    lagging, laggy, painfully, performance, takes|take|taking|took|needs|need|needed ...
    minutes|minute|hours|hour|ages|forever|eternity|while|seconds, # seconds|minutes ...
    open|load|render|save|start|log|click, minutes per|for|to|instead, hours instead, langsam*, zehnmal langsamer,
    zaeh, zaehe, zaeher, zaehfluessig, traege*, lahm, lahmes, schleppend, schnecke*,
    dauert|dauern|braucht|brauchen|vergehen|benoetigt|rechnet ...
    minute*|stunde*|sekunden|ewig*|lange|laenger|anderthalb, ewig, ewigkeit*, performance*, performanz, ruckelt,
    quaelend, kriecht, kaugummi, halved, throughput, zieht|ziehen sich, blumen giessen, stoppuhr, stunden statt,
    statt ... minuten ... stunde*, schneckentempo, qual, takes forever, painful, unbearably, geschwindigkeit, speed,
    response times, antwortzeiten, ladezeiten, wartezeit*, verzoegerung*, delay*, delayed, hinterher,
    arrive|arriving|come late, zu spaet, backlog, minute plus, einschlafen, leistungseinbruch, performanceeinbruch,
    slowdown, used to be|take, in the past it, best part of a|an minute|hour, hours later, stunden spaeter|spaet,
    verspaet*, stale, treacle, molasses, sirup, knapp|fast|gut|ueber eine|einer|halbe|halben|zwei|drei
    minute|minuten|stunde|stunden, frueher|sonst|vorher|zuvor ... sekunden|minuten|sekunde|minute|sofort|sofortig,
    before it was, lahmarschig, sanduhr, hourglass, half a minute, turtle, tortoise, schildkroete*, geduld,
    gemaechlich, tortur, lahme ente, sluggishness, unresponsive at times, hakelig, stockend, stockt, drags,
    dragging, plods, ponderous, response time, tripled, verdreifacht, verdoppelt, seconds per, sekunden pro|je,
    antwortverhalten, loading time*, ladezeit, reagiert ... verzoegert|traege, responds late|slowly, laggard, warten
    lange, wait long|ages|forever, used to end|finish|be, not|never finished|done|ready|complete
    by|before|until|in|at, nicht|nie ... fertig|rechtzeitig, noch nicht durch|fertig, laeuft bis|laenger, runs
    until|into, war sonst|frueher|immer um, too late
    """
)
MUCH_SLOWER = listed(
    """
    extremely|terribly|painfully|unbearably|awfully|incredibly|horribly slow|sluggish|laggy|late,
    very|so|really|dead|dreadfully|unusably|ridiculously slow|sluggish|laggy|late,
    extrem|sehr|furchtbar|unertraeglich|wahnsinnig|elend|quaelend|so|total|dermassen|unglaublich|massiv
    langsam|zaeh|traege|lahm|spaet, slow for everyone|everybody|all, crawls, crawling, sluggish, schneckentempo,
    kriecht, takes|take|taking|took|needs|need|needed ... minutes|hours|ages|forever|fifty, # minutes|seconds to
    open|load|render|save|start|log, dauert|dauern|braucht|brauchen|vergehen|rechnet|benoetigt ...
    minuten|stunden|stunde|sekunden|ewig|anderthalb, eine qual, halved, performanceeinbruch, minutes ... delay,
    snail, molasses, zieht sich, transfers queue up for, taking ... hours, from breakfast to lunch, minutes per
    click, two|five|ten whole minutes, statt ... minuten, best part of a minute|hour, hours later, stunden spaeter,
    instead of ... seconds|minutes, used to be ... seconds|second|instant|minutes, frueher|sonst|vorher ...
    sekunden|sofort|minuten, wie durch, wading, treacle, minutes|hours late|later, unusable slow, kaum zu ertragen,
    nicht auszuhalten, quaelend, ewig, forever and, stunden verspaetung, times slower|longer|as long, mal
    langsamer|laenger|so lange, doppelt so lange, twice as long, ten times, zehnmal, tripled, quadrupled,
    verdreifacht, vervierfacht, antwortzeiten, response times, zieht ... viertelstunde|stunde, takes the best, an
    eternity, eine ewigkeit, hardly usable, kaum nutzbar|benutzbar, zum davonlaufen
    """
)
A_LITTLE_SLOW = listed(
    """
    a bit|little|tad|touch slow*|sluggish|slower|longer, bit slowly, slightly, marginally, somewhat slow*, one
    report|user|pc|workstation|person, on one|my pc|machine|laptop, my pc|laptop|machine|computer, can live with, no
    big deal, minor, not a huge drama, just curious if, takes a while, etwas langsam*|traege|zaeh|laenger, ein
    wenig|bisschen, minimal langsamer|laenger, geringfuegig*, ein bericht, ein einzelner|einzelnes, auf einem|meinem
    rechner|pc, mein pc|rechner|laptop, kleinigkeit, teeny, secs, does not ... bother|disturb|disturbing|mind,
    stoert uns|nicht|mich, just that, few|two or three|five|two|four secs|seconds longer, drei|fuenf|zwei|vier|paar
    sekunden laenger, a few seconds, barely noticeable, kaum der rede, nur zur info|information, just letting you, #
    or # seconds, twelve|# statt|instead of zehn|ten|#, my phone|tablet, meinem telefon|handy|tablet, takes
    me|him|her
    """
)
VAGUE = listed(
    """
    not do|doing what it, something|sth|smth is|seems wrong|off|not, something wrong, something is not, funny thing,
    stimmt|passt etwas|was|irgendwas nicht, da stimmt, etwas nicht stimmt, mit dem programm stimmt, kommt so eine
    meldung, es geht|klappt irgendwie nicht, problem with|mit ... programm|program|software, ein problem mit
    """
)

# ---- Who has it ------------------------------------------------------------------------------------------------------

EVERYBODY = listed(
    """
    everyone, everybody, all ... users|clients|staff|sites|branches|locations, all ...
    devices|customers|employees|offices|stations|workstations, all ...
    terminals|machines|wards|schools|departments|colleagues, all ...
    plants|printers|regions|visitors|queues|ipads|desks, every single, every
    user|client|site|branch|device|customer|login|station|department|workstation|request|ward|member, whole|entire
    company|office|firm|school|hospital|plant|building|organisation|organization|site|clinic|bank, whole|entire
    staff|house|network|group|outside|town|city|campus|department|warehouse|theatre|university|world, across the
    board|campus|company|hospital|whole, company wide, anyone, any user|client|site, for all, all over, alle ...
    benutzer|benutzern|anwender|anwendern|nutzer|mitarbeiter*, alle ...
    kollegen|kolleginnen|filialen|standorte|clients|geraete, alle ...
    arbeitsplaetze|rechner|schulen|aemter|stationen|kunden, alle ...
    kassen|drucker|werke|haeuser|leute|warteschlangen, allen ...
    benutzern|anwendern|nutzern|arbeitsplaetzen|geraeten, allen ...
    stationen|standorten|filialen|mitarbeitern|warteschlangen, saemtliche*,
    gesamte|gesamten|gesamter|ganze|ganzen|ganzer|komplette|kompletten|komplettes
    firma|betrieb|haus|verwaltung|belegschaft|unternehmen|schule|klinik|klinikum|krankenhaus|abteilung,
    gesamte|gesamten|gesamter|ganze|ganzen|ganzer|komplette|kompletten|komplettes
    standort|netz|rathaus|buero|kaemmerei|werk|lager|campus|amt|kanzlei|praxis|leserseite, bei allen, alle sind, wir
    alle, alle stehen, unsere monteure|fahrer|kunden|aerzte|pflegekraefte|kassierer|bearbeiter|gaeste, unsere
    patienten|mitglieder|schueler|buerger|mandanten|maerkte|laeden|filialen, hausweit, firmenweit, unternehmensweit,
    flaechendeckend, ueberall, jede|jeder|jedes|jedem filiale|standort|arbeitsplatz|geraet|benutzer|client, die
    kollegen, die aerzte, unsere leute, unser unternehmen, our
    customers|clients|guests|patients|students|members|drivers|nurses|doctors|depots|shops|warehouse, visitors,
    captains, weder ... noch, both desks|offices|sites, beide standorte, our ... offices|teams, all our|the|my|your,
    alle unsere|unserer|meine|ihre, allen unseren, every
    pc|computer|till|room|desk|location|office|shop|store|school|one, same on|for|at|with|in every|all|both|each,
    jedem|jeder|jeden|jede|jedes pc|rechner|platz|arbeitsplatz|kasse|filiale|haus|buero|abteilung|von|einzelne*,
    dasselbe, auf|an|in|von allen, bei uns allen, uns alle, hit by this, betroffene kunden, for everybody|everyone,
    our whole|entire, unser ganzes|ganzer|gesamter|gesamtes, unsere ganze|gesamte|komplette, the whole|entire,
    nobody, no one, niemand, keiner, konzern, group wide, all staff, all hands, entire staff, across all, quer durch
    alle, not a single, keine einzige, keinen einzigen, kein einziger, kein einziges, kein mensch, keine
    filiale|station|kasse|schule, no till|store|shop|school|branch|office|user|client, saemtlich*, samt und sonders,
    allesamt, weltweit, worldwide, landesweit, # percent|prozent of|der|aller, all ...
    engineers|drivers|nurses|doctors|teachers|editors, all ...
    pilots|pupils|students|technicians|inspectors|clerks|cashiers, all ...
    shops|stores|depots|tills|terminals|pairs|queues|computers|screens|sessions|logins|services|nodes,
    alle|saemtliche|allen ...
    techniker|fahrer|aerzte|lehrer|schueler|monteure|pruefer|pfleger|schwestern|sachbearbeiter|kassen,
    alle|saemtliche|allen ... terminals|paare|ordnerpaare|rechnern|maerkten|laeden, alle|saemtliche|allen ...
    bildschirme|sitzungen|auftraege|jobs|abteilungen|etagen, all #, alle #, allen #, not one, not any, kein
    auftrag|druck|beleg|bericht mehr, keine datei|mail|buchung|meldung mehr, on all #, in every, an allen, both of
    our, beide unserer, wherever we|you, egal wo|an welchem|von wo, no matter who|where|which, from anywhere, von
    nirgendwo, from no|none, each of our|the, on|in|from all|every|both|each, at every|both|each,
    company|hospital|site|campus|group wide
    """
)
NOBODY_CAN = listed(
    """
    nobody ... can|could|gets|get|has|works|reaches|prints|in|manages|able|connected, no one ...
    can|could|gets|get|has|able|works|reaches|connected, no user|client|printer|device|site|station|branch|truck ...
    can|could|gets|get|manages|reacts|works|driver|connect|connects|to, none of our|the|us|them ...
    can|could|has|have|get|gets|managed|is|are|seems|reach, nothing
    works|worked|moves|prints|printing|syncs|goes|comes|arrives|whatsoever, nothing is
    working|printing|moving|coming, not a single ...
    can|could|works|connects|user|client|job|label|page|come|comes|has|one, not one ... can|could|works, lets nobody
    in, no ... are coming out, everything ... dead|down|stopped|stands|standstill, everything at, work has stopped,
    standstill, full stop, can do nothing, nobody here|at all|in|from|at, no one in|from|at, nowhere, all #
    offices|sites|branches|schools|clinics|shops|stores|stations|plants ... cannot|not|down|offline|unable|cut,
    whoever tries, everything is|has stopped|down|gone|dead|at, doors closed, we|they|staff|people|users cannot
    work|do anything, cannot|can work at all, unable to work, we cannot
    do|ship|work|print|sell|deliver|invoice|open, people have stopped, no client portal, no document access, has
    come out on any, keiner ... kann|kommt|konnte|ran|rein|arbeiten|drucken|mehr, niemand ...
    kann|kommt|konnte|ran|rein|arbeiten|drucken|mehr|zugriff, niemanden moeglich, fuer niemanden, kein
    mensch|einziger|benutzer|client|kollege|arzt ... kann|kommt|mehr|bekommt|verbindet, keine
    einzige|filiale|station ... mehr|kann|kommt|verbindung|filiale|verbinden, keinen einzigen ... mehr, kein
    einziges|einziger|einzige, keiner station|filiale, von keiner, geht|ging|laeuft|lief|funktioniert ... gar
    nichts|nix mehr, gar nix mehr, nichts geht mehr, nix geht mehr, rein gar nichts, ueberhaupt nichts, ueberhaupt
    kein|keine|keinen ... mehr, steht alles, alles steht|tot, stillstand, steht|stehen ... still, stehen wir, wir
    stehen, komplett lahm, keiner mehr, niemand mehr, laeuft nichts mehr, koennen allesamt nicht, alle ... nicht
    arbeiten, kommen|kommt an kein*|nichts, kommen|kommt ... nicht an die|ihre, koennen nicht|nichts mehr
    arbeiten|drucken|machen, wir koennen nicht|nichts|keine|keinen ...
    drucken|arbeiten|verladen|ausliefern|rausgeben|liefern|ware, kann ... nicht gearbeitet, wird|werden nicht mehr
    gedruckt, kommt ... kein papier|druck, nichts mehr heraus|raus|an, im ganzen haus|betrieb nicht, keine plaene,
    niemand ... an|anmelden|einloggen|arbeiten|verbinden, keiner ... an|anmelden|einloggen|verbinden, keinen
    einzigen|keine einzige ... mehr|bekommen, not get a single, do|does not get a|one single, no file has|have made,
    not one file, customers are|walk walking|leaving, laufen weg, nicht ein einziger|eine einzige|ein einziges,
    alles liegt, everything has come to, come to a halt, ground to a halt, zum erliegen, nothing|nichts goes|geht in
    or|rein, komplett ohne, completely without, we are blind, dead stop, feierabend gemacht, nobody|no one ...
    reach|open|reaches|opens|log|connect|sign, none of the ... gets|get|can|has|have|works|prints, come|came|comes
    to a stop, ruht, ruhen, arbeitsunfaehig, handlungsunfaehig, cut off completely, completely cut off, komplett
    abgeschnitten, all cut off, for the whole world, fuer alle welt, from the outside for nobody, out of business,
    not open for business, paralysed, paralyzed, crippled, lahmgelegt, gelaehmt, auf|an|in keiner|keinem ...
    lassen|laesst|gedruckt|moeglich|drucken|station, weder ... noch ... kommt|kommen|kann|koennen, nothing from|out
    of the, not one file|job|label|page|user|report|client|message has|is|comes|came|gets|makes, keine
    datei|seite|kasse mehr, kein auftrag mehr, cannot look up|sell|open a single|anything, koennen keinen
    einzigen|nichts, kann nichts verkaufen|ausgeben|drucken|oeffnen, can sell nothing, cannot sell, has ground,
    business has stopped, geschaeft steht, no business, steht seit ... still, completely stuck, komplett
    festgefahren, we are all stuck, wir haengen alle, gesamter betrieb, arbeiten unmoeglich, kein arbeiten
    moeglich|mehr, an arbeiten|arbeit ist nicht, impossible to work, work is impossible, no
    desk|counter|till|ward|shop|store|colleague|driver|doctor ... can|could|gets|get|has|works|is, no
    nurse|teacher|pupil|student|employee|gate|machine|workstation|location ... can|could|gets|get|has|works|is,
    kein|keine schalter|kasse|arzt|fahrer|lehrer|schueler|kollege|mitarbeiter|anwender ...
    kann|kommt|bekommt|hat|mehr|druckt|geht|erreicht, kein|keine
    nutzer|controller|standort|station|arbeitsplatz|geraet|drucker|markt|laden ...
    kann|kommt|bekommt|hat|mehr|druckt|geht|erreicht, abgleichen|drucken|arbeiten|anmelden|uebertragen koennen wir
    ... nicht|nichts, we cannot ... at all, gar kein|keine|keinen ... mehr, is no longer listed|installed|there,
    steht nicht mehr in, geht nix, hier|heute|seitdem|bei uns|einfach geht nichts, es geht nichts, nothing ...
    printed|anywhere|leaves|leaving|out|through, an|in|auf|bei|aus keinem|keiner
    der|rechner|arbeitsplatz|geraet|standort|drucker|#|unserer, no
    printing|printouts|login|logins|access|connection|transfers|sync|reporting|reports|prints|batches ...
    anywhere|possible|all|any|whatsoever|anyone|leaving
    """
)
IDLE = listed(
    """
    sitting|standing|sit|stand|sits around|idle, are|is idle, twiddling, sent ... home, sending ... home, go home,
    on hold, production|factory|plant|warehouse|line|shop|office|business|company|operations ...
    stopped|halted|stands|stand|still|standing, losing money,
    trucks|lorries|lorry|vessels|drivers|customers|patients|guests|passengers|pilots|queue|vans ...
    waiting|wait|yard|queue|queuing|goes out|without, waiting room, working blind, work blind, without ...
    drawings|charts|results|data|papers|reports|orders, handwriting|handwritten, write|writing ... by hand, paper
    notes|and pencil, on paper, cannot ship|deliver|sell|serve, safety issue, rumsitzen, sitzen ... rum|herum|da,
    daeumchen, schickt|schicken|geschickt ... nach hause|heim, nach hause schicken,
    produktion|betrieb|fertigung|versand|verwaltung|firma|lager|buergerbuero|band|werk|kasse|kassen ...
    steht|stehen|still|stillgelegt|ruht, steht die|der|das|unsere|unser
    produktion|betrieb|fertigung|versand|firma|lager|band|werk|laden, lkw|laster|fahrer|spediteur|patienten|kunden
    ... warten|wartet, warten ... lkw|laster|fahrer|patienten|kunden|leute, machen ... den laden|alles zu,
    notbetrieb, wartezimmer|warteraum ist voll, ohne ... befunde|plaene|auftraege, keine ware, keine ...
    verladen|ausliefern, auf papier, handschriftlich, haben nichts, mit der hand ab, copy ... by hand, schreiben ...
    mit der hand, come to a stop, cannot serve|treat|open|load|unload|pack|pick|dispatch|admit|discharge,
    operations|surgery|treatment|flights|trains cancelled|postponed, verschoben werden, abgesagt, closed the shop,
    geschlossen bleiben, schliessen muessen, kein verkauf, kurzarbeit, shift sent|idle, schicht ... nach hause,
    ambulance*, notaufnahme ... ohne, standing in line, schlange bis, kunden laufen, customers walk, angry calls,
    cost* us ... hour|minute, kostet uns ... stunde|minute, vertragsstrafe, penalty, nothing to work with, longhand,
    no work, ohne arbeit, without work, untaetig, hand written|handwritten list|lists|labels|notes,
    handgeschrieben*, by hand written, haendisch abgefertigt, boarded by hand, von hand abgefertigt, appointments
    ... cancelled|cancel, termine ... absagen|abgesagt, people|customers|patients|guests are|have been
    leaving|queueing|queuing|waiting, schlange|schlangen ... bis, band steht, baender stehen, maschinen stehen,
    machines stand, we are losing, wir verlieren ... geld|umsatz|kunden|auftraege, umsatzausfall, lost revenue,
    leute|kunden|patienten|gaeste stehen|warten
    """
)
SHUT_OUT = listed(
    """
    cannot|not|unable|never ... log|login|sign|connect, locked out, thrown|kicked|logged out, nicht|keine|kein ...
    anmelden|einloggen|verbinden|anmeldung|verbindung, ausgesperrt, rausgeworfen, kommt|kommen ... nicht ...
    rein|hinein|drauf, keinen|kein zugriff, no access
    """
)
PLACE = listed(
    """
    our|the ... branch|depot|wing|floor, second|first|third|fourth|ground|top|3rd|2nd floor,
    building|hall|room|wing|ward a|b|c|d|#, east|west|north|south wing|building|campus|office,
    design|sales|finance|accounting|marketing|hr|legal|claims|procurement|logistics team|department, aussenstelle*,
    zweigstelle*, niederlassung*, standorts, fluegel, *fluegel, stockwerk, etage, obergeschoss, erdgeschoss,
    eine|einer|unsere filiale|standort|aussenstelle|station|klasse|niederlassung, nebenstelle*, one|single|another
    branch|office|floor|department|location|ward|school|building|shop|store|warehouse|depot|region|class
    """
)
PART = listed(
    """
    some|several|few|half|third|quarter|handful|dozen|certain|many ...
    users|people|colleagues|staff|clients|devices|tablets|pcs,
    most|two|three|four|five|six|seven|eight|nine|ten|twelve ...
    users|people|colleagues|staff|clients|devices|tablets|pcs,
    some|several|few|half|third|quarter|handful|dozen|certain|many ...
    laptops|workstations|machines|members|analysts|editors|teachers|engineers,
    most|two|three|four|five|six|seven|eight|nine|ten|twelve ...
    laptops|workstations|machines|members|analysts|editors|teachers|engineers,
    some|several|few|half|third|quarter|handful|dozen|certain|many ...
    reps|sites|branches|offices|departments|teams|wards|printers,
    most|two|three|four|five|six|seven|eight|nine|ten|twelve ...
    reps|sites|branches|offices|departments|teams|wards|printers,
    some|several|few|half|third|quarter|handful|dozen|certain|many ...
    terminals|accounts|phones|ipads|lines|stations|managers|employees,
    most|two|three|four|five|six|seven|eight|nine|ten|twelve ...
    terminals|accounts|phones|ipads|lines|stations|managers|employees, half|third|quarter of our|the|us|my, half
    the, some of us|them|our, our|the ... branch|depot|wing|floor, only|just
    the|one|two|three|some|our|people|users|second|first|macs|android, floor, building|hall|room|wing|ward
    a|b|c|d|#, east|west|north|south wing|building|campus|office, one of our branches|sites|offices|depots|shops,
    new starters|users|accounts|staff|joiners|hires|ones, joined this,
    mac|macs|android|ipads|ipad|iphone|iphones|linux|apple|windows
    users|user|clients|devices|only|tablets|computers|people, macs, android, iphones, home office|workers, vpn
    users, remote users|workers|staff|people, field engineers|staff|workers|reps|team, externals, external|outside
    partners|users|clients, consultants, # out of #|our, out of #,
    accounts|whole|entire|design|sales|finance|accounting team|department,
    marketing|hr|legal|claims|procurement|logistics|controlling team|department, managers, #
    people|users|clients|colleagues|analysts|stations|tablets|ipads, #
    workstations|pcs|staff|employees|devices|machines|teachers|managers|of, my assistant|laptop, neither do the
    others, users whose, those who, part of, a subset, notebooks, laptops, upstairs, downstairs,
    one|zone|packstation, einige*, mehrere, manche, manchen, haelfte, ein drittel|viertel|dutzend|teil, viele|vielen
    ... benutzer|benutzern|kollegen|kolleginnen|mitarbeiter|mitarbeitern|anwender, viele|vielen ...
    geraete|geraeten|rechner|leute|leuten|drucker|filialen, die meisten, teilweise, teil der, nur ...
    aussenstelle|abteilung|standort|etage|filiale|kollegen|zwei|drei|einige, aussenstelle*, aussendienst*,
    homeoffice, abteilung*, filiale, zweigstelle*, niederlassung*, standorts, fluegel, *fluegel, stockwerk, etage,
    obergeschoss, erdgeschoss, station #, halle #, zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|elf|# ...
    filialen|standorte|abteilungen|etagen|klassen|kollegen,
    zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|elf|# ...
    kolleginnen|personen|benutzer|leute|leuten|anwender,
    zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|elf|# ...
    arbeitsplaetze|tablets|mitarbeiter|mann|drucker|rechner,
    zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|elf|# ...
    laptops|geraete|kraefte|baustellen*|sachbearbeiter*|notebooks|aussendienstler, # von #, eine|einer|unsere
    filiale|standort|abteilung|aussenstelle|station|klasse|niederlassung, neue|neuen
    benutzer|mitarbeiter|kollegen|konten, externe*, bauamt, sekretariat, lehrkraefte, lehrer, kollegium, apple
    geraete, iphone*, ipad*, android*, macbooks, nutzer, nebenstelle*, klasse*, gutachter, redakteure, filialleiter,
    regionalleiter, monteure, quer durch, bei manchen|einigen, einzelne, die neuen, nur im|am|bei, only in|at|on,
    mitarbeitenden des|der, in the office, from home, working from home, our guests we, gaeste die, guest accounts,
    gastkonten, temps, apprentices, trainees, azubis, auszubildende*, teilzeit*, praktikanten, aushilfen, ältere
    geraete, older devices|machines|pcs|clients, thin clients, the new|old
    tablets|laptops|pcs|printers|terminals|ones, die neuen|alten tablets|laptops|rechner|drucker, mac
    benutzer|nutzer, windows 11|10, wlan geraete, over wifi, per vpn, via|over vpn, ueber vpn, von
    zuhause|unterwegs, standort|filiale|werk|haus|schule|niederlassung|campus *stadt|*burg|*berg|*furt|#, plant #,
    scottish, welsh, bayerischen, die kollegen|kolleginnen in|im|aus|am|vom, the people|colleagues|guys|team
    in|at|from, kolleginnen und kollegen aus|im|in|vom, am standort, at our|the ... site|branch|plant, users
    with|whose|who|in|on, benutzer mit|deren|die|im, accounts with|whose|created, konten mit|deren|die, those
    with|in|on, all new, alle neuen, grosse|groesse|large|big cad|dateien|files, about|roughly|around half|third,
    two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty of
    about|our|the|roughly|around|#|ten|twelve|twenty|thirty|forty|fifty|sixty,
    zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|elf|zwoelf von|unserer, part timers, part time|temporary|night
    people|staff|shift, nachtschicht, fruehschicht, spaetschicht, the ones, diejenigen, jeder zweite|dritte|vierte,
    every second|third|fourth|other, in half of, sporadically for, intermittently, from time to time, gelegentlich
    bei, our older|newer, unsere aelteren|neueren, only those, ausschliesslich, exclusively, solely, subcontractor*,
    subunternehmer*, freelancers, freie mitarbeiter,
    tablets|terminals|scanners|laptops|printers|stations|phones|handhelds|pcs|clients in|at|of our|the,
    tablets|terminals|scanner|geraete|drucker|rechner|stationen|telefone|laptops|clients im|in|am|bei|auf|der|des,
    machines|devices|computers in|at|on the|our, from our|the ... sites|branch|branches|offices, library,
    bibliothek, showroom, ausstellungsraum, canteen, kantine, reception, empfang, werkstatt, one|single|another
    site|branch|office|floor|department|team|location|ward, one|single|another
    school|building|shop|store|warehouse|depot|region|class, schulen, haben|hat|koennen|kommen zwei|drei|vier|fuenf,
    zwei|drei|vier|fuenf von
    """
)
SINGLE = listed(
    """
    on my|one pc|phone|laptop|machine|computer|screen|tablet|workstation|mac|ipad|desktop|own, my own
    pc|laptop|phone, my profile|account|personal|screen|phone, when i, whenever i, if i, i clicked|pressed|see|get,
    bei mir, wenn ich, mein|meinem|meinen pc|rechner|laptop|telefon|handy|tablet|ipad|bildschirm|profil|konto, auf
    meinem|meinen|einem|einen pc|rechner|laptop|telefon|handy, ich habe irgendwo, nur ich, only me, just me,
    colleagues do not|have not, die kollegen haben das nicht
    """
)
OTHERS_FINE = listed(
    """
    everyone|everybody else, all ... else ... fine|ok|works, other
    branches|sites|buildings|offices|departments|floors|teams|stations|machines|devices|eleven|#, other
    eleven|four|three|two|five|six, old accounts can, older ... fine|ok|okay,
    pcs|windows|apple|desktops|desktop|laptops|android|iphone|iphones|office ...
    fine|ok|okay|running|work|works|no|normal, not|are affected|not affected, unaffected, no issue whatsoever,
    internally|internal ... fine|should|ok|works|all|no, inside the company all, in the building ... through|fine, i
    myself can, smaller|small|other stuff|files|ones ... fine|flies|work|works|through, interactive use is ok, still
    works|work|print|prints|sync|fine|ok|open, can read, upstairs can, download* ... fine|ok|works, small* ...
    can|reports|goes|go through|work, printing|browsing|drucken works|does|laeuft, no problem at all, we lost no,
    works well|fine otherwise, online access is fine, nicht betroffen, alle anderen, alle uebrigen, alle
    uebrigen|anderen sind, lesen geht, im buero|haupthaus|innendienst ... laeuft|klappt|keine|alles|null,
    keine|kein|null problem|probleme, da geht es, laeuft alles normal|einwandfrei, druckt alles wie, schwarzweiss
    laeuft, ansonsten|sonst ... laeuft|alles|geht|funktioniert|klappt, intern koennen|kann|klappt,
    funktionieren|funktioniert weiterhin, arbeiten ... lokal, online ... klappt|geht|ist alles, zentrale sieht,
    laeuft|druckt|drucken weiterhin, drucken ... einwandfrei, direkt gedruckt, bei der anderen haelfte, well
    synchron*, most ... prints|works|work, die meisten koennen, eingabe ... funktioniert, notice|notices nothing,
    merken|merkt nichts, can work, kann arbeiten|normal, braucht keinen|keine, macht|machen keine probleme, nur bei
    uns, only here|us, unberuehrt, sind verschont, spared, perfectly fine, are synchronising|printing, gleichen ab,
    inside|within the company ... goes|works|through|fine, innerhalb ... geht|klappt,
    copying|printing|drucken|kopieren ... ok|klappt|geht, oeffnen kann man, when|if i trigger, stosse ich ...
    laeuft, runs|goes through when, laeuft er durch, older version works, alte version laeuft, second site works,
    the other|others is|are|has|have, colleagues next door, bei mir geht|klappt|laeuft, works for me|others|him|her,
    for me it works, i can ... myself|though, ich selbst kann|habe, alle ausser, all but,
    rest|others|ones|else|headquarters|elsewhere ...
    fine|ok|okay|work|works|normally|happily|unaffected|good|well|can|keep|running|sees|gets,
    uebrigen|anderen|restlichen|rest|andere|anderswo ... laeuft|laufen|einwandfrei|normal|geht|gehen|klappt|fein|ok,
    uebrigen|anderen|restlichen|rest|andere|anderswo ...
    koennen|beides|arbeitet|arbeiten|gut|aktuell|drucken|druckt|haben, does|do not have|having this|the|any
    problem|problems|issue, as usual, as ever, print|prints|sync|work|works normal|normally, all|alle|die
    other|anderen plants|sites|branches|werke|standorte|filialen|schulen|abteilungen
    """
)
ALL_RIGHT = listed(
    """
    not concerned, as such is ok|fine, an sich|selbst geht|ist, selbst|selber ist|geht|laeuft okay|ok, text is fine,
    in ordnung, goes|go through quickly|fine|normally, geht|gehen flott|problemlos|anstandslos|durch, older links,
    are fine, is fine, are okay|ok, is ok|okay, works as before|usual|ever, wie gewohnt|immer|ueblich|gehabt, alles
    andere|uebrige geht|laeuft|funktioniert|klappt, everything else works|behaves|runs|is, unauffaellig, has|have no
    problem, no issue|issues
    """
)
URGENT = listed(
    """
    urgent, urgently, emergency, asap, as soon as you can|possible, immediately, right now|away, right this minute,
    please call|phone|ring, call me|us|back|now, ring me|us, help please, please help, someone ... phone, somebody
    ... phone|now, today|tonight|tomorrow ... deadline, deadline today|tomorrow|at|is|tonight, due
    today|tomorrow|tonight|at, must|has|have|need to|be go|leave|out today|tonight|tomorrow, payroll, month end,
    hearing tomorrow|today, comes at noon|ten|#, starts at|in, opens at|in, premiere, very fast, quick help, bridge
    call, p1, priority 1, critical for us|patients|safety, dringend, dringende, notfall, sofort,
    sofortige|sofortigen, umgehend, umgehende|umgehenden, schnellstmoeglich*, so schnell wie|es, bitte schnell,
    rueckruf, rufen sie|bitte, ruf mich|uns, bitte ... anrufen, auf dem handy, muss|muessen ...
    heute|morgen|noch|bis, abgabefrist, frist, fristablauf, monatsabschluss, jahresabschluss, lohnlauf, gehaltslauf,
    bis heute|mittag|morgen|spaetestens, spaetestens heute|morgen, verhandlung, in einer|zwei stunde|stunden, gleich
    ... los, haengt daran, angewiesen, rely|relies|depend|depends on
    """
)
BY_HAND = listed(
    """
    by hand, manually, workaround, work around, stopgap, in the meantime, for now, meanwhile, as a bridge, usb
    stick*|sticks, by mail|usb|phone|courier, phoning everyone, von hand, per hand, haendisch, manuell, behelfen,
    behelf*, derweil, ausweich*, notbehelf, umweg, mit dem|usb stick, zurzeit nur|telefonisch, momentan per,
    notgedrungen, we are sharing, hilfsweise, now has|have to, has|have now to, muss|muessen
    jetzt|nun|derzeit|wieder|halt, photograph, abfotografieren, mail them|it to themselves, mailen sich, schicken
    sich, stattdessen, borrow, leihen sich, detour, behelfsmaessig, provisorisch, provisional*, excel liste,
    spreadsheet instead, per mail|telefon|usb|fax, weichen aus, use the old, nutzen das alte, one by one, zettel
    """
)

# ---- Rules -----------------------------------------------------------------------------------------------------------

HARD = (*NOBODY_CAN, *IDLE, *DOWN)  # no paperwork, whatever the subject says
SYSTEM = (*SERVER, *WEB_SITE)
SMALL = (*FUNCTION, *TRIFLE)  # less than the whole system
FINE = (*OTHERS_FINE, *ALL_RIGHT)  # somebody or something still works
LIMITS = (
    *FINE,
    *SMALL,
    *SLOW,
    *PART,
    *SINGLE,
    *BY_HAND,
    *TRIFLING,
    *SETTING_UP,
)  # whatever says that it is not the whole system, or not for all

RULES = (
    Rule("D", "a non-production system", (TEST_SYSTEM,), unless=LIVE_SYSTEM_HIT),
    Rule("D", "a question of what if", (WHAT_IF,), unless=LEFT_OVER),
    Rule("D", "solved in the meantime", (SOLVED,), unless=LEFT_OVER),
    Rule("D", "a wish", (WISH,), subject_only=True, unless=NOT_A_WISH),
    Rule("D", "paperwork", (PAPERS,), unless=HARD, unless_there=(*FAILS, *SETTING_UP), subject_only=True),
    Rule("A", "data lost or damaged", (DATA, GONE), unless_there=(*TRIFLE, *OTHERS_FINE)),
    Rule("A", "data lost or damaged", (LOSS,), unless_there=TRIFLE),
    Rule("A", "an upgrade that failed", (UPGRADE,), unless=(*OTHERS_FINE, *NEW_PLACE), unless_there=SINCE_UPGRADE),
    Rule("A", "something is down", (DOWN,), unless=OTHERS_FINE, unless_there=(*PLACE, *SMALL, *SOLVED)),
    Rule("A", "something is down", (SYSTEM, DEAD), unless=OTHERS_FINE, unless_there=(*PLACE, *SMALL, *SOLVED)),
    Rule("B", "a function does not work", (FUNCTION, FAILS), unless=TRIFLING, unless_there=TRIFLE),
    Rule("A", "nobody can work", (NOBODY_CAN,), unless=FINE, unless_there=(*FUNCTION, *PLACE)),
    Rule("A", "a web site is down", (WEB_SITE, FAILS), unless=FINE, unless_there=(*PART, *SMALL)),
    Rule("B", "slow for many", (MUCH_SLOWER,), unless=A_LITTLE_SLOW),
    Rule("A", "people cannot do their work", (IDLE,), unless=(*FINE, *SLOW)),
    Rule("A", "everybody is affected", (EVERYBODY, FAILS), unless=FINE, unless_there=(*SMALL, *PLACE)),
    Rule("B", "some cannot work", (PART, SHUT_OUT)),
    Rule("B", "some cannot work", (PART, FAILS), unless_there=TRIFLE),
    Rule("C", "a trifle", (TRIFLE,), subject_only=True),
    Rule("C", "a trifle", (TRIFLING,)),
    Rule("C", "setting something up", (SETTING_UP,), subject_only=True),
    Rule("C", "a trifle", (TRIFLE, FAILS)),
    Rule("D", "a wish", (WISH,), unless=FAILS),
    Rule("D", "paperwork", (PAPERWORK,), unless=FAILS),
    Rule("C", "nothing precise", (VAGUE,)),
    Rule("C", "setting something up", (SETTING_UP,), unless=FAILS),
    Rule("A", "everybody is affected", (FAILS,), besides=EVERYBODY, unless=(*FINE, *SMALL, *SLOW)),
    Rule("A", "urgent, and nothing is said to work", (FAILS,), besides=URGENT, unless=LIMITS),
    Rule("A", "the system does not work", (SYSTEM, FAILS), unless=LIMITS),
    Rule("B", "some cannot work", (FAILS,), besides=PART, unless=TRIFLE),
    Rule("B", "people help themselves in another way", (BY_HAND,), unless=TRIFLE),
    Rule("C", "one person only", (SINGLE,)),
    Rule("C", "a trifle", (TRIFLE,)),
    Rule("B", "something does not work", (FAILS,), unless=SETTING_UP),
    Rule("B", "slow", (SLOW,), unless=A_LITTLE_SLOW),
    Rule("D", "a wish", (WISH,)),
    Rule("D", "paperwork", (PAPERWORK,)),
    Rule("C", "setting something up", (SETTING_UP,)),
    Rule("D", "a question", (ASKING,)),
)
