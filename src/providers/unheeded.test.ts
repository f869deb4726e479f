import { expect, test } from 'bun:test';

import type { ChatRequest, RoutingWishes } from '#canonical/request.ts';
import type { Target } from './target.ts';
import { unheededWishes } from './unheeded.ts';

const target = (quirks: Target['quirks'] = {}): Target => ({
  id: 'example/small',
  provider: 'example',
  providerName: 'Example',
  dialect: 'chat',
  url: 'https://api.example.com',
  quirks,
  auth: { scheme: 'none' },
  credentials: [],
  model: 'small',
  traits: [],
  weight: 1,
});

const request = (routing?: RoutingWishes): ChatRequest => ({
  model: 'small',
  messages: [],
  tools: [],
  sampling: {},
  stream: false,
  ...(routing && { routing }),
});

const plugin = (id: string, enabled = true) => ({ id, enabled, settings: {} });

const ROWS: readonly (readonly [wishes: RoutingWishes | undefined, lost: readonly string[]])[] = [
  [undefined, []],
  [{ models: ['other'], session: 'a', promptCache: true }, []],
  [{ providers: { sort: 'price' }, partition: 'none', fields: { provider: {}, route: 'sort' } }, []],
  [{ plugins: [plugin('web'), plugin('file-parser', false)] }, ['routing.plugins.web']],
  [{ compress: true, plugins: [plugin('context-compression')] }, ['routing.compress']],
  [{ compress: false, plugins: [plugin('context-compression', false)] }, []],
  [
    { fields: { preset: 'mine', trace: {}, debug: {}, usage: {} } },
    ['routing.preset', 'routing.trace', 'routing.debug'],
  ],
  [
    { fields: { max_tool_calls: 3, stop_server_tools_when: [] } },
    ['routing.max_tool_calls', 'routing.stop_server_tools_when'],
  ],
];

test.each(ROWS)('%j', (wishes, lost) => {
  const losses = unheededWishes(request(wishes), target());
  expect(losses.map(({ path, did }) => [path, did])).toEqual(lost.map((path) => [path, 'dropped']));
  expect(unheededWishes(request(wishes), target({ routerFields: 'forward' }))).toEqual([]);
});
