// Removes secrets and account names from text that a provider wrote, before it reaches a client, a log or a record.
// Providers quote key fragments, organisation ids and signed URLs in their messages.

/** Longer messages are cut: nobody reads more, and some providers send back the whole prompt. */
export const MESSAGE_LENGTH_MAX = 600;

const HIDDEN = '[redacted]';

/** Each pattern with what takes its place. The first group, where there is one, stays. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // Query strings and user names in URLs may hold keys or signatures.
  [/(\bhttps?:\/\/)[^\s/@"'<>]*@/gi, `$1${HIDDEN}@`],
  [
    /(\bhttps?:\/\/[^\s?"'<>]*\?)[^\s"'<>)]*(?:key|token|sig|signature|secret|password|credential|auth)=[^\s"'<>)]*/gi,
    `$1${HIDDEN}`,
  ],
  [/(\bbearer\s+)[^\s"',;]+/gi, `$1${HIDDEN}`],
  [
    /(\b(?:api[ _-]?key|key id|access key|secret|token)(?: provided| id)?["']?\s*[:=]\s*["']?)[^\s"',;]*[\d*][^\s"',;]*/gi,
    `$1${HIDDEN}`,
  ],
  [
    /(\b(?:team|org|organi[sz]ation|project|account|tenant|user)(?: id)?\s*[:=]?\s*)[0-9a-f]{8}-[0-9a-f-]{27}\b/gi,
    `$1${HIDDEN}`,
  ],
  [/\b(?:sk|pk|rk|ak|key|org|proj|team|acct)[-_](?=[\w*-]*[\d*])[\w*-]{6,}/gi, HIDDEN],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, HIDDEN],
  // Any long run of mixed letters and digits: nothing in an error message that a reader needs looks like this.
  [/\b(?=\w*\d)(?=\w*[A-Za-z])\w{28,}\b/g, HIDDEN],
];

/** Scrubbed, on one line where it was on several, and at most `lengthMax` characters. */
export function scrub(text: string, lengthMax: number = MESSAGE_LENGTH_MAX): string {
  // Cut first, so that the patterns never run over a megabyte; a little later again, since a cut may halve a secret.
  let clean = text
    .slice(0, lengthMax * 2)
    .replace(/\s+/g, ' ')
    .trim();
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
  return clean.length > lengthMax ? `${clean.slice(0, lengthMax - 1)}…` : clean;
}
