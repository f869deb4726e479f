// Every class of mistake in what concerns all of a file, providers and secrets, with the place and the words that a person gets.

import { describe, expect, test } from 'bun:test';
import { checkMarked, problems } from '../../test/support/marked-config.ts';

checkMarked({
  'the file as a whole': [
    ['▸- a', 'the file is not a map; expected keys such as server, providers and models'],
    ['▸just text', 'the file is not a map; expected keys such as server, providers and models'],
    ['a: ▸b: c', 'not valid YAML: Nested mappings are not allowed in compact mappings'],
    ['▸a: *b', 'not valid YAML: Unresolved alias (the anchor must be set before the alias): b'],
  ],
  'unknown keys': [
    ['▸serve: {}', 'serve  unknown key; did you mean "server"?'],
    ['server:\n  ▸lisen: 127.0.0.1:1', 'server.lisen  unknown key; did you mean "listen"?'],
    ['storage: { ▸path: x }', 'storage.path  unknown key; expected url'],
    [
      '▸tenants: []',
      'tenants  unknown key: this version of Clew cannot do that; expected one of server, storage, reasoning_state, explanations, keys, environment, providers, models, policies',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], ▸continuation: {} }',
      'models.m.continuation  unknown key: this version of Clew cannot do that; expected one of targets, strategy, balance, region, zdr, no_training, fallback, prompt_cache, attempts, attempts_per_target, connect_limit, first_content_limit, whole_answer_limit, silence_limit, deadline, on_cut, hedge, priority, queue',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], ▸atempts: 2 }',
      'models.m.atempts  unknown key; did you mean "attempts"?',
    ],
    [
      'models:\n  m: { targets: [ { target: acme/small, ▸wieght: 2 } ] }',
      'models.m.targets[0].wieght  unknown key; did you mean "weight"?',
    ],
    [
      'providers:\n  acme: { ▸credential: [] }',
      'providers.acme.credential  unknown key; did you mean "credentials"?',
    ],
    [
      'providers:\n  acme: { models: { x: { price: { ▸inptu: 1, output: 1 } } } }',
      'providers.acme.models.x.price.inptu  unknown key; did you mean "input"?',
    ],
  ],
  prices: [
    [
      'providers:\n  acme: { models: { new: { ▸price: { input: 1 } } } }',
      'providers.acme.models.new.price.output  missing; expected the price of the output too',
    ],
    [
      'providers:\n  acme: { models: { small: { price: { input: ▸2.1, output: 0.4 } } } }',
      'providers.acme.models.small.price.input  goes from 0.1 to 2.1 dollars, more than 20 times; expected priceJump: accept beside the price, if that is meant',
    ],
    [
      'providers:\n  acme: { models: { small: { price: { input: 0.1, output: ▸0 }, traits: [ tools ] } } }',
      'providers.acme.models.small.price.output  goes from 0.4 to 0 dollars, more than 20 times; expected priceJump: accept beside the price, if that is meant',
    ],
    [
      'providers:\n  acme: { models: { x: { price: { input: 1, output: 1, ▸tiers: [ { above: 2 }, { above: 1 } ] } } } }',
      'providers.acme.models.x.price.tiers  is a list; expected tiers by rising above',
    ],
  ],
  'wrong types and values': [
    ['server: { passthrough: ▸yes }', 'server.passthrough  is the text "yes"; expected true or false'],
    [
      'server: { body_limit: ▸32 }',
      'server.body_limit  is the number 32; expected a size with its unit, such as 512KB or 32MB, of at most 1GB',
    ],
    [
      'server: { drain: ▸2d }',
      'server.drain  is the text "2d"; expected a duration with its unit, such as 500ms, 10s or 5m, of at most 24h',
    ],
    [
      'server: { drain: ▸30h }',
      'server.drain  is the text "30h"; expected a duration with its unit, such as 500ms, 10s or 5m, of at most 24h',
    ],
    [
      'storage: { url: ▸postgres://db/clew }',
      'storage.url  has the wrong form; expected a database such as sqlite:./data/clew.db',
    ],
    ['▸keys: {}', 'keys  is a map; expected a list'],
    ['models:▸\n', 'models  is empty; expected a map'],
    ['models:\n  m: { ▸targets: [] }', 'models.m.targets  is an empty list; expected at least 1 entry'],
    [
      'models:\n  m: { targets: [ ▸7 ] }',
      'models.m.targets[0]  is the number 7; expected provider/model, or { target: provider/model, weight: 1 }',
    ],
    ['models:\n  ▸m: {}', 'models.m.targets  missing; expected a list'],
    [
      'models:\n  ▸a b: { targets: [ acme/small ] }',
      'models["a b"]  not a valid name; expected a name of at most 200 characters without spaces',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], strategy: ▸priorty }',
      'models.m.strategy  is the text "priorty"; did you mean "priority"? Expected one of priority, weighted, round-robin, price, price-weighted, latency, throughput, balanced, quality, least-busy.',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], attempts: ▸0, deadline: ▸0s }',
      'models.m.attempts  is the number 0; expected at least 1',
      'models.m.deadline  is the text "0s"; expected a duration with its unit, such as 500ms, 10s or 5m, of at most 24h, and not zero',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], attempts: ▸1.5 }',
      'models.m.attempts  is the number 1.5; expected a whole number',
    ],
    ['providers:\n  acme: ▸no thanks', 'providers.acme  is the text "no thanks"; expected a map, or off'],
    ['environment: ▸on', 'environment  is the text "on"; expected off'],
  ],
  addresses: [
    [
      'server: { listen: ▸4100 }',
      'server.listen  is the number 4100; expected an address with its port, such as 127.0.0.1:4100 or [::1]:4100',
    ],
    [
      'server: { listen: ▸localhost }',
      'server.listen  is the text "localhost"; expected an address with its port, such as 127.0.0.1:4100 or [::1]:4100',
    ],
    [
      'server: { listen: ▸0.0.0.0:4100 }',
      'server.listen  0.0.0.0:4100 can be reached from other machines, but no key is defined; expected keys, or a loopback address such as 127.0.0.1',
    ],
    [
      'server:\n  admin: ▸"[::]:4101"',
      'server.admin  [::]:4101 can be reached from other machines, but no key is defined; expected keys, or a loopback address such as 127.0.0.1',
    ],
    [
      'server: { admin: ▸127.0.0.1:4100 }',
      'server.admin  the data plane listens there; expected another port',
    ],
  ],
  providers: [
    [
      'providers:\n  ▸acmee: {}',
      'providers.acmee  unknown provider; did you mean "acme"? Expected one of the catalogue, or dialect and url of your own.',
    ],
    [
      'providers:\n  ▸acmee: off',
      'providers.acmee  unknown provider; did you mean "acme"? Expected one of the catalogue, or dialect and url of your own.',
    ],
    [
      'providers:\n  ▸mine: { dialect: plain-chat, auth: none }',
      'providers.mine.url  missing; expected the base URL of a provider that is not in the catalogue',
    ],
    [
      'providers:\n  mine: { dialect: plain-chat, ▸ulr: http://a, auth: none }',
      'providers.mine.ulr  unknown key; did you mean "url"?',
    ],
    [
      'providers:\n  mine: { dialect: ▸plain-chta, url: http://a, auth: none }',
      'providers.mine.dialect  unknown dialect "plain-chta"; did you mean "plain-chat"? Expected one of plain-chat, other-chat, plain-embeddings.',
    ],
    [
      'providers:\n  mine: { dialect: plain-chat, url: ▸ftp://a, auth: none }',
      'providers.mine.url  has the wrong form; expected an http or https URL without user, query or fragment',
    ],
    [
      'providers:\n  local: { quirks: { maxTokenField: ▸max_tokens } }',
      'providers.local.quirks.maxTokenField  unknown quirk "maxTokenField"; did you mean "maxTokensField"? Expected one of maxTokensField.',
    ],
    [
      'providers:\n  local: { quirks: { maxTokensField: ▸3 } }',
      'providers.local.quirks.maxTokensField  is 3; expected one of "max_completion_tokens", "max_tokens"',
    ],
    [
      'providers:\n  ▸mine: { dialect: plain-chat, url: http://a }',
      'providers.mine  no credentials; expected credentials: [ { secret: env:NAME } ], or auth: none',
    ],
    [
      'providers:\n  local: { ▸credentials: [ { secret: env:KEY } ] }',
      'providers.local.credentials  credentials are not used where auth is none',
    ],
    [
      'providers:\n  ▸Zeus: {}',
      'providers.Zeus  not a valid name; expected lower-case letters, digits and . _ -',
      'providers.Zeus  unknown provider; did you mean "zeus"? Expected one of the catalogue, or dialect and url of your own.',
    ],
  ],
  secrets: [
    [
      'providers:\n  ▸zeus: {}',
      'providers.zeus  the environment variable ZEUS_API_KEY is not set, and there are no credentials here; expected credentials: [ { secret: env:NAME } ]',
    ],
    [
      'providers:\n  zeus: { credentials: [ { secret: ▸env:ZEUS } ] }',
      'providers.zeus.credentials[0].secret  the environment variable ZEUS is not set',
    ],
    [
      'providers:\n  zeus: { credentials: [ { secret: ▸file:absent } ] }',
      'providers.zeus.credentials[0].secret  the file absent is absent or cannot be read',
    ],
    [
      'providers:\n  zeus: { credentials: [ { secret: ▸sk-real-secret } ] }',
      'providers.zeus.credentials[0].secret  a secret is written as a reference, never as itself; expected env:NAME or file:PATH',
    ],
    [
      'providers:\n  zeus: { credentials: ▸sk-real-secret }',
      'providers.zeus.credentials  is text; expected a list',
    ],
    [
      'keys: [ { name: a, secret: ▸safe:x } ]',
      'keys[0].secret  unknown secret source "safe:"; expected env:NAME or file:PATH',
    ],
    ['keys: [ ▸{ name: a } ]', 'keys[0].secret  missing; expected env:NAME or file:PATH'],
    [
      'keys: [ { name: a, secret: ▸env:SPACED } ]',
      'keys[0].secret  the secret holds white space, which no client can send',
    ],
    [
      'keys: [ { name: a, secret: env:KEY }, { name: b, secret: ▸env:SAME } ]',
      'keys[1].secret  keys[0] has the same secret',
    ],
  ],
});

