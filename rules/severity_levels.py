"""What do the severities mean? The definitions that come with the desk; config.toml may publish others."""

from __future__ import annotations

from rules.severity import Level

SHIPPED = (
    Level(
        "A",
        names={"en": "critical", "de": "kritisch"},
        meanings={
            "en": (
                "Serious disruption or shut-down: a server is down, crashes or hangs, services do not start, clients "
                "cannot connect or transfer data, critical web sites are down, an upgrade failed, data are lost or "
                "corrupted."
            ),
            "de": (
                "Schwere Störung oder Stillstand: Ein Server ist ausgefallen, stürzt ab oder hängt, Dienste starten "
                "nicht, Clients können sich nicht verbinden oder keine Daten übertragen, wichtige Webseiten sind "
                "nicht erreichbar, ein Upgrade ist gescheitert, Daten sind verloren oder beschädigt."
            ),
        },
        weight=8,
        urgent=True,
    ),
    Level(
        "B",
        names={"en": "serious", "de": "ernst"},
        meanings={
            "en": (
                "Significant disruption: some clients cannot connect or transfer data, everything is much slower than "
                "usual but works, a major feature does not work."
            ),
            "de": (
                "Erhebliche Störung: Einige Clients können sich nicht verbinden oder keine Daten übertragen, alles "
                "ist viel langsamer als sonst, aber es läuft, eine wichtige Funktion fehlt."
            ),
        },
        weight=4,
        urgent=True,
    ),
    Level(
        "C",
        names={"en": "minor", "de": "gering"},
        meanings={
            "en": (
                "A minor feature does not work (a report cannot be exported, say), a new workflow is to be set up, a "
                "new installation, a small loss of speed."
            ),
            "de": (
                "Eine kleinere Funktion geht nicht (etwa der Export eines Berichts), ein neuer Arbeitsablauf wird "
                "eingerichtet, eine neue Installation, es ist etwas langsamer als sonst."
            ),
        },
        weight=2,
    ),
    Level(
        "D",
        names={"en": "general question", "de": "allgemeine Frage"},
        meanings={
            "en": (
                "No effect on your work: a wish for a feature, a question about licences or serial numbers, a system "
                "that is not in production."
            ),
            "de": (
                "Keine Auswirkung auf Ihre Arbeit: ein Wunsch, eine Frage zu Lizenzen oder Seriennummern, ein System, "
                "mit dem nicht gearbeitet wird."
            ),
        },
        weight=1,
    ),
)
