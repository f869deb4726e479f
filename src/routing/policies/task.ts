// What a request is about, guessed from its words: cheap, and wrong now and then. A rule may prefer a target by it; nothing
// is allowed or refused by it. docs/explain.md lists the tags. Each sign of a task counts once, weighted; the task with the
// most wins, and with nothing to go by it is a chat. Plain searches for words: linear in the length of the text.

export const TASKS = ['code', 'math', 'translation', 'summary', 'extraction', 'writing', 'chat'] as const;
export type Task = (typeof TASKS)[number];

type Sign = readonly [word: string, weight: number];

/** Words stand between spaces or punctuation; the text is brought to lower case and padded. */
const SIGNS: Readonly<Record<Exclude<Task, 'chat'>, readonly Sign[]>> = {
  code: [
    ['```', 3],
    ['function', 1],
    ['def', 1],
    ['class', 1],
    ['import', 1],
    ['const', 1],
    ['return', 1],
    ['stack trace', 2],
    ['traceback', 2],
    ['exception', 1],
    ['compile', 1],
    ['refactor', 2],
    ['unit test', 2],
    ['regex', 2],
    ['sql', 2],
    ['select', 1],
    ['python', 2],
    ['javascript', 2],
    ['typescript', 2],
    ['rust', 1],
    ['bug', 1],
    ['api', 1],
    ['code', 2],
    ['script', 1],
    ['git', 1],
  ],
  math: [
    ['prove', 2],
    ['proof', 2],
    ['equation', 2],
    ['integral', 2],
    ['derivative', 2],
    ['solve', 1],
    ['probability', 2],
    ['theorem', 2],
    ['matrix', 1],
    ['calculate', 2],
    ['how many', 1],
    ['percent', 1],
    ['\\frac', 3],
    ['\\sum', 3],
  ],
  translation: [
    ['translate', 4],
    ['translation', 3],
    ['into english', 2],
    ['into german', 2],
    ['into french', 2],
    ['into spanish', 2],
    ['into japanese', 2],
    ['into chinese', 2],
    ['übersetze', 4],
    ['traduis', 4],
    ['traduce', 4],
    ['翻译', 4],
  ],
  summary: [
    ['summarize', 4],
    ['summarise', 4],
    ['summary', 3],
    ['tl;dr', 4],
    ['key points', 2],
    ['fasse zusammen', 4],
    ['zusammenfassung', 3],
    ['résume', 3],
    ['总结', 4],
  ],
  extraction: [
    ['extract', 3],
    ['classify', 3],
    ['label', 1],
    ['as json', 2],
    ['json', 1],
    ['fields', 1],
    ['categorize', 3],
    ['sentiment', 2],
    ['parse', 1],
    ['invoice', 1],
  ],
  writing: [
    ['write a story', 4],
    ['story', 1],
    ['poem', 3],
    ['essay', 3],
    ['blog post', 3],
    ['email', 1],
    ['rewrite', 2],
    ['tone', 1],
    ['headline', 2],
    ['slogan', 2],
    ['screenplay', 3],
  ],
};

/** Less is a guess from a single common word. */
const WEIGHT_MIN = 2;

export function taskOf(text: string): Task {
  const padded = ` ${text.toLowerCase()} `;
  let best: Task = 'chat';
  let most = WEIGHT_MIN - 1;
  for (const [task, signs] of Object.entries(SIGNS) as [Task, readonly Sign[]][]) {
    let weight = 0;
    for (const [word, counts] of signs) if (hasWord(padded, word)) weight += counts;
    if (weight <= most) continue;
    best = task;
    most = weight;
  }
  return best;
}

/** Occurrences that are looked at: the first few tell. */
const TRIES = 4;

function hasWord(text: string, word: string): boolean {
  let from = 0;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const at = text.indexOf(word, from);
    if (at === -1) return false;
    if (isEdge(text, at - 1, word, 0) && isEdge(text, at + word.length, word, word.length - 1)) return true;
    from = at + 1;
  }
  return false;
}

/** Whether a word ends here; what is no letter itself (``` or 翻) has no edges. */
function isEdge(text: string, at: number, word: string, wordAt: number): boolean {
  return !isLatin(word.charCodeAt(wordAt)) || !isLatin(text.charCodeAt(at));
}

/** Letters that words of these languages are made of, digits too. */
function isLatin(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0xc0 && code <= 0x24f)
  );
}
