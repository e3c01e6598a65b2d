/**
 * Opens an account of `dwell login`, or the one that the environment describes.
 *
 * Fails    as settings, vendor and store do
 */
import { layerMemory } from "@dwell/core/EventStore"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Kept from "../../kept.ts"
import * as Names from "../../names.ts"
import { settings } from "../../settings.ts"
import { zoneOr } from "../../source.ts"
import * as Store from "../../store.ts"
import { connect } from "../../vendor.ts"
import { problemOf } from "./protocol/problem.ts"
import { type AccountSession, noNames } from "./session.ts"

/** A waiting writer blocks all answers, so it waits only briefly, and `Sync` tries again. */
const busyTimeoutMillis = 500

export const openAccount = (account: string | null) =>
  Effect.gen(function* () {
    const found = yield* settings(Option.fromNullable(account))
    const built = yield* Effect.either(Layer.build(Kept.services(found, busyTimeoutMillis)))
    const isKept = Either.isRight(built)
    // Without a store, the screens can still show what is read.
    if (!isKept && built.left.reason !== "Unavailable") return yield* built.left
    const services = isKept ? built.right : yield* Layer.build(Layer.merge(layerMemory, connect(found)))
    const zone = yield* zoneOr(found.timezone)
    const { name } = found.account
    const environment = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof Names.load>>>()
    const session: AccountSession = {
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
      warning: isKept ? null : { ...problemOf(built.left), title: "Nothing is stored" },
      baseUrl: found.baseUrl,
    }
    return session
  })
