// All vendors behind one socket, each under its own path, answering from the script and keeping what they were sent.

import { asObject, isObject, parseJson } from '#base/json.ts';
import type { JsonObject } from '#base/json.ts';
import type { Vendor } from './scene.ts';
import { anthropic } from './vendors/anthropic.ts';
import { bedrock } from './vendors/bedrock.ts';
import { cohere } from './vendors/cohere.ts';
import { gemini } from './vendors/gemini.ts';
import { openaiChat } from './vendors/openai-chat.ts';
import { openaiResponses } from './vendors/openai-responses.ts';

export const VENDORS: readonly Vendor[] = [openaiChat, openaiResponses, anthropic, gemini, bedrock, cohere];

export interface Request {
  readonly vendor: Vendor;
  readonly path: string;
  readonly body: JsonObject;
}

export interface Scripted {
  readonly url: string;
  /** What arrived since it was last taken. */
  take(): readonly Request[];
  stop(): Promise<void>;
}

export function startScripted(): Scripted {
  let requests: Request[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(incoming) {
      const path = new URL(incoming.url).pathname;
      const vendor = VENDORS.find((candidate) => candidate.serves(path));
      const body = parseJson(await incoming.text());
      if (vendor === undefined || !isObject(body))
        return new Response(`nobody serves ${path}`, { status: 404 });
      requests.push({ vendor, path, body });
      const turn = vendor.turnOf(body);
      if (!wantsStream(path, body)) return Response.json(vendor.answer(turn));
      const { type, body: stream } = vendor.stream(turn);
      return new Response(stream, { headers: { 'content-type': type } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    take: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    stop: () => server.stop(true),
  };
}

function wantsStream(path: string, body: JsonObject): boolean {
  return (
    body['stream'] === true || path.endsWith(':streamGenerateContent') || path.endsWith('/converse-stream')
  );
}

/** Lines under `providers:`. Those of the catalogue with another address; two that have none there. */
export function providersAt(url: string): string {
  const credentials = 'credentials: [ { secret: env:VENDOR_KEY } ]';
  return `  openai: { dialect: openai-chat, url: "${url}/openai/v1", ${credentials} }
  anthropic: { url: "${url}/anthropic/v1", ${credentials} }
  gemini: { url: "${url}/gemini/v1beta", ${credentials} }
  cohere: { url: "${url}/cohere/v2", ${credentials} }
  converse: { dialect: bedrock-converse, url: "${url}/converse", auth: none }
  responses: { dialect: openai-responses, url: "${url}/responses/v1", auth: none, issuer: openai, quirks: { state: none } }`;
}

export function objectAt(value: JsonObject, field: string): JsonObject {
  return asObject(value[field]) ?? {};
}
