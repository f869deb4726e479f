// One table: what gets lost most between languages, on the way to each of the six. A cell is `=` where it arrives as it was
// meant, and `told` where a declared loss says what became of it. A dash stands for the client's own language.

import { describe, expect, test } from 'bun:test';

import { CHAT_DIALECTS } from '#dialects/index.ts';
import { headOf } from '../support/head.ts';
import { CLASSES } from './classes.ts';
import type { Class } from './classes.ts';
import { judge } from './guard.ts';
import type { Goal } from './guard.ts';

const TARGETS: readonly Goal[] = [
  { dialect: 'openai-chat', model: 'gpt-5' },
  { dialect: 'openai-responses', model: 'gpt-5' },
  { dialect: 'anthropic-messages', model: 'claude-sonnet-4-5' },
  { dialect: 'gemini', model: 'gemini-3-pro-preview' },
  { dialect: 'bedrock-converse', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { dialect: 'cohere', model: 'command-a-reasoning-08-2025' },
];

/** Chat, Responses, Messages, Gemini, Converse, Cohere. */
const TABLE: Readonly<Record<string, string>> = {
  'tool choice: auto': '- = = = = =',
  'tool choice: none': '- = = = told =',
  'tool choice: required': '- = = = = =',
  'tool choice: named': '- = = = = told',
  'tool choice: one of some': 'told told told - told told',
  'tool choice: one of some, hosted ones too': 'told - told told told told',
  'nested and required parts of schemas': '= = - = = =',
  'schemas in the spelling of OpenAPI': '= = = - = =',
  'parallel calls, results out of order': '= = - = = =',
  'images in results of tools': 'told = - told = told',
  'results of tools that failed': 'told told - told = told',
  'stop sequences': '= told - = = =',
  'files: a PDF with a name': '- = = told = told',
  'files: a text': '= = - = = told',
  'images as bytes': '= = = - = =',
  'images as an address': '- = = = told =',
  audio: '- = told = = told',
  'developer and repeated system messages': '- = = = = =',
  'a system message in the middle': '- = told told told =',
  '`top_p` beside `temperature`': '- = told = told =',
  'small token limits': '= told = - = =',
  'string parts and snake_case': '= = = - = =',
  'structured output': '= - told = = =',
  'any JSON': '- = told = told =',
  'no calls in parallel': '- = = told told told',
  'custom tools': '= - told told told told',
  'hosted tools': 'told told - told told told',
  'cache marks': '= told - told = told',
  'effort of reasoning': '- = told = told told',
  'citations in the history': 'told told - told told told',
};

function cell({ from, body, paths }: Class, goal: Goal): string {
  if (from === goal.dialect) return '-';
  const read = CHAT_DIALECTS.get(from)?.client?.decodeRequest(
    body,
    headOf('/v1beta/models/m:generateContent'),
  );
  if (read?.ok !== true) throw new Error(read?.error.message);
  const { losses, undeclared } = judge(read.value, goal);
  expect(undeclared).toEqual([]);
  const touched = losses.filter(({ path }) =>
    paths.some(
      (own) =>
        path === own ||
        path.startsWith(`${own}.`) ||
        path.startsWith(`${own}[`) ||
        own.startsWith(`${path}.`),
    ),
  );
  return touched.length === 0 ? '=' : 'told';
}

describe('what gets lost most', () => {
  test('has a row for each class, and no other', () => {
    expect(Object.keys(TABLE).sort()).toEqual(CLASSES.map(({ name }) => name).sort());
  });

  test.each(CLASSES.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const cells = TARGETS.map((goal) => cell(one, goal));
    expect(cells.join(' ')).toBe(TABLE[name] ?? 'no row');
  });
});
