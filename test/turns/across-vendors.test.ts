// A conversation with tools begins at one vendor, goes on at another, comes back, and ends at the other: for every pair, in
// every language that clients speak, with their official libraries, streamed and not. What each vendor is sent must be what
// that vendor takes, and hold all that was said.

import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { Json, JsonObject } from '#base/json.ts';
import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
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

let scripted: Scripted;
let gateway: TestGateway;

beforeAll(async () => {
  scripted = startScripted();
  gateway = await startTestGateway({
    providers: providersAt(scripted.url),
    env: { VENDOR_KEY: 'a-key-of-the-vendor' },
  });
});
afterAll(async () => {
  await gateway.stop();
  await scripted.stop();
});

interface Run {
  readonly client: Client;
  readonly keeps: Keeps;
  readonly stream: boolean;
  readonly first: Vendor;
  readonly second: Vendor;
}

async function run({ client, keeps, stream, first, second }: Run): Promise<void> {
  const talk = client.begin(gateway.port, keeps);
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

for (const client of CLIENTS) {
  for (const keeps of client.keeps) {
    describe.each([true, false])(`${client.dialect}, the client keeps ${keeps}, streamed: %p`, (stream) => {
      for (const [first, second] of PAIRS) {
        test(`${first.provider} and ${second.provider}`, () => run({ client, keeps, stream, first, second }));
      }
    });
  }
}
