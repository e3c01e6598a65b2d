// How the floor is arranged, and what its keys do.
import { random } from "@dwell/testing/random"
import { describe, expect, it } from "vitest"
import type { Person } from "../../../src/screen/worker/protocol/answer.ts"
import { columns, type ColumnName } from "../../../src/screen/floor/state.ts"
import { rows } from "../../../src/screen/floor/commands.ts"
import type { State } from "../../../src/screen/app/state.ts"
import { update } from "../../../src/screen/app/update.ts"
import { answered, floorOf, live, now, person, pressed, state, withPeople } from "../states.ts"

const agents = (from: State): ReadonlyArray<number | string | null> =>
  rows(from).map((row) => (row.kind === "person" ? row.person.agent : row.team.team))

const figures = (calls: number) => ({
  seconds: { available: 0, handling: calls * 60, afterCall: 0, idle: 0, offline: 0, other: 0 },
  untracked: 0,
  loggedIn: calls * 60,
  calls,
  rates: { occupancy: null, utilisation: null, availability: null, notReadyShare: null, averageHandleTime: null },
})

const people: ReadonlyArray<Person> = [
  person({
    agent: 1,
    name: "Cleo",
    team: "Sales",
    status: "call",
    category: "handling",
    since: now - 10,
    day: figures(3),
  }),
  person({ agent: 2, name: "ada", team: null, status: null, category: null, since: null }),
  person({
    agent: 3,
    name: "Ben",
    team: "Billing",
    status: "wrap",
    category: "afterCall",
    since: now - 300,
    day: figures(9),
  }),
]

const floor = withPeople(people)

/** Keys that bring the column of that name under the cursor. */
const to = (column: ColumnName): ReadonlyArray<string> => [
  ...columns.map(() => "left"),
  ...Array.from({ length: columns.indexOf(column) }, () => "right"),
]

it("filtered by over, those are shown who are over a threshold, and others once they are", () => {
  const found = pressed(floor, "/", "o", "v", "e", "r", "enter")
  expect(agents(found)).toEqual([3])
  const wrapping = pressed(
    withPeople([person({ agent: 1, status: "wrap", category: "afterCall", since: now - 180 })]),
    ...Array.from("/over"),
  )
  expect(agents(wrapping)).toEqual([])
  expect(agents(update(wrapping, { _tag: "tick", now: now + 1 }))).toEqual([1])
})

describe("sorted by", () => {
  it.each([
    { column: "agent", keys: ["s"], order: [3, 2, 1] },
    { column: "name", keys: ["s"], order: [2, 3, 1] },
    { column: "name", keys: ["s", "s"], order: [1, 3, 2] },
    { column: "team", keys: ["s"], order: [3, 1, 2] },
    { column: "status", keys: ["s"], order: [1, 3, 2] },
    // What is not known comes last either way.
    { column: "running", keys: ["s"], order: [1, 3, 2] },
    { column: "calls", keys: ["s"], order: [1, 3, 2] },
    { column: "calls", keys: ["s", "s"], order: [3, 1, 2] },
  ] as const)("$column, $keys", ({ column, keys, order }) => {
    expect(agents(pressed(floor, ...to(column), ...keys))).toStrictEqual(order)
  })

  it("any column is a permutation of everyone, the same each time", () => {
    const below = random(1)
    const many = Array.from({ length: 200 }, (_, agent) =>
      person({
        agent,
        name: below(5) === 0 ? null : `n${below(20)}`,
        team: below(4) === 0 ? null : `t${below(3)}`,
        since: below(9) === 0 ? null : now - below(1000),
        day: below(3) === 0 ? null : figures(below(5)),
      }),
    )
    const crowd = withPeople(many)
    for (const column of columns) {
      const once = agents(pressed(crowd, ...to(column), "s"))
      expect(new Set(once).size).toBe(200)
      expect(agents(pressed(crowd, ...to(column), "s", "s", "s"))).toStrictEqual(once)
    }
  })
})

it("by team, heads come before their people, those without a team last", () => {
  expect(agents(pressed(floor, "t"))).toStrictEqual(["Billing", 3, "Sales", 1, null, 2])
})

it("a filter is typed, shows as it is typed, is kept by Enter and given up by Escape", () => {
  const typing = pressed(floor, "/", "c", "l")
  expect(agents(typing)).toStrictEqual([1])
  expect(agents(pressed(typing, "enter"))).toStrictEqual([1])
  expect(agents(pressed(typing, "escape"))).toStrictEqual([1, 2, 3])
  expect(agents(pressed(typing, "enter", "escape"))).toStrictEqual([1, 2, 3])
})

it("a filter by time lets through who has got there meanwhile", () => {
  const filtered = pressed(floor, "/", ..."wrap>5m30s".split(""), "enter")
  expect(agents(filtered)).toStrictEqual([])
  expect(agents(update(filtered, { _tag: "tick", now: now + 31 }))).toStrictEqual([3])
})

it("Enter opens the agent under the cursor, and Escape leads back", () => {
  const opened = pressed(floor, "down", "enter")
  expect({ screen: opened.screen, agent: opened.agent.agent }).toStrictEqual({ screen: "agent", agent: 2 })
  expect(pressed(opened, "escape").screen).toBe("floor")
})

describe("when there is problem", () => {
  const problem = { title: "Down", message: "It is down.", actor: "vendor", isRetried: true } as const

  it("the last good floor stays", () => {
    const later = update(floor, answered(live(null, { problem })))
    expect(agents(later)).toStrictEqual([1, 2, 3])
    expect(later.answers.live?.answer?.problem).toStrictEqual(problem)
  })

  it("the floor of another account does not", () => {
    const account = { kind: "account", name: "another", timezone: "UTC" } as const
    expect(agents(update(floor, answered(live(null, { account }))))).toStrictEqual([])
  })

  it("a question that failed leaves its last answer", () => {
    const failed = update(floor, { _tag: "failed", key: "another", of: "live", problem })
    expect(agents(failed)).toStrictEqual([1, 2, 3])
    expect(failed.answers.live?.problem).toStrictEqual(problem)
  })
})

it("a sleep shows until what was missed is read", () => {
  const woken = update(floor, { _tag: "tick", now: now + 3600 })
  expect(woken.sleptSeconds).toBe(3600)
  expect(update(woken, { _tag: "tick", now: now + 3601 }).sleptSeconds).toBe(3600)
  expect(update(woken, answered(live(floorOf(people, { asOf: now + 3600 })))).sleptSeconds).toBe(0)
})

it("a window that shrinks keeps the cursor in view", () => {
  const last = pressed(withPeople(Array.from({ length: 100 }, (_, agent) => person({ agent }))), "G")
  const small = update(last, { _tag: "resized", size: { columns: 60, rows: 12 } })
  expect(small.floor.list.cursor).toBe(99)
  expect(small.floor.list.top).toBeGreaterThan(last.floor.list.top)
})

it("nothing is known before the first answer", () => {
  expect(agents(state)).toStrictEqual([])
})
