// A request body, from the centre's words to a provider's. Whatever is left out or changed is declared.

import { asObject } from '#base/json.ts';
import type { Json, JsonDraft, JsonObject } from '#base/json.ts';
import type { Loss } from '#canonical/loss.ts';
import type { Quirks } from '#canonical/quirk.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { clampMarks, dropMarks } from './cache-marks.ts';
import { encodeTurns } from './encode-turns.ts';
import { wrap } from './envelope.ts';
import { mannersOf } from './models.ts';
import type { ModelManners } from './models.ts';
import { addCarried, carried, isOurs, noted, present } from './notes.ts';
import { encodeOutput } from './output.ts';
import { encodeSampling, encodeStop, encodeTier, loseParameters } from './parameters.ts';
import { quirk } from './quirks.ts';
import { askThinking, writtenThinking } from './thinking.ts';
import type { ThinkingAsked } from './thinking.ts';
import { encodeToolChoice, encodeTools, isForced } from './tools.ts';
import { ID } from './wire.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

export function encodeRequest(request: ChatRequest, model: string, quirks: Quirks): EncodedRequest {
  const losses: Loss[] = [];
  const manners = mannersOf(model);
  const { system, messages } = encodeTurns(request.messages, losses);
  const body: JsonDraft = { model, system, messages };
  const tools = encodeTools(request, losses);
  if (tools.length > 0) body['tools'] = tools;
  body['tool_choice'] = encodeToolChoice(request, tools, losses);
  body['max_tokens'] = maxTokens(request, manners);
  body['stop_sequences'] = encodeStop(request, losses);
  body['service_tier'] = encodeTier(request, losses);
  if (request.user !== undefined)
    body['metadata'] = { ...asObject(carried(request.extras)?.['metadata']), user_id: request.user };
  if (request.stream) body['stream'] = true;
  const asked = encodeThinking(request, body, manners, { quirks, losses });
  encodeSampling(request, body, { manners, thinks: thinks(asked), losses });
  encodeOutput(request, body, { manners, effort: asked?.effort, quirks, losses });
  loseParameters(request, losses);
  encodeUnknown(request, body, quirks, losses);
  if (quirk(quirks, 'cacheMarks') === 'dropped') dropMarks(body, losses);
  if (!isOurs(request.extras)) clampMarks(body, losses);
  wrap(body, request, { quirks, losses });
  loseForeignFields(request, ID, losses);
  return { body: present(body), losses };
}

/** The API wants a limit; without one the model's own longest answer is asked for. */
function maxTokens(request: ChatRequest, manners: ModelManners): Json | undefined {
  if (request.maxOutputTokens !== undefined) return request.maxOutputTokens;
  return carried(request.extras)?.['max_tokens'] ?? manners.maxOutputTokens;
}

interface Writing {
  readonly quirks: Quirks;
  readonly losses: Loss[];
}

function encodeThinking(
  request: ChatRequest,
  body: JsonDraft,
  manners: ModelManners,
  { quirks, losses }: Writing,
): ThinkingAsked | undefined {
  if (request.reasoning === undefined) return undefined;
  const how = quirk(quirks, 'thinking');
  const asked =
    writtenThinking(noted(request.extras, 'reasoning'), request.reasoning) ??
    askThinking(
      request.reasoning,
      {
        style: how === 'by-model' ? manners.thinking : (how as ModelManners['thinking']),
        manners,
        maxTokens: Number(body['max_tokens']),
        forced: isForced(body['tool_choice']),
      },
      losses,
    );
  if (asked.thinking !== undefined) body['thinking'] = asked.thinking;
  return asked;
}

function thinks(asked: ThinkingAsked | undefined): boolean {
  const type = asObject(asked?.thinking)?.['type'];
  return type === 'enabled' || type === 'adaptive';
}

/** What Clew does not know is carried along, unless the server refuses it. */
function encodeUnknown(request: ChatRequest, body: JsonDraft, quirks: Quirks, losses: Loss[]): void {
  const { extras } = request;
  if (isOurs(extras) && quirk(quirks, 'unknownFields') === 'sent') {
    addCarried(body, extras);
    return;
  }
  const why = 'The server refuses fields that it does not know.';
  for (const field of Object.keys(carried(extras) ?? {}))
    losses.push({ path: `extras.${field}`, did: 'dropped', why });
}
