"""Asks Clew with the official Python clients, unmodified, and tells what they saw.

A case is a line of JSON on standard input, `{id, client, base_url, model, how, …}` (`Case` in seen.py); its answer is a
line on standard output, `{id, seen}`, in the order of the cases. The first line is `{id: 0}`: the clients are loaded, which
takes seconds. An exception of a client is something that was seen. It ends when its input does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import anthropic_messages
import google_genai
import openai_chat
import openai_responses
from seen import Case, Seen, raised

CLIENTS: dict[str, dict[str, Callable[[Case, Seen], None]]] = {
    "openai-chat": openai_chat.CALLS,
    "openai-responses": openai_responses.CALLS,
    "anthropic": anthropic_messages.CALLS,
    "google-genai": google_genai.CALLS,
}


def answer(case: Case) -> Seen:
    seen = Seen()
    try:
        CLIENTS[case["client"]][case.get("call", "ask")](case, seen)
    except Exception as error:  # Whatever a client raises is the answer; a bug of the lane shows as its own class.
        seen.raised = raised(error)
    return seen


def tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    tell({"id": 0})
    for line in sys.stdin:
        case: Case = json.loads(line)
        tell({"id": case["id"], "seen": answer(case).as_json()})


if __name__ == "__main__":
    main()
