/** A real terminal for tests: a pseudo-terminal that the program runs in, and a screen that shows what it writes. */
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { bundle, environment, folder } from "./support.ts"

export interface Screen {
  readonly status: number
  /** Every line the program wrote, as it stands on the screen. */
  readonly lines: ReadonlyArray<string>
  /** Whether any line was too long for the screen and went on in the next. */
  readonly isWrapped: boolean
  /** Every character as it came, escape sequences and all. */
  readonly written: string
}

export interface ScreenOptions {
  readonly columns: number
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
  /** What the program writes before somebody presses Ctrl-C; default: nobody does. */
  readonly until?: RegExp
}

/** Runs `dwell` in a terminal to its end. */
export const onScreen = (
  args: ReadonlyArray<string>,
  { columns, env = {}, home = folder(), until }: ScreenOptions,
): Promise<Screen> =>
  new Promise((resolve) => {
    const terminal = new xterm.Terminal({ cols: columns, rows: 200, scrollback: 1000, allowProposedApi: true })
    const child = spawn(process.execPath, [bundle, ...args], {
      cols: columns,
      rows: 200,
      env: environment(home, { TERM: "xterm-256color", ...env }),
    })
    let written = ""
    child.onData((data) => {
      const isReady = until?.test(written) ?? true
      written += data
      if (!isReady && until?.test(written) === true) child.write("\u0003")
      terminal.write(data)
    })
    child.onExit(({ exitCode }) => {
      // The screen takes what is written to it in its own time; this comes after all of it.
      terminal.write("", () => {
        const { active } = terminal.buffer
        const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row))
        const lines = rows.map((row) => row?.translateToString(true) ?? "")
        resolve({
          status: exitCode,
          lines: lines.slice(0, lines.findLastIndex((line) => line !== "") + 1),
          isWrapped: rows.some((row) => row?.isWrapped === true),
          written,
        })
      })
    })
  })
