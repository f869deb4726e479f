import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue, readCatalogueTexts } from './catalogue-files.ts';
import { EMBEDDED } from './embedded-catalogue.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clew-catalogue-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the files are the list: whatever stands in the folders is read, and nothing but JSON', () => {
  for (const part of ['catalogue', 'models']) mkdirSync(join(folder, 'providers', part), { recursive: true });
  writeFileSync(join(folder, 'providers/catalogue/beta.json'), '{"name":"Beta"}');
  writeFileSync(join(folder, 'providers/catalogue/alpha.json'), 'not JSON');
  writeFileSync(join(folder, 'providers/catalogue/README.md'), '# Providers');
  writeFileSync(join(folder, 'providers/models/beta.json'), '{}');
  expect(readCatalogueTexts(folder)).toEqual({
    providers: { alpha: 'not JSON', beta: '{"name":"Beta"}' },
    models: { beta: '{}' },
  });
});

test('from source nothing is embedded, and the catalogue loads', () => {
  expect(EMBEDDED).toBeUndefined();
  const catalogue = loadCatalogue();
  expect(catalogue.ok ? [] : catalogue.error).toEqual([]);
});
