import { inspect } from "node:util"
import { afterEach, beforeEach, describe, expect, it, vi } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as Option from "effect/Option"
import * as AgentDirectory from "../../src/contactnow/AgentDirectory.ts"
import type { ContactNowError } from "../../src/contactnow/ContactNowError.ts"
import * as Token from "../../src/contactnow/Token.ts"
import { client, driven, type Fetch, lineOf, noon, read, vendorOf } from "./support.ts"

const username = "user&name=odd/ü"
const password = "pass?word #100%"
const token = "tok+en/with=signs"
const secrets = [username, password, token].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ secret }).toString().slice("secret=".length),
])

const granted = JSON.stringify({ success: true, token, expire: noon + 999 })
const error = (text: string) => JSON.stringify({ success: false, error: text })

/** A vendor who grants a token, and then answers like this. */
const then =
  (answer: (request: Request) => Response | Promise<Response>): Fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    return request.url.includes("token.php") ? new Response(granted) : await answer(request)
  }

const broken = () =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"success":true,"list":['))
        controller.error(new Error(`connection of ${username} with ${token} reset`))
      },
    }),
  )

const failing: Readonly<Record<string, Fetch>> = {
  "a wrong password": async () => new Response(error("Authentication failure")),
  "a wrong password, quoted": async () => new Response(error(`Authentication failure: ${username} / ${password}`)),
  "no token in the answer": async () => new Response('{"success":true}'),
  "a wrong address": then(() => new Response(error("Invalid token"))),
  "a token that has expired, quoted": then(() => new Response(error(`Expired token ${token}`))),
  "an error that quotes the request": then((request) => new Response(error(`Bad argument: ${request.url}`))),
  "a row that holds the token": then(() => new Response(`{"success":true,"list":[{"uid":"${token}"}]}`)),
  "a server's error": then((request) => new Response(`Internal error at ${request.url}`, { status: 500 })),
  "a page": then((request) => new Response(`<html><body>${request.url}</body></html>`)),
  "some text": then((request) => new Response(`No such page: ${request.url}`, { status: 404 })),
  "too many requests": then((request) => new Response(request.url, { status: 429 })),
  "half an answer": then(() => new Response('{"success":true,"list":[')),
  "a connection that breaks": then(broken),
  "a connection that is refused": async (input, init) => {
    const { url } = new Request(input, init)
    throw new TypeError(`fetch failed: ${url}`, {
      cause: new Error(`connect ECONNREFUSED ${url} ${password} ${username}`),
    })
  },
}

/** Everything spans are told. */
const collecting = (heard: Array<unknown>): Tracer.Tracer =>
  Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      heard.push(name, attributes)
      return {
        _tag: "Span",
        name,
        spanId: "1",
        traceId: "1",
        parent: Option.getOrUndefined(Option.map(parent, Option.some)) ?? Option.none(),
        context,
        status: { _tag: "Started", startTime },
        attributes,
        links,
        sampled: true,
        kind,
        end: (_, exit) => void heard.push(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "done"),
        attribute: (key, value) => void attributes.set(key, value),
        event: (event, _, more) => void heard.push(event, more),
        addLinks: (more) => void heard.push(more),
      }
    },
  })

const shownIn = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value, (_, held: unknown) => (typeof held === "bigint" ? String(held) : held)),
    inspect(value, { depth: 8, showHidden: value instanceof Error }),
  ].join("\n")

const errorsOf = <A, R>(effect: Effect.Effect<A, ContactNowError, R>) =>
  Effect.map(Effect.either(effect), (result) => (Either.isLeft(result) ? [result.left] : []))

describe("a run that fails", () => {
  const printed: Array<unknown> = []
  beforeEach(() => {
    printed.length = 0
    for (const name of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, name).mockImplementation((...args) => void printed.push(args))
    }
  })
  afterEach(() => vi.restoreAllMocks())

  it.effect.each(Object.keys(failing))("keeps its secrets after %s", (name) =>
    Effect.gen(function* () {
      yield* vendorOf()
      const fetch = failing[name]
      if (fetch === undefined) throw new Error(name)
      const line = lineOf(fetch)
      const heard: Array<unknown> = []
      const logger = Logger.make<unknown, void>(
        (entry) => void heard.push(entry.message, Cause.pretty(entry.cause), entry),
      )
      const window = { from: noon - 3600, to: noon }
      const run = Effect.all([
        errorsOf(read({ window })),
        errorsOf(AgentDirectory.fromVendor(window)),
        errorsOf(Effect.flatMap(Token.Token, (service) => service.validate(Redacted.make(token)))),
      ]).pipe(
        Effect.map((errors) => errors.flat()),
        Effect.tap((errors) => Effect.forEach(errors, (found) => Effect.logError("failed", found, Cause.fail(found)))),
        Effect.withSpan("run"),
        Effect.provide(client(line.fetch, { username, password })),
        Logger.withMinimumLogLevel(LogLevel.All),
        Effect.provide(
          Layer.mergeAll(Logger.replace(Logger.defaultLogger, logger), Layer.setTracer(collecting(heard))),
        ),
      )
      const errors = yield* driven(line)(run)
      expect(errors.length).toBeGreaterThan(0)
      const emitted = [...errors, ...errors.map((found) => Cause.pretty(Cause.fail(found))), ...heard, ...printed]
        .map(shownIn)
        .join("\n")
      expect(emitted.length).toBeGreaterThan(100)
      for (const secret of secrets) expect(emitted).not.toContain(secret)
    }),
  )
})
