/**
 * `dwell` in a pseudo-terminal: keys are typed, and what stands on its screen is read back.
 *
 * Units    milliseconds of `performance.now`
 */
import { readFileSync } from "node:fs"
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { bundlesOf, root } from "../places.ts"

export interface Terminal {
  /** When it was started. */
  readonly begin: number
  readonly text: () => string
  /** Hears of every frame, until what is given back is called. */
  readonly onFrame: (look: () => void) => () => void
  /** Waits until the screen shows something; gives when that had come. */
  readonly until: (isShown: (text: string) => boolean) => Promise<number>
  /** Types something; gives when. */
  readonly type: (keys: string) => number
  /** Milliseconds of processors that it has used, all its threads; `undefined` where the system does not say. */
  readonly cpuMs: () => number | undefined
  /** What it has held at the most, in megabytes. */
  readonly peakMB: () => number
  /** Leaves it by its key. */
  readonly leave: () => Promise<void>
}

const columns = 120
const rows = 40

/** After what ends a synchronised update. */
// oxlint-disable-next-line no-control-regex -- it begins with one
const endOfFrame = /(?<=\u001b\[\?2026l)/

/** Of what /proc tells, in hundredths of a second on every Linux there is. */
const tickMs = 10

const statusOf = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8")
  } catch {
    // No /proc here.
    return ""
  }
}

/** Starts it, in the environment that this is in. */
export const start = (): Terminal => {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })
  const { CI: _, ...env } = process.env
  const begin = performance.now()
  const child = spawn(process.execPath, [bundlesOf(root).dwell], {
    cols: columns,
    rows,
    env: { ...env, TERM: "xterm-256color", COLORTERM: "truecolor", LANG: "C.UTF-8" },
  })
  let latest = begin
  let isOver = false
  const watchers = new Set<() => void>()
  const text = () => {
    const { active } = screen.buffer
    return Array.from({ length: rows }, (__, row) => active.getLine(row)?.translateToString(true) ?? "").join("\n")
  }
  child.onData((data) => {
    const now = performance.now()
    // Frames that came at once are looked at one after the other all the same.
    for (const frame of data.split(endOfFrame)) {
      screen.write(frame, () => {
        latest = now
        for (const watch of watchers) watch()
      })
    }
  })
  const ended = new Promise<void>((resolve) => {
    child.onExit(() => {
      screen.write("", () => {
        isOver = true
        for (const watch of watchers) watch()
        resolve()
      })
    })
  })
  const until: Terminal["until"] = (isShown) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const isThere = isShown(text())
        if (!isThere && !isOver) return
        watchers.delete(look)
        clearTimeout(timer)
        if (isThere) resolve(latest)
        else reject(new Error(`error: it ended before it showed what was waited for:\n${text()}`))
      }
      // Only against hanging.
      const timer = setTimeout(() => {
        watchers.delete(look)
        reject(new Error(`error: what was waited for was not shown in two minutes:\n${text()}`))
      }, 120_000)
      watchers.add(look)
      look()
    })
  const type: Terminal["type"] = (keys) => {
    const now = performance.now()
    child.write(keys)
    return now
  }
  return {
    begin,
    text,
    onFrame: (look) => {
      watchers.add(look)
      return () => watchers.delete(look)
    },
    until,
    type,
    cpuMs: () => {
      // The name of a program, in brackets, may hold blanks.
      const [, user, system] = /\) (?:\S+ ){11}(\d+) (\d+) /.exec(statusOf(child.pid, "stat")) ?? []
      return user === undefined ? undefined : (Number(user) + Number(system)) * tickMs
    },
    peakMB: () => (Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(child.pid, "status"))?.[1] ?? 0) * 1024) / 1e6,
    leave: async () => {
      type("q")
      await ended
    },
  }
}
