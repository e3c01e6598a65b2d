/** A worker in this process, in a home of its own and at an instant, before a ContactNow on a real socket. */
import { serveHttp } from "@dwell/testing/servers"
import { environment } from "@dwell/testing/programs"
import { once } from "node:events"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Chunk from "effect/Chunk"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { answer } from "../../../src/screen/worker/dispatch.ts"
import type { ConnectQuestion, Question } from "../../../src/screen/worker/protocol/question.ts"
import type { Answer } from "../../../src/screen/worker/protocol/answer.ts"
import type { Problem } from "../../../src/screen/worker/protocol/problem.ts"
import * as Sessions from "../../../src/screen/worker/sessions.ts"
import { password, username } from "../../site.ts"
import { noon } from "../../time.ts"

const services = Layer.mergeAll(
  NodeContext.layer,
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" }),
)

/** What a worker answers, for as long as it is wanted. */
export type Ask = (question: Question) => Stream.Stream<Answer, Problem>

export interface At {
  readonly home: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs with a worker that knows of a home and nothing else, on a clock that stands at noon. */
export const withWorker = <A, E>({ env = {}, home }: At, use: (ask: Ask) => Effect.Effect<A, E>): Promise<A> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon * 1000)
    const sessions = yield* Sessions.make
    const context = yield* Effect.context<Layer.Layer.Success<typeof services>>()
    return yield* use((question) => Stream.provideContext(answer(sessions)(question), context))
  }).pipe(
    Effect.scoped,
    Effect.provide(services),
    Effect.provide(TestContext.TestContext),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment(home, env))))),
    Effect.runPromise,
  )

/** All answers until one is the last that is wanted, or there are no more. */
export const until = (
  answers: Stream.Stream<Answer, Problem>,
  isLast: (answer: Answer) => boolean,
): Effect.Effect<ReadonlyArray<Answer>, Problem> =>
  Effect.map(Stream.runCollect(Stream.takeUntil(answers, isLast)), Chunk.toReadonlyArray)

/** The one answer to a question. */
export const only = <T extends Answer["_tag"]>(ask: Ask, question: Extract<Question, { _tag: T }>) =>
  Effect.gen(function* () {
    const found = yield* Effect.flatMap(Stream.runHead(ask(question)), Effect.orDie)
    const isIt = (given: Answer): given is Extract<Answer, { _tag: T }> => given._tag === question._tag
    if (!isIt(found)) throw new Error(`asked for ${question._tag}, answered ${found._tag}`)
    return found
  })

/** A form that connects an account of a site. */
export const form = (region: string, more: Partial<ConnectQuestion> = {}): ConnectQuestion => ({
  _tag: "connect",
  account: "main",
  region,
  username,
  password,
  timezone: "Europe/London",
  attempt: 1,
  ...more,
})

/** The same site, at another address, with another idea of what time it is; `null` = it breaks off when asked for that alone. */
export const dated = (url: string, millis: () => number | null): Promise<string> =>
  serveHttp((request, response) => {
    const run = async () => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      await once(request, "end")
      const answered = await fetch(new URL(request.url ?? "/", url), {
        method: request.method ?? "GET",
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
        headers: { "content-type": request.headers["content-type"] ?? "text/plain" },
      })
      const time = millis()
      if (time === null && request.method === "GET" && request.url === "/token.php")
        return void request.socket.destroy()
      response.setHeader("date", new Date(time ?? Number.NaN).toUTCString())
      response.setHeader("content-type", answered.headers.get("content-type") ?? "text/plain")
      response.end(Buffer.from(await answered.arrayBuffer()))
    }
    void run()
  })
