"""How is a value of the desk written down as a document, and read back? Shared by every storage engine.

    str                as it is; lone surrogates and NUL, which neither UTF-8 nor PostgreSQL can hold, become U+FFFD
    int, bool, None    as they are
    datetime           "2026-11-23T10:00:00Z"
    StrEnum            its value
    tuple              an array
    dataclass          an object with a key for each field

Documents of other versions can be read: a key we do not know is passed over, a missing one gives the field's default.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Reader = Callable[[Any], Any]

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def to_document(value: Any) -> Any:
    """The value in terms of JSON. Errors: ValueError (a time without a zone), TypeError (a type not listed above)."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return [to_document(item) for item in value]
    if isinstance(value, datetime):
        return write_time(value)
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        return {name: to_document(getattr(value, name)) for name in _field_names(kind)}
    raise TypeError(f"a document holds no {type(value).__name__}: {value!r}")


def from_document(kind: type[Value], document: object) -> Value:
    """The value of this dataclass. Errors: ValueError that names the field, what was expected and what was found."""
    hint: Any = kind
    value: Value = _reader(hint)(document)
    return value


def clean(text: str) -> str:
    """Text that every store can hold, and that is the same when it is read back."""
    return _UNWRITABLE.sub("\ufffd", text)


def write_time(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment}")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_time(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f'expected a time like "2026-11-23T10:00:00Z", found {text!r}')
    return moment.astimezone(UTC)


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _reader(hint: Any) -> Reader:
    """What reads a value of this type, composed once for each type."""
    if get_origin(hint) is tuple:
        return _array_reader(_reader(get_args(hint)[0]))
    if isinstance(hint, UnionType):
        (inner,) = (one for one in get_args(hint) if one is not NoneType)
        return _optional_reader(_reader(inner))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _object_reader(hint)
    if issubclass(hint, StrEnum):
        return _choice_reader(hint)
    return {str: _read_text, int: _read_number, bool: _read_yes_or_no, datetime: read_time}[hint]


def _object_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in _field_names(kind)}
    required = {field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING}

    def read_object(document: Any) -> Any:
        if not isinstance(document, dict):
            raise ValueError(f"expected an object with the fields of {kind.__name__}, found {document!r}")
        if missing := required - document.keys():
            raise ValueError(f"{', '.join(sorted(missing))}: missing")
        known = [name for name in readers if name in document]
        return kind(**{name: _in_place(name, readers[name], document[name]) for name in known})

    return read_object


def _array_reader(read: Reader) -> Reader:
    def read_array(found: Any) -> tuple[Any, ...]:
        if not isinstance(found, list):
            raise ValueError(f"expected an array, found {found!r}")
        return tuple(_in_place(str(place), read, item) for place, item in enumerate(found, 1))

    return read_array


def _optional_reader(read: Reader) -> Reader:
    return lambda found: None if found is None else read(found)


def _choice_reader(kind: type[StrEnum]) -> Reader:
    def read_choice(found: Any) -> StrEnum:
        try:
            return kind(found)
        except ValueError:
            raise ValueError(f"expected one of {', '.join(kind)}, found {found!r}") from None

    return read_choice


def _read_text(found: Any) -> str:
    if not isinstance(found, str):
        raise ValueError(f"expected text, found {found!r}")
    return found


def _read_number(found: Any) -> int:
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f"expected a whole number, found {found!r}")
    return found


def _read_yes_or_no(found: Any) -> bool:
    if not isinstance(found, bool):
        raise ValueError(f"expected true or false, found {found!r}")
    return found


def _in_place(name: str, read: Reader, found: Any) -> Any:
    try:
        return read(found)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
