/**
 * Many clients at once, by autocannon in a process of its own, which says how the answers were.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { setTimeout as pause } from "node:timers/promises"
import * as Schema from "effect/Schema"
import { authorization, type Program } from "./processes.ts"

const program = createRequire(import.meta.url).resolve("autocannon")

const Said = Schema.parseJson(
  Schema.Struct({
    "2xx": Schema.Number,
    non2xx: Schema.Number,
    /** Timeouts, of ten seconds, among them. */
    errors: Schema.Number,
    /** Seconds. */
    duration: Schema.Number,
    /** Milliseconds. */
    latency: Schema.Struct({ p50: Schema.Number, p99: Schema.Number, max: Schema.Number }),
  }),
)

export interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  /** What of the server was resident halfway, when its code is compiled and its heap has grown, and at the end. */
  readonly early: number
  readonly late: number
}

const connections = 200

/** Asks a program the same for so many seconds. */
export const load = async (server: Program, path: string, seconds: number): Promise<Load> => {
  const args = ["--json", "-c", `${connections}`, "-d", `${seconds}`, "-H", `authorization=${authorization}`]
  const child = spawn(process.execPath, [program, ...args, `${server.url}${path}`], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  let text = ""
  let complaint = ""
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part))
  child.stderr.setEncoding("utf8").on("data", (part: string) => (complaint += part))
  const closed = once(child, "close")
  // It takes a moment to begin, so that the last sample is taken while the load is on.
  await pause((seconds / 2) * 1000)
  const early = server.resident()
  await pause((seconds / 2) * 1000 - 250)
  const late = server.resident()
  await closed
  if (child.exitCode !== 0) throw new Error(`error: autocannon failed (${child.exitCode ?? "killed"}). ${complaint}`)
  const said = Schema.decodeUnknownSync(Said)(text)
  const { p50, p99 } = said.latency
  const errors = said.errors + said.non2xx
  return { perSecond: said["2xx"] / said.duration, p50, p99, errors, early, late }
}
