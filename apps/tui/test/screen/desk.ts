/** A desk in this process, in a home of its own, with the site's ContactNow on a real socket. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Chunk from "effect/Chunk"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { answer } from "../../src/screen/desk/answer.ts"
import { type Answer, type ConnectQuestion, type Question, type Trouble } from "../../src/screen/desk/Question.ts"
import * as World from "../../src/screen/desk/world.ts"
import { environment } from "../support.ts"
import { password, username } from "../site.ts"

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
)

/** What a desk answers, for as long as it is wanted. */
export type Ask = (question: Question) => Stream.Stream<Answer, Trouble>

/** Runs with a desk whose environment is that of a home and of nothing else. */
export const withDesk = <A, E>(
  home: string,
  use: (ask: Ask) => Effect.Effect<A, E>,
  env: Readonly<Record<string, string>> = {},
): Promise<A> =>
  Effect.gen(function* () {
    const worlds = yield* World.make
    const context = yield* Effect.context<Layer.Layer.Success<typeof services>>()
    return yield* use((question) => Stream.provideContext(answer(worlds)(question), context))
  }).pipe(
    Effect.scoped,
    Effect.provide(services),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment(home, env))))),
    Effect.runPromise,
  )

/** All answers until one is the last of its kind. */
export const until = (answers: Stream.Stream<Answer, Trouble>, isLast: (answer: Answer) => boolean) =>
  Effect.map(Stream.runCollect(Stream.takeUntil(answers, isLast)), Chunk.toReadonlyArray)

/** A form that connects the site's account. */
export const form = (region: string, more: Partial<ConnectQuestion> = {}): ConnectQuestion => ({
  _tag: "connect",
  account: "main",
  region,
  username,
  password,
  timezone: "Europe/London",
  turn: 1,
  ...more,
})
