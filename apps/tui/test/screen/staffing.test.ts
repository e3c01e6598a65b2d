// Proves that the staffing screen shows the steps that were answered, that what is to come is a hole, and that keys go
// through steps and lengths of steps.
import * as fc from "effect/FastCheck"
import { beforeAll, describe, expect, test } from "vitest"
import { type StaffingAnswer } from "../../src/screen/desk/Question.ts"
import { columnsOf, nextStep, statusesOf, type Step, stepAt, stepsOf } from "../../src/screen/state/staffing.ts"
import { questionOf } from "../../src/screen/state/staffingView.ts"
import { type State } from "../../src/screen/state/State.ts"
import { answered, live, now, opened, pressed, staffingAnswer, today } from "./centre.ts"

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
  .array(fc.record({ seconds: fc.integer({ min: 1, max: 4000 }), average: fc.nat(30) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((all) => {
    let at = 1000
    return all.map(({ average, seconds }): Step => {
      const start = at
      at += seconds
      const row = { start, end: at, status: "call", average, min: 0, max: 30 }
      return { start, end: at, rows: new Map([["call", row]]) }
    })
  })

describe("a status in columns", () => {
  test("has the agent-seconds of its steps, and none where nothing is known", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 90 }), fc.nat(5000), (all, width, more) => {
        const from = all[0]?.start ?? 0
        const known = all.at(-1)?.end ?? 0
        const to = known + more
        const columns = columnsOf(all, "call", { from, to, width })
        expect(columns).toHaveLength(width)
        const cell = (to - from) / width
        let sum = 0
        columns.forEach((value, column) => {
          const begin = from + column * cell
          expect(value === null).toBe(begin >= known - 1e-6)
          sum += (value ?? 0) * Math.max(0, Math.min(cell, known - begin))
        })
        const expected = all.reduce(
          (total, { end, rows, start }) => total + (rows.get("call")?.average ?? 0) * (end - start),
          0,
        )
        expect(sum).toBeCloseTo(expected, 4)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test("of a status that a step does not have is nobody", () => {
    const all = stepsOf(answerOf(shown))
    expect(columnsOf(all, "unheard of", { from: today, to: now, width: 3 })).toEqual([0, 0, 0])
  })
})

describe("steps", () => {
  test("are those of the answer, up to now and no further", () => {
    const { rows } = answerOf(shown)
    const all = stepsOf(answerOf(shown))
    expect(all.flatMap((step) => [...step.rows.values()])).toEqual(rows)
    expect(all[0]?.start).toBe(today)
    expect(all.at(-1)?.end).toBe(now)
  })

  test("left and right read out the one before and after; the last one goes on with time", () => {
    const all = stepsOf(answerOf(shown))
    const at = (state: State) => stepAt(all, state.staffing.at)
    expect(at(shown)).toBe(all.length - 1)
    expect(at(pressed(shown, "left", "left"))).toBe(all.length - 3)
    expect(at(pressed(shown, "home"))).toBe(0)
    expect(at(pressed(shown, "home", "left"))).toBe(0)
    expect(at(pressed(shown, "home", "right", "down"))).toBe(2)
    expect(pressed(shown, "left", "right").staffing.at).toBeNull()
  })

  test("an instant is read out in the step that it is in, whatever their length", () => {
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

  test("b goes round 15, 30 and 60 minutes, and a day where the window is longer than 14 of them", () => {
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

test("statuses are stacked busiest category first, each of them once", () => {
  const { overall } = answerOf(shown)
  const all = statusesOf(answerOf(shown))
  expect(all.map(({ status }) => status).toSorted()).toEqual(overall.map(({ status }) => status).toSorted())
  expect(all.at(-1)?.category).toBe("offline")
  expect(all[0]?.category).toBe("handling")
})

test("a window up to now is asked about again as time goes on, once a minute; one that is over is not", () => {
  const keys = (state: State) => {
    const found = new Set<number>()
    for (let asOf = now; asOf < now + 600; asOf++) {
      const later = answered(
        { ...state, now: asOf },
        { _tag: "live", place: state.place, timezone: null, turn: 0 },
        live(asOf),
      )
      found.add(questionOf(later).turn)
    }
    return found.size
  }
  expect(keys(pressed(opened(), "4"))).toBeLessThanOrEqual(11)
  expect(keys(pressed(opened(), "4"))).toBeGreaterThanOrEqual(10)
  expect(keys({ ...opened(), window: { from: "yesterday", to: "today", label: "yesterday" } })).toBe(1)
})
