// Where a URL leads: what is needed to connect, and to name it in a request.

export interface Address {
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
  /** Scheme, host and port: connections of one origin are alike. */
  readonly origin: string;
  /** As the `host` header says it. */
  readonly host: string;
  /** With the query. */
  readonly path: string;
}

/** Addresses come from the configuration; the bound is for models that clients name themselves. */
const ADDRESSES_MAX = 2_000;
const known = new Map<string, Address>();

/** Throws where `url` is none. Taking a URL apart costs more than the rest of a request's head, so it is done once. */
export function addressOf(url: string): Address {
  const found = known.get(url);
  if (found !== undefined) return found;
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const secure = protocol === 'https:';
  if (!secure && protocol !== 'http:') throw new TypeError(`no HTTP address: ${protocol}`);
  const number = port === '' ? (secure ? 443 : 80) : Number(port);
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const address = {
    hostname: bare,
    port: number,
    secure,
    origin: `${protocol}//${host}`,
    host,
    path: pathname + search,
  };
  if (known.size >= ADDRESSES_MAX) known.clear();
  known.set(url, address);
  return address;
}
