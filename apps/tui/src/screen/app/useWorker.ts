import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Cause from "effect/Cause"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { useEffect, useRef } from "react"
import type { WorkerClient } from "../worker/client.ts"
import { keyOf, type Question } from "../worker/protocol/question.ts"
import { type Problem, problemOf } from "../worker/protocol/problem.ts"
import type { Event } from "./state.ts"

/**
 * Asks the worker each question for as long as the state wants it, and sends the answers to the state. This connects Effect
 * to React.
 */
export const useWorker = (
  worker: WorkerClient,
  questions: ReadonlyArray<Question>,
  dispatch: (event: Event) => void,
): void => {
  const asked = useRef(new Map<string, Fiber.RuntimeFiber<void, Problem>>())
  const wanted = questions.map(keyOf).join("\n")
  useEffect(() => {
    const running = asked.current
    const keys = new Map(questions.map((question) => [keyOf(question), question]))
    for (const [key, fiber] of running) {
      if (keys.has(key)) continue
      running.delete(key)
      Effect.runFork(Fiber.interrupt(fiber))
    }
    for (const [key, question] of keys) {
      if (running.has(key)) continue
      const fiber = Effect.runFork(
        worker
          .ask(question)
          .pipe(Stream.runForEach((answer) => Effect.sync(() => dispatch({ _tag: "answered", key, answer })))),
      )
      running.set(key, fiber)
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return
        const problem = Option.getOrElse(Cause.failureOption(exit.cause), () => problemOf(Cause.squash(exit.cause)))
        dispatch({ _tag: "failed", key, of: question._tag, problem })
      })
    }
  }, [wanted])
  useEffect(
    () => () => {
      for (const fiber of asked.current.values()) Effect.runFork(Fiber.interrupt(fiber))
    },
    [],
  )
}
