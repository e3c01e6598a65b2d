// One agent's day: keys move through time as they say, the strip contains the instant at the cursor, and zooming in asks
// the worker nothing.
import * as Calendar from "@dwell/core/Calendar"
import * as fc from "effect/FastCheck"
import { stripVTControlCharacters } from "node:util"
import { renderToString } from "ink"
import { createElement } from "react"
import { beforeAll, describe, expect, it } from "vitest"
import { keyOf } from "../../../src/screen/worker/protocol/question.ts"
import { columnOf } from "../../../src/screen/drawing/strip.ts"
import { Screen } from "../../../src/screen/Screen.tsx"
import { frameOf, rowAt, stripWindowOf, zooms } from "../../../src/screen/agent/state.ts"
import { intervalAt, listOf, type View, viewOf } from "../../../src/screen/agent/model.ts"
import { questionOf } from "../../../src/screen/agent/question.ts"
import { questionsOf } from "../../../src/screen/app/questions.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { make } from "../../../src/screen/theme.ts"
import { agentAnswer, answered, ids, live, month, now, opened, pressed, today } from "../centre.ts"

const zoom = fc.constantFrom(...zooms)
const day = 86_400

/** Instants around changes of the clock, too. */
const instant = fc.oneof(
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
  fc
    .constantFrom("2025-03-30T01:00:00Z", "2025-10-26T01:00:00Z", "2011-12-30T10:00:00Z")
    .chain((at) => fc.integer({ min: -day, max: day }).map((off) => Date.parse(at) / 1000 + off)),
)

const zone = fc.constantFrom("UTC", "Europe/London", "Pacific/Apia", "Asia/Kolkata").map((name) => ({ name }))

/** The screen of an agent, with the answer to what it asks. */
const asked = async (state: State): Promise<State> => {
  const question = questionOf(state)
  return question === null ? state : answered(state, question, await agentAnswer(question))
}

let shown: State
beforeAll(async () => {
  shown = await asked(pressed(opened(), "3"))
})

const view = (state: State): View => {
  const found = viewOf(state)
  if (found === null) throw new Error("nobody is shown")
  return found
}

