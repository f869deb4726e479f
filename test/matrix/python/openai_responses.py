"""The client `openai`, Responses."""

from __future__ import annotations

import json
from typing import Any

from openai.types.responses import Response, ResponseStreamEvent

from openai_chat import client_of
from seen import Call, Case, City, Seen, Usage


def request_of(case: Case) -> dict[str, Any]:
    return {"model": case["model"], "input": "Say hello.", **case.get("more", {})}


def ask(case: Case, seen: Seen) -> None:
    responses = client_of(case).responses
    request = request_of(case)
    if case["how"] == "whole":
        see_response(responses.create(**request), seen)
        return
    told = Seen()
    helped = case["how"] == "helper"
    with responses.stream(**request) if helped else responses.create(**request, stream=True) as stream:
        last = None
        for event in stream:
            see_event(event, seen)
            last = event
        # The helper has a final response for those only that were completed, whoever answered.
        if helped and last is not None and last.type == "response.completed":
            see_response(stream.get_final_response(), told)
        elif last is not None and last.type in ("response.completed", "response.incomplete", "response.failed"):
            see_response(last.response, told)
        else:
            raise AssertionError(f"the stream ended with {last.type if last else 'nothing'}")
    # What was told piece by piece and what was there at the end are one answer, or something is wrong.
    for name in ("text", "refusal", "reasoning", "calls"):
        if getattr(seen, name) != getattr(told, name):
            raise AssertionError(f"{name}: events {getattr(seen, name)!r} made {getattr(told, name)!r}")
    seen.__dict__.update(told.__dict__)


def see_response(response: Response, seen: Seen) -> None:
    for item in response.output:
        if item.type == "message":
            for part in item.content:
                if part.type == "output_text":
                    seen.text += part.text
                    seen.links += [link.url for link in part.annotations if link.type == "url_citation"]
                elif part.type == "refusal":
                    seen.refusal += part.refusal
        elif item.type == "reasoning":
            seen.reasoning += "".join(part.text for part in [*item.summary, *(item.content or [])])
        elif item.type == "function_call":
            seen.calls.append(Call(item.name, value_of(item.arguments), item.call_id))
        elif item.type == "custom_tool_call":
            seen.calls.append(Call(item.name, item.input, item.call_id, custom=True))
    seen.finish = response.status
    if response.incomplete_details is not None and response.incomplete_details.reason is not None:
        seen.finish = response.incomplete_details.reason
    if response.error is not None:
        raise RuntimeError(f"{response.error.code}: {response.error.message}")
    if response.usage is not None:
        usage = response.usage
        seen.usage = Usage(
            input=usage.input_tokens,
            output=usage.output_tokens,
            cached=usage.input_tokens_details.cached_tokens,
            reasoning=usage.output_tokens_details.reasoning_tokens,
            total=usage.total_tokens,
        )


def see_event(event: ResponseStreamEvent, seen: Seen) -> None:
    match event.type:
        case "response.output_text.delta":
            seen.text += event.delta
        case "response.refusal.delta":
            seen.refusal += event.delta
        case "response.reasoning_text.delta" | "response.reasoning_summary_text.delta":
            seen.reasoning += event.delta
        case "response.output_item.done" if event.item.type == "function_call":
            seen.calls.append(Call(event.item.name, value_of(event.item.arguments), event.item.call_id))
        case "response.output_item.done" if event.item.type == "custom_tool_call":
            seen.calls.append(Call(event.item.name, event.item.input, event.item.call_id, custom=True))


def value_of(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def parse(case: Case, seen: Seen) -> None:
    """Structured output: the class goes out as a schema, the answer comes back as an instance."""
    responses = client_of(case).responses
    request = request_of(case)
    if case["how"] == "whole":
        response = responses.parse(**request, text_format=City)
    else:
        with responses.stream(**request, text_format=City) as stream:
            response = stream.get_final_response()
    city = response.output_parsed
    seen.finish = response.status
    seen.value = city.model_dump() if isinstance(city, City) else None


def leave(case: Case, seen: Seen) -> None:
    """Closes the stream after the first piece of text."""
    with client_of(case).responses.create(**request_of(case), stream=True) as stream:
        for event in stream:
            see_event(event, seen)
            if seen.text:
                return


CALLS = {"ask": ask, "parse": parse, "leave": leave}
