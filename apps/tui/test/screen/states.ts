/** States and answers that tests begin with. */
import type { Floor, LiveAnswer, Person } from "../../src/screen/worker/protocol/answer.ts"
import { type Event, type State, start } from "../../src/screen/app/state.ts"
import { update } from "../../src/screen/app/update.ts"

export const now = Date.UTC(2026, 2, 10, 12) / 1000

export const person = (given: Partial<Person> = {}): Person => ({
  agent: 7,
  name: "Ada 01",
  team: "Sales",
  status: "available",
  category: "available",
  subcode: "",
  since: now - 60,
  loggedInSince: now - 3600,
  isSinceBefore: false,
  day: null,
  ...given,
})

export const floorOf = (people: ReadonlyArray<Person>, given: Partial<Floor> = {}): Floor => ({
  asOf: now,
  timezone: "UTC",
  from: now - 43_200,
  people,
  curve: null,
  quality: null,
  ...given,
})

export const live = (floor: Floor | null, given: Partial<LiveAnswer> = {}): LiveAnswer => ({
  _tag: "live",
  account: { kind: "account", name: "main", timezone: "UTC" },
  floor,
  problem: null,
  warning: null,
  progress: null,
  ...given,
})

export const state: State = start({
  account: { kind: "account", name: null },
  size: { columns: 120, rows: 40 },
  now,
  theme: "dark",
  thresholds: [{ name: "wrap", seconds: 180 }],
  timezone: null,
})

export const answered = (answer: Extract<Event, { _tag: "answered" }>["answer"], key = "a key"): Event => ({
  _tag: "answered",
  key,
  answer,
})

/** The state after keys. */
export const pressed = (from: State, ...keys: ReadonlyArray<string>): State =>
  keys.reduce((before, key) => update(before, { _tag: "key", key }), from)

/** A state in which those people are on the floor. */
export const withPeople = (people: ReadonlyArray<Person>): State => update(state, answered(live(floorOf(people))))
