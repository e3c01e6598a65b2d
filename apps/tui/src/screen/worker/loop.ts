/**
 * The worker thread: it reads and counts, so that the screen never waits for figures when a key is pressed.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as WorkerRunner from "@effect/platform/WorkerRunner"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeWorkerRunner from "@effect/platform-node/NodeWorkerRunner"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as cache from "../../compileCache.ts"
import { answer } from "./dispatch.ts"
import type { Question } from "./protocol/question.ts"
import * as Sessions from "./sessions.ts"

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  // A redirect would send credentials to another address.
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
)

const flushMillis = 3000

const worker = Layer.unwrapScoped(
  Effect.map(Sessions.make, (sessions) => WorkerRunner.layer((question: Question) => answer(sessions)(question))),
)

/** Answers from now on. */
export const run = (): void => {
  Effect.runFork(
    WorkerRunner.launch(worker.pipe(Layer.provide(NodeWorkerRunner.layer), Layer.provide(services))).pipe(
      // A line of a log would break the screen.
      Effect.provide(Logger.remove(Logger.defaultLogger)),
    ),
  )
  // A thread that is killed would not store it for the next start.
  setTimeout(cache.flush, flushMillis).unref()
}
