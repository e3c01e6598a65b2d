/**
 * `saxes` alone, on a text that is there, with handlers that only count rows: no reading, no value, no figure.
 */
import { readFileSync } from "node:fs"
import { SaxesParser } from "saxes"
import { fileOf } from "../../../../packages/core/bench/dataset.ts"
import { run, type Subject } from "../../../../packages/core/bench/measure.ts"

const chunk = 65_536

const subject: Subject = (folder) => {
  const text = readFileSync(fileOf(folder, "xml"), "utf8")
  return () => {
    const parser = new SaxesParser()
    let rows = 0
    parser.on("opentag", ({ name }) => {
      if (name === "status_log") rows += 1
    })
    parser.on("text", () => {})
    parser.on("closetag", () => {})
    parser.on("error", (error) => {
      throw error
    })
    for (let at = 0; at < text.length; at += chunk) parser.write(text.slice(at, at + chunk))
    parser.close()
    return { rows, figures: () => {} }
  }
}

export const subjects: ReadonlyMap<string, Subject> = new Map([["xml", subject]])

if (import.meta.main) await run(subjects)
