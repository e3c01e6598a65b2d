/**
 * The floor in C (`floor.c`), measured in a process of its own.
 *
 * Shape    compiled into the benchmarks' cache with the machine's `cc -O3`, once
 * Fails    `Missing` where there is no C compiler
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import { columns } from "../../../../packages/core/bench/columns.ts"
import { Missing, run, type Subject } from "../../../../packages/core/bench/measure.ts"

const source = fileURLToPath(new URL("../../src/peers/floor.c", import.meta.url))

const compiled = (cache: string): string => {
  const program = join(cache, "floor")
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program
  const { error, status, stderr } = spawnSync("cc", ["-std=c11", "-O3", "-o", program, source], { encoding: "utf8" })
  if (error !== undefined) throw new Missing("there is no C compiler (cc) here", { cause: error })
  if (status !== 0) throw new Error(stderr)
  return program
}

const Printed = Schema.Struct({
  ms: Schema.Number,
  peakMB: Schema.Number,
  rows: Schema.Number,
  /** Both empty where the question was about columns, whose dictionaries are known. */
  agents: Schema.Array(Schema.Number),
  statuses: Schema.Array(Schema.String),
})

const subject =
  (question: "sums" | "buckets" | "json"): Subject =>
  (folder) => {
    const program = compiled(dirname(folder))
    const named = question === "json" ? { agents: [], statuses: [] } : columns(folder)
    const path = join(folder, `floor-${question}.i32`)
    const dictionaries = [named.agents.length, named.statuses.length].map(String)
    return () => {
      const { error, stderr, stdout } = spawnSync(program, [question, folder, ...dictionaries, path], {
        encoding: "utf8",
      })
      if (error !== undefined) throw error
      if (stdout === "") throw new Error(stderr)
      const printed = Schema.decodeUnknownSync(Schema.parseJson(Printed))(stdout)
      const { agents, statuses } = question === "json" ? printed : named
      return {
        rows: printed.rows,
        elsewhere: printed,
        figures: (put) => {
          const figures = new Int32Array(Uint8Array.from(readFileSync(path)).buffer)
          rmSync(path)
          for (let at = 0; at < figures.length; at += 4) {
            const status = statuses[figures[at + 2] ?? 0] ?? ""
            put(figures[at] ?? 0, agents[figures[at + 1] ?? 0] ?? 0, status.trim().toLowerCase(), figures[at + 3] ?? 0)
          }
        },
      }
    }
  }

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["sums", subject("sums")],
  ["buckets", subject("buckets")],
  ["json", subject("json")],
])

if (import.meta.main) await run(subjects)
