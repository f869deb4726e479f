// Prices of the file: whole, and not absurdly far from what was known before, since a slipped decimal point would be billed.

import { asArray, asObject } from '#base/json.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ModelEntry, Trait } from '#providers/entry.ts';
import { PRICE_JUMP_MAX, priceJumps } from '#providers/price-jumps.ts';
import { priceSchema } from '#providers/price-schema.ts';
import type { Price, PriceList } from '#providers/price.ts';
import { toPrice } from '#providers/prices.ts';
import { answersInTokens } from '#providers/trait.ts';
import type { Complaint, Path } from '../problem.ts';
import type { Scene } from './scene.ts';

export function checkPrices(scene: Scene): readonly Complaint[] {
  return Object.entries(asObject(scene.raw.providers) ?? {}).flatMap(([provider, config]) =>
    Object.entries(asObject(asObject(config)?.models) ?? {}).flatMap(([model, inFile]) => {
      const price = priceSchema.safeParse(asObject(inFile)?.price);
      // What has the wrong form is the schema's to tell.
      if (!price.success) return [];
      const path: Path = ['providers', provider, 'models', model, 'price'];
      const listed = scene.catalogue.get(provider)?.models.get(model);
      const half = checkWhole(price.data, traitsOf(asObject(inFile)?.traits, listed), path);
      if (half.length > 0 || accepts(asObject(inFile))) return half;
      const inForce = scene.predecessor?.providers.get(provider)?.targets.get(model)?.price;
      const before = [inForce, listed?.price === undefined ? undefined : toPrice(listed.price, '')];
      return checkJumps(price.data, before, path);
    }),
  );
}

function traitsOf(inFile: Json | undefined, listed: ModelEntry | undefined): readonly Trait[] {
  return (asArray(inFile) as readonly Trait[] | undefined) ?? listed?.traits ?? [];
}

function accepts(inFile: JsonObject | undefined): boolean {
  return inFile?.priceJump === 'accept';
}

function checkWhole(price: PriceList, traits: readonly Trait[], path: Path): readonly Complaint[] {
  if (price.output !== undefined || !answersInTokens(traits)) return [];
  return [{ path: [...path, 'output'], message: 'missing', expected: 'the price of the output too' }];
}

/** Against each of the predecessors: the price in force, and the catalogue's, which a restart would begin from. */
function checkJumps(
  list: PriceList,
  before: readonly (Price | undefined)[],
  path: Path,
): readonly Complaint[] {
  const price = toPrice(list, '');
  if (price === undefined) return [];
  const told = new Map<string, Complaint>();
  for (const was of before) {
    for (const jump of was === undefined ? [] : priceJumps(was, price)) {
      const key = jump.path.join('.');
      if (told.has(key)) continue;
      told.set(key, {
        path: [...path, ...jump.path],
        message: `goes from ${jump.was} to ${jump.is} dollars, more than ${PRICE_JUMP_MAX} times`,
        expected: 'priceJump: accept beside the price, if that is meant',
      });
    }
  }
  return [...told.values()];
}
