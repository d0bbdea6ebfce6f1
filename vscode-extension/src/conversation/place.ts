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

/** Where a place is after changes of its document; undefined when its code was deleted. */
export function moved(place: Place, changes: readonly vscode.TextDocumentContentChangeEvent[]): Place | undefined {
  if (!place.range) return place;
  let { start, end } = place.range;
  for (const { range, text } of changes) {
    const lines = text.split(/\r\n|\r|\n/);
    const last = lines.at(-1) ?? "";
    const after = {
      line: range.start.line + lines.length - 1,
      character: last.length + (lines.length === 1 ? range.start.character : 0),
    };
    const shifted = ({ line, character }: Point): Point => ({
      line: line + after.line - range.end.line,
      character: line === range.end.line ? character + after.character - range.end.character : character,
    });
    // What is inserted before the code or behind it is none of it; what replaces some of it is.
    const newStart = isBefore(start, range.end) ? (isBefore(range.start, start) ? range.start : start) : shifted(start);
    const newEnd = !isBefore(range.start, end) ? end : isBefore(end, range.end) ? after : shifted(end);
    if (!isBefore(newStart, newEnd)) return undefined;
    [start, end] = [newStart, newEnd];
  }
  return { uri: place.uri, range: { start, end } };
}

interface Point {
  line: number;
  character: number;
}

function isBefore(one: Point, other: Point): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
