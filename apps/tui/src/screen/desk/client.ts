/**
 * The screen's end of the desk.
 *
 * Fails    `Trouble`; a thread that ends is one too
 */
import { Worker as Thread } from "node:worker_threads"
import * as Worker from "@effect/platform/Worker"
import { type WorkerError } from "@effect/platform/WorkerError"
import * as NodeWorker from "@effect/platform-node/NodeWorker"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Answer, type Question, type Trouble } from "./Question.ts"

export interface Desk {
  readonly ask: (question: Question) => Stream.Stream<Answer, Trouble>
}

const lost = ({ message }: WorkerError): Trouble => ({
  title: "This is a bug in dwell",
  message: `What counts the figures has stopped: ${message}. Start dwell again.`,
  actor: "you",
  isRetried: false,
})

/** Opens a desk in a thread of its own, until the scope ends. */
export const open = (program: URL): Effect.Effect<Desk, WorkerError, Scope.Scope> =>
  Effect.gen(function* () {
    const pool = yield* Worker.makePool<Question, Answer, Trouble>({ size: 1, concurrency: 64 })
    return {
      ask: (question: Question) =>
        Stream.mapError(pool.execute(question), (error) => ("_tag" in error ? lost(error) : error)),
    }
  }).pipe(
    // What it would say on stderr would break the screen.
    Effect.provide(NodeWorker.layer(() => new Thread(program, { stdout: true, stderr: true }))),
  )
