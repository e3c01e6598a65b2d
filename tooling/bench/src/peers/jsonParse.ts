/**
 * `JSON.parse` alone, on a text that is there: no reading, no check, no figure.
 */
import { readFileSync } from "node:fs"
import { fileOf, type Kind } from "../../../../packages/core/bench/dataset.ts"
import { run, type Subject } from "../../../../packages/core/bench/measure.ts"

const parse =
  (kind: Kind): Subject =>
  (folder) => {
    const text = readFileSync(fileOf(folder, kind), "utf8")
    return () => {
      const reply: unknown = JSON.parse(text)
      const list = typeof reply === "object" && reply !== null && "list" in reply ? reply.list : []
      return { rows: Array.isArray(list) ? list.length : 0, figures: () => {} }
    }
  }

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["json", parse("json")],
  ["jsonAny", parse("jsonAny")],
  ["jsonOther", parse("jsonOther")],
])

if (import.meta.main) await run(subjects)
