/**
 * What the ContactNow tests share: an emulated vendor on the test's own clock, and a line to it that counts.
 *
 * Time stands still while an answer is under way and else jumps to whatever waits next, so nothing is waited for.
 */
import * as Emulator from "@dwell/emulator"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as ContactNow from "../../src/contactnow/ContactNow.ts"
import * as StatusLog from "../../src/contactnow/StatusLog.ts"
import * as Token from "../../src/contactnow/Token.ts"
import * as EventBatch from "../../src/events/EventBatch.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { EventStore, type Service } from "../../src/store/EventStore.ts"
import type { Window } from "../../src/time/Window.ts"
import { eventsOf, logOf } from "../logs.ts"

/** When tests begin: noon. */
export const noon = 1_700_049_600

export const base = "https://vendor.test/api/"

export type Fetch = typeof globalThis.fetch

/** A way to the vendor that knows how many answers are under way. */
export interface Line {
  readonly fetch: Fetch
  readonly urls: ReadonlyArray<string>
  readonly underWay: number
  /** The most answers that were under way at once. */
  readonly most: number
}

const watched = (body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          controller.close()
        } catch (error) {
          controller.error(error)
        }
        onEnd()
      },
      cancel: async (reason) => {
        onEnd()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Counts what goes through a `fetch`; an answer is under way until its body has ended. */
export const lineOf = (fetch: Fetch): Line => {
  const urls: Array<string> = []
  const open = new Set<symbol>()
  let most = 0
  return {
    urls,
    get underWay() {
      return open.size
    },
    get most() {
      return most
    },
    fetch: async (input, init) => {
      const one = Symbol("answer")
      const end = () => void open.delete(one)
      open.add(one)
      most = Math.max(most, open.size)
      urls.push(input instanceof Request ? input.url : String(input))
      init?.signal?.addEventListener("abort", end)
      try {
        const response = await fetch(input, init)
        if (response.body === null) {
          end()
          return response
        }
        return new Response(watched(response.body, end), { status: response.status, headers: response.headers })
      } catch (error) {
        end()
        throw error
      }
    },
  }
}

/** Lets everything happen that needs no time. */
const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

/** Runs an effect to its end; whenever nothing but time is waited for, time jumps there. */
export const driven =
  (line: Line) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(effect)
      let quiet = 0
      while (Option.isNone(yield* Fiber.poll(fiber))) {
        yield* turn
        quiet = line.underWay > 0 ? 0 : quiet + 1
        if (quiet < 5) continue
        quiet = 0
        const next = Math.min(...Chunk.toReadonlyArray(yield* TestClock.sleeps()))
        if (Number.isFinite(next)) yield* TestClock.setTime(next)
      }
      return yield* Fiber.join(fiber)
    })

export interface Connection {
  readonly baseUrl?: string
  readonly username?: string
  readonly password?: string
  readonly format?: "json" | "xml"
  readonly campaign?: string
  readonly token?: Token.Options
}

/** The client's services at the end of a line. */
export const client = (
  fetch: Fetch,
  { baseUrl = base, password = "api-key", token, username = "api-user", ...more }: Connection = {},
): Layer.Layer<ContactNow.ContactNow | Token.Token | StatusLog.StatusLog> => {
  const contactNow = ContactNow.layer({
    ...more,
    baseUrl,
    username: Redacted.make(username),
    password: Redacted.make(password),
  })
  return StatusLog.layer.pipe(
    Layer.provideMerge(Token.layer(token)),
    Layer.provideMerge(contactNow),
    Layer.provide(Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))),
  )
}

/** An emulated vendor in this process, on the test's clock. */
export const vendorOf = (options: Emulator.Options = {}, at = noon) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    yield* TestClock.setTime(at * 1000)
    const emulator = Emulator.make({ clock: () => Math.floor(clock.unsafeCurrentTimeMillis() / 1000), ...options })
    const line = lineOf(async (input, init) => emulator.app.fetch(new Request(input, init)))
    return {
      emulator,
      line,
      /** Runs what needs the client, and time with it. */
      run:
        (connection: Connection = {}) =>
        <A, E, R>(
          effect: Effect.Effect<A, E, R | ContactNow.ContactNow | Token.Token | StatusLog.StatusLog>,
        ): Effect.Effect<A, E, Exclude<R, ContactNow.ContactNow | Token.Token | StatusLog.StatusLog>> =>
          driven(line)(Effect.provide(effect, client(line.fetch, connection))),
      /** How many requests each script has had. */
      had: (script: Emulator.Script) => emulator.requests.filter((request) => request.script === script).length,
    }
  })

export type Vendor = Effect.Effect.Success<ReturnType<typeof vendorOf>>

/** The vendor's own way, without what a line counts. */
export const fetchOf =
  ({ line }: Vendor): Fetch =>
  (input, init) =>
    line.fetch(input, init)

/** What the vendor has by now of a window, in the order of a log. */
export const had = ({ emulator }: Vendor, { from, to }: Window): ReadonlyArray<StatusEvent> =>
  inOrder(Array.from(emulator.centre.rows(from, to - 1), (each) => ({ ...each, status: each.status.toLowerCase() })))

/** The second that the test's clock shows. */
export const secondsNow = Effect.map(Effect.clock, (clock) => Math.floor(clock.unsafeCurrentTimeMillis() / 1000))

/** Runs a stream of updates through a way of its own up to the first that is the last; gives them all. */
export const updatesUntil = <A, E, R>(
  updates: Stream.Stream<A, E, R>,
  isLast: (update: A) => boolean,
  {
    connection = {},
    fetch,
    store,
  }: { readonly fetch: Fetch; readonly store: Service; readonly connection?: Connection },
) => {
  const line = lineOf(fetch)
  return updates.pipe(
    Stream.takeUntil(isLast),
    Stream.runCollect,
    Effect.map((all) => [...all]),
    Effect.provideService(EventStore, store),
    Effect.provide(client(line.fetch, connection)),
    driven(line),
  )
}

/** Rows in the order of a log, each once. */
export const inOrder = (events: Iterable<StatusEvent>): ReadonlyArray<StatusEvent> => eventsOf(logOf(events))

const collected = <E, R>(stream: Stream.Stream<EventBatch.EventBatch, E, R>) =>
  Effect.map(Stream.runCollect(stream), (batches) => [...batches].flatMap((batch) => EventBatch.toEvents(batch)))

/** The rows of one query. */
export const query = (asked: StatusLog.Query) =>
  Effect.flatMap(StatusLog.StatusLog, (log) => collected(log.query(asked)))

/** The rows of a reading. */
export const read = (reading: StatusLog.ReadOptions) =>
  Effect.flatMap(StatusLog.StatusLog, (log) => collected(log.read(reading)))

/** The error that an effect must end with. */
export const failure = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.orDieWith(Effect.flip(effect), (value) => new Error(`it did not fail but gave ${String(value)}`))

/** A row of which only the given matters. */
export const row = (
  uid: number,
  uts: number,
  agent: number,
  status = "available",
  subcode = "",
  callid = 0n,
): StatusEvent => ({ uid: BigInt(uid), uts, agent, status, subcode, callid })

/** A `fetch` that gives out a token and answers everything else as told. */
export const telling =
  (answer: (params: URLSearchParams) => Response | Promise<Response>): Fetch =>
  async (input) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : String(input))
    return pathname.endsWith("/token.php")
      ? Response.json({ success: true, token: "a-token", expire: noon + 43_200 })
      : answer(searchParams)
  }
