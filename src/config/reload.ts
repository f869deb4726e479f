// Reload: when the file changes or SIGHUP comes, a whole new snapshot is built and checked, then one reference is swapped. A
// bad file changes nothing. Files of secrets are not watched: SIGHUP reads them again.

import { readFileSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { sha256 } from '#base/digest.ts';
import type { Result } from '#base/result.ts';
import { printAddress } from './address.ts';
import type { Problem } from './problem.ts';
import type { Snapshot } from './snapshot.ts';

/** Milliseconds from the first sign of a change to the look at it: editors write in several steps. */
const SETTLE_MS = 100;

export interface ReloadOptions {
  /** The file to watch. Without one only SIGHUP reloads. */
  readonly file?: string | undefined;
  /** The snapshot that is in use before the first reload. */
  readonly initial: Snapshot;
  readonly load: () => Result<Snapshot, readonly Problem[]>;
  readonly swap: (snapshot: Snapshot) => void;
  readonly report: (report: ReloadReport) => void;
}

/** Small and without secrets, so that it can be logged as it is. */
export type ReloadReport =
  | {
      readonly kind: 'swapped';
      /** Of the snapshot that is in use now. */
      readonly version: string;
      /** Settings that have changed but stay as they were until a restart: `server.listen`. */
      readonly needRestart: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** Changes of the file are not seen; SIGHUP still works. */
  | { readonly kind: 'blind'; readonly message: string };

export interface Reloader {
  /** Reads everything again, changed or not. */
  reload(): void;
  /** Releases the watcher, the timer and the signal. Idempotent. */
  stop(): void;
}

export function startReloader(options: ReloadOptions): Reloader {
  const reloader = new FileReloader(options);
  reloader.start();
  return reloader;
}

class FileReloader implements Reloader {
  readonly #options: ReloadOptions;
  readonly #onSignal = (): void => this.reload();
  /** What listens and what is open belongs to the first snapshot for as long as the process lives. */
  readonly #bound: ReadonlyMap<string, string>;
  #digest: string;
  #watcher: FSWatcher | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#bound = boundSettings(options.initial);
    this.#digest = this.#readDigest();
  }

  start(): void {
    process.on('SIGHUP', this.#onSignal);
    const { file, report } = this.#options;
    if (file === undefined) return;
    try {
      // The directory, since editors and orchestrators put a new file in the place of the old one.
      this.#watcher = watch(dirname(resolve(file)), { persistent: false }, () => this.#lookSoon());
      this.#watcher.on('error', (error) => report({ kind: 'blind', message: error.message }));
    } catch (error) {
      report({ kind: 'blind', message: error instanceof Error ? error.message : String(error) });
    }
  }

  stop(): void {
    process.off('SIGHUP', this.#onSignal);
    this.#watcher?.close();
    this.#watcher = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  reload(): void {
    const { load, swap, report } = this.#options;
    this.#digest = this.#readDigest();
    const loaded = load();
    if (!loaded.ok) {
      report({ kind: 'refused', problems: loaded.error });
      return;
    }
    const bound = boundSettings(loaded.value);
    const needRestart = [...bound].flatMap(([name, value]) =>
      this.#bound.get(name) === value ? [] : [name],
    );
    swap(loaded.value);
    report({ kind: 'swapped', version: loaded.value.version, needRestart });
  }

  /** Not put off by further changes: in a busy directory the look would never come. */
  #lookSoon(): void {
    if (this.#timer !== undefined || this.#watcher === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#readDigest() !== this.#digest) this.reload();
    }, SETTLE_MS);
    this.#timer.unref();
  }

  #readDigest(): string {
    const { file } = this.#options;
    try {
      return file === undefined ? '' : sha256(readFileSync(file, 'utf8'));
    } catch {
      return 'absent';
    }
  }
}

function boundSettings({ server, storage }: Snapshot): ReadonlyMap<string, string> {
  return new Map([
    ['server.listen', printAddress(server.listen)],
    ['server.admin', printAddress(server.admin)],
    ['storage.url', storage.url],
  ]);
}
