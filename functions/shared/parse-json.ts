/** What JSON text holds; undefined where it is none. The parser's own error would show the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
