// Taking away: what the desk makes is, to the byte, what the command prints for the same question.
import { readdirSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { type ExportQuestion } from "../../src/screen/desk/Question.ts"
import { from, noon, site, to } from "../site.ts"
import { folder, output } from "../support.ts"
import { only, withDesk } from "./desk.ts"

const place = { kind: "account", name: null } as const
const window = { place, from: `${from}`, to: `${to}`, timezone: null, turn: 0 } as const
const report = { _tag: "report", ...window, bucket: null, isStaleCut: false } as const
const span = ["--from", `${from}`, "--to", `${to}`]

/** Where no account has one, it is that of this process. */
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone

const questions: ReadonlyArray<
  readonly [name: string, question: Pick<ExportQuestion, "of" | "group">, command: ReadonlyArray<string>]
> = [
  ["a report by agent", { of: report, group: "agent" }, ["report", ...span, "--group", "agent"]],
  ["a report by status", { of: report, group: "status" }, ["report", ...span, "--group", "status"]],
  ["a report by team", { of: report, group: "team" }, ["report", ...span, "--group", "team"]],
  [
    "a report by hour, what is stale cut",
    { of: { ...report, bucket: "PT1H", isStaleCut: true }, group: "bucket" },
    ["report", ...span, "--bucket", "PT1H", "--cap-stale"],
  ],
  [
    "a report in another zone",
    { of: { ...report, from: "2026-03-09", to: "2026-03-10", timezone: "Asia/Tokyo", bucket: "P1D" }, group: "bucket" },
    ["report", "--from", "2026-03-09", "--to", "2026-03-10", "--tz", "Asia/Tokyo", "--bucket", "P1D"],
  ],
  [
    "an agent's day",
    { of: { _tag: "agent", ...window, agent: 700_103 }, group: "agent" },
    ["intervals", ...span, "--agent", "700103"],
  ],
  [
    "staffing",
    { of: { _tag: "staffing", ...window, stepSeconds: 1800 }, group: "agent" },
    ["staffing", ...span, "--step", "1800"],
  ],
  [
    "the floor",
    { of: { _tag: "live", place, timezone: null, turn: 0 }, group: "agent" },
    ["at", `${noon}`, "--now", `${noon}`],
  ],
]

describe("what is taken away", () => {
  test.each(questions)("%s is what the command prints", async (_, { group, of }, command) => {
    const { env } = await site()
    for (const format of ["csv", "json"] as const) {
      const home = folder()
      const made = await withDesk({ home, env }, (ask) => only(ask, { _tag: "export", turn: 1, of, group, format }))
      expect(made.text).toBe(await output([...command, "--format", format], { home, env: { ...env, TZ: zone } }))
      expect(made.isWhole).toBe(true)
      if (format === "csv") expect(made.text.split("\n")).toHaveLength(made.rows + 2)
      expect(made.rows).toBeGreaterThan(0)
    }
  })

  test("says where some of the window could not be read", async () => {
    const { emulator, env } = await site()
    const made = await withDesk({ home: folder(), env }, (ask) =>
      Effect.gen(function* () {
        yield* only(ask, report)
        // The token that is kept is refused, and the one that is asked for in its place.
        for (let n = 0; n < 8; n++) emulator.faultOnce("wrongAddress", { method: "status_log" })
        const later = { ...report, to: `${noon}` }
        return yield* only(ask, { _tag: "export", turn: 1, group: "agent", format: "csv", of: later })
      }),
    )
    expect(made.isWhole).toBe(false)
    expect(made.rows).toBeGreaterThan(0)
  })
})

describe("files", () => {
  test("are new ones, whoever writes at the same time, each with its own text", async () => {
    const where = folder()
    const before = process.cwd()
    process.chdir(where)
    try {
      const texts = Array.from({ length: 12 }, (_, n) => `text ${n}\n`)
      const paths = await withDesk({ home: folder() }, (ask) =>
        Effect.all(
          texts.map((text, turn) =>
            Effect.map(
              only(ask, { _tag: "write", turn, name: "dwell-floor", extension: "csv", text }),
              ({ path }) => path,
            ),
          ),
          { concurrency: "unbounded" },
        ),
      )
      expect(paths.map((path) => readFileSync(path, "utf8"))).toStrictEqual(texts)
      const names = texts.map((_, n) => `dwell-floor${n === 0 ? "" : `-${n + 1}`}.csv`)
      expect(readdirSync(where).toSorted()).toStrictEqual(names.toSorted())
    } finally {
      process.chdir(before)
    }
  })
})
