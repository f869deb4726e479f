// The unit of measure: the least a gateway in this runtime can do and still know what it relayed. Parses the request,
// forwards it, reads usage from the answer, answers. No keys, no records, no fallback, no limits.
// Usage: bun bench/bare-proxy.ts <upstream base URL>; prints its port.

const upstream = process.argv[2] ?? '';
export const totals = { prompt: 0, completion: 0 };

function count(json: string): void {
  const { usage } = JSON.parse(json) as { usage?: { prompt_tokens: number; completion_tokens: number } };
  if (usage) {
    totals.prompt += usage.prompt_tokens;
    totals.completion += usage.completion_tokens;
  }
}

async function* relay(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const bytes of body) {
    const events = (pending + decoder.decode(bytes, { stream: true })).split('\n\n');
    pending = events.pop() ?? '';
    for (const event of events) if (event !== 'data: [DONE]') count(event.slice('data: '.length));
    yield bytes;
  }
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  development: false,
  async fetch(request) {
    const text = await request.text();
    if (typeof JSON.parse(text).model !== 'string') return new Response('no model', { status: 400 });
    const answer = await fetch(`${upstream}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
      signal: request.signal,
      redirect: 'manual',
    });
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    if (answer.body && headers['content-type'].startsWith('text/event-stream')) {
      return new Response(relay(answer.body), { status: answer.status, headers });
    }
    const body = await answer.text();
    count(body);
    return new Response(body, { status: answer.status, headers });
  },
});
console.log(server.port);
