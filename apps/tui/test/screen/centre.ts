/** What the tests of screens share: a centre of invented agents, and a state that knows its answers. */
import { layerMemory } from "@dwell/core/EventStore"
import { emulatorServices, credentials } from "../../src/inProcessEmulator.ts"
import * as StoredLog from "../../src/logSource/storedLog.ts"
import { make } from "@dwell/emulator"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { agent } from "../../src/screen/worker/answers/agent.ts"
import {
  type AgentQuestion,
  keyOf,
  type Question,
  type StaffingQuestion,
} from "../../src/screen/worker/protocol/question.ts"
import type { Answer, LiveAnswer, Person } from "../../src/screen/worker/protocol/answer.ts"
import { staffing } from "../../src/screen/worker/answers/staffing.ts"
import type { AccountSession } from "../../src/screen/worker/session.ts"
import { type Event, start, type State } from "../../src/screen/app/state.ts"
import { update } from "../../src/screen/app/update.ts"

/** A Tuesday afternoon. */
export const now = Date.UTC(2026, 2, 10, 14, 40) / 1000
export const zone = "Europe/London"

/** The first instant of the Tuesday, and of its month. */
export const today = Date.UTC(2026, 2, 10) / 1000
export const month = Date.UTC(2026, 2, 1) / 1000

const emulator = make({ ...credentials, agents: 8, days: 12, clock: () => now })

export const team = (id: number): string => (id % 3 === 0 ? "Care" : "Sales")

const directory = new Map(
  emulator.centre.agents.map(({ agentid: id }) => [id, { name: `Agent ${id}`, team: team(id) }]),
)

/** Made once: what a test has read of the centre, the next one need not read again. */
const runtime = ManagedRuntime.make(
  Layer.provide(Layer.merge(layerMemory, emulatorServices(emulator)), NodeContext.layer),
)

const session = Effect.map(runtime.runtimeEffect, ({ context: services }): AccountSession => ({
  info: { kind: "demo", name: "centre", timezone: zone },
  zone: { name: zone },
  services,
  names: Effect.succeed(directory),
  renewNames: Effect.void,
  pace: {},
  file: null,
  warning: null,
  baseUrl: null,
}))

/** Runs on the afternoon. */
const inCentre = <A, E>(run: (session: AccountSession) => Effect.Effect<A, E, NodeContext.NodeContext>): Promise<A> =>
  TestClock.setTime(now * 1000).pipe(
    Effect.zipRight(Effect.flatMap(session, run)),
    Effect.scoped,
    Effect.provide(Layer.merge(TestContext.TestContext, NodeContext.layer)),
    Effect.runPromise,
  )

/** What the worker answers. */
export const agentAnswer = (question: AgentQuestion) => inCentre((place) => agent(place, question))
export const staffingAnswer = (question: StaffingQuestion) => inCentre((place) => staffing(place, question))

/** The log of a window, as the worker reads it, and the names of its agents. */
export const logOf = (window: { readonly from: number; readonly to: number }) =>
  inCentre(({ services }) =>
    StoredLog.readWindow({ window, agents: undefined, refresh: false, offline: false, isEndGiven: true }).pipe(
      Effect.provide(services),
    ),
  ).then(({ log, uncovered }) => ({ log, uncovered, directory }))

const person = (id: number): Person => ({
  agent: id,
  name: `Agent ${id}`,
  team: team(id),
  status: "available",
  category: "available",
  subcode: "",
  since: now - 60,
  loggedInSince: today,
  isSinceBefore: false,
  day: null,
})

export const ids = emulator.centre.agents.map(({ agentid: id }) => id)

export const live = (asOf = now): LiveAnswer => ({
  _tag: "live",
  account: { kind: "account", name: "centre", timezone: zone },
  floor: { asOf, from: today, people: ids.map(person), timezone: "UTC", curve: null, quality: null },
  problem: null,
  warning: null,
  progress: null,
})

export const answered = (state: State, question: Question, answer: Answer): State =>
  update(state, { _tag: "answered", key: keyOf(question), answer })

/** The screens of a terminal, with a floor. */
export const opened = (columns = 120, rows = 40): State =>
  answered(
    start({
      account: { kind: "account", name: null },
      size: { columns, rows },
      now,
      theme: "dark",
      thresholds: [],
      timezone: null,
    }),
    { _tag: "live", account: { kind: "account", name: null }, timezone: null, refreshCount: 0 },
    live(),
  )

/** The state after keys. */
export const pressed = (state: State, ...keys: ReadonlyArray<string>): State =>
  keys.reduce((before, key) => update(before, { _tag: "key", key } satisfies Event), state)