describe("what the strip shows", () => {
  it("a frame is the local day or month that the instant is in", () => {
    fc.assert(
      fc.property(zone, instant, fc.constantFrom("P1D" as const, "P1M" as const), (of, at, size) => {
        const { from, to } = frameOf(of, at, size)
        expect(from).toBeLessThanOrEqual(at)
        expect(to).toBeGreaterThan(at)
        const length = size === "P1D" ? 10 : 7
        const name = (second: number) => Calendar.label(of, second).slice(0, length)
        expect(name(from)).toBe(name(at))
        expect(name(to - 1)).toBe(name(at))
        expect(name(from - 1)).not.toBe(name(at))
        expect(name(to)).not.toBe(name(at))
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  it("is within its frame, holds the instant, and is as long as asked for", () => {
    fc.assert(
      fc.property(instant, zoom, fc.option(fc.integer({ min: -2 * day, max: 2 * day })), (at, chosen, off) => {
        const frame = frameOf({ name: "Europe/London" }, at, chosen.frame)
        const span = stripWindowOf(frame, at, { zoom: chosen, from: off === null ? null : at + off })
        expect(span.from).toBeGreaterThanOrEqual(frame.from)
        expect(span.to).toBeLessThanOrEqual(frame.to)
        expect(span.from).toBeLessThanOrEqual(at)
        expect(span.to).toBeGreaterThan(at)
        const whole = frame.to - frame.from
        expect(span.to - span.from).toBe("seconds" in chosen ? Math.min(chosen.seconds, whole) : whole)
      }),
      { numRuns: 300, seed: 2 },
    )
  })
})

it("of several rows that an instant is in, the chosen one counts; none of no length is taken for one that has some", () => {
  const rows = [
    { start: 0, end: 10 },
    { start: 10, end: 10 },
    { start: 10, end: 20 },
    { start: 30, end: 40 },
  ]
  expect(rowAt(rows, 10, 0)).toEqual({ index: 2, isAtInstant: true })
  expect(rowAt(rows, 10, 1)).toEqual({ index: 1, isAtInstant: true })
  expect(rowAt(rows, 9, 1)).toEqual({ index: 0, isAtInstant: true })
  expect(rowAt(rows, 25, 0)).toEqual({ index: 2, isAtInstant: false })
})

describe("keys", () => {
  it("the screen opens on the first agent, today, at the last that is known", () => {
    expect(view(shown)).toMatchObject({
      agent: ids[0],
      at: now - 1,
      frame: { from: today, to: today + day },
      span: { from: today, to: today + day, width: 120 },
    })
  })

  it("left and right move by a cell, and back again", () => {
    const left = pressed(shown, "left", "left")
    const column = ({ at, span }: View) => columnOf(at, span)
    expect(column(view(left))).toBe(column(view(shown)) - 2)
    expect(column(view(pressed(left, "right")))).toBe(column(view(shown)) - 1)
  })

  it("at the right end the cursor goes on with time", () => {
    const right = pressed(shown, "left", "right", "right")
    expect(right.agent.at).toBeNull()
    const later = answered(
      right,
      { _tag: "live", account: right.account, timezone: null, refreshCount: 0 },
      live(now + 20),
    )
    expect(pressed(later, "left", "right", "right").agent.at).toBeNull()
    // Until there is a newer answer, no further than the one there is.
    expect(view(later).at).toBe(now - 1)
    expect(questionsOf(later)).not.toEqual(questionsOf(right))
  })

  it("zooming keeps the instant, and all zooms but those of a month ask the same", () => {
    let state = pressed(shown, "left", "left", "left")
    const { at } = view(state)
    const key = (of: State) => questionsOf(of).map(keyOf).join()
    const before = key(state)
    for (const { text } of zooms.slice(3)) {
      state = pressed(state, "+")
      expect(state.agent.zoom.text).toBe(text)
      expect(view(state).at).toBe(at)
      expect(key(state)).toBe(before)
      expect(view(state).answer).not.toBeNull()
    }
    expect(pressed(state, "+")).toBe(state)
    const out = pressed(state, ...zooms.map(() => "-"))
    expect(out.agent.zoom.text).toBe("month")
    expect(view(out)).toMatchObject({ at, frame: { from: month } })
    expect(key(out)).not.toBe(before)
  })

  it("H and L move by half a strip", () => {
    const zoomed = pressed(shown, "+", "+", "+", "H", "H")
    const there = view(zoomed)
    const back = view(pressed(zoomed, "H"))
    expect(there.at - back.at).toBe(5400)
    expect(there.span.from - back.span.from).toBe(5400)
    expect(view(pressed(zoomed, "H", "L"))).toMatchObject({ at: there.at, span: there.span })
  })

  it("a step out of the day goes into the one before", () => {
    const first = pressed(shown, "[", ...Array.from({ length: 120 }, () => "left"))
    expect(view(first).frame).toEqual({ from: today - 2 * day, to: today - day })
  })

  it("[ and ] keep the time of day, and what is to come is not shown", () => {
    const before = pressed(shown, "[")
    expect(view(before)).toMatchObject({ at: now - 1 - day, frame: { from: today - day, to: today } })
    expect(view(pressed(before, "]"))).toMatchObject({ at: now - 1, frame: { from: today } })
    const refused = pressed(shown, "]")
    expect(view(refused)).toEqual(view(shown))
    expect(refused.notice?.text).toBe("Nothing later is known yet.")
  })

  it("n and N go around the floor as it is sorted", () => {
    const sorted = pressed(shown, "1", "h", "h", "h", "s", "3")
    const visited = ids.map((_, times) => view(pressed(sorted, ...Array.from({ length: times }, () => "n"))).agent)
    // By id, the other way round.
    expect(visited).toEqual([ids[0], ...ids.slice(1).toReversed()])
    expect(view(pressed(sorted, ...ids.map(() => "n"))).agent).toBe(visited[0])
    expect(view(pressed(sorted, "n", "N")).agent).toBe(visited[0])
  })

  it("down and up visit each row once, and move the instant to it", () => {
    for (const tabs of [[], ["tab"], ["tab", "tab"]]) {
      let state = pressed(shown, ...tabs, "home")
      const { answer } = view(state)
      const rows = answer?.[(["intervals", "calls", "sessions"] as const)[tabs.length] ?? "calls"] ?? []
      rows.forEach((row, index) => {
        if (index > 0) state = pressed(state, "down")
        expect(listOf(state, view(state))).toMatchObject({ cursor: index, length: rows.length, isAtInstant: true })
        expect(view(state).at).toBe(Math.min(row.start, now - 1))
      })
    }
  })

  it("the interval that is read out is the one the list has", () => {
    const state = pressed(shown, "home", "down", "down")
    expect(intervalAt(state, view(state))).toBe(view(state).answer?.intervals[2])
  })

  it("another agent is not shown with the figures of the one before", () => {
    expect(view(pressed(shown, "n")).answer).toBeNull()
    expect(view(pressed(shown, "[")).answer).toBeNull()
    expect(view(pressed(shown, "-")).answer).toBeNull()
  })

  it("from the floor an agent is opened as it is now", () => {
    const there = pressed(shown, "[", "tab", "1", "down", "down", "enter")
    expect(there.screen).toBe("agent")
    expect(view(there)).toMatchObject({ agent: ids[2], at: now - 1 })
    expect(there.agent.tab).toBe("calls")
  })
})

/** The screen in a terminal of so many columns, line by line. */
const lines = (state: State, columns = 120): ReadonlyArray<string> => {
  const sized = { ...state, size: { ...state.size, columns } }
  const theme = make(state.theme, { level: 0, isUnicode: true })
  return stripVTControlCharacters(renderToString(createElement(Screen, { state: sized, theme }), { columns })).split(
    "\n",
  )
}

describe("figures", () => {
  it("differences from the team are those of the figures beside them, whatever was rounded", async () => {
    let compared = 0
    for (let times = 0; times < ids.length; times++) {
      const state = await asked(pressed(shown, ...Array.from({ length: times }, () => "n"), "[", "tab", "tab", "tab"))
      for (const line of lines(state)) {
        const found = /^ \S.*? +([\d:.,]+)( %)? +([\d:.,]+)(?: %)? +(same|[+-][\d:.,]+)(?: pp)?(?= |$)/.exec(line)
        if (found === null) continue
        const [, own = "", , median = "", difference = ""] = found
        const value = (text: string): number =>
          text
            .replace(",", "")
            .split(":")
            .reduce((sum, part) => sum * 60 + Number(part), 0)
        const size = difference === "same" ? 0 : value(difference.slice(1)) * (difference.startsWith("-") ? -1 : 1)
        expect(size, line).toBeCloseTo(value(own) - value(median), 6)
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(50)
  })

  it("those that have no room leave a mark; the most important are always there", () => {
    const figures = (columns: number) => lines(shown, columns).find((line) => line.includes("logged in")) ?? ""
    expect(figures(80)).toMatch(/logged in .* calls .* AHT .* occupancy .* …$/)
    expect(figures(200)).toMatch(/untracked \d/)
    expect(figures(200)).not.toContain("…")
    for (let columns = 60; columns < 160; columns += 7) {
      expect(figures(columns).length).toBeLessThanOrEqual(columns)
      expect(/untracked|…$/.test(figures(columns))).toBe(true)
    }
  })
})

describe("what is asked", () => {
  const tags = (state: State) => questionsOf(state).map(({ _tag }) => _tag)

  it("each question only while its screen is shown", () => {
    expect(tags(opened())).toEqual(["live"])
    expect(tags(pressed(opened(), "3"))).toEqual(["live", "agent"])
    expect(tags(pressed(opened(), "4"))).toEqual(["live", "staffing"])
  })

  it("today is asked about again at most every 20 s, the day before not at all", () => {
    const keysOver = (state: State) => {
      const keys = new Set<string>()
      for (let asOf = now; asOf < now + 200; asOf++) {
        const later = answered(
          state,
          { _tag: "live", account: state.account, timezone: null, refreshCount: 0 },
          live(asOf),
        )
        keys.add(questionsOf(later).map(keyOf).join())
      }
      return keys.size
    }
    const screen = pressed(opened(), "3")
    expect(keysOver(screen)).toBe(10)
    expect(keysOver(pressed(screen, "["))).toBe(1)
  })
})
