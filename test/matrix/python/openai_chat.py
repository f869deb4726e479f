"""The client `openai`, Chat Completions."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from openai import ContentFilterFinishReasonError, LengthFinishReasonError, OpenAI
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessage

from seen import Call, Case, City, Seen, Usage


@lru_cache(maxsize=64)
def connect(base_url: str, key: str) -> OpenAI:
    return OpenAI(base_url=f"{base_url}/v1", api_key=key, timeout=60)


def client_of(case: Case) -> OpenAI:
    return connect(case["base_url"], case.get("key", "none"))


def request_of(case: Case) -> dict[str, Any]:
    question = [{"role": "user", "content": "Say hello."}]
    return {"model": case["model"], "messages": question, **case.get("more", {})}


def ask(case: Case, seen: Seen) -> None:
    completions = client_of(case).chat.completions
    request = request_of(case)
    if case["how"] == "whole":
        see_completion(completions.create(**request), seen)
        return
    request.setdefault("stream_options", {"include_usage": True})
    if case["how"] == "stream":
        for chunk in completions.create(**request, stream=True):
            see_chunk(chunk, seen)
        see_arguments(seen)
        return
    told = Seen()
    with completions.stream(**request) as stream:
        for event in stream:
            if event.type == "content.delta":
                seen.text += event.delta
            elif event.type == "refusal.delta":
                seen.refusal += event.delta
        try:
            see_completion(stream.get_final_completion(), told)
        except (LengthFinishReasonError, ContentFilterFinishReasonError) as end:
            # The helper raises for these two reasons, whoever answered; the answer is in what it raises.
            see_completion(end.completion, told)
    # What was told piece by piece and what was there at the end are one answer, or something is wrong. Of several answers
    # the events do not say whose they are.
    if not told.others and (seen.text, seen.refusal) != (told.text, told.refusal):
        raise AssertionError(f"events {seen.text!r} {seen.refusal!r} made {told.text!r} {told.refusal!r}")
    seen.__dict__.update(told.__dict__)


def see_completion(completion: ChatCompletion, seen: Seen) -> None:
    first, *others = completion.choices
    see_message(first.message, seen)
    seen.finish = first.finish_reason
    seen.others = [choice.message.content or "" for choice in others]
    see_usage(completion.usage, seen)


def see_message(message: ChatCompletionMessage, seen: Seen) -> None:
    seen.text = message.content or ""
    seen.refusal = message.refusal or ""
    seen.reasoning = reasoning_of(message)
    see_beside(message, seen)
    for call in message.tool_calls or []:
        seen.calls.append(call_of(call))
    if message.function_call is not None:
        seen.calls.append(Call(message.function_call.name, message.function_call.arguments))
    see_arguments(seen)


def call_of(call: Any) -> Call:
    """The helper for streams knows functions only, and leaves other calls as they came."""
    fields = call if isinstance(call, dict) else call.to_dict()
    function = fields.get("function")
    if function is not None:
        return Call(function["name"], function["arguments"], fields.get("id"))
    custom = fields["custom"]
    custom = custom if isinstance(custom, dict) else custom.to_dict()
    return Call(custom["name"], custom["input"], fields.get("id"), custom=True)


def see_chunk(chunk: ChatCompletionChunk, seen: Seen) -> None:
    see_usage(chunk.usage, seen)
    for choice in chunk.choices:
        if choice.index > 0:
            seen.others += [""] * (choice.index - len(seen.others))
            seen.others[choice.index - 1] += choice.delta.content or ""
            continue
        seen.text += choice.delta.content or ""
        seen.refusal += choice.delta.refusal or ""
        seen.reasoning += reasoning_of(choice.delta)
        see_beside(choice.delta, seen)
        seen.finish = choice.finish_reason or seen.finish
        for piece in choice.delta.tool_calls or []:
            add_piece(seen.calls, piece.index, piece.id, piece.function or (piece.model_extra or {}).get("custom"))
        if choice.delta.function_call is not None:
            add_piece(seen.calls, 0, None, choice.delta.function_call)


def add_piece(calls: list[Call], index: int, id: str | None, said: Any) -> None:
    """`said` is a function, or what the client does not declare: a custom tool, as a dictionary."""
    if index == len(calls):
        calls.append(Call(None, ""))
    call = calls[index]
    call.id = id or call.id
    if isinstance(said, dict):
        call.custom = True
        call.name = said.get("name") or call.name
        call.arguments += said.get("input") or ""
    elif said is not None:
        call.name = said.name or call.name
        call.arguments += said.arguments or ""


def see_arguments(seen: Seen) -> None:
    for call in seen.calls:
        if call.custom:
            continue
        try:
            call.arguments = json.loads(call.arguments)
        except ValueError:
            pass


def reasoning_of(message: Any) -> str:
    """No field of the client's own: what is not declared is kept beside the rest, in one of several spellings."""
    beside = message.model_extra or {}
    details = beside.get("reasoning_details") or []
    told = "".join(one.get("text") or one.get("summary") or "" for one in details)
    return beside.get("reasoning") or beside.get("reasoning_content") or told


def see_beside(message: Any, seen: Seen) -> None:
    """Links and pictures. A delta has its annotations undeclared, as plain dictionaries."""
    for link in getattr(message, "annotations", None) or []:
        about = link if isinstance(link, dict) else link.to_dict()
        if about.get("type") == "url_citation":
            seen.links.append(about["url_citation"]["url"])
    seen.images += len((message.model_extra or {}).get("images") or [])


def see_usage(usage: CompletionUsage | None, seen: Seen) -> None:
    if usage is None:
        return
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    seen.usage = Usage(
        input=usage.prompt_tokens,
        output=usage.completion_tokens,
        cached=prompt.cached_tokens if prompt else None,
        reasoning=completion.reasoning_tokens if completion else None,
        total=usage.total_tokens,
    )


def parse(case: Case, seen: Seen) -> None:
    """Structured output: the class goes out as a schema, the answer comes back as an instance."""
    completions = client_of(case).chat.completions
    request = request_of(case)
    if case["how"] == "whole":
        completion = completions.parse(**request, response_format=City)
    else:
        with completions.stream(**request, response_format=City) as stream:
            completion = stream.get_final_completion()
    city = completion.choices[0].message.parsed
    seen.finish = completion.choices[0].finish_reason
    seen.value = city.model_dump() if isinstance(city, City) else None


def models(case: Case, seen: Seen) -> None:
    client = client_of(case)
    listed = [model.id for model in client.models.list()]
    seen.value = {"listed": listed, "one": client.models.retrieve(case["model"]).model_dump()}


def leave(case: Case, seen: Seen) -> None:
    """Closes the stream after the first piece of text."""
    with client_of(case).chat.completions.create(**request_of(case), stream=True) as stream:
        for chunk in stream:
            see_chunk(chunk, seen)
            if seen.text:
                return


CALLS = {"ask": ask, "parse": parse, "models": models, "leave": leave}
