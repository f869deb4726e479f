"""What a program sees of an answer, in the same few words for every client."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypedDict

from pydantic import BaseModel


class Case(TypedDict, total=False):
    """One question, as it comes in on a line."""

    id: str
    #: A key of `CLIENTS` in lane.py.
    client: str
    #: What the client does: a key of the module's `CALLS`; without it, `ask`.
    call: str
    #: Scheme, host and port of the gateway, without a path.
    base_url: str
    key: str
    model: str
    #: `whole`; `stream`, read event by event; `helper`, read by what the client has for that.
    how: str
    #: Arguments beside the model, in the client's own words and in the place of those that the lane has.
    more: dict[str, Any]


class City(BaseModel):
    """What `parse` asks for."""

    city: str
    people: float


@dataclass
class Call:
    """A call of a tool; `arguments` is the value, or the text where that is no JSON or the tool takes any text."""

    name: str | None
    arguments: Any
    id: str | None = None
    #: A tool that takes any text.
    custom: bool = False


@dataclass
class Usage:
    """Tokens: `input` with the cached ones, `output` with the reasoning. None is for what the client was not told."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    written: int | None = None
    total: int | None = None


@dataclass
class Raised:
    """An exception. `classes` are its own and those above it, without Python's."""

    classes: list[str]
    message: str
    status: int | None = None
    code: str | None = None


@dataclass
class Seen:
    """Filled while it is read, so that an answer that breaks off leaves what was there before."""

    text: str = ""
    refusal: str = ""
    reasoning: str = ""
    calls: list[Call] = field(default_factory=list)
    #: The reason for the end in the client's own word.
    finish: str | None = None
    usage: Usage | None = None
    #: Answers beside the first; their texts.
    others: list[str] = field(default_factory=list)
    #: Addresses that the answer cites, where the client's language has links.
    links: list[str] = field(default_factory=list)
    #: How many pictures stand beside the text.
    images: int = 0
    #: What a call saw that is no answer: models, a count, a parsed value.
    value: Any = None
    raised: Raised | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def raised(error: Exception) -> Raised:
    """Each client has its status in a place of its own; a failure in a stream has none."""
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ != "builtins"]
    status = getattr(error, "status_code", None)
    code = getattr(error, "code", None)
    if status is None and isinstance(code, int):
        status, code = code, getattr(error, "status", None)
    if code is None:
        code = getattr(error, "type", None)
    return Raised(classes=kinds or [type(error).__name__], message=str(error), status=status, code=code)
