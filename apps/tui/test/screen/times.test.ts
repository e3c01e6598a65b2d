// The screens of an agent and of staffing fit every terminal, and show the figures of the answer.
import * as fc from "effect/FastCheck"
import { stripVTControlCharacters } from "node:util"
import { renderToString } from "ink"
import { createElement } from "react"
import stringWidth from "string-width"
import { beforeAll, describe, expect, it } from "vitest"
import { duration, percent } from "../../src/format.ts"
import { Screen } from "../../src/screen/Screen.tsx"
import { viewOf } from "../../src/screen/agent/model.ts"
import { questionOf as agentQuestion } from "../../src/screen/agent/question.ts"
import { minSize } from "../../src/screen/app/layout.ts"
import { stepsOf } from "../../src/screen/staffing/series.ts"
import { questionOf as staffingQuestion } from "../../src/screen/staffing/question.ts"
import type { State } from "../../src/screen/app/state.ts"
import { make, type Terminal } from "../../src/screen/theme.ts"
import { agentAnswer, answered, now, opened, pressed, staffingAnswer, today } from "./centre.ts"

const plain: Terminal = { level: 0, isUnicode: true }
const terminals: ReadonlyArray<Terminal> = [{ level: 3, isUnicode: true }, plain, { level: 0, isUnicode: false }]

const lines = (state: State, terminal: Terminal): ReadonlyArray<string> =>
  renderToString(createElement(Screen, { state, theme: make(state.theme, terminal) }), {
    columns: state.size.columns,
  }).split("\n")

/** The same without colours and emphasis. */
const read = (state: State): ReadonlyArray<string> => lines(state, plain).map((line) => stripVTControlCharacters(line))

const sized = (state: State, columns: number, rows: number): State => ({ ...state, size: { columns, rows } })

let agent: State
let staffing: State
beforeAll(async () => {
  const first = pressed(opened(), "3")
  const question = agentQuestion(first)
  if (question === null) throw new Error("nothing is asked")
  agent = answered(first, question, await agentAnswer(question))
  const second: State = {
    ...pressed(opened(), "4"),
    window: { from: `${today}`, to: `${today + 86_400}`, label: "all of today" },
  }
  const other = staffingQuestion(second)
  staffing = answered(second, other, await staffingAnswer(other))
})

const keys = fc.array(
  fc.constantFrom("tab", "+", "-", "left", "right", "up", "down", "H", "end", "home", "b", "n", "["),
  {
    maxLength: 12,
  },
)

describe("on a terminal of any size, whatever was pressed", () => {
  it.each(["agent", "staffing"] as const)("%s fits", (screen) => {
    fc.assert(
      fc.property(
        fc.integer({ min: minSize.columns, max: 220 }),
        fc.integer({ min: minSize.rows, max: 60 }),
        keys,
        fc.constantFrom(...terminals),
        (columns, rows, all, terminal) => {
          const state = pressed(sized(screen === "agent" ? agent : staffing, columns, rows), ...all)
          const shown = lines(state, terminal)
          expect(shown).toHaveLength(rows)
          for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
          // The line of keys is never pushed out.
          expect(shown.at(-1)).not.toBe("")
        },
      ),
      { numRuns: 80, seed: 1 },
    )
  })
})

describe("an agent's day shows", () => {
  it("the figures, the interval under the cursor, and its row", () => {
    const state = pressed(agent, "left", "left", "left")
    const { answer, at } = viewOf(state) ?? {}
    const shown = read(state).join("\n")
    expect(shown).toContain(`logged in ${duration(answer?.figures?.loggedIn ?? NaN)}`)
    expect(shown).toContain(`calls ${answer?.figures?.calls}`)
    const under = answer?.intervals.find(({ end, start }) => start <= (at ?? NaN) && (at ?? NaN) < end)
    expect(shown).toContain(under?.status)
    expect(shown.split(duration((under?.end ?? NaN) - (under?.start ?? NaN))).length).toBeGreaterThan(2)
  })

  it("each figure beside the team's median, with its formula", () => {
    const { answer } = viewOf(agent) ?? {}
    const state = pressed(sized(agent, 80, 40), "tab", "tab", "tab", ...Array.from({ length: 9 }, () => "down"))
    const shown = read(state)
    const row = shown.find((line) => line.startsWith(" Occupancy  ")) ?? ""
    expect(row).toContain(percent(answer?.figures?.rates.occupancy ?? null))
    expect(row).toContain(percent(answer?.median.rates.occupancy ?? null))
    expect(shown).toContainEqual(
      expect.stringContaining("Occupancy = (handling + after call) / (handling + after call + available)"),
    )
    expect(shown.join("\n")).toContain(`median of ${answer?.median.agents} agents`)
  })

  it("with the day, where there are several", () => {
    const month = pressed(agent, "left", "-", "-")
    const held = agent.answers.agent?.answer
    if (held === undefined || held === null) throw new Error("nothing was answered")
    const whole = { ...held, window: { ...held.window, from: 0, to: 2 * now } }
    const state = { ...month, answers: { ...month.answers, agent: { key: "", answer: whole, problem: null } } }
    expect(read(state).find((line) => line.startsWith(" 03-10 "))).toMatch(/03-10 [\d:]+ to 03-10/)
  })

  it("what is to come as a blank", () => {
    const strip = read(agent)[3] ?? ""
    const column = Math.ceil(((now - today) / 86_400) * 120)
    expect(strip.slice(column).trim()).toBe("")
    expect(strip.slice(0, column).trim()).not.toBe("")
  })

  it("that nothing is known, and no zero, of an agent nobody has heard of", () => {
    const held = agent.answers.agent?.answer
    if (held === undefined || held === null) throw new Error("nothing was answered")
    const unknown = { ...held, figures: null, intervals: [], sessions: [], calls: [] }
    const state = { ...agent, answers: { ...agent.answers, agent: { key: "", answer: unknown, problem: null } } }
    const shown = read(pressed(state, "tab", "tab", "tab")).join("\n")
    expect(shown).toContain("Nothing is known of this agent in this window.")
    expect(shown.match(/Logged in +–/)).not.toBeNull()
  })

  it("how to choose one, where there is nobody", () => {
    const shown = read({ ...agent, answers: {} }).join("\n")
    expect(shown).toContain("press 1 for the floor, move to an agent and press Enter")
  })
})

describe("staffing shows", () => {
  it("the step under the cursor: fewest, most and average of each status", () => {
    const state = pressed(sized(staffing, 200, 40), "home", "right")
    const answer = state.answers.staffing?.answer
    const step = answer === undefined || answer === null ? undefined : stepsOf(answer)[1]
    const shown = read(state).join("\n")
    expect(shown).toContain("00:30 to 01:00")
    for (const { average, max, min, status } of step?.rows.values() ?? []) {
      expect(shown).toContain(`${status} ${min}–${max} (${average.toFixed(1)})`)
    }
  })

  it("nothing at all, not zero, after now", () => {
    const shown = read(sized(staffing, 120, 40))
    const bottom = shown.find((line) => line.startsWith(" 0 ")) ?? shown.find((line) => line.startsWith("0 ")) ?? ""
    const column = bottom.length - Math.floor((1 - (now - today) / 86_400) * 117)
    expect(bottom.slice(column + 1)).toMatch(/^·+$/)
    expect(bottom.slice(2, column - 2)).not.toContain("·")
  })
})
