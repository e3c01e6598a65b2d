/**
 * The demo centre, for people without credentials: always in the middle of a working day, whatever the hour.
 */
import * as Effect from "effect/Effect"
import { emulatorServices, credentials } from "../../inProcessEmulator.ts"
import { layerMemory } from "@dwell/core/EventStore"
import { nowSeconds } from "@dwell/core/clock"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { zoneOr } from "../../logSource/query.ts"
import { readVendorDirectory } from "../../accounts/connection.ts"
import { noNames, type AccountSession } from "./session.ts"

const agents = 36
const days = 32

/** The Tuesday afternoon that the demo centre is always in. */
const afternoon = Date.UTC(2026, 2, 10, 14, 40) / 1000

/** What talks to an emulated ContactNow in this process; nothing leaves the machine. */
const vendor = Effect.gen(function* () {
  const { make } = yield* Effect.promise(() => import("@dwell/emulator"))
  const clock = yield* Effect.clock
  const seconds = () => Math.floor(clock.unsafeCurrentTimeMillis() / 1000)
  return emulatorServices(make({ ...credentials, agents, days, clock: seconds, aheadSeconds: afternoon - seconds() }))
})

/** The demo centre is polled often, since that costs nothing. */
const demoEverySeconds = 2

export const openDemo = Effect.gen(function* () {
  const connection = yield* vendor
  const services = yield* Layer.build(Layer.merge(layerMemory, connection))
  const zone = yield* zoneOr(Option.none())
  const now = yield* nowSeconds
  const names = yield* Effect.orElseSucceed(
    Effect.provide(readVendorDirectory({ from: now, to: now }), services),
    () => noNames,
  )
  const session: AccountSession = {
    info: { kind: "demo", name: "demo centre", timezone: zone.name },
    zone,
    services,
    names: Effect.succeed(names),
    renewNames: Effect.void,
    pace: { intervalSeconds: demoEverySeconds, isFastAllowed: true },
    file: null,
    warning: null,
    baseUrl: null,
  }
  return session
})
