// A gateway that runs, asked for a dry run by the command line.

import { asObject, asString, parseJson } from '#base/json.ts';
import { err, ok } from '#base/result.ts';
import type { Result } from '#base/result.ts';
import type { ExplainOptions } from '#cli/explain.ts';
import type { RouteView } from '#routing/route-view.ts';

const LIMIT_MS = 30_000;

/** `key` is what the gateway wants to see; absent, CLEW_KEY of the environment, or none. */
export async function askGateway(
  { text, headers, dialect, draw }: ExplainOptions,
  url: string,
  key: string | undefined = process.env['CLEW_KEY'],
): Promise<Result<RouteView, string>> {
  const address = addressOf(url, draw);
  if (address === undefined) return err(`${url} is no address such as http://127.0.0.1:4100.`);
  const sent = new Headers([...headers]);
  sent.set('content-type', 'application/json');
  if (dialect !== undefined) sent.set('x-clew-dialect', dialect);
  if (key !== undefined && !sent.has('authorization')) sent.set('authorization', `Bearer ${key}`);
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: sent,
      body: text,
      redirect: 'manual',
      signal,
    });
    return readAnswer(await response.text(), response.status, address.origin);
  } catch (error) {
    return err(
      `no gateway answers at ${address.origin}: ${error instanceof Error ? error.message : 'unknown reason'}`,
    );
  }
}

/** With or without the path that clients write behind it. */
function addressOf(url: string, draw: number | undefined): URL | undefined {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) return undefined;
  const address = new URL('/v1/route', base);
  if (draw !== undefined) address.searchParams.set('draw', String(draw));
  return address;
}

function readAnswer(text: string, status: number, origin: string): Result<RouteView, string> {
  const body = asObject(parseJson(text));
  if (status === 200 && body?.['object'] === 'route') return ok(body as unknown as RouteView);
  const message = asString(asObject(body?.['error'])?.['message']);
  if (message !== undefined) return err(message);
  return err(`what answers at ${origin} is not the listener for clients of a gateway: status ${status}.`);
}
