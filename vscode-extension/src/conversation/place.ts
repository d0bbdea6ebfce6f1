import * as path from "node:path";
import * as vscode from "vscode";
import type { Place } from "../server/protocol";

/** The selected lines of an editor, or its whole document. */
export function placeOf(editor: vscode.TextEditor, uri: string): Place {
  const { selection } = editor;
  if (selection.isEmpty) return { uri };
  const { start, end } = selection;
  return { uri, range: { start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } } };
}

/** As it is shown to the user: the file's name, and its lines counted from one. */
export function labelOf({ uri, range }: Place): string {
  const name = path.posix.basename(vscode.Uri.parse(uri).path);
  if (!range) return name;
  const first = range.start.line + 1;
  // A range that ends before a line's first character does not touch that line.
  const last = Math.max(first, range.end.line + (range.end.character === 0 ? 0 : 1));
  return `${name}:${first === last ? first : `${first}–${last}`}`;
}
