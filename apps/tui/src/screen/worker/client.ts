/**
 * The screen's side of the worker.
 *
 * Fails    `Problem`; also if the thread ends
 */
import type { Worker as Thread } from "node:worker_threads"
import * as Worker from "@effect/platform/Worker"
import type { WorkerError } from "@effect/platform/WorkerError"
import * as NodeWorker from "@effect/platform-node/NodeWorker"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Question } from "./protocol/question.ts"
import type { Answer } from "./protocol/answer.ts"
import type { Problem } from "./protocol/problem.ts"

export interface WorkerClient {
  readonly ask: (question: Question) => Stream.Stream<Answer, Problem>
}

const problemOfThread = ({ message }: WorkerError): Problem => ({
  title: "This is a bug in dwell",
  message: `The worker thread has stopped: ${message}. Start dwell again.`,
  actor: "you",
  isRetried: false,
})

/** A client of the worker thread, until the scope ends. It accepts questions at once; the worker answers when it is ready. */
export const open = (thread: Thread): Effect.Effect<WorkerClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const ready = yield* Effect.forkScoped(Worker.makePool<Question, Answer, Problem>({ size: 1, concurrency: 64 }))
    return {
      ask: (question: Question) =>
        Stream.unwrap(Effect.map(Fiber.join(ready), (pool) => pool.execute(question))).pipe(
          Stream.mapError((error) => ("_tag" in error ? problemOfThread(error) : error)),
        ),
    }
  }).pipe(Effect.provide(NodeWorker.layer(() => thread)))
