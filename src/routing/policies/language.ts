// The language a text is written in, guessed: by its script, and where several share one by their commonest words. Two
// letters as in ISO 639-1, or nothing where too little is there to tell.

const SCRIPTS: readonly (readonly [language: string, from: number, to: number])[] = [
  ['ja', 0x3040, 0x30ff],
  ['zh', 0x4e00, 0x9fff],
  ['ko', 0xac00, 0xd7af],
  ['ru', 0x0400, 0x04ff],
  ['el', 0x0370, 0x03ff],
  ['ar', 0x0600, 0x06ff],
  ['he', 0x0590, 0x05ff],
  ['hi', 0x0900, 0x097f],
  ['th', 0x0e00, 0x0e7f],
];

const COMMON: Readonly<Record<string, readonly string[]>> = {
  en: ['the', 'and', 'is', 'of', 'to', 'what', 'you', 'in', 'with', 'for', 'this', 'how'],
  de: ['der', 'die', 'das', 'und', 'ist', 'nicht', 'ich', 'ein', 'eine', 'wie', 'mit', 'für'],
  fr: ['le', 'la', 'les', 'et', 'est', 'une', 'je', 'vous', 'que', 'pour', 'dans', 'des'],
  es: ['el', 'los', 'las', 'y', 'es', 'una', 'que', 'por', 'para', 'con', 'como', 'del'],
  it: ['il', 'che', 'di', 'e', 'una', 'per', 'non', 'sono', 'con', 'della', 'come', 'gli'],
  pt: ['o', 'os', 'uma', 'que', 'para', 'com', 'não', 'do', 'da', 'em', 'como', 'você'],
  nl: ['de', 'het', 'een', 'en', 'niet', 'van', 'ik', 'is', 'dat', 'voor', 'met', 'hoe'],
};

const LENGTH_MAX = 2_000;
/** Of all letters, so many in one script decide. */
const SCRIPT_SHARE = 0.2;
const WORDS_MIN = 2;

export function languageOf(text: string): string {
  const looked = text.slice(0, LENGTH_MAX);
  return byScript(looked) ?? byWords(looked.toLowerCase());
}

function byScript(text: string): string | undefined {
  const counts = new Map<string, number>();
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x40) letters += 1;
    if (code < 0x370) continue;
    const script = SCRIPTS.find(([, from, to]) => code >= from && code <= to)?.[0];
    if (script !== undefined) counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  const enough = letters * SCRIPT_SHARE;
  // Japanese is written with Chinese characters too; the other way round does not happen.
  for (const [script] of SCRIPTS) if ((counts.get(script) ?? 0) > enough) return script;
  return (counts.get('zh') ?? 0) + (counts.get('ja') ?? 0) > enough && counts.has('ja') ? 'ja' : undefined;
}

function byWords(text: string): string {
  const words = new Set(text.split(/[^\p{L}]+/u));
  let best = '';
  let most = WORDS_MIN - 1;
  for (const [language, common] of Object.entries(COMMON)) {
    const found = common.filter((word) => words.has(word)).length;
    if (found > most) [best, most] = [language, found];
  }
  return best;
}
