/** What the tests of the screens share: a centre behind an emulated vendor, asked by the worker, and states after keys. */
import { layerMemory } from "@dwell/core/EventStore"
import { make as emulated } from "@dwell/emulator"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { credentials, emulatorServices } from "../../src/inProcessEmulator.ts"
import { keyOf, type AccountRef } from "../../src/screen/worker/protocol/question.ts"
import type { ReportAnswer } from "../../src/screen/worker/protocol/answer.ts"
import type { AccountSession } from "../../src/screen/worker/session.ts"
import { reportQuestion } from "../../src/screen/report/question.ts"
import { start, type State } from "../../src/screen/app/state.ts"
import { update } from "../../src/screen/app/update.ts"

export const noon = Date.UTC(2026, 2, 10, 12) / 1000
export const zone = { name: "Europe/London" }
export const account: AccountRef = { kind: "demo" }

/** Four days and a half of a small centre, in which an agent forgets to log out: everything up to noon. */
const emulator = emulated({ agents: 9, days: 4, clock: () => noon, ...credentials })
export const { centre } = emulator

export const rows = Array.from(centre.rows(0, noon))

/** The names of its agents. */
export const directory = new Map(centre.agents.map(({ agentid, name, team }) => [agentid, { name, team }] as const))

/** Made once: what a test has read of the centre, the next one need not read again. */
const runtime = ManagedRuntime.make(
  Layer.provide(Layer.merge(layerMemory, emulatorServices(emulator)), NodeContext.layer),
)

/** Asks the worker about the centre, at noon. */
export const atNoon = <A, E>(ask: (session: AccountSession) => Effect.Effect<A, E>): Promise<A> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon * 1000)
    const session: AccountSession = {
      info: { kind: "demo", name: "demo centre", timezone: zone.name },
      zone,
      services: (yield* runtime.runtimeEffect).context,
      names: Effect.succeed(directory),
      renewNames: Effect.void,
      pace: {},
      file: null,
      warning: null,
      baseUrl: null,
    }
    return yield* ask(session)
  }).pipe(Effect.scoped, Effect.provide(NodeContext.layer), Effect.provide(TestContext.TestContext), Effect.runPromise)

/** A report's screen in a terminal of that size, before anything is answered. */
export const reportAt = (columns: number, lines: number): State => ({
  ...start({
    account,
    size: { columns, rows: lines },
    now: noon,
    theme: "dark",
    thresholds: [],
    timezone: zone.name,
  }),
  screen: "report",
})

/** The state after its question was answered. */
export const answered = (state: State, answer: ReportAnswer): State =>
  update(state, { _tag: "answered", key: keyOf(reportQuestion(state)), answer })

/** The state after keys, in words apart. */
export const after = (state: State, keys: string): State =>
  keys.split(" ").reduce((before, key) => update(before, { _tag: "key", key: key === "space" ? " " : key }), state)
