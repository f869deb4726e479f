// A request body, from the client's words to the centre's. It checks only what Clew itself relies on: what else is wrong
// is for the provider to say.

import { isObject } from '#base/json.ts';
import type { Json } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import { failure } from '#canonical/failure.ts';
import type { Failure } from '#canonical/failure.ts';
import type { ChatRequest } from '#canonical/request.ts';
import type { Head } from '../dialect.ts';
import { HistoryIds } from './call-ids.ts';
import { decodeContents, decodeSystem, listOf } from './decode-message.ts';
import { Fields, OURS } from './fields.ts';
import { decodeOutput, decodeParameters } from './parameters.ts';
import { asksForStream, modelOf } from './path.ts';
import { Problems } from './problems.ts';
import { decodeThinking } from './thinking.ts';
import { decodeToolConfig, decodeTools } from './tools.ts';
import { CONFIG_FIELDS, REQUEST_FIELDS } from './wire.ts';

type Draft = { -readonly [Key in keyof ChatRequest]: ChatRequest[Key] };

export function decodeRequest(body: Json, head: Head): Result<ChatRequest, Failure> {
  if (!isObject(body)) return err(failure('invalid_request', 'The body must be a JSON object.'));
  const model = modelOf(head);
  if (model === undefined || model === '')
    return err(failure('invalid_request', 'The path must name the model to ask.'));
  const problems = new Problems();
  const fields = new Fields(body, REQUEST_FIELDS);
  const stream = asksForStream(head);
  const request: Draft = {
    model,
    messages: decodeHistory(fields, problems),
    tools: decodeTools(listOf(fields.take('tools')), problems),
    sampling: {},
    stream,
    // Every stream of this language reports usage.
    ...(stream ? { streamUsage: true } : {}),
  };
  decodeRest(fields, request);
  if (problems.first !== undefined) return err(problems.first);
  // Always there: it tells whose request this is.
  request.extras = fields.extras() ?? OURS;
  return ok(request);
}

function decodeHistory(fields: Fields, problems: Problems): ChatRequest['messages'] {
  const contents = listOf(fields.take('contents'));
  if (contents.length === 0) problems.refuse('contents', 'must be a list of at least one content');
  const ids = new HistoryIds(contents);
  const written = fields.see('systemInstruction');
  const system = decodeSystem(written, ids);
  if (system !== undefined) fields.take('systemInstruction');
  const messages = decodeContents(contents, ids, problems);
  return system === undefined ? messages : [system, ...messages];
}

function decodeRest(fields: Fields, request: Draft): void {
  // The path names it; clients that repeat it in the body say nothing new.
  fields.take('model');
  const choice = decodeToolConfig(fields);
  if (choice !== undefined) request.toolChoice = choice;
  const written = fields.object('generationConfig');
  if (written !== undefined) {
    const config = new Fields(written, CONFIG_FIELDS);
    decodeParameters(config, request);
    const output = decodeOutput(config);
    if (output !== undefined) request.output = output;
    const reasoning = decodeThinking(config);
    if (reasoning !== undefined) request.reasoning = reasoning;
    fields.leave('generationConfig', config.rest() ?? {});
  }
  const labels = fields.object('labels');
  if (labels !== undefined) request.metadata = labels;
  const serviceTier = fields.string('serviceTier');
  if (serviceTier !== undefined) request.serviceTier = serviceTier;
}
