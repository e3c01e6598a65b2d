/**
 * What the routes about keys share: where they live, and how an effect of the key store becomes a response.
 */
import type { StoreError } from "@dwell/core/StoreError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type { Context } from "hono"
import { apiErrorOf, response } from "../../http/problem.ts"
import type { Caller } from "../Caller.ts"
import type { KeyStore } from "../KeyStore.ts"

interface Bindings {
  readonly run: <A, E>(effect: Effect.Effect<A, E, KeyStore>) => Promise<Exit.Exit<A, E | StoreError>>
  /** Runs what needs no key, where log lines go where they should. */
  readonly observe: <A>(effect: Effect.Effect<A>) => Promise<A>
  /** Whose key a text is. */
  readonly check: (text: string) => Promise<Caller | null>
  readonly caller: Caller | null
  readonly requestId: string
  /** A body is there as a whole within so many seconds. */
  readonly bodySeconds: number
}

export interface Env {
  Bindings: Bindings
}

export const respond = async (
  c: Context<Env>,
  effect: Effect.Effect<Response, unknown, KeyStore>,
): Promise<Response> => {
  const { observe, requestId, run } = c.env
  const exit = await run(effect)
  if (Exit.isSuccess(exit)) return exit.value
  return response(await observe(Effect.annotateLogs(apiErrorOf(exit.cause), { requestId })), requestId)
}

export const jsonResponse = <A, I>(schema: Schema.Schema<A, I>, value: A, status = 200) =>
  Effect.map(Effect.orDie(Schema.encode(schema)(value)), (body) =>
    Response.json(body, { status, headers: { "Cache-Control": "no-store" } }),
  )

/** The id of the key of whoever asks. */
export const callerId = ({ env: { caller } }: Context<Env>): string => caller?.key ?? ""
