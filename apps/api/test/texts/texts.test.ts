/** All that the API and its program say, in files that can be read and reviewed as a whole. `vitest -u` writes them. */
import { join } from "node:path"
import { problems } from "@dwell/client/problem"
import { describe, expect, it } from "vitest"
import { dwellApi } from "../commandLine.ts"
import { textsIn } from "./sourceTexts.ts"

const made = textsIn(join(import.meta.dirname, "../../src"))

const fieldsOf = (
  types: ReadonlyArray<string>,
  write: (fields: Readonly<Record<string, string>>) => string,
): string => {
  const lines = new Map<string, Array<string>>()
  for (const { fields, file, type } of made) {
    if (types.includes(type)) lines.set(file, [...(lines.get(file) ?? []), `  ${type}  ${write(fields)}`])
  }
  return Array.from(lines, ([file, own]) => `${file}\n${own.join("\n")}\n`).join("\n")
}

describe("the texts under version control", () => {
  it("have the title of every problem, and every detail", async () => {
    const titles = Object.entries(problems).map(([code, [status, title]]) => `${status} ${code}: ${title}\n`)
    const details = fieldsOf(
      ["ApiError", "fewer", "invalid", "say"],
      ({ code = "", detail = "", message }) => message ?? `${code}: ${detail}`,
    )
    await expect(`${titles.join("")}\n${details}`).toMatchFileSnapshot("problems.txt")
  })

  it("have every message about the command line, variables, keys and stores, and every line of the log", async () => {
    const message = ({ issue = "", message: whole, remedy = "", what = "" }: Readonly<Record<string, string>>) =>
      whole ?? `${what === "" ? "" : `${what}: `}${issue}. ${remedy}`
    const errors = [
      "ApiUnavailable",
      "UserError",
      "InvalidInput",
      "StoreError",
      "UsageError",
      "get message",
      "unavailable",
    ]
    const logged = ["Effect.logError", "Effect.logWarning", "Effect.logInfo"]
    await expect(fieldsOf([...errors, ...logged], message)).toMatchFileSnapshot("messages.txt")
  })

  it("have every page of help", async () => {
    const pages = [
      [],
      ["serve"],
      ["demo"],
      ["keys"],
      ...["create", "list", "rotate", "revoke", "audit"].map((of) => ["keys", of]),
    ]
    let all = ""
    for (const words of pages) {
      const { status, stdout } = await dwellApi([...words, "--help"])
      expect(status).toBe(0)
      all += `$ dwell-api ${[...words, "--help"].join(" ")}\n\n${stdout}\n`
    }
    await expect(all).toMatchFileSnapshot("help.txt")
  })
})