describe('what does not stand in the file is named by where it came from', () => {
  test.each([
    [{ overrides: { listen: '0.0.0.0:80' } }, '--listen  0.0.0.0:80 can be reached from other machines'],
    [{ overrides: { admin: 'nowhere' } }, '--admin  not an address; expected HOST:PORT'],
    [{ env: { CLEW_LISTEN: 'nowhere' } }, 'CLEW_LISTEN  not an address; expected HOST:PORT'],
    [{ env: { HOST: '0.0.0.0' } }, 'HOST  0.0.0.0:4100 can be reached from other machines'],
    [{ env: { PORT: 'http' } }, 'PORT  not an address; expected HOST:PORT'],
    [{ env: { HOST: '::', PORT: '80' } }, 'HOST and PORT  [::]:80 can be reached from other machines'],
  ])('%j', (more, beginning) => {
    const found = problems('', more);
    expect(found).toHaveLength(1);
    expect(found[0]).toStartWith(beginning);
  });

  test('a file that is named must exist', () => {
    const found = problems('', { text: undefined, file: 'absent/clew.yaml' });
    expect(found).toHaveLength(1);
    expect(found[0]).toStartWith('absent/clew.yaml  the file cannot be read');
  });
});

test('a text that outgrows the limit is refused unread', () => {
  expect(problems(' '.repeat(4_194_305))).toHaveLength(1);
});

test('a few lines of aliases that mean gigabytes are refused', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const before = level === 0 ? '1' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 10 }, () => before).join(', ')}]`;
  });
  const found = problems(levels.join('\n'));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('not valid YAML');
});

test('a problem inside an alias is told where it stands', () => {
  const text = 'providers:\n  acme: &own { credentials: [ { secret: env:NOT } ] }\n  zeus: *own';
  expect(problems(text)).toEqual([
    'clew.yaml:2:41  providers.acme.credentials[0].secret  the environment variable NOT is not set',
    'clew.yaml:2:41  providers.zeus.credentials[0].secret  the environment variable NOT is not set',
  ]);
});
