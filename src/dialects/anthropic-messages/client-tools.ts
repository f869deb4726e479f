// Tools that the vendor defines and the client runs: their schemas are known to the model and are not sent. Other models
// get them as ordinary functions with the documented schema.
// Source: platform.claude.com/docs/en/agents-and-tools/tool-use (bash, text editor, memory, computer use).

import type { JsonObject } from '#base/json.ts';

export interface ClientTool {
  readonly description: string;
  readonly schema: JsonObject;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const range = (description: string): JsonObject => ({
  type: 'array',
  items: { type: 'integer' },
  description,
});
const command = (...names: readonly string[]): JsonObject => ({
  type: 'string',
  enum: names.join(' ').split(' '),
});

const BASH: ClientTool = {
  description: 'Runs a command in a shell that lives on between calls.',
  schema: {
    type: 'object',
    properties: {
      command: text('The command to run. Required unless the shell is restarted.'),
      restart: { type: 'boolean', description: 'Restarts the shell.' },
    },
  },
};

const EDITOR: ClientTool = {
  description: 'Views, creates and edits text files.',
  schema: {
    type: 'object',
    properties: {
      command: command('view', 'create', 'str_replace', 'insert'),
      path: text('Path of the file or the directory.'),
      file_text: text('The content of a file to create.'),
      old_str: text('The text to replace; it must occur exactly once.'),
      new_str: text('The text that takes its place.'),
      insert_line: { type: 'integer', description: 'The line after which to insert; 0 is the beginning.' },
      insert_text: text('The text to insert.'),
      view_range: range('First and last line to show; -1 as the last is the end.'),
    },
    required: ['command', 'path'],
  },
};

const MEMORY: ClientTool = {
  description: 'Keeps notes in files below /memories that outlast the conversation.',
  schema: {
    type: 'object',
    properties: {
      command: command('view', 'create', 'str_replace', 'insert', 'delete', 'rename'),
      path: text('Path of the file or the directory.'),
      view_range: range('First and last line to show.'),
      file_text: text('The content of a file to create.'),
      old_str: text('The text to replace.'),
      new_str: text('The text that takes its place.'),
      insert_line: { type: 'integer', description: 'The line after which to insert.' },
      insert_text: text('The text to insert.'),
      old_path: text('The path to rename.'),
      new_path: text('Its new path.'),
    },
    required: ['command'],
  },
};

const COMPUTER: ClientTool = {
  description: 'Looks at a screen and works its mouse and keyboard.',
  schema: {
    type: 'object',
    properties: {
      action: command(
        'key type mouse_move left_click left_click_drag right_click middle_click double_click triple_click',
        'left_mouse_down left_mouse_up scroll hold_key wait screenshot cursor_position zoom',
      ),
      coordinate: range('x and y in pixels.'),
      start_coordinate: range('x and y in pixels where a drag begins.'),
      region: range('Left, top, right and bottom of the part to zoom into, in pixels.'),
      text: text('The text to type, or the keys to press.'),
      scroll_direction: command('up', 'down', 'left', 'right'),
      scroll_amount: { type: 'integer', description: 'How many steps to scroll.' },
      duration: { type: 'number', description: 'Seconds to hold or to wait.' },
    },
    required: ['action'],
  },
};

/** By the part of the type before its date. */
const TOOLS: ReadonlyMap<string, ClientTool> = new Map([
  ['bash', BASH],
  ['text_editor', EDITOR],
  ['memory', MEMORY],
  ['computer', COMPUTER],
]);

export function clientTool(type: string): ClientTool | undefined {
  return TOOLS.get(type.replace(/_\d{8}$/, ''));
}
