/**
 * Asks a terminal to put a text on the clipboard.
 *
 * Source   xterm's control sequences, OSC 52; tmux(1), allow-passthrough
 */

/** The sequence; within tmux once more so that it is handed on to the terminal outside. */
export const copying = (text: string, isTmux: boolean): string => {
  const sequence = `\u001b]52;c;${Buffer.from(text, "utf8").toString("base64")}\u0007`
  return isTmux ? `${sequence}\u001bPtmux;${sequence.replaceAll("\u001b", "\u001b\u001b")}\u001b\\` : sequence
}
