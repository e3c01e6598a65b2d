/**
 * The places that questions are about: accounts, each with what is kept of it and a connection, and the invented centre.
 *
 * Shape    a place is opened when it is first asked about, and stays open until the desk closes or it is left
 * Fails    as settings, vendor and store do
 */
import type * as AgentDirectory from "@dwell/core/AgentDirectory"
import type * as Calendar from "@dwell/core/Calendar"
import type { ContactNow } from "@dwell/core/ContactNow"
import { type EventStore, layerMemory } from "@dwell/core/EventStore"
import type { StatusLog } from "@dwell/core/StatusLog"
import type { Token } from "@dwell/core/Token"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { NoCredentials } from "../../errors.ts"
import * as Kept from "../../kept.ts"
import * as Names from "../../names.ts"
import { settings } from "../../settings.ts"
import { zoneOr } from "../../source.ts"
import * as Store from "../../store.ts"
import { connect, vendorDirectory } from "../../vendor.ts"
import * as Demo from "./demo.ts"
import type { Place } from "./protocol/question.ts"
import type { PlaceInfo } from "./protocol/answer.ts"
import { type Trouble, troubleOf } from "./protocol/problem.ts"

/** What talks to the vendor, and what is kept. */
type Services = ContactNow | EventStore | StatusLog | Token

export interface World {
  readonly info: PlaceInfo
  readonly zone: Calendar.Zone
  readonly services: Context.Context<Services>
  /** The names that are known without asking anybody. */
  readonly names: Effect.Effect<AgentDirectory.AgentDirectory>
  /** Asks for the names again where they are too old; a failure leaves them as they are. */
  readonly renewNames: Effect.Effect<void>
  /** How often the floor is looked at. */
  readonly pace: { readonly everySeconds?: number; readonly isFastAllowed?: boolean }
  /** The file of the store; `null` = in memory. */
  readonly file: string | null
  /** What is odd about the place; `null` = nothing. */
  readonly warning: Trouble | null
  readonly baseUrl: string | null
}

const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

const noNames: AgentDirectory.AgentDirectory = new Map()

/** The invented centre is looked at often, since that costs nobody anything. */
const demoEverySeconds = 2

const openDemo = Effect.gen(function* () {
  const connection = yield* Demo.vendor
  const services = yield* Layer.build(Layer.merge(layerMemory, connection))
  const zone = yield* zoneOr(Option.none())
  const now = yield* nowSeconds
  const names = yield* Effect.orElseSucceed(
    Effect.provide(vendorDirectory({ from: now, to: now }), services),
    () => noNames,
  )
  const world: World = {
    info: { kind: "demo", name: "invented centre", timezone: zone.name },
    zone,
    services,
    names: Effect.succeed(names),
    renewNames: Effect.void,
    pace: { everySeconds: demoEverySeconds, isFastAllowed: true },
    file: null,
    warning: null,
    baseUrl: null,
  }
  return world
})

/** While a writer waits, nobody is answered; so it waits not long at once, and `Sync` has it try again. */
const patienceMillis = 500

const openAccount = (account: string | null) =>
  Effect.gen(function* () {
    const found = yield* settings(Option.fromNullable(account))
    const built = yield* Effect.either(Layer.build(Kept.services(found, patienceMillis)))
    const isKept = Either.isRight(built)
    // Where nothing can be kept, what is read can be shown all the same.
    if (!isKept && built.left.reason !== "Unavailable") return yield* built.left
    const services = isKept ? built.right : yield* Layer.build(Layer.merge(layerMemory, connect(found)))
    const zone = yield* zoneOr(found.timezone)
    const { name } = found.account
    const environment = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof Names.load>>>()
    const world: World = {
      info: { kind: "account", name, timezone: zone.name, source: found.source },
      zone,
      services,
      names: Names.load(name).pipe(
        Effect.map(Option.match({ onNone: () => noNames, onSome: ({ directory }) => directory })),
        Effect.provide(environment),
      ),
      renewNames: Effect.ignore(Effect.provide(Effect.provide(Kept.names(found), services), environment)),
      pace: {},
      file: isKept ? yield* Store.fileOf(name) : null,
      warning: isKept ? null : { ...troubleOf(built.left), title: "Nothing is kept" },
      baseUrl: found.baseUrl,
    }
    return world
  })

const nameOf = (place: Place): string => (place.kind === "demo" ? "demo" : `account ${place.name ?? ""}`)

/** Opens places, each once. */
export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const opened = new Map<string, { readonly world: World; readonly scope: Scope.CloseableScope }>()
  const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)
  return {
    open: (place: Place) =>
      Effect.gen(function* () {
        const known = opened.get(nameOf(place))
        if (known !== undefined) return known.world
        const own = yield* Scope.fork(scope, ExecutionStrategy.sequential)
        const opening =
          place.kind === "demo"
            ? openDemo
            : Effect.catchIf(
                openAccount(place.name),
                (error) => place.name === null && error instanceof NoCredentials,
                () => openDemo,
              )
        const world = yield* opening.pipe(
          Scope.extend(own),
          Effect.onError((cause) => Scope.close(own, Exit.failCause(cause))),
        )
        opened.set(nameOf(place), { world, scope: own })
        return world
      }).pipe(alone),
    /** Has a place opened anew the next time, since it may be another one; gives what closes it as it was. */
    leave: (place: Place): Effect.Effect<Effect.Effect<void>> =>
      Effect.sync(() => {
        const known = opened.get(nameOf(place))
        opened.delete(nameOf(place))
        return known === undefined ? Effect.void : Scope.close(known.scope, Exit.void)
      }).pipe(alone),
  }
})
export type Worlds = Effect.Effect.Success<typeof make>
