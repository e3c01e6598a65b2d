/**
 * The sessions that questions are about: one for each account, and one for the demo centre.
 *
 * Shape    a session is opened by its first question, and stays open until the worker ends or `leave` closes it
 * Fails    as settings, vendor and store do
 */
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { NoCredentials } from "../../errors.ts"
import type { AccountRef } from "./protocol/question.ts"
import type { AccountSession } from "./session.ts"
import { openDemo } from "./demo.ts"
import { openAccount } from "./account.ts"

const nameOf = (account: AccountRef): string => (account.kind === "demo" ? "demo" : `account ${account.name ?? ""}`)

/** Opens sessions, each once. */
export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const opened = new Map<string, { readonly session: AccountSession; readonly scope: Scope.CloseableScope }>()
  const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)
  return {
    open: (account: AccountRef) =>
      Effect.gen(function* () {
        const known = opened.get(nameOf(account))
        if (known !== undefined) return known.session
        const own = yield* Scope.fork(scope, ExecutionStrategy.sequential)
        const opening =
          account.kind === "demo"
            ? openDemo
            : Effect.catchIf(
                openAccount(account.name),
                (error) => account.name === null && error instanceof NoCredentials,
                () => openDemo,
              )
        const session = yield* opening.pipe(
          Scope.extend(own),
          Effect.onError((cause) => Scope.close(own, Exit.failCause(cause))),
        )
        opened.set(nameOf(account), { session, scope: own })
        return session
      }).pipe(alone),
    /** Opens a session again the next time, since the account may have changed; returns what closes the old one. */
    leave: (account: AccountRef): Effect.Effect<Effect.Effect<void>> =>
      Effect.sync(() => {
        const known = opened.get(nameOf(account))
        opened.delete(nameOf(account))
        return known === undefined ? Effect.void : Scope.close(known.scope, Exit.void)
      }).pipe(alone),
  }
})
export type Sessions = Effect.Effect.Success<typeof make>
