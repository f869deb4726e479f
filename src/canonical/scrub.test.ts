import { describe, expect, test } from 'bun:test';

import { MESSAGE_LENGTH_MAX, scrub } from './scrub.ts';

describe('hides', () => {
  const cases: readonly [string, string][] = [
    ['Incorrect API key provided: bad-key-****test. See the docs.', 'bad-key'],
    ['Incorrect API key provided: sk-proj-abc123DEF456. Find it', 'sk-proj'],
    ['sk-live-0123456789abcdef is not valid', '0123456789'],
    ['Your api key: ****-key is invalid', '****-key'],
    ['Limit reached in organization org-AbC123xyz on tokens', 'AbC123'],
    ['Project `proj_a1B2c3D4` does not have access', 'a1B2c3'],
    ['Authorization: Bearer abc.def-123 was refused', 'abc.def'],
    ['Get https://u:p4ss@host/x?key=AIza123&sig=9 failed', 'p4ss'],
    ['Get https://host/x?key=AIza123&sig=9 failed', 'AIza'],
    [
      'Team: 12345678-1234-4123-8123-123456789012, API key ID: 87654321-1234-4123-8123-123456789012.',
      '12345678',
    ],
    ['Team: x, API key ID: 87654321-1234-4123-8123-123456789012.', '87654321'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln expired', 'eyJ'],
    ['value Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg was seen', 'Zm9v'],
  ];
  for (const [text, secret] of cases) {
    test(text, () => {
      expect(scrub(text)).not.toContain(secret);
      expect(scrub(text)).toContain('[redacted]');
    });
  }
});

describe('leaves', () => {
  const cases = [
    'The model `gpt-5.2-proo` does not exist or you do not have access to it.',
    "This model's maximum context length is 1048565 tokens. However, you requested 1250025 tokens.",
    "Unsupported value: 'messages[0].role' does not support 'developer' with this model.",
    'Error while downloading https://example.com/test-image.jpg.',
    'No endpoints found for meta-llama/llama-3.3-70b-instruct:free.',
    'claude-3-5-sonnet-20241022 is overloaded',
  ];
  for (const text of cases) test(text, () => expect(scrub(text)).toBe(text));
});

test('long text is cut, and cutting costs no time', () => {
  const cut = scrub('word '.repeat(400_000));
  expect(cut.length).toBe(MESSAGE_LENGTH_MAX);
  expect(cut.endsWith('…')).toBe(true);
});
