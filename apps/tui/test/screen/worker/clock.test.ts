// The floor warns of a wrong clock, and the warning goes when the clock is right.
import { folder } from "@dwell/testing/scratch"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { describe, expect, it } from "vitest"
import type { LiveQuestion } from "../../../src/screen/worker/protocol/question.ts"
import type { Answer, LiveAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { site } from "../../site.ts"
import { noon } from "../../time.ts"
import { dated, until, withWorker } from "./worker.ts"

const question: LiveQuestion = {
  _tag: "live",
  account: { kind: "account", name: null },
  timezone: null,
  refreshCount: 0,
}

const isWarned = (answer: Answer): answer is LiveAnswer => answer._tag === "live" && answer.warning !== null

/** Lets sockets have their turn. */
const macrotask = Effect.async<void>((resume) => void setImmediate(() => resume(Effect.void)))

describe("the clock", () => {
  it.each([
    [95, "This clock is 95 s ahead of ContactNow's"],
    [-3600, "This clock is 3600 s behind ContactNow's"],
  ])("that is %i s off is warned of once the floor is there", async (seconds, title) => {
    const { env, url } = await site()
    const base = await dated(url, () => (noon - seconds) * 1000)
    const answers = await withWorker({ home: folder(), env: { ...env, DWELL_BASE_URL: base } }, (ask) =>
      until(ask(question), isWarned),
    )
    const last = answers.findLast(isWarned)
    expect(last?.warning).toMatchObject({ title, actor: "you" })
    expect(last?.floor).not.toBeNull()
    expect(last?.problem).toBeNull()
  })

  it("is looked at again after an hour", async () => {
    const { env, url } = await site()
    let ahead = 40
    const base = await dated(url, () => (noon - ahead) * 1000)
    await withWorker({ home: folder(), env: { ...env, DWELL_BASE_URL: base } }, (ask) =>
      Effect.gen(function* () {
        let last: LiveAnswer | undefined
        const following = yield* Effect.fork(
          until(
            Stream.tap(ask(question), (answer) =>
              Effect.sync(() => {
                if (answer._tag === "live") last = answer
              }),
            ),
            (answer) => answer._tag === "live" && ahead === -3600 && answer.warning === null,
          ),
        )
        const hour = (noon + 3600) * 1000
        const isSlept = Effect.map(
          TestClock.sleeps(),
          (sleeps) => last?.warning?.title.includes(" 40 s ") === true && Chunk.some(sleeps, (at) => at === hour),
        )
        yield* Effect.repeat(Effect.zipRight(macrotask, isSlept), { until: (is) => is })
        ahead = -3600
        yield* TestClock.setTime(hour)
        const answers = yield* Fiber.join(following)
        expect(answers.findLast(isWarned)?.warning?.title).toContain(" 40 s ")
      }),
    )
  })

  it.each([
    ["does not tell the time", Number.NaN],
    ["breaks the connection", null],
  ])("of a server that %s is not spoken of, and the floor goes on", async (_, millis) => {
    const { emulator, env, url } = await site()
    const base = await dated(url, () => millis)
    const isLookedAt = () => emulator.requests.some(({ method, script }) => method === "GET" && script === "token")
    await withWorker({ home: folder(), env: { ...env, DWELL_BASE_URL: base } }, (ask) =>
      Effect.gen(function* () {
        const told: Array<Answer> = []
        const following = yield* Effect.fork(
          Stream.runForEach(ask(question), (answer) => Effect.sync(() => told.push(answer))),
        )
        yield* Effect.repeat(macrotask, { until: () => isLookedAt() && told.length > 1 })
        yield* Effect.repeatN(macrotask, 100)
        yield* Fiber.interrupt(following)
        expect(told.some(isWarned)).toBe(false)
        const last = told.findLast((answer) => answer._tag === "live")
        expect(last?.problem).toBeNull()
        expect(last?.floor).not.toBeNull()
      }),
    )
  })
})
