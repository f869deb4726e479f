// Every class of mistake in names, models, their targets and policies.

import { checkMarked } from '../../test/support/marked-config.ts';

checkMarked({
  'duplicate names': [
    ['server: {}\n▸server: {}', 'server  defined twice; first on line 1'],
    [
      'models:\n  m: { targets: [ acme/small ] }\n  ▸m: { targets: [ acme/large ] }',
      'models.m  defined twice; first on line 2',
    ],
    [
      'keys:\n  - { name: a, secret: env:KEY }\n  - { name: ▸a, secret: env:ACME_API_KEY }',
      'keys[1].name  keys[0] is called "a" too',
    ],
    ['models:\n  m: { targets: [ acme/small, ▸acme/small ] }', 'models.m.targets[1]  the same target twice'],
  ],
  targets: [
    [
      'models:\n  m: { targets: [ ▸amce/small ] }',
      'models.m.targets[0]  unknown provider "amce"; did you mean "acme"?',
    ],
    [
      'models:\n  m: { targets: [ ▸zeus/x ] }',
      'models.m.targets[0]  provider "zeus" is not on; expected ZEUS_API_KEY in the environment, or zeus under providers',
    ],
    [
      'models:\n  m: { targets: [ ▸local/x ] }',
      'models.m.targets[0]  provider "local" is not on; expected local under providers',
    ],
    [
      'providers: { acme: off }\nmodels:\n  m: { targets: [ ▸acme/small ] }',
      'models.m.targets[0]  provider "acme" is switched off; expected a provider that is on',
    ],
    [
      'models:\n  m: { targets: [ ▸large ] }',
      'models.m.targets[0]  "large" is not provider/model; did you mean "acme/large"?',
    ],
    [
      'models:\n  m: { targets: [ { target: ▸acme/ } ] }',
      'models.m.targets[0].target  "acme/" is not provider/model; did you mean "acme/large"?',
    ],
  ],
  'what models are for': [
    [
      `providers:
  acme: { models: { vectors: { price: { input: 1 }, traits: [embeddings] }, more: { traits: [embeddings] }, old: { traits: [completions] } } }
models:
  chat: { targets: [ acme/small, ▸acme/vectors ], fallback: [ ▸acme/vectors, ▸search, texts ] }
  search: { targets: [ acme/more ] }
  texts: { targets: [ acme/old ] }`,
      'models.chat.targets[1]  "acme/vectors" is for embeddings, "chat" for chat; expected models that do the same',
      'models.chat.fallback[0]  "acme/vectors" is for embeddings, "chat" for chat; expected models that do the same',
      'models.chat.fallback[1]  "search" is for embeddings, "chat" for chat; expected models that do the same',
    ],
    [
      `providers:
  mine: { dialect: plain-embeddings, url: "http://127.0.0.1:1", auth: none }
models:
  m: { targets: [ mine/any ], fallback: [ ▸acme/large, ▸acme/nobody-knows, mine/other ] }`,
      'models.m.fallback[0]  "acme/large" is for chat, "m" for embeddings; expected models that do the same',
      'models.m.fallback[1]  "acme/nobody-knows" is for chat, "m" for embeddings; expected models that do the same',
    ],
    [
      'providers:\n  mine: { dialect: plain-chat, also: [ plain-embeddings, ▸plain-embedings ], url: "http://127.0.0.1:1", auth: none }',
      'providers.mine.also[1]  unknown dialect "plain-embedings"; did you mean "plain-embeddings"? Expected one of plain-chat, other-chat, plain-embeddings.',
    ],
  ],
  'fallbacks and models of keys': [
    [
      'models:\n  m: { targets: [ acme/small ], fallback: [ ▸smrt ] }\n  smart: { targets: [ acme/large ] }',
      'models.m.fallback[0]  unknown model "smrt"; did you mean "smart"? Expected a model of this file, or provider/model.',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], fallback: [ ▸m ] }',
      'models.m.fallback[0]  unreachable fallback: "m" names itself',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], fallback: [ n, ▸n ] }\n  n: { targets: [ acme/large ] }',
      'models.m.fallback[1]  unreachable fallback: "n" is named before in this list',
    ],
    [
      'models:\n  m: { targets: [ acme/small ], fallback: [ ▸n ] }\n  n: { targets: [ acme/small ] }',
      'models.m.fallback[0]  unreachable fallback: all targets of "n" have been tried before it',
    ],
    [
      'models:\n  a: { targets: [ acme/a ], fallback: [ b ] }\n  b: { targets: [ acme/b ], fallback: [ c ] }\n  c: { targets: [ acme/c ], fallback: [ ▸a ] }',
      'models.c.fallback[0]  fallbacks go in a cycle: a → b → c → a',
    ],
    [
      'keys: [ { name: a, secret: env:KEY, models: [ acme/small, ▸lrage ] } ]',
      'keys[0].models[1]  unknown model "lrage"; did you mean "acme/large"? Expected a model of this file, or provider/model.',
    ],
  ],
  policies: [
    [
      'policies: [ { name: a, when: ▸request.modle == "x", set: { strategy: price } } ]',
      'policies[0].when  No such key: modle (at character 9); expected a condition in CEL; docs/policies.md lists what can be asked',
    ],
    [
      'policies: [ { name: a, set: { strategy: price } }, { name: ▸a, set: { strategy: price } } ]',
      'policies[1].name  another policy is called "a"',
    ],
    [
      'policies: [ { name: a, when: ▸request.model, set: { strategy: price } } ]',
      'policies[0].when  gives string, where a condition is true or false; expected a condition in CEL; docs/policies.md lists what can be asked',
    ],
    [
      'policies: [ { name: a, set: { targets: [ ▸acmee/small ], fallback: [ ▸lrage ], only: [ ▸zeuss ] } } ]',
      'policies[0].set.targets[0]  unknown provider "acmee"; did you mean "acme"?',
      'policies[0].set.fallback[0]  unknown model "lrage"; did you mean "acme/large"? Expected a model of this file, or provider/model.',
      'policies[0].set.only[0]  unknown provider "zeuss"; did you mean "zeus"?',
    ],
    ['policies: [ { name: a, ▸set: {} } ]', 'policies[0].set  sets nothing; expected at least one setting'],
    [
      'policies: [ { name: a, set: { ▸stratgy: price } } ]',
      'policies[0].set.stratgy  unknown key; did you mean "strategy"?',
    ],
  ],
});
