"""The client `google-genai`, generateContent. Its helper for streams is the chat, which keeps what was said."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from google import genai
from google.genai import types

from seen import Call, Case, City, Seen, Usage


@lru_cache(maxsize=64)
def connect(base_url: str, key: str) -> genai.Client:
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=base_url, timeout=60_000))


def client_of(case: Case) -> genai.Client:
    return connect(case["base_url"], case.get("key", "none"))


def request_of(case: Case) -> dict[str, Any]:
    return {"model": case["model"], "contents": "Say hello.", **case.get("more", {})}


def ask(case: Case, seen: Seen) -> None:
    client = client_of(case)
    request = request_of(case)
    if case["how"] == "whole":
        see_response(client.models.generate_content(**request), seen)
    elif case["how"] == "stream":
        for chunk in client.models.generate_content_stream(**request):
            see_response(chunk, seen)
    else:
        read_chat(client, request, seen)


def read_chat(client: genai.Client, request: dict[str, Any], seen: Seen) -> None:
    before, message = said_before(request["contents"])
    chat = client.chats.create(model=request["model"], config=request.get("config"), history=before)
    for chunk in chat.send_message_stream(message):
        see_response(chunk, seen)
    # The chat keeps pieces as they came; together they are the answer. It does not tell several answers apart.
    kept = [part for content in chat.get_history()[len(before) + 1 :] for part in content.parts or []]
    text = "".join(part.text or "" for part in kept if not part.thought)
    if not seen.others and text != seen.text:
        raise AssertionError(f"chunks {seen.text!r} made {text!r}")


def said_before(contents: Any) -> tuple[list[types.Content], str | list[types.Part]]:
    """Contents as a chat takes them: the history, and the message that is new."""
    if isinstance(contents, str):
        return [], contents
    if "parts" not in contents[-1]:
        return [], [types.Part.model_validate(part) for part in contents]
    *before, last = [types.Content.model_validate(content) for content in contents]
    return before, last.parts or []


def see_response(response: types.GenerateContentResponse, seen: Seen) -> None:
    """A whole answer or a piece of one: pieces add up, and the last usage counts."""
    if response.prompt_feedback is not None and response.prompt_feedback.block_reason is not None:
        seen.finish = f"blocked: {response.prompt_feedback.block_reason.value}"
    for at, candidate in enumerate(response.candidates or []):
        parts = (candidate.content.parts if candidate.content else None) or []
        index = candidate.index if candidate.index is not None else at
        if index > 0:
            seen.others += [""] * (index - len(seen.others))
            seen.others[index - 1] += "".join(part.text or "" for part in parts)
            continue
        for part in parts:
            see_part(part, seen)
        if candidate.finish_reason is not None:
            seen.finish = candidate.finish_reason.value
    see_usage(response.usage_metadata, seen)


def see_part(part: types.Part, seen: Seen) -> None:
    if part.function_call is not None:
        call = part.function_call
        seen.calls.append(Call(call.name, call.args, call.id))
    elif part.thought:
        seen.reasoning += part.text or ""
    else:
        seen.text += part.text or ""


def see_usage(usage: types.GenerateContentResponseUsageMetadata | None, seen: Seen) -> None:
    """Thoughts are beside the candidates' tokens, and what tools brought beside the prompt's."""
    if usage is None:
        return
    prompt, brought = usage.prompt_token_count, usage.tool_use_prompt_token_count
    candidates, thoughts = usage.candidates_token_count, usage.thoughts_token_count
    seen.usage = Usage(
        input=None if prompt is None and brought is None else (prompt or 0) + (brought or 0),
        output=None if candidates is None and thoughts is None else (candidates or 0) + (thoughts or 0),
        cached=usage.cached_content_token_count,
        reasoning=thoughts,
        total=usage.total_token_count,
    )


def parse(case: Case, seen: Seen) -> None:
    """Structured output: the class goes out as a schema, the answer comes back as an instance."""
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=City)
    response = client_of(case).models.generate_content(**request_of(case), config=config)
    see_response(response, seen)
    seen.value = response.parsed.model_dump() if isinstance(response.parsed, City) else None


def models(case: Case, seen: Seen) -> None:
    client = client_of(case)
    listed = [model.name for model in client.models.list()]
    seen.value = {"listed": listed, "one": client.models.get(model=case["model"]).model_dump(mode="json")}


def count(case: Case, seen: Seen) -> None:
    seen.value = client_of(case).models.count_tokens(**request_of(case)).total_tokens


def weather(city: str) -> str:
    """The weather in a city."""
    return f"Rain in {city}."


def run_tools(case: Case, seen: Seen) -> None:
    """A Python function as a tool: the client calls it, sends what it says, and gives the answer after that."""
    config = types.GenerateContentConfig(tools=[weather])
    response = client_of(case).models.generate_content(**request_of(case), config=config)
    see_response(response, seen)
    seen.value = len(response.automatic_function_calling_history or [])


def converse(case: Case, seen: Seen) -> None:
    """Two messages in one chat: the second goes up with the first answer as the client has kept it."""
    chat = client_of(case).chats.create(model=case["model"])
    for _ in chat.send_message_stream("One."):
        pass
    for chunk in chat.send_message_stream("Two."):
        see_response(chunk, seen)


def leave(case: Case, seen: Seen) -> None:
    """Closes the stream after the first piece of text."""
    stream = client_of(case).models.generate_content_stream(**request_of(case))
    for chunk in stream:
        see_response(chunk, seen)
        if seen.text:
            stream.close()
            return


CALLS = {
    "ask": ask,
    "parse": parse,
    "models": models,
    "count": count,
    "run_tools": run_tools,
    "converse": converse,
    "leave": leave,
}
