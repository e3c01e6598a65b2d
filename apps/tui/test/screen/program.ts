/** The whole program in a pseudo-terminal: keys are typed, and the screen is read back. */
import { environment } from "@dwell/testing/programs"
import { folder } from "@dwell/testing/scratch"
import { whenDone } from "@dwell/testing/resources"
import { fileURLToPath } from "node:url"
import type { Options } from "@dwell/emulator"
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { bundle } from "../support.ts"
import { site } from "../site.ts"
import { noon } from "../time.ts"

export interface ProgramOptions {
  readonly columns?: number
  readonly rows?: number
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
  /** Where it writes what is taken away. */
  readonly folder?: string
  /** What time the program thinks it is when it starts, Unix seconds; default: the time. */
  readonly at?: number
}

export interface Program {
  /** The lines that stand on the screen now. */
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
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<number>
  /** Whether the terminal is as it was: main screen, cursor shown, no mouse mode. */
  readonly isRestored: () => boolean
  readonly pid: number
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

const clock = fileURLToPath(new URL("clock.mjs", import.meta.url))

/** Starts the screens. */
export const program = ({
  args = [],
  at,
  columns = 120,
  env = {},
  folder: cwd,
  home = folder(),
  rows = 40,
}: ProgramOptions = {}): Program => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const later: Record<string, string> =
    at === undefined ? {} : { NODE_OPTIONS: `--import=${clock}`, DWELL_TEST_LATER_MILLIS: `${at * 1000 - Date.now()}` }
  const child = spawn(process.execPath, [bundle, ...args], {
    cols: columns,
    rows,
    ...(cwd === undefined ? {} : { cwd }),
    env: environment(home, { TERM: "xterm-256color", COLORTERM: "truecolor", ...later, ...env }),
  })
  let written = ""
  const watchers = new Set<() => void>()
  child.onData((data) => {
    written += data
    terminal.write(data, () => {
      for (const watch of watchers) watch()
    })
  })
  let isOver = false
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      terminal.write("", () => {
        isOver = true
        for (const watch of watchers) watch()
        resolve(exitCode)
      })
    })
  })
  whenDone(async () => {
    if (!isOver) child.kill("SIGKILL")
    await ended
  })
  const lines = () => {
    const { active } = terminal.buffer
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "",
    )
  }
  const text = () => lines().join("\n")
  const until: Program["until"] = (shown) =>
    new Promise((resolve, reject) => {
      const look = () => {
        // A frame that is half drawn shows nothing that was meant.
        if (written.lastIndexOf("\u001b[?2026h") > written.lastIndexOf("\u001b[?2026l") && !isOver) return
        const isThere = shown instanceof RegExp ? shown.test(text()) : shown(text())
        if (!isThere && !isOver) return
        watchers.delete(look)
        clearTimeout(deadline)
        if (isThere) resolve()
        else reject(new Error(`it ended before it showed ${String(shown)}:\n${text()}`))
      }
      // Only against hanging, and then to see what there was instead.
      const deadline = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`it never showed ${String(shown)}:\n${text()}`))
      }, 60_000)
      watchers.add(look)
      look()
    })
  const press: Program["press"] = (...keys) => {
    for (const key of keys) child.write(names[key] ?? key)
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
      child.resize(toColumns, toRows)
    },
    signal: (signal) => child.kill(signal),
    ended,
    isRestored: () =>
      terminal.buffer.active.type === "normal" &&
      terminal.modes.mouseTrackingMode === "none" &&
      !terminal.modes.bracketedPasteMode &&
      written.lastIndexOf("\u001b[?25h") > written.lastIndexOf("\u001b[?25l"),
    pid: child.pid,
  }
}

/** An emulator whose clock runs on from noon, as that of a program does which is started `at: now()`. */
export const running = async (options: Options = {}) => {
  const start = Date.now()
  const now = () => noon + Math.floor((Date.now() - start) / 1000)
  return { ...(await site({ agents: 24, days: 3, clock: now, ...options })), now }
}
