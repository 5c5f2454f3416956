"""What can go wrong, and is it worth another try?

PostcaseError
├── TemporaryError      try again later: nothing was acknowledged, nothing is lost
│   ├── StoreUnwritable     the disk refused (full, read-only, failing)
│   │   └── StoreForbidden      ... as the data belongs to another user
│   └── LinkDown            a mail server cannot be reached or does not answer
├── PermanentError      trying again would give the same answer
│   ├── UnreadableMail      this mail goes to quarantine with the reason
│   ├── DamagedFile         a file of the store is not what we wrote
│   └── ConfigError         config.toml says something we cannot do; all its problems at once
├── AlreadyRunning      another daemon holds this data
└── OutputRefused       what a command prints cannot be written
"""

from __future__ import annotations

from collections.abc import Sequence


class PostcaseError(Exception):
    """A sentence for a human: what was expected, what was found."""


class TemporaryError(PostcaseError):
    """Try again later."""


class StoreUnwritable(TemporaryError):
    """The store could not be written; the mail in hand stays where it is."""


class StoreForbidden(StoreUnwritable):
    """This user may not read or write there; whoever runs may mend that, and then try again."""


class LinkDown(TemporaryError):
    """A mail server cannot be reached, hung up, or does not answer in time."""


class PermanentError(PostcaseError):
    """Trying again would give the same answer."""


class UnreadableMail(PermanentError):
    """A mail that no parser could make anything of."""


class DamagedFile(PermanentError):
    """A file of the store does not hold what the desk wrote."""


class ConfigError(PermanentError):
    """Everything that is wrong with the configuration, one sentence a problem."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class AlreadyRunning(PostcaseError):
    """Another process is the writer of this data."""


class OutputRefused(PostcaseError):
    """What a command prints cannot be written: the disk behind it is full, say."""
