// A conversation with tools begins at one vendor, goes on at another, comes back, and ends at the other: for every pair, in
// every language that clients speak, with their official libraries, streamed and not. What each vendor is sent must be what
// that vendor takes, and hold all that was said.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway, TestGatewayOptions } from '../support/gateway.ts';
import { chat } from './clients/chat.ts';
import type { Client, Keeps } from './clients/client.ts';
import { genai } from './clients/genai.ts';
import { messages } from './clients/messages.ts';
import { responses } from './clients/responses.ts';
import { LAST_WORD, PNG, QUESTION, RESULTS, SAID, stringsIn, SYSTEM, TURNS } from './scene.ts';
import type { Vendor } from './scene.ts';
import { providersAt, startScripted, VENDORS } from './scripted.ts';
import type { Scripted } from './scripted.ts';

const CLIENTS: readonly Client[] = [chat, responses, messages, genai];

/** Ways to run a gateway in which the conversations must go on alike. */
const WAYS = {
  usual: {},
  'never passing bytes through': { passthrough: false },
  'keeping nothing': { reasoning: 'off' },
} as const satisfies Readonly<Record<string, TestGatewayOptions>>;
type Way = keyof typeof WAYS;

let scripted: Scripted;
const gateways = new Map<string, TestGateway>();

beforeAll(async () => {
  scripted = startScripted();
  for (const [way, options] of Object.entries(WAYS)) {
    const providers = providersAt(scripted.url);
    const env = { VENDOR_KEY: 'a-key-of-the-vendor' };
    gateways.set(way, await startTestGateway({ providers, env, ...options }));
  }
});
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.stop();
  await scripted.stop();
});

interface Run {
  readonly way: Way;
  readonly client: Client;
  readonly keeps: Keeps;
  readonly stream: boolean;
  readonly first: Vendor;
  readonly second: Vendor;
}

async function run({ way, client, keeps, stream, first, second }: Run): Promise<void> {
  const talk = client.begin(gateways.get(way)?.port ?? 0, keeps);
  const asked: Vendor[] = [];
  scripted.take();
  for (let turn = 0; turn < TURNS; turn += 1) {
    const vendor = turn % 2 === 0 ? first : second;
    const said = SAID[turn];
    const seen = await talk.ask(`${vendor.provider}/${vendor.model}`, stream);
    // A vendor that plans in words of its own says nothing else beside its calls.
    expect(seen.calls).toEqual([...(said?.calls ?? [])]);
    if (seen.calls.length === 0) expect(seen.text).toBe(said?.text ?? '');
    const requests = scripted.take();
    expect(requests.map((request) => request.vendor.provider)).toEqual([vendor.provider]);
    const [request] = requests;
    if (request === undefined) throw new Error('nothing was sent');
    expect({ turn, problems: vendor.check(request.body, request.path) }).toEqual({ turn, problems: [] });
    expect({ turn, turns: vendor.turnOf(request.body) }).toEqual({ turn, turns: turn });
    expect({ turn, missing: missing(request.body, turn, asked) }).toEqual({ turn, missing: [] });
    if (bringsSeals({ way, client, keeps, stream }))
      expect({ turn, lost: lostSeals(request.body, vendor, asked) }).toEqual({ turn, lost: [] });
    asked.push(vendor);
    if (turn === 2) talk.say(LAST_WORD);
    else talk.give(RESULTS[turn] ?? []);
  }
}

/** What was said before turn `turn` and does not stand in the request. */
function missing(body: Json, turn: number, asked: readonly Vendor[]): readonly string[] {
  const held = stringsIn(body);
  const expected = [SYSTEM, QUESTION];
  for (let before = 0; before < turn; before += 1) {
    const said = SAID[before];
    // One vendor tells its text as a plan, which others need not take back.
    const planned = asked[before]?.provider === 'cohere' && (said?.calls.length ?? 0) > 0;
    if (!planned) expected.push(said?.text ?? '');
    for (const call of said?.calls ?? []) expected.push(call.name, ...words(call.arguments));
    for (const { text, image } of RESULTS[before] ?? []) expected.push(text, image ?? '');
    if (before === 2) expected.push(LAST_WORD);
  }
  return expected.filter((text) => !held.includes(text) && !held.includes(JSON.stringify(text).slice(1, -1)));
}

function words(value: JsonObject): readonly string[] {
  return Object.values(value).flatMap((item) => (typeof item === 'string' ? [item] : []));
}

/** Seals that the vendor, or one of its family, issued in this conversation and is not given back. */
function lostSeals(body: Json, vendor: Vendor, asked: readonly Vendor[]): readonly string[] {
  if (vendor.issuer === undefined) return [];
  const held = stringsIn(body);
  return asked
    .flatMap((before, turn) => (before.issuer === vendor.issuer ? before.sealsOf(turn) : []))
    .filter((seal) => !held.includes(seal));
}

const PAIRS = VENDORS.flatMap((first) => VENDORS.map((second) => [first, second] as const));
expect(PNG.length).toBeGreaterThan(50);

/** Without anything kept, only a client that gives back what it got can bring seals home. */
function goesOn(way: Way, keeps: Keeps): boolean {
  return way !== 'keeping nothing' || keeps !== 'the visible';
}

/** The stream helper of one library keeps the last piece of a field that it does not know: a signature without its text. */
function bringsSeals({ way, client, stream }: Omit<Run, 'first' | 'second'>): boolean {
  return way !== 'keeping nothing' || !stream || client.dialect !== 'openai-chat';
}

for (const client of CLIENTS) {
  for (const way of Object.keys(WAYS) as Way[]) {
    for (const keeps of client.keeps.filter((kept) => goesOn(way, kept))) {
      const name = `${way}: ${client.dialect}, the client keeps ${keeps}`;
      describe.each([true, false])(`${name}, streamed: %p`, (stream) => {
        for (const [first, second] of PAIRS) {
          test(`${first.provider} and ${second.provider}`, () =>
            run({ way, client, keeps, stream, first, second }));
        }
      });
    }
  }
}
