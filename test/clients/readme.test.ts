// The README's change for each client is the one that works: its very lines are run, against a gateway on another port.

import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { OpenRouter } from '@openrouter/sdk';
import { generateText } from 'ai';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';

import { startTestGateway } from '../support/gateway.ts';
import type { TestGateway } from '../support/gateway.ts';
import { PYTHON, PYTHON_START_MS, skipsPython } from '../support/python-lane.ts';

const README = readFileSync(join(import.meta.dir, '../../README.md'), 'utf8');
const ADDRESS = 'http://127.0.0.1:4100';
const MODEL = 'sim/hello';
const SAID = 'Say hello.';
const CLASSES = {
  OpenAI,
  Anthropic,
  GoogleGenAI,
  OpenRouter,
  createOpenAI,
  createAnthropic,
  createGoogleGenerativeAI,
  createOpenRouter,
};

interface Clients {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  readonly google: GoogleGenAI;
  readonly openrouter: OpenRouter;
  readonly aiOpenai: ReturnType<typeof createOpenAI>;
  readonly aiAnthropic: ReturnType<typeof createAnthropic>;
  readonly aiGoogle: ReturnType<typeof createGoogleGenerativeAI>;
  readonly aiOpenrouter: ReturnType<typeof createOpenRouter>;
}

/** What stands between the fences of the block that begins with this line. */
function block(kind: string, first: string): string {
  const begin = README.indexOf(`\`\`\`${kind}\n${first}`);
  if (begin < 0) throw new Error(`the README has no ${kind} block that begins with ${first}`);
  return README.slice(begin + kind.length + 4, README.indexOf('\n```', begin));
}

/** The clients that the lines make, which speak to `origin`. */
function clientsOf(origin: string): Clients {
  const lines = block('ts', 'const apiKey').replaceAll(ADDRESS, origin);
  const names = [...lines.matchAll(/^const (\w+)/gm)].map((match) => match[1]);
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the README is ours.
  const make = new Function(...Object.keys(CLASSES), `${lines}\nreturn { ${names.join(', ')} };`);
  return make(...Object.values(CLASSES)) as Clients;
}

let gateway: TestGateway;
let clients: Clients;
beforeAll(async () => {
  gateway = await startTestGateway({});
  clients = clientsOf(`http://127.0.0.1:${gateway.port}`);
});
afterAll(() => gateway.stop());

const messages = [{ role: 'user' as const, content: SAID }];
const ASK: Readonly<Record<string, (made: Clients) => Promise<unknown>>> = {
  'openai, chat': ({ openai }) => openai.chat.completions.create({ model: MODEL, messages }),
  'openai, responses': ({ openai }) => openai.responses.create({ model: MODEL, input: SAID }),
  anthropic: ({ anthropic }) => anthropic.messages.create({ model: MODEL, messages, max_tokens: 50 }),
  google: ({ google }) => google.models.generateContent({ model: MODEL, contents: SAID }),
  openrouter: ({ openrouter }) => openrouter.chat.send({ chatRequest: { model: MODEL, messages } }),
  'ai, openai': ({ aiOpenai }) => generateText({ model: aiOpenai(MODEL), prompt: SAID }),
  'ai, openai chat': ({ aiOpenai }) => generateText({ model: aiOpenai.chat(MODEL), prompt: SAID }),
  'ai, anthropic': ({ aiAnthropic }) => generateText({ model: aiAnthropic(MODEL), prompt: SAID }),
  'ai, google': ({ aiGoogle }) => generateText({ model: aiGoogle(MODEL), prompt: SAID }),
  'ai, openrouter': ({ aiOpenrouter }) => generateText({ model: aiOpenrouter(MODEL), prompt: SAID }),
};

test.each(Object.entries(ASK))('%s', async (_, ask) => {
  const before = gateway.generations.length;
  expect(JSON.stringify(await ask(clients))).toContain(`You said: ${SAID}`);
  expect(gateway.generations.length).toBe(before + 1);
});

test('each of the addresses in the table is one that a client above has', () => {
  const table = README.slice(README.indexOf('| Client | Base URL |'), README.indexOf('```ts\nconst apiKey'));
  const told = [...table.matchAll(/`(http[^`]+)`/g)].map((match) => match[1]);
  const used = [...block('ts', 'const apiKey').matchAll(/'(http[^']+)'/g)].map((match) => match[1]);
  expect(new Set(told)).toEqual(new Set(used));
});

// Skipped where the Python clients are not installed.
test.skipIf(skipsPython('test/clients/readme'))(
  'the same in Python',
  async () => {
    const lines = block('python', 'api_key').replaceAll(ADDRESS, `http://127.0.0.1:${gateway.port}`);
    const program = `import os
from anthropic import Anthropic
from google import genai
from openai import OpenAI
${lines}
said = [{"role": "user", "content": "${SAID}"}]
print(openai.chat.completions.create(model="${MODEL}", messages=said).choices[0].message.content)
print(openai.responses.create(model="${MODEL}", input="${SAID}").output_text)
print(anthropic.messages.create(model="${MODEL}", messages=said, max_tokens=50).content[0].text)
print(google.models.generate_content(model="${MODEL}", contents="${SAID}").text)
`;
    const run = Bun.spawn([PYTHON, '-c', program], {
      env: { PATH: process.env['PATH'] ?? '', PYTHONUTF8: '1' },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [output, errors] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
    ]);
    expect([
      output
        .trim()
        .split('\n')
        .map((line) => line.includes(`You said: ${SAID}`)),
      errors,
    ]).toEqual([[true, true, true, true], expect.any(String)]);
  },
  PYTHON_START_MS,
);
