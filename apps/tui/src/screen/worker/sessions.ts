/**
 * The places that questions are about: accounts, each with what is kept of it and a connection, and the invented centre.
 *
 * Shape    a place is opened when it is first asked about, and stays open until the worker closes or it is left
 * Fails    as settings, vendor and store do
 */
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { NoCredentials } from "../../errors.ts"
import type { Place } from "./protocol/question.ts"
import type { AccountSession } from "./session.ts"
import { openDemo } from "./demo.ts"
import { openAccount } from "./account.ts"

const nameOf = (place: Place): string => (place.kind === "demo" ? "demo" : `account ${place.name ?? ""}`)

/** Opens places, each once. */
export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const opened = new Map<string, { readonly session: AccountSession; readonly scope: Scope.CloseableScope }>()
  const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)
  return {
    open: (place: Place) =>
      Effect.gen(function* () {
        const known = opened.get(nameOf(place))
        if (known !== undefined) return known.session
        const own = yield* Scope.fork(scope, ExecutionStrategy.sequential)
        const opening =
          place.kind === "demo"
            ? openDemo
            : Effect.catchIf(
                openAccount(place.name),
                (error) => place.name === null && error instanceof NoCredentials,
                () => openDemo,
              )
        const session = yield* opening.pipe(
          Scope.extend(own),
          Effect.onError((cause) => Scope.close(own, Exit.failCause(cause))),
        )
        opened.set(nameOf(place), { session, scope: own })
        return session
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
export type Sessions = Effect.Effect.Success<typeof make>
