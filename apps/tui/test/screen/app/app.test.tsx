// The program as a component: what is asked of the worker, what comes back, and what keys make of it.
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { render } from "ink-testing-library"
import { expect, it } from "vitest"
import { App } from "../../../src/screen/App.tsx"
import type { WorkerClient } from "../../../src/screen/worker/client.ts"
import type { Question } from "../../../src/screen/worker/protocol/question.ts"
import type { Answer } from "../../../src/screen/worker/protocol/answer.ts"
import type { Problem } from "../../../src/screen/worker/protocol/problem.ts"
import type { Event } from "../../../src/screen/app/state.ts"
import { floorOf, live, now, person, state } from "../states.ts"

const people = ["Ada", "Ben", "Cleo"].map((name, index) => person({ agent: index + 1, name, since: now - 60 * index }))

/** A worker whose answers are given by hand, and what it was asked. */
const opened = () => {
  const asked: Array<Question> = []
  const left: Array<Question> = []
  const answers = Effect.runSync(Queue.unbounded<Answer | Problem>())
  const events = Effect.runSync(Queue.unbounded<Event>())
  const worker: WorkerClient = {
    ask: (question) => {
      asked.push(question)
      return Stream.fromQueue(answers, { maxChunkSize: 1 }).pipe(
        Stream.mapEffect((given) => ("_tag" in given ? Effect.succeed(given) : Effect.fail(given))),
        Stream.ensuring(Effect.sync(() => left.push(question))),
      )
    },
  }
  const { account, theme, thresholds, timezone } = state
  const settings = { account, theme, thresholds, timezone, now }
  const app = render(
    <App
      worker={worker}
      settings={settings}
      terminal={{ level: 0, isUnicode: true }}
      events={Stream.fromQueue(events)}
    />,
  )
  const until = async (shown: RegExp): Promise<void> => {
    while (!shown.test(app.lastFrame() ?? "")) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    asked,
    left,
    app,
    until,
    answer: (given: Answer | Problem) => Effect.runSync(Queue.offer(answers, given)),
    dispatch: (...all: ReadonlyArray<Event>) => Effect.runSync(Queue.offerAll(events, Chunk.fromIterable(all))),
  }
}

it("what the worker answers is shown, and what it answers next", async () => {
  const { answer, app, asked, until } = opened()
  await until(/Nothing is known yet/)
  expect(asked.map(({ _tag }) => _tag)).toStrictEqual(["live"])
  answer(live(null, { progress: "Reading" }))
  await until(/Reading/)
  answer(live(floorOf(people)))
  await until(/1 of 3/)
  expect(app.lastFrame()).toMatch(/Ada .*\n.*Ben .*\n.*Cleo /)
  app.unmount()
})

it("a second that passes shows in how long statuses last, and asks nobody", async () => {
  const { answer, app, asked, dispatch, until } = opened()
  answer(live(floorOf(people)))
  await until(/Cleo .* 0:02:00/)
  dispatch({ _tag: "tick", now: now + 1 })
  await until(/Cleo .* 0:02:01/)
  expect(asked).toHaveLength(1)
  app.unmount()
})

it("keys move the cursor; a failure shows above what was known", async () => {
  const { answer, app, until } = opened()
  answer(live(floorOf(people)))
  await until(/1 of 3/)
  app.stdin.write("j")
  await until(/2 of 3/)
  answer({ title: "It is down", message: "Wait.", actor: "vendor", isRetried: false })
  await until(/▲ It is down\. 8x8 has to act\. Press r to try again\./)
  expect(app.lastFrame()).toContain("Cleo")
  app.unmount()
})

it("a question that is no longer wanted is left", async () => {
  const { app, asked, left, until } = opened()
  await until(/Nothing is known yet/)
  app.stdin.write("2")
  await until(/Reading today/)
  expect(asked.map(({ _tag }) => _tag)).toStrictEqual(["live", "report"])
  app.stdin.write("1")
  await until(/Nothing is known yet/)
  while (left.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(left.map(({ _tag }) => _tag)).toStrictEqual(["report"])
  app.unmount()
})
