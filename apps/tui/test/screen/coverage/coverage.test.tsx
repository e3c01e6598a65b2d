// Coverage and quality: the worker finds what core does, without a request, and all lines can be read and scrolled.
import { folder } from "@dwell/testing/scratch"
import { row } from "@dwell/testing/vendor"
import { stripVTControlCharacters } from "node:util"
import type { Row } from "@dwell/emulator"
import * as Effect from "effect/Effect"
import { renderToString } from "ink"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import { type CoverageQuestion, keyOf } from "../../../src/screen/worker/protocol/question.ts"
import type { CoverageAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { questionsOf } from "../../../src/screen/app/questions.ts"
import { start, type State } from "../../../src/screen/app/state.ts"
import { update } from "../../../src/screen/app/update.ts"
import { make } from "../../../src/screen/theme.ts"
import { site } from "../../site.ts"
import { noon } from "../../time.ts"
import { only, withWorker } from "../worker/worker.ts"

const day = 86_400
const hour = 3600

const question = (from: number, to: number): CoverageQuestion => ({
  _tag: "coverage",
  account: { kind: "account", name: null },
  from: `${from}`,
  to: `${to}`,
  timezone: null,
  refreshCount: 0,
})

const report = (from: number, to: number) =>
  ({ ...question(from, to), _tag: "report", bucket: null, isStaleCut: false }) as const

/** Two who forgot to log out, one of them in a status of no category; one at work, one who has left. */
const rows: ReadonlyArray<Row> = [
  row({ uid: 1n, agent: 1, uts: noon - 30 * hour, status: "available" }),
  row({ uid: 2n, agent: 2, uts: noon - 17 * hour, status: "juggling" }),
  row({ uid: 3n, agent: 3, uts: noon - 2 * hour, status: "available" }),
  row({ uid: 4n, agent: 4, uts: noon - 40 * hour, status: "available" }),
  row({ uid: 5n, agent: 4, uts: noon - 39 * hour, status: "offline" }),
]

describe("the worker", () => {
  it("finds what is stored and what is missing, without asking anybody", async () => {
    const { emulator, env } = await site({ rows })
    await withWorker({ home: folder(), env }, (ask) =>
      Effect.gen(function* () {
        const nothing = yield* only(ask, question(noon - day, noon))
        expect(emulator.requests).toHaveLength(0)
        expect(nothing).toMatchObject({ events: 0, extent: null, spans: [], stale: [] })
        expect(nothing.quality.uncovered).toStrictEqual([{ from: noon - day, to: noon }])

        yield* only(ask, report(noon - day, noon - hour))
        const asked = emulator.requests.length
        const found = yield* only(ask, question(noon - 10 * day, noon))
        expect(emulator.requests).toHaveLength(asked)
        // What had begun before the window was looked for in the week before it.
        expect(found.extent).toStrictEqual({ from: noon - 8 * day, to: noon - hour })
        expect(found.quality.uncovered).toStrictEqual([
          { from: noon - 10 * day, to: noon - 8 * day },
          { from: noon - hour, to: noon },
        ])
        expect(found.events).toBe(rows.length)
        expect(found.file).toMatch(/\.sqlite$/)
      }),
    )
  })

  it("names those who have been logged in too long, however little has passed since the vendor was asked", async () => {
    const { env } = await site({ rows })
    await withWorker({ home: folder(), env }, (ask) =>
      Effect.gen(function* () {
        yield* only(ask, report(noon - 2 * day, noon - 60))
        const { quality, stale } = yield* only(ask, question(noon - 2 * day, noon))
        expect(stale.map(({ agent, since, status }) => ({ agent, since, status }))).toStrictEqual([
          { agent: 1, since: noon - 30 * hour, status: "available" },
          { agent: 2, since: noon - 17 * hour, status: "juggling" },
        ])
        expect(quality.unknownStatuses).toStrictEqual(["juggling"])
      }),
    )
  })
})

const quality = {
  rows: 12,
  unique: 12,
  duplicates: 0,
  conflicts: 0,
  outOfOrder: 0,
  future: 0,
  stale: 0,
  unknownStatuses: [],
  agentsWithoutCarryIn: [],
  uncovered: [],
}

const found = (more: Partial<CoverageAnswer>): CoverageAnswer => ({
  _tag: "coverage",
  account: { kind: "account", name: "main", timezone: "Europe/London" },
  window: { from: noon - day, to: noon, now: noon, timezone: "Europe/London" },
  quality,
  problem: null,
  file: "/home/somebody/.local/share/dwell/main.sqlite",
  bytes: 1_234_567,
  events: 4321,
  openDays: 2,
  closedDays: 30,
  extent: { from: noon - 32 * day, to: noon },
  spans: [{ from: noon - 32 * day, to: noon, asOf: noon }],
  stale: [],
  ...more,
})

const odd = found({
  quality: {
    ...quality,
    outOfOrder: 3,
    future: 1,
    stale: 9,
    unknownStatuses: ["juggling", "na\u0007pping"],
    agentsWithoutCarryIn: [7, 8],
    uncovered: [
      { from: noon - 20 * hour, to: noon - 19 * hour },
      { from: noon - 30, to: noon },
    ],
  },
  stale: [{ agent: 7, name: "Ada", team: "Sales", status: "wrap", since: noon - 20 * hour }],
})

const shown = (answer: CoverageAnswer, columns: number, height: number, more: Partial<State> = {}): State => {
  const state = start({
    account: { kind: "account", name: "main" },
    size: { columns, rows: height },
    now: noon,
    theme: "dark",
    thresholds: [],
    timezone: null,
  })
  const there = { ...update(state, { _tag: "key", key: "5" }), ...more }
  const asked = questionsOf(there).find(({ _tag }) => _tag === "coverage")
  return update(there, { _tag: "answered", key: asked === undefined ? "" : keyOf(asked), answer })
}

const theme = make("dark", { level: 0, isUnicode: true })

const frameOf = (state: State): ReadonlyArray<string> =>
  stripVTControlCharacters(
    renderToString(<Screen state={state} theme={theme} />, { columns: state.size.columns }),
  ).split("\n")

const textOf = (state: State): string => frameOf(state).join("\n")

describe("the screen", () => {
  it("asks only while it is looked at", () => {
    const there = shown(odd, 120, 40)
    expect(questionsOf(there).map(({ _tag }) => _tag)).toContain("coverage")
    expect(questionsOf(update(there, { _tag: "key", key: "1" })).map(({ _tag }) => _tag)).not.toContain("coverage")
  })

  it("says what is stored, what is missing and odd, and the command that fixes each", () => {
    const text = textOf(shown(odd, 140, 80))
    for (const part of [
      "/home/somebody/.local/share/dwell/main.sqlite",
      "1.2 MB",
      "4,321",
      "2 open days",
      "30 closed days",
      "2026-02-06 12:00:00 to 2026-03-10 12:00:00",
      "2026-02  ",
      "1 span, 1:00:00 in all.",
      "dwell sync --from 2026-03-09T16:00:00+00:00 --to 2026-03-09T17:00:00+00:00 --account main",
      "dwell doctor",
      "dwell report --categories FILE --from today --to now --account main",
      "juggling, na\ufffdpping",
      "dwell sync --from 2026-03-02T12:00:00+00:00 --to 2026-03-09T12:00:00+00:00 --account main",
      "dwell report --cap-stale --from today --to now --account main",
      "7 Ada (Sales) wrap since 2026-03-09 16:00:00, for 20:00:00",
    ])
      expect(text).toContain(part)
    expect(text).not.toContain("2026-03-10 11:59:30")
  })

  it("what is not known is no zero, and what is well is said to be", () => {
    const text = textOf(shown(found({}), 120, 80))
    expect(text).toMatch(/Duplicates +– /)
    expect(text).toMatch(/Out of order +0 /)
    expect(text).toContain("Nothing: all of it is stored.")
    expect(text).toContain("No agent has been logged in for over 16 h in one status.")
    expect(textOf(shown(found({ extent: null, spans: [], file: null }), 120, 80))).toContain("nothing is stored yet")
  })

  it("times are those of the zone that was chosen", () => {
    const text = textOf(shown(odd, 140, 80, { timezone: "America/New_York" }))
    expect(text).toContain("2026-03-10 08:00:00, America/New_York")
    expect(text).toContain("--tz America/New_York")
  })

  it("fits every size; scrolling shows every line and ends at the ends", () => {
    for (const [columns, height] of [
      [60, 10],
      [60, 20],
      [80, 24],
      [120, 40],
      [200, 50],
    ] as const) {
      const first = shown(odd, columns, height)
      const seen = new Set<string>()
      for (let state = first, last: State | null = null; state.coverage.top !== last?.coverage.top;) {
        const frame = frameOf(state)
        expect(frame.length).toBeLessThanOrEqual(height)
        for (const line of frame) {
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
          seen.add(line)
        }
        last = state
        state = update(state, { _tag: "key", key: "pagedown" })
      }
      const whole = frameOf(shown(odd, columns, 300))
      const said = whole.slice(2, -2).filter((line) => line.trim() !== "" && !line.includes("Lines "))
      expect(said.filter((line) => !seen.has(line))).toStrictEqual([])
      const end = update(first, { _tag: "key", key: "G" })
      let line = first
      for (let top = 1; top <= end.coverage.top; top++) {
        line = update(line, { _tag: "key", key: "down" })
        expect(line.coverage.top).toBe(top)
      }
      expect(update(line, { _tag: "key", key: "j" }).coverage.top).toBe(end.coverage.top)
      expect(update(end, { _tag: "key", key: "g" }).coverage.top).toBe(0)
      // A taller window has no empty room below the last line.
      expect(frameOf(update(end, { _tag: "resized", size: { columns, rows: 300 } })).join("\n")).toContain(
        "Lines 1 to ",
      )
    }
  })
})
