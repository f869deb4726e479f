// The worked examples of docs/routing.md, run as they stand: each table belongs to the configuration before it.

import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { Keyring } from '#access/keyring.ts';
import { loadConfig } from '#config/load.ts';
import type { Snapshot } from '#config/snapshot.ts';
import { CLIENT_DIALECTS, SPOKEN, VOCABULARIES } from '#dialects/index.ts';
import { openaiChat } from '#dialects/openai-chat/index.ts';
import { Engine } from '#execution/engine.ts';
import { explainRoute } from '#gateway/route.ts';
import type { DryRun } from '#gateway/route.ts';
import { prefixesOf } from '#routing/prefixes.ts';
import { Statistics } from '#routing/statistics/statistics.ts';
import { sizeBucket } from '#routing/view.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const PAGE = readFileSync(new URL('../../docs/routing.md', import.meta.url), 'utf8');
const PATH = '/v1/chat/completions';
/** What an ellipsis stands for: about twenty thousand tokens. */
const LONG = 'a word or two '.repeat(5_000);

/** So many make a percentile. */
const SAMPLES = 30;

interface Row {
  readonly request: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly seen: string;
  readonly asked: string;
  readonly leftOut: string;
}

interface Example {
  readonly title: string;
  readonly config: string;
  readonly rows: readonly Row[];
}

function examples(): readonly Example[] {
  const part = PAGE.slice(PAGE.indexOf('## Worked examples'), PAGE.indexOf('## Policies:'));
  return part
    .split('\n### ')
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const config = /```yaml\n([^]*?)```/.exec(text)?.[1] ?? '';
      const lines = text.split('\n').filter((line) => line.startsWith('| `{'));
      return { title, config, rows: lines.map(rowOf) };
    });
}

function rowOf(line: string): Row {
  const [, request = '', headers = '', seen = '', asked = '', leftOut = ''] = line
    .split('|')
    .map((cell) => cell.trim());
  const [name, value] = unquoted(headers).split(': ');
  return {
    request: unquoted(request).replaceAll('"…"', JSON.stringify(LONG)),
    headers: new Map(name === undefined || value === undefined ? [] : [[name, value]]),
    seen,
    asked,
    leftOut,
  };
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}

function load(text: string): Snapshot {
  const loaded = loadConfig({ text, env: {}, catalogue: testCatalogue(), vocabularies: VOCABULARIES });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return loaded.value;
}

/** A row says what was measured: `near 250`, milliseconds, or `near warm`. */
function statisticsOf({ seen, request }: Row, snapshot: Snapshot): Statistics {
  const statistics = new Statistics();
  for (const saying of seen.split(', ').filter((text) => text !== '')) {
    const [provider, what] = saying.split(' ');
    for (const { targets } of snapshot.models.values()) {
      for (const target of targets.filter((one) => one.provider === provider)) {
        const known = statistics.of(target);
        if (what === 'warm') for (const { hash } of prefixes(request)) known.warmth.seen(hash, 0);
        else
          for (let sample = 0; sample < SAMPLES; sample += 1)
            known.firstToken(Number(what), sizeBucket(1), 0);
      }
    }
  }
  return statistics;
}

function prefixes(text: string): ReturnType<typeof prefixesOf>['prefixes'] {
  const decoded = openaiChat.client.decodeRequest(JSON.parse(text));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return prefixesOf(decoded.value).prefixes;
}

async function route(row: Row, snapshot: Snapshot): Promise<DryRun> {
  const caller = new Keyring([]).admit(() => undefined);
  if (!caller.ok) throw new Error(caller.error.message);
  const { messages = [{ role: 'user', content: 'Hello.' }], ...body } = JSON.parse(row.request);
  const head = { path: PATH, query: '', header: (name: string) => row.headers.get(name) };
  const text = JSON.stringify({ ...body, messages });
  const question = { text, head, caller: caller.value, snapshot, dialects: CLIENT_DIALECTS };
  const engine = new Engine();
  const statistics = statisticsOf(row, snapshot);
  const explained = await explainRoute(question, {
    ...SPOKEN,
    draw: () => 0.5,
    clock: new VirtualClock(),
    statistics,
    engine,
  });
  if (!explained.ok) throw new Error(explained.error.message);
  return explained.value;
}

test('there are examples of latency, cost, capability and data', () => {
  expect(examples().map(({ title, rows }) => [title, rows.length])).toEqual([
    ['By latency', 6],
    ['By cost', 6],
    ['By capability', 5],
    ['By where data may go', 4],
  ]);
});

for (const { title, config, rows } of examples()) {
  describe(title, () => {
    const snapshot = load(config);
    test.each(rows.map((row, index) => [index + 1, row] as const))('row %d', async (_, row) => {
      const view = await route(row, snapshot);
      expect(view.plan.join(', ')).toBe(row.asked);
      expect(view.removed.map(({ target, why }) => `${target} ${why}`).toSorted()).toEqual(
        row.leftOut
          .split('; ')
          .filter((text) => text !== '')
          .toSorted(),
      );
      expect(view.refused === undefined).toBe(row.asked !== '');
    });
  });
}
