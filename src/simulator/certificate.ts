// A certificate that signs itself, made when it is needed: just enough DER for a name, two dates and a key. For tests of
// clients that must refuse it.

export interface CertificateOptions {
  /** DNS name it is made out to. */
  readonly host: string;
  /** Without it the certificate is good for 127.0.0.1 too. */
  readonly hostOnly: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const;

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const ALT_NAMES = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';

export async function makeCertificate(options: CertificateOptions): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
  const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const content = toBeSigned(options, publicKey);
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, content);
  const signature = derSignature(new Uint8Array(raw));
  const whole = der(TAG.sequence, content, der(TAG.sequence, oid(ECDSA_SHA256)), bits(signature));
  return { certificate: pem('CERTIFICATE', whole), key: pem('PRIVATE KEY', privateKey) };
}

function toBeSigned({ host, hostOnly, notBefore, notAfter }: CertificateOptions, publicKey: Uint8Array) {
  const name = der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, oid(COMMON_NAME), der(TAG.utf8, Buffer.from(host)))),
  );
  const addresses = hostOnly ? [] : [der(TAG.ipAddress, new Uint8Array([127, 0, 0, 1]))];
  const altNames = der(TAG.sequence, der(TAG.dnsName, Buffer.from(host)), ...addresses);
  const isAuthority = der(TAG.sequence, der(TAG.boolean, new Uint8Array([0xff])));
  return der(
    TAG.sequence,
    der(TAG.version, integer(new Uint8Array([2]))),
    integer(crypto.getRandomValues(new Uint8Array(8))),
    der(TAG.sequence, oid(ECDSA_SHA256)),
    name,
    der(TAG.sequence, time(notBefore), time(notAfter)),
    name,
    publicKey,
    der(
      TAG.extensions,
      der(TAG.sequence, extension(ALT_NAMES, altNames), extension(BASIC_CONSTRAINTS, isAuthority)),
    ),
  );
}

function extension(id: string, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(TAG.sequence, oid(id), der(TAG.octetString, value));
}

/** WebCrypto gives r and s side by side; certificates want two integers. */
function derSignature(raw: Uint8Array): Uint8Array {
  return der(TAG.sequence, integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
}

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return new Uint8Array(Buffer.concat([new Uint8Array([tag, ...size]), ...contents]));
}

/** Positive, in as few bytes as it takes. */
function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array([0]) : bytes.subarray(first);
  const isNegative = (digits[0] ?? 0) >= 0x80;
  return isNegative ? der(TAG.integer, new Uint8Array([0]), digits) : der(TAG.integer, digits);
}

function bits(bytes: Uint8Array): Uint8Array {
  return der(TAG.bitString, new Uint8Array([0]), bytes);
}

function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.oid, new Uint8Array(bytes));
}

/** YYMMDDHHMMSSZ: good until 2049. */
function time(date: Date): Uint8Array {
  const digits = date.toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(TAG.time, Buffer.from(`${digits}Z`));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
