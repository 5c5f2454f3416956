"""What does config.toml say? Either the settings, or everything that is wrong with them.

Pydantic takes a third of a second to import, so it is loaded with the first file and not with this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from daemon.config import text as config_text
from daemon.config.secret import Secret
from daemon.config.settings import Lmtp, Mailbox, Settings, Smtp
from daemon.errors import ConfigError

__all__ = ["Lmtp", "Mailbox", "Secret", "Settings", "Smtp", "find", "load", "warnings"]

VARIABLE = "POSTCASE_CONFIG"
USUAL_PLACES = (Path("config.toml"), Path("/etc/postcase/config.toml"))


def find(explicit: str | None, environ: Mapping[str, str]) -> Path:
    """The file named by --config, else by POSTCASE_CONFIG, else in one of the usual places. Errors: ConfigError."""
    named = explicit or environ.get(VARIABLE)
    if named:
        return Path(named)
    for place in USUAL_PLACES:
        if _is_there(place):
            return place
    looked = " nor ".join(str(place) for place in USUAL_PLACES)
    raise ConfigError([f"found neither {looked}, expected one of them, or a file named by --config or {VARIABLE}"])


def _is_there(place: Path) -> bool:
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # it may be there and not for us to read: say so rather than look further
        return True
    return True


def load(path: Path) -> Settings:
    """The settings. Errors: ConfigError with everything that is wrong, in the order of the file."""
    from pydantic import ValidationError

    from daemon.config import build as config_settings
    from daemon.config import checks as config_checks
    from daemon.config import model as config_model
    from daemon.config import problems as config_errors

    text = config_text.read(path)
    raw, lines = config_text.parse(path, text)
    problems = list(config_checks.problems(raw, path.absolute().parent))
    try:
        document = config_model.Document.model_validate(raw)
    except ValidationError as error:
        problems += config_errors.of_model(error)
    if problems:
        raise ConfigError(config_errors.sentences(path, lines, problems)) from None
    return config_settings.settings(path, document, lines)


def warnings(settings: Settings) -> list[str]:
    """What the configuration allows but should not: passwords open to others, logins in the clear, odd ports."""
    from daemon.config import warn as config_warnings

    return config_warnings.warnings(settings)
