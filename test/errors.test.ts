// The page of errors says what the code does.

import { expect, test } from 'bun:test';

import { ERRORS_PAGE, makeErrorsPage } from '../scripts/errors.ts';

test('docs/errors.md is what scripts/errors.ts writes', async () => {
  expect(await Bun.file(ERRORS_PAGE).text()).toBe(await makeErrorsPage());
});
