"""With which words does a customer say that his case is resolved, or that he needs more time? Tables in English and German.

[the] (problem|issue) is solved     what stands in brackets may be missing, | is between what may take each other's place
need more time [until DAY]          DAY is a day or a span of time however it is written (rules/named_days.py)
"""

from __future__ import annotations

# What the links in a reminder write for the customer; a language without a row of its own writes English.
ANSWERS = {
    "en": {"resolved": "It is resolved.", "more_time": "I need more time.", "not_resolved": "It is not resolved."},
    "de": {
        "resolved": "Das Problem ist gelöst.",
        "more_time": "Ich brauche mehr Zeit.",
        "not_resolved": "Das Problem ist nicht gelöst.",
    },
}

RESOLVED = (
    "[the|this|my|our] (issue|problem|matter|error|incident) [is|was|has been] [now|already] (resolved|solved|fixed) [now]",
    "(it|this|that|everything|all) (is|was|has been) [now|already|all] (resolved|solved|fixed) [now|for me|for us]",
    "(resolved|solved|fixed) [now|already|for me|for us|on our side|on our end|on my side|on my end]",
    "[the|this|my|our] (problem|issue) is gone [now]",
    "[the|this|my|our] (case|ticket|issue) can be closed [now]",
    "you (can|may) close (it|this|the case|this case|my case|our case|the ticket|this ticket|my ticket|our ticket) [now]",
    "[please] close (the|this|my|our) (case|ticket) [now] [please]",
    "[das|mein|unser|dieses] (problem|thema|anliegen|ticket) [ist|wurde] [jetzt|nun|inzwischen|bereits|schon|mittlerweile] "
    "(gelöst|geloest|behoben|erledigt)",
    "[der|die|dieser|diese|unser|unsere] (fehler|fall|störung|sache) [ist|wurde] "
    "[jetzt|nun|inzwischen|bereits|schon|mittlerweile] (gelöst|geloest|behoben|erledigt)",
    "[es|das|alles] [ist|wurde] [jetzt|nun|inzwischen|bereits|schon|mittlerweile] (gelöst|geloest|behoben)",
    "[es|das|die sache|das problem|das thema] hat sich [jetzt|nun|inzwischen|bereits|schon|mittlerweile] erledigt",
    "[der|dieser|unser] fall kann [jetzt|nun] geschlossen werden",
    "[das|dieses|unser] ticket kann [jetzt|nun] geschlossen werden",
    "sie können (den fall|das ticket) [jetzt|nun] schließen",
    "bitte (den fall|das ticket) schließen",
    "bitte schließen sie (den fall|das ticket)",
)
# Of the problem, if that is what we asked about; else perhaps of something the engineer asked for.
DONE = ("[es|das|alles] [ist|wurde] [jetzt|nun|inzwischen|bereits|schon|mittlerweile] erledigt",)
NOT_RESOLVED = (
    "[the|this|my|our] (issue|problem|error) (is|was|has) [still] not [yet|been|fully|really] (resolved|solved|fixed) [yet]",
    "(it|this|that) (is|was|has) [still] not [yet|been|fully|really] (resolved|solved|fixed) [yet]",
    "[still] not [yet|fully|really] (resolved|solved|fixed) [yet]",
    "[still] unresolved",
    "[it is] not yet",
    "[the|this|my|our] (issue|problem) [still] (exists|persists|remains)",
    "[it is] still open",
    "[das|unser|mein|der|die|es] [problem|fehler|störung] ist [leider] [noch|immer noch|weiterhin] nicht "
    "[ganz|vollständig|wirklich] (gelöst|geloest|behoben|erledigt)",
    "[leider] [noch|immer noch|weiterhin] nicht [ganz|vollständig|wirklich] (gelöst|geloest|behoben|erledigt)",
    "[leider] noch nicht",
    "[leider] ungelöst",
    "[das|der] (problem|fehler) besteht [leider] (weiterhin|noch|immer noch)",
    "[leider] noch offen",
)
MORE_TIME = (
    "[i|we] [will|do|would] [still] (need|require) [some|a bit of|a bit|a little bit|a little] [more|additional|further] time "
    "[please|to respond|to answer|to test it|to test|to check it|to check|for this|for testing|for that] [(until|till|for) DAY]",
    "[please] (give|allow) (me|us) [some|a bit|a little] more time [please] [(until|till) DAY]",
    "[some|a bit|a little] more time [please|needed] [(until|till) DAY]",
    "[i|we] [will|do|would] [still] need (a few [more] (days|weeks)|longer|[until|till] DAY)",
    "[please] (give|allow) (me|us) [until|till] DAY",
    "[please] wait (until|till) DAY",
    "[please] (ask|remind) (me|us) [again] (on|in|after) DAY",
    "[ich|wir] (brauche|brauchen|benötige|benötigen|bräuchte|bräuchten) [leider] [noch] [etwas|ein wenig|ein bisschen|einige] "
    "[mehr|weitere] zeit [bitte|dafür|dazu|zum testen] [bis [zum] DAY]",
    "[ich|wir] (brauche|brauchen|benötige|benötigen) [leider] [noch] [bis [zum]] DAY [zeit]",
    "[ich|wir] (brauche|brauchen|benötige|benötigen) (länger|[leider] noch (ein paar|einige) (tage|wochen))",
    "bitte geben sie (mir|uns) [noch] [etwas|ein wenig|ein bisschen] [mehr] zeit [bis [zum] DAY]",
    "geben sie (mir|uns) bitte [noch] [etwas|ein wenig|ein bisschen] [mehr] zeit [bis [zum] DAY]",
    "bitte geben sie (mir|uns) [noch] [zeit] [bis [zum]] DAY [zeit]",
    "[noch] [etwas|ein wenig|ein bisschen] mehr zeit [bitte|nötig] [bis [zum] DAY]",
    "noch (etwas|ein wenig) zeit [bitte] [bis [zum] DAY]",
    "bitte warten sie [noch] bis [zum] DAY",
    "bitte (fragen|erinnern) sie (mich|uns) [wieder|erneut] (am|in|nach) DAY",
)
UNTIL = ("(until|till|til) DAY", "[noch] bis [zum|einschließlich] DAY")
YES = ("yes", "yep", "yeah", "ja", "jawohl", "genau", "yes please", "ja bitte")
NO = ("no", "nope", "nein", "leider nein", "unfortunately not", "leider nicht", "sorry", "leider", "unfortunately")
POLITE = (
    "please", "bitte", "all the best", "have a nice day", "have a nice weekend", "schönen tag", "schönen tag noch",
    "schönes wochenende", "great", "perfect", "excellent", "super", "prima", "toll", "perfekt", "wunderbar", "good news",
)  # fmt: skip
