// A small profile by hand: native code counts for the folder that called it, the event loop for nobody.

import { expect, test } from 'bun:test';
import { digest, type CpuProfile } from './profile-digest.ts';

function frame(functionName: string, url = '', lineNumber = -1): CpuProfile['nodes'][number]['callFrame'] {
  return { functionName, url, lineNumber };
}

test('digest', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3] },
      { id: 2, callFrame: frame('') },
      { id: 3, callFrame: frame('exchange', 'file:///repo/src/gateway/exchange.ts', 4), children: [4, 5] },
      { id: 4, callFrame: frame('parse') },
      { id: 5, callFrame: frame('', 'file:///repo/node_modules/thing/index.js', 9) },
    ],
    samples: [2, 3, 4, 4, 5, 2],
  };
  expect(digest(profile, '/repo')).toEqual({
    functions: [
      { name: 'parse (native), for src/gateway/exchange.ts', share: 0.5 },
      { name: 'exchange, src/gateway/exchange.ts', share: 0.25 },
      { name: '(anonymous), node_modules/thing/index.js:10', share: 0.25 },
    ],
    folders: [
      { name: 'src/gateway', share: 0.75 },
      { name: 'node_modules/thing', share: 0.25 },
    ],
    samples: 4,
  });
});
