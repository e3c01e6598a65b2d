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
import * as StoredLog from "../../logSource/storedLog.ts"
import * as AgentNames from "../../accounts/agentNames.ts"
import { settings } from "../../accounts/settings.ts"
import { zoneOr } from "../../logSource/query.ts"
import * as StoreFile from "../../accounts/storeFile.ts"
import { connect } from "../../accounts/connection.ts"
import { problemOf } from "./protocol/problem.ts"
import { type AccountSession, noNames } from "./session.ts"

/** A waiting writer blocks all answers, so it waits only briefly, and `Sync` tries again. */
const busyTimeoutMillis = 500

export const openAccount = (account: string | null) =>
  Effect.gen(function* () {
    const found = yield* settings(Option.fromNullable(account))
    const built = yield* Effect.either(Layer.build(StoredLog.services(found, busyTimeoutMillis)))
    const isKept = Either.isRight(built)
    // Without a store, the screens can still show what is read.
    if (!isKept && built.left.reason !== "Unavailable") return yield* built.left
    const services = isKept ? built.right : yield* Layer.build(Layer.merge(layerMemory, connect(found)))
    const zone = yield* zoneOr(found.timezone)
    const { name } = found.account
    const environment = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof AgentNames.load>>>()
    const session: AccountSession = {
      info: { kind: "account", name, timezone: zone.name, source: found.source },
      zone,
      services,
      names: AgentNames.load(name).pipe(
        Effect.map(Option.match({ onNone: () => noNames, onSome: ({ directory }) => directory })),
        Effect.provide(environment),
      ),
      renewNames: Effect.ignore(Effect.provide(Effect.provide(StoredLog.names(found), services), environment)),
      pace: {},
      file: isKept ? yield* StoreFile.fileOf(name) : null,
      warning: isKept ? null : { ...problemOf(built.left), title: "Nothing is stored" },
      baseUrl: found.baseUrl,
    }
    return session
  })
