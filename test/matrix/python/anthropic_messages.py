"""The client `anthropic`, Messages."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from anthropic import Anthropic
from anthropic.types import Message, RawMessageStreamEvent

from seen import Call, Case, City, Seen, Usage


@lru_cache(maxsize=64)
def connect(base_url: str, key: str) -> Anthropic:
    return Anthropic(base_url=base_url, api_key=key, timeout=60)


def client_of(case: Case) -> Anthropic:
    return connect(case["base_url"], case.get("key", "none"))


def request_of(case: Case) -> dict[str, Any]:
    question = [{"role": "user", "content": "Say hello."}]
    return {"model": case["model"], "max_tokens": 4000, "messages": question, **case.get("more", {})}


def ask(case: Case, seen: Seen) -> None:
    messages = client_of(case).messages
    request = request_of(case)
    if case["how"] == "whole":
        see_message(messages.create(**request), seen)
        return
    if case["how"] == "stream":
        counts: dict[str, Any] = {}
        for event in messages.create(**request, stream=True):
            see_event(event, counts, seen)
        return
    with messages.stream(**request) as stream:
        told = Seen()
        for text in stream.text_stream:
            seen.text += text
        see_message(stream.get_final_message(), told)
    # What was told piece by piece and what was there at the end are one answer, or something is wrong.
    if seen.text != told.text:
        raise AssertionError(f"events {seen.text!r} made {told.text!r}")
    seen.__dict__.update(told.__dict__)


def see_message(message: Message, seen: Seen) -> None:
    for block in message.content:
        if block.type == "text":
            seen.text += block.text
        elif block.type == "thinking":
            seen.reasoning += block.thinking
        elif block.type == "tool_use":
            seen.calls.append(Call(block.name, block.input, block.id))
    seen.finish = message.stop_reason
    see_usage(message.usage.model_dump(), seen)


def see_event(event: RawMessageStreamEvent, counts: dict[str, Any], seen: Seen) -> None:
    """By hand, block by block. Counts are cumulative: what a later report does not say stays."""
    match event.type:
        case "message_start":
            counts.update(event.message.usage.model_dump(exclude_none=True))
            see_usage(counts, seen)
        case "content_block_start" if event.content_block.type == "tool_use":
            seen.calls.append(Call(event.content_block.name, "", event.content_block.id))
        case "content_block_delta":
            delta = event.delta
            if delta.type == "text_delta":
                seen.text += delta.text
            elif delta.type == "thinking_delta":
                seen.reasoning += delta.thinking
            elif delta.type == "input_json_delta" and seen.calls:
                seen.calls[-1].arguments += delta.partial_json
        case "content_block_stop":
            if seen.calls and isinstance(seen.calls[-1].arguments, str):
                seen.calls[-1].arguments = json.loads(seen.calls[-1].arguments or "{}")
        case "message_delta":
            seen.finish = event.delta.stop_reason or seen.finish
            counts.update(event.usage.model_dump(exclude_none=True))
            see_usage(counts, seen)


def see_usage(counts: dict[str, Any], seen: Seen) -> None:
    """`input_tokens` is without what the cache had or took."""
    cached, written = counts.get("cache_read_input_tokens"), counts.get("cache_creation_input_tokens")
    seen.usage = Usage(
        input=counts["input_tokens"] + (cached or 0) + (written or 0),
        output=counts["output_tokens"],
        cached=cached,
        reasoning=(counts.get("output_tokens_details") or {}).get("thinking_tokens"),
        written=written,
    )


def parse(case: Case, seen: Seen) -> None:
    """Structured output: the class goes out as a schema, the answer comes back as an instance."""
    messages = client_of(case).messages
    request = request_of(case)
    if case["how"] == "whole":
        message = messages.parse(**request, output_format=City)
    else:
        with messages.stream(**request, output_format=City) as stream:
            message = stream.get_final_message()
    city = message.parsed_output
    seen.finish = message.stop_reason
    seen.value = city.model_dump() if isinstance(city, City) else None


def models(case: Case, seen: Seen) -> None:
    client = client_of(case)
    listed = [model.id for model in client.models.list()]
    seen.value = {"listed": listed, "one": client.models.retrieve(case["model"]).model_dump(mode="json")}


def count(case: Case, seen: Seen) -> None:
    request = request_of(case)
    del request["max_tokens"]
    seen.value = client_of(case).messages.count_tokens(**request).input_tokens


def leave(case: Case, seen: Seen) -> None:
    """Closes the stream after the first piece of text."""
    with client_of(case).messages.stream(**request_of(case)) as stream:
        for text in stream.text_stream:
            seen.text += text
            return


CALLS = {"ask": ask, "parse": parse, "models": models, "count": count, "leave": leave}
