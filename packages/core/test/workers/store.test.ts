import * as zlib from "node:zlib"
import { env, runInDurableObject } from "cloudflare:test"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as durableObjectDriver from "../../src/store/drivers/durableObjectDriver.ts"
import { EventStore, type Service } from "../../src/store/EventStore.ts"
import * as sqlite from "../../src/store/sqlite/sqlite.ts"
import { suite } from "../store/suite.ts"

/** A store in an object of its own; storage may only be used while its object runs, so each operation goes there. */
const layer = Layer.sync(EventStore, () => {
  const object = env.ACCOUNT.get(env.ACCOUNT.newUniqueId())
  const within = <A, E>(use: (store: Service) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.promise(() =>
      runInDurableObject(object, (_, { storage }) => {
        const store = sqlite.layer({
          driver: durableObjectDriver.make(storage, zlib),
          name: "the object's storage",
          account: "test",
        })
        return Effect.runPromiseExit(Effect.provide(Effect.flatMap(EventStore, use), Layer.orDie(store)))
      }),
    ).pipe(Effect.flatten)
  return {
    append: (...given) => within(({ append }) => append(...given)),
    read: (asked) => within(({ read }) => read(asked)),
    lastEvents: (...given) => within(({ lastEvents }) => lastEvents(...given)),
    sums: (...given) => within(({ sums }) => sums(...given)),
    coverage: within(({ coverage }) => coverage),
    agents: within(({ agents }) => agents),
    compact: (before) => within(({ compact }) => compact(before)),
    prune: (before) => within(({ prune }) => prune(before)),
    vacuum: within(({ vacuum }) => vacuum),
    size: within(({ size }) => size),
  }
})

suite("in a Durable Object", layer, 5)
