/** A terminal that a program runs in: what is typed goes to the program, and what it writes is on a screen. */
import xterm from "@xterm/headless"

/** A pseudo-terminal, and how the program in it ends. */
export interface Pty {
  readonly write: (text: string) => void
  readonly resize: (columns: number, rows: number) => void
  readonly onData: (take: (text: string) => void) => unknown
  /** Its exit code. */
  readonly ended: Promise<number>
}

export interface Screen {
  /** The lines that are on the screen now. */
  readonly lines: () => ReadonlyArray<string>
  readonly text: () => string
  /** Every character that was written, escape sequences and all. */
  readonly written: () => string
  /** Waits until the screen shows something. */
  readonly until: (shown: RegExp | ((text: string) => boolean)) => Promise<void>
  /** Types keys, by their names or as they are. */
  readonly press: (...keys: ReadonlyArray<string>) => void
  /** Types a key and waits until the screen shows something. */
  readonly after: (key: string, shown: RegExp) => Promise<void>
  readonly resize: (columns: number, rows: number) => void
  readonly ended: Promise<number>
  /** Whether the terminal is as it was: main screen, cursor shown, no mouse mode. */
  readonly isRestored: () => boolean
}

const names: Readonly<Record<string, string>> = {
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
  enter: "\r",
  escape: "\u001b",
  tab: "\t",
  backspace: "\u007f",
  "ctrl-c": "\u0003",
  "ctrl-k": "\u000b",
}

/** Shows what a program writes to a pseudo-terminal. */
export const screenOn = (pty: Pty, columns: number, rows: number): Screen => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  let written = ""
  let isOver = false
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watch of watchers) watch()
  }
  pty.onData((data) => {
    written += data
    terminal.write(data, tell)
  })
  const ended = pty.ended.then(
    (code) =>
      new Promise<number>((resolve) => {
        terminal.write("", () => {
          isOver = true
          tell()
          resolve(code)
        })
      }),
  )
  const lines = () => {
    const { active } = terminal.buffer
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "",
    )
  }
  const text = () => lines().join("\n")
  const until: Screen["until"] = (shown) =>
    new Promise((resolve, reject) => {
      const look = () => {
        // A frame that is half drawn shows nothing that was meant.
        if (written.lastIndexOf("\u001b[?2026h") > written.lastIndexOf("\u001b[?2026l") && !isOver) return
        const isThere = shown instanceof RegExp ? shown.test(text()) : shown(text())
        if (!isThere && !isOver) return
        watchers.delete(look)
        if (isThere) resolve()
        else reject(new Error(`it ended before it showed ${String(shown)}:\n${text()}`))
      }
      watchers.add(look)
      look()
    })
  const press: Screen["press"] = (...keys) => {
    for (const key of keys) pty.write(names[key] ?? key)
  }
  return {
    lines,
    text,
    written: () => written,
    until,
    press,
    after: (key, shown) => {
      press(key)
      return until(shown)
    },
    resize: (toColumns, toRows) => {
      terminal.resize(toColumns, toRows)
      pty.resize(toColumns, toRows)
    },
    ended,
    isRestored: () =>
      terminal.buffer.active.type === "normal" &&
      terminal.modes.mouseTrackingMode === "none" &&
      !terminal.modes.bracketedPasteMode &&
      written.lastIndexOf("\u001b[?25h") > written.lastIndexOf("\u001b[?25l"),
  }
}
