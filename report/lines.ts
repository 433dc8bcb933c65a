/** What ends a line, moves a terminal's cursor, or is not seen at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Most texts, told without the tables of Unicode, which take a while to set up. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** `text` with unseen characters written out (`\u001b`): input chooses names, never the layout of a report. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replaceAll(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** `text` as one line, however many it has. */
export function oneLine(text: string): string {
  return visible(text.trim().replaceAll(/\s+/g, " "));
}
