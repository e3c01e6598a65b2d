// The staffing screen shows the steps of the answer; the future and unknown steps are gaps, not zero; every status can be
// shown in every width; keys move through steps and change their length.
import { stripVTControlCharacters } from "node:util"
import * as fc from "effect/FastCheck"
import { renderToString } from "ink"
import { createElement } from "react"
import { beforeAll, describe, expect, it } from "vitest"
import type { StaffingAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { nextStep } from "../../../src/screen/staffing/state.ts"
import { columnsOf, curveSpanOf, seriesOf, type Step, stepAt, stepsOf } from "../../../src/screen/staffing/series.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { questionOf } from "../../../src/screen/staffing/question.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { make } from "../../../src/screen/theme.ts"
import { answered, live, now, opened, pressed, staffingAnswer, today } from "../centre.ts"

const answer = async (state: State): Promise<State> => {
  const question = questionOf(state)
  return answered(state, question, await staffingAnswer(question))
}

/** All of today: the rest of it is not known. */
const ofToday = (state: State): State => ({
  ...state,
  window: { from: `${today}`, to: `${today + 86_400}`, label: "all of today" },
})

let shown: State
beforeAll(async () => {
  shown = await answer(ofToday(pressed(opened(), "4")))
})

const answerOf = (state: State): StaffingAnswer => {
  const found = state.answers.staffing?.answer
  if (found === undefined || found === null) throw new Error("nothing was answered")
  return found
}

/** Steps that follow one another, of various lengths. */
const steps = fc
  .array(fc.record({ seconds: fc.integer({ min: 1, max: 4000 }), average: fc.nat(30), isKnown: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((all) => {
    let at = 1000
    return all.map(({ average, isKnown, seconds }): Step => {
      const start = at
      at += seconds
      const row = { start, end: at, status: "call", average, min: 0, max: 30 }
      return { start, end: at, rows: new Map([["call", row]]), untracked: null, isKnown }
    })
  })

describe("a status in columns", () => {
  it("has the agent-seconds of its steps, and none where nothing is known", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 90 }), fc.nat(5000), (all, width, more) => {
        const from = all[0]?.start ?? 0
        const until = all.at(-1)?.end ?? 0
        const to = until + more
        const columns = columnsOf(all, ["call"], { from, to, width })
        expect(columns).toHaveLength(width)
        const known = all.filter(({ isKnown }) => isKnown)
        const cell = (to - from) / width
        let sum = 0
        columns.forEach((value, column) => {
          const begin = from + column * cell
          const seconds = known.reduce(
            (total, { end, start }) => total + Math.max(0, Math.min(end, begin + cell) - Math.max(start, begin)),
            0,
          )
          // So little may be how edges were rounded.
          const isEither = seconds > 0 && seconds < 1e-6
          expect(value === null || isEither).toBe(seconds < 1e-6)
          sum += (value ?? 0) * seconds
        })
        const expected = known.reduce(
          (total, { end, rows, start }) => total + (rows.get("call")?.average ?? 0) * (end - start),
          0,
        )
        expect(sum).toBeCloseTo(expected, 4)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it("of a status that a step does not have is nobody", () => {
    const all = stepsOf(answerOf(shown))
    expect(columnsOf(all, ["unheard of"], { from: today, to: now, width: 3 })).toEqual([0, 0, 0])
  })
})

describe("steps", () => {
  it("are those of the answer, up to now and no further", () => {
    const { rows } = answerOf(shown)
    const all = stepsOf(answerOf(shown))
    expect(all.flatMap((step) => [...step.rows.values()])).toEqual(rows)
    expect(all[0]?.start).toBe(today)
    expect(all.at(-1)?.end).toBe(now)
  })

  it("left and right read out the one before and after; the last one goes on with time", () => {
    const all = stepsOf(answerOf(shown))
    const at = (state: State) => stepAt(all, state.staffing.at)
    expect(at(shown)).toBe(all.length - 1)
    expect(at(pressed(shown, "left", "left"))).toBe(all.length - 3)
    expect(at(pressed(shown, "home"))).toBe(0)
    expect(at(pressed(shown, "home", "left"))).toBe(0)
    expect(at(pressed(shown, "home", "right", "down"))).toBe(2)
    expect(pressed(shown, "left", "right").staffing.at).toBeNull()
  })

  it("an instant is read out in the step that it is in, whatever their length", () => {
    fc.assert(
      fc.property(steps, fc.nat(200_000), (all, at) => {
        const found = all[stepAt(all, at)]
        const first = all[0]
        const last = all.at(-1)
        expect(found).toBe(
          all.find(({ end, start }) => start <= at && at < end) ?? (at < (first?.start ?? 0) ? first : last),
        )
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  it("b goes round 15, 30 and 60 minutes, and a day where the window is longer than 14 of them", () => {
    const round = (seconds: number) => {
      const lengths: Array<number> = []
      for (let step = 900; lengths.length < 5; step = nextStep(step, seconds)) lengths.push(step)
      return lengths
    }
    const day = 86_400
    expect(round(14 * day)).toEqual([900, 1800, 3600, 900, 1800])
    expect(round(14 * day + 1)).toEqual([900, 1800, 3600, day, 900])
    expect(pressed(shown, "b").staffing.stepSeconds).toBe(3600)
  })
})

it("statuses are stacked busiest category first, each of them once", () => {
  const { overall } = answerOf(shown)
  const all = seriesOf(answerOf(shown))
  expect(all.flatMap(({ status }) => status ?? []).toSorted()).toEqual(overall.map(({ status }) => status).toSorted())
  expect(all.findLast(({ status }) => status !== null)?.role).toBe("offline")
  expect(all[0]?.role).toBe("handling")
})

it("a window up to now is asked about again as time goes on, once a minute; one that is over is not", () => {
  const keys = (state: State) => {
    const found = new Set<number>()
    for (let asOf = now; asOf < now + 600; asOf++) {
      const later = answered(
        { ...state, now: asOf },
        { _tag: "live", account: state.account, timezone: null, refreshCount: 0 },
        live(asOf),
      )
      found.add(questionOf(later).refreshCount)
    }
    return found.size
  }
  expect(keys(pressed(opened(), "4"))).toBeLessThanOrEqual(11)
  expect(keys(pressed(opened(), "4"))).toBeGreaterThanOrEqual(10)
  expect(keys({ ...opened(), window: { from: "yesterday", to: "today", label: "yesterday" } })).toBe(1)
})

/** The screen without colours, in a terminal of so many cells. */
const lines = (state: State, columns: number, rows: number, isUnicode = true): ReadonlyArray<string> => {
  const theme = make(state.theme, { level: 0, isUnicode })
  const drawn = createElement(Screen, { state: { ...state, size: { columns, rows } }, theme })
  return stripVTControlCharacters(renderToString(drawn, { columns })).split("\n")
}

const bottomOf = (shownLines: ReadonlyArray<string>): string => shownLines.find((line) => /^ *0 /.test(line)) ?? ""

const statusNames = (state: State): ReadonlyArray<string> => answerOf(state).overall.map(({ status }) => status)

describe("what is not known", () => {
  /** Three days, in the second of which the log begins. */
  let beginning: State
  beforeAll(async () => {
    const window = { from: "2026-02-25", to: "2026-02-28", label: "three days" }
    beginning = await answer({ ...pressed(opened(), "4"), window })
  })

  it("is told as those untracked, who with all statuses are all agents", () => {
    const all = stepsOf(answerOf(beginning))
    const agents = all[0]?.untracked?.max ?? 0
    expect(agents).toBeGreaterThan(2)
    expect(all[0]).toMatchObject({ isKnown: false, untracked: { min: agents, average: agents } })
    expect(all.some(({ isKnown }) => isKnown)).toBe(true)
    for (const { isKnown, rows, untracked } of all) {
      const tracked = [...rows.values()].reduce((sum, { average }) => sum + average, 0)
      expect(tracked + (untracked?.average ?? 0)).toBeCloseTo(agents, 9)
      expect(isKnown).toBe(tracked > 0)
    }
  })

  it("is a hole in the areas, a dash in the table, and no zero anywhere", () => {
    const first = lines(pressed(beginning, "home"), 120, 30)
    expect(first.join("\n")).toMatch(/02-25 00:00 to 02-25 00:30 +not known +untracked (\d+)–\1 \(\1\.0\)/)
    const rows = first.filter((line) => line.startsWith(" 02-25 ") && !line.includes(" to "))
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) expect(row).toMatch(/^ 02-25 \d\d:\d\d +\d+–\d+ \(\d+\.0\)( +–)+$/)
    expect(bottomOf(first)).toMatch(/^ *0 │·{20}/)
  })

  it("is no part of what is usual", () => {
    const { overall, rows } = answerOf(beginning)
    const known = stepsOf(answerOf(beginning)).filter(({ isKnown }) => isKnown)
    const seconds = known.reduce((sum, { end, start }) => sum + end - start, 0)
    for (const { average, status } of overall) {
      const agentSeconds = rows
        .filter((row) => row.status === status)
        .reduce((sum, row) => sum + row.average * (row.end - row.start), 0)
      expect(average).toBeCloseTo(agentSeconds / seconds, 9)
    }
  })
})

describe("statuses that have no room", () => {
  const headOf = (shownLines: ReadonlyArray<string>) => shownLines.find((line) => line.startsWith(" From ")) ?? ""

  it.each([60, 80, 100, 120])("are counted at %i columns, and seen by going through them", (columns) => {
    const names = statusNames(shown)
    const seen = new Set<string>()
    let state = shown
    for (const _ of names) {
      const frame = lines(state, columns, 30)
      const there = headOf(frame).trim().split(/ +/).slice(1)
      const more = Number(/^ (\d+) more: /m.exec(frame.join("\n"))?.[1] ?? 0)
      expect(there.length + more).toBe(names.length)
      for (const name of there) seen.add(name)
      state = pressed(state, ".")
    }
    expect([...seen].toSorted()).toEqual(names.toSorted())
    expect(state.staffing.skippedStatuses).toBe(0)
    expect(pressed(state, ",", ".").staffing).toEqual(state.staffing)
  })

  it("are named as far as they fit, in ASCII as well", () => {
    const told = lines(shown, 60, 30, false).find((line) => / more: /.test(line))
    expect(told).toMatch(/^ \d+ more: .*~ +, and \. for others$/)
    expect(told).toHaveLength(60)
  })

  it("are in the step that is read out where it has lines for them, and else the busiest with a mark", () => {
    const step = stepsOf(answerOf(shown)).at(-1)
    const said = lines(shown, 80, 24).join("\n")
    for (const { max, min, status } of step?.rows.values() ?? []) expect(said).toContain(`${status} ${min}–${max}`)
    const [busiest] = answerOf(shown)
      .overall.filter(({ status }) => status !== "offline")
      .toSorted((one, other) => other.average - one.average)
    const row = step?.rows.get(busiest?.status ?? "")
    expect(lines(shown, 60, 12).find((line) => / to /.test(line))).toMatch(
      new RegExp(`to 14:40 +${busiest?.status} ${row?.min}–${row?.max} .*…$`),
    )
  })
})

describe("the first minutes of a day", () => {
  it("are as wide as they are long, on a scale of hours", () => {
    const until = today + 240
    const held = answerOf(shown)
    const rows = held.rows.filter(({ start }) => start === today).map((row) => ({ ...row, end: until, average: 2 }))
    const early: StaffingAnswer = { ...held, window: { ...held.window, to: until, now: until }, rows, untracked: [] }
    const frame = lines(answered(shown, questionOf(shown), early), 122, 30)
    const bottom = bottomOf(frame)
    expect(bottom.match(/·/g)?.length ?? 0).toBeGreaterThan(110)
    expect(bottom).toMatch(/[^·]·+$/)
    const axis = frame[frame.indexOf(bottom) + 1] ?? ""
    expect(axis).toMatch(/00:30.*01:00.*01:30/)
    expect(axis).not.toMatch(/\d\d:\d\d:\d\d/)
  })

  it("only windows that go on, and have hardly begun, are drawn with time to come", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(20_000), fc.constantFrom(900, 1800, 3600), (length, known, stepSeconds) => {
        const window = { from: today, to: today + length, now: today + known, timezone: "UTC" }
        const drawn = curveSpanOf({ stepSeconds, window })
        expect(drawn.from).toBe(today)
        const isMore = known <= length && known < 2 * stepSeconds
        expect(drawn.to - today).toBe(isMore ? Math.max(length, 7200) : length)
      }),
      { numRuns: 300, seed: 3 },
    )
  })
})

it("without colours, each filling in the legend is of one category, which names its statuses", () => {
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
  ] as const) {
    const frame = lines(shown, columns, rows)
    const begin = frame.findIndex((line) => line.startsWith(" █ "))
    const text = frame.slice(begin, begin + 3).join("   ")
    for (const mark of "█▓▒░") expect(text.split(`${mark} `), mark).toHaveLength(2)
    expect(text).toMatch(/█ handling: call, hold, ringing/)
    for (const status of statusNames(shown)) expect(text).toContain(status)
  }
})
