// A clew.yaml with ten planted mistakes of ten kinds, and where each is.

export const TEN_MISTAKES = {
  text: `server:
  listen: localhost
  body_deadline: 0s
  drian: 5s
keys:
  - { name: laptop, secret: env:LAPTOP_KEY }
  - { name: laptop, secret: env:NOBODY_SET_THIS }
providers:
  mine: { dialect: openai-chat, url: "http://127.0.0.1:11434/v1", auth: none }
  yours: { dialect: openai-chatt, url: "http://127.0.0.1:11435/v1", auth: none }
models:
  fast:
    targets: [ mine/small, mien/large ]
    strategy: cheapest
    fallback: [ smrt ]
  smart:
    targets: []
`,
  env: { LAPTOP_KEY: 'one' },
  /** Line and path. */
  places: [
    '2 server.listen',
    '3 server.body_deadline',
    '4 server.drian',
    '7 keys[1].name',
    '7 keys[1].secret',
    '10 providers.yours.dialect',
    '13 models.fast.targets[1]',
    '14 models.fast.strategy',
    '15 models.fast.fallback[0]',
    '17 models.smart.targets',
  ],
} as const;
