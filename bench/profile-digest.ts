// Reads a .cpuprofile (the format of Chrome's DevTools, which Bun writes) and says where the time went: by function and
// by folder of the repository. Counts samples, since Bun samples only while JavaScript or something it called runs and
// its time deltas so give the event loop's time to the next function.

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node on top at each sample. */
  readonly samples: readonly number[];
}

export interface Share {
  readonly name: string;
  /** Of the samples with a function of the repository on the stack, 0 to 1. */
  readonly share: number;
}

export interface Digest {
  readonly functions: readonly Share[];
  /** Native functions count for the folder that called them. */
  readonly folders: readonly Share[];
  /** With a function of the repository on the stack. */
  readonly samples: number;
}

/** A file of the repository as a path from its root; undefined for native and built-in code. */
function fileOf(node: ProfileNode, root: string): string | undefined {
  const path = node.callFrame.url.replace(/^file:\/\//, '');
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

function folderOf(file: string): string {
  if (file.startsWith('node_modules/')) return file.split('/').slice(0, 2).join('/');
  return file.split('/').slice(0, -1).join('/');
}

/** A native function is named with the file that called it. */
function functionLabel(node: ProfileNode, root: string, owner: string): string {
  const file = fileOf(node, root);
  const name = node.callFrame.functionName || '(anonymous)';
  if (file === undefined) return `${name} (native), for ${owner}`;
  return name === '(anonymous)'
    ? `(anonymous), ${file}:${node.callFrame.lineNumber + 1}`
    : `${name}, ${file}`;
}

/** The nearest file of the repository on the way from each node to the root. */
function ownerFiles(profile: CpuProfile, root: string): Map<number, string> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const owners = new Map<number, string>();
  const visit = (id: number, inherited: string | undefined): void => {
    const node = nodes.get(id);
    if (!node) return;
    const owner = fileOf(node, root) ?? inherited;
    if (owner !== undefined) owners.set(id, owner);
    for (const child of node.children ?? []) visit(child, owner);
  };
  const first = profile.nodes[0];
  if (first) visit(first.id, undefined);
  return owners;
}

function shares(counts: ReadonlyMap<string, number>, total: number): readonly Share[] {
  return [...counts]
    .map(([name, count]) => ({ name, share: count / total }))
    .sort((left, right) => right.share - left.share);
}

/** `root`: the repository's directory, without a slash at its end. */
export function digest(profile: CpuProfile, root: string): Digest {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const owners = ownerFiles(profile, root);
  const functions = new Map<string, number>();
  const folders = new Map<string, number>();
  let samples = 0;
  const count = (counts: Map<string, number>, name: string): void =>
    void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const id of profile.samples) {
    const node = nodes.get(id);
    const owner = owners.get(id);
    if (!node || owner === undefined) continue;
    samples += 1;
    count(functions, functionLabel(node, root, owner));
    count(folders, folderOf(owner));
  }
  return { functions: shares(functions, samples), folders: shares(folders, samples), samples };
}
