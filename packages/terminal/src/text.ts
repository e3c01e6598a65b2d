/**
 * Text for terminals.
 */
import stringWidth from "string-width"

// oxlint-disable-next-line no-control-regex -- the expression is for control characters
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/** Text from outside, made safe for a terminal: a control character in a status must not move the cursor. */
export const printable = (text: string): string => text.replaceAll(controls, "�")

/** Text without control characters, which may have been pasted. */
export const withoutControls = (text: string): string => text.replaceAll(controls, "")

/** Breaks text between words into lines of at most `width` cells. */
export const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(/\s+/)) {
    if (line !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}
