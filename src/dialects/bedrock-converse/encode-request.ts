// A request body, from the centre's words to Bedrock's. Whatever is left out or changed is declared.

import { asObject } from '#base/json.ts';
import type { JsonDraft, JsonObject } from '#base/json.ts';
import { fieldsFor } from '#canonical/foreign.ts';
import type { Loss } from '#canonical/loss.ts';
import type { ChatRequest } from '#canonical/request.ts';
import { loseForeignFields } from '../foreign-fields.ts';
import { encodeConversation, fitCachePoints } from './encode-messages.ts';
import { familyOf } from './family.ts';
import {
  encodeInference,
  encodeMetadata,
  encodeOutput,
  encodeTier,
  encodeTopK,
  loseTheRest,
  merged,
} from './parameters.ts';
import { encodeReasoningRequest } from './reasoning.ts';
import { encodeTools } from './tools.ts';
import { ID, present } from './wire.ts';
import type { Writing } from './writing.ts';

export interface EncodedRequest {
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

/** The model stands in the path. It decides by which fields vendors are asked for what Converse itself has no words for. */
export function encodeRequest(request: ChatRequest, model: string): EncodedRequest {
  const writing: Writing = {
    family: familyOf(model),
    losses: [],
    documentNames: new Set(),
    called: new Set(),
  };
  const conversation = fitCachePoints(encodeConversation(request.messages, writing), writing);
  const tools = encodeTools(request, writing);
  const output = encodeOutput(request, writing);
  const reasoning = encodeReasoningRequest(request, model, writing);
  const thinking = reasoning !== undefined && asObject(reasoning['thinking'])?.['type'] !== 'disabled';
  const system = [...conversation.system, ...instructions(tools.instruction, output.instruction)];
  const inferenceConfig = encodeInference(request, model, thinking, writing);
  const own = fieldsFor(ID, request.extras);
  const additional = merged(
    asObject(own?.['additionalModelRequestFields']),
    encodeTopK(request, thinking, writing),
    reasoning,
  );
  const body: JsonDraft = {
    messages: conversation.messages,
    system: system.length === 0 ? undefined : system,
    inferenceConfig: Object.keys(inferenceConfig).length === 0 ? undefined : inferenceConfig,
    toolConfig: tools.toolConfig,
    outputConfig: output.outputConfig,
    serviceTier: encodeTier(request, writing),
    requestMetadata: encodeMetadata(request, writing),
  };
  loseTheRest(request, writing);
  loseForeignFields(request, ID, writing.losses);
  const all = merged(own, present(body), additional && { additionalModelRequestFields: additional });
  return { body: all ?? {}, losses: writing.losses };
}

function instructions(...texts: readonly (string | undefined)[]): readonly JsonObject[] {
  return texts.flatMap((text) => (text === undefined ? [] : [{ text }]));
}
