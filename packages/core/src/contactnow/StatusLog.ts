/**
 * Reads `status_log`: one query as it is, or a whole window with what was going on when it began.
 *
 * Shape    streams of `EventBatch`
 * Units    Unix seconds; windows are half-open, the vendor's bounds are inclusive
 * Fails    `ContactNowError`; an answer that is not whole is never handed on
 * Source   docs/contactnow.md, section 3
 * Cost     one time slice in memory, two while one is waited for
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as EventBatch from "../EventBatch.ts"
import * as EventLog from "../log/EventLog.ts"
import * as json from "../format/json.ts"
import * as xml from "../format/xml.ts"
import { type Window } from "../Window.ts"
import { type ReaderFor } from "./answer.ts"
import { ContactNow } from "./ContactNow.ts"
import { ContactNowError } from "./ContactNowError.ts"
import { Token } from "./Token.ts"

/** The arguments of the vendor's method; all that are given must hold of a row. */
export interface Query {
  /** The least id; or, as `{ low, high }`, both bounds, inclusive. */
  readonly uid?: bigint | { readonly low: bigint; readonly high: bigint }
  readonly agents?: ReadonlyArray<number>
  /** Unix seconds, inclusive. */
  readonly tstart?: number
  /** Unix seconds, inclusive. */
  readonly tstop?: number
}

/** How far a long reading has come. */
export interface Progress {
  readonly phase: "carryIn" | "window"
  /** Rows read so far. */
  readonly rows: number
  /** Requests answered so far. */
  readonly requests: number
  /** Seconds of the log read so far, and to be read. */
  readonly done: number
  readonly all: number
}

export interface Reading {
  readonly window: Window
  /** Default: all. */
  readonly agents?: ReadonlyArray<number>
  /** How far before the window to look for what was going on when it began. Default: 7 days. */
  readonly lookBackSeconds?: number
  readonly onProgress?: (progress: Progress) => Effect.Effect<void>
}

export class StatusLog extends Context.Tag("@dwell/core/StatusLog")<
  StatusLog,
  {
    /** One request, rows as they come; `Incomplete` when the vendor says that it has more than it delivers. */
    readonly query: (query: Query) => Stream.Stream<EventBatch.EventBatch, ContactNowError>
    /**
     * All rows of a window, in time slices that adapt to how many rows they hold, at most two at once; before them, of
     * each agent, the last event before the window.
     */
    readonly read: (reading: Reading) => Stream.Stream<EventBatch.EventBatch, ContactNowError>
  }
>() {}

/** One week: logins forgotten over a week-end are found. */
export const defaultLookBackSeconds = 604_800

const shortestSlice = 60
const firstSlice = 21_600
const longestSlice = 86_400
const rowsWanted = 20_000

/** How far look-back reaches at each step, in seconds. */
const lookBackSteps = [21_600, 86_400, 259_200]

interface Answer {
  readonly batch: EventBatch.EventBatch
  /** What the vendor says the answer should hold. */
  readonly total: number | null
}

const readerFor: ReaderFor<Answer> = (format) => {
  const decoder = format === "json" ? json.decoder() : xml.decoder()
  return {
    write: decoder.write,
    end: () => {
      decoder.end()
      const { envelope } = decoder
      return { envelope, value: { batch: decoder.take(), total: envelope.total } }
    },
  }
}

const paramsOf = ({ agents, tstart, tstop, uid }: Query): Record<string, string> => ({
  ...(uid === undefined ? {} : { uid: typeof uid === "bigint" ? `${uid}` : `${uid.low}:${uid.high}` }),
  ...(agents === undefined ? {} : { agent: agents.join(",") }),
  ...(tstart === undefined ? {} : { tstart: `${tstart}` }),
  ...(tstop === undefined ? {} : { tstop: `${tstop}` }),
})

const incomplete = ({ batch, total }: Answer, where: string) =>
  new ContactNowError({
    reason: "Incomplete",
    issue: `database.php: ${where}, the vendor says that it has ${total} rows and hands over ${batch.length}`,
    remedy: "Ask for fewer agents or a shorter time; tell 8x8 if it stays so.",
  })

const isWhole = ({ batch, total }: Answer): boolean => total === null || total <= batch.length

const make = Effect.gen(function* () {
  const { exchange } = yield* ContactNow
  const { use } = yield* Token

  const ask = (query: Query): Effect.Effect<Answer, ContactNowError> =>
    use((token) =>
      exchange(
        {
          script: "database.php",
          method: "GET",
          params: { method: "status_log", action: "read", raw: "1", token, ...paramsOf(query) },
        },
        readerFor,
      ),
    )

  const query = (asked: Query) =>
    Stream.fromEffect(
      Effect.filterOrFail(ask(asked), isWhole, (answer) => incomplete(answer, "for this query")).pipe(
        Effect.map(({ batch }) => batch),
      ),
    )

  const read = ({
    agents,
    lookBackSeconds: reach = defaultLookBackSeconds,
    onProgress = () => Effect.void,
    window,
  }: Reading): Stream.Stream<EventBatch.EventBatch, ContactNowError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        // Nothing is before 1970, and a vendor may refuse to be asked.
        const lookBackSeconds = Math.max(0, Math.min(reach, window.from))
        const progress = yield* Ref.make<Progress>({
          phase: "carryIn",
          rows: 0,
          requests: 0,
          done: 0,
          all: window.to - window.from + lookBackSeconds,
        })
        const advance = (more: { rows?: number; requests?: number; done?: number }) =>
          Ref.updateAndGet(progress, (current) => ({
            ...current,
            rows: current.rows + (more.rows ?? 0),
            requests: current.requests + (more.requests ?? 0),
            done: current.done + (more.done ?? 0),
          })).pipe(Effect.flatMap(onProgress))

        /**
         * All rows of a span; halved and read again while the vendor hands over less than it has. Whether its bounds
         * include their seconds is inferred, not documented: so one more second is asked for at either end.
         */
        const span = (
          { from, to }: Window,
          asked: ReadonlyArray<number> | undefined,
        ): Effect.Effect<ReadonlyArray<EventBatch.EventBatch>, ContactNowError> =>
          Effect.gen(function* () {
            const answer = yield* ask({
              tstart: Math.max(0, from - 1),
              tstop: to,
              ...(asked === undefined ? {} : { agents: asked }),
            })
            if (isWhole(answer)) {
              const { uts } = answer.batch
              const batch = EventBatch.filter(answer.batch, (row) => (uts[row] ?? to) >= from && (uts[row] ?? to) < to)
              yield* advance({ rows: batch.length, requests: 1, done: to - from })
              return [batch]
            }
            yield* advance({ requests: 1 })
            if (to - from <= 1) return yield* incomplete(answer, `for the second ${from}`)
            const middle = from + Math.floor((to - from) / 2)
            const first = yield* span({ from, to: middle }, asked)
            return [...first, ...(yield* span({ from: middle, to }, asked))]
          })

        const slices = (whole: Window, asked: ReadonlyArray<number> | undefined) =>
          Stream.unwrap(
            Effect.map(Ref.make(firstSlice), (size) => {
              const adapt = (seconds: number, rows: number) =>
                Ref.update(size, (current) =>
                  Math.round(
                    Math.min(
                      longestSlice,
                      Math.max(shortestSlice, Math.min(4 * current, (seconds * rowsWanted) / Math.max(1, rows))),
                    ),
                  ),
                )
              return Stream.unfoldEffect(whole.from, (from) =>
                Effect.map(Ref.get(size), (seconds) => {
                  const to = Math.min(whole.to, from + seconds)
                  return from < whole.to ? Option.some([{ from, to }, to] as const) : Option.none()
                }),
              ).pipe(
                Stream.mapEffect(
                  (slice) =>
                    Effect.tap(span(slice, asked), (batches) =>
                      adapt(
                        slice.to - slice.from,
                        batches.reduce((sum, batch) => sum + batch.length, 0),
                      ),
                    ),
                  { concurrency: 2 },
                ),
              )
            }),
          )

        /**
         * The last events before the window, found by looking back further and further. Of agents who were asked for,
         * only those not yet found are looked for; who else there may be, nobody knows, so then all is read.
         */
        const carryIn = Effect.gen(function* () {
          const found: Array<EventBatch.EventBatch> = []
          let missing = agents
          let to = window.from
          for (const back of [...lookBackSteps.filter((step) => step < lookBackSeconds), lookBackSeconds]) {
            const from = window.from - back
            if (missing?.length === 0 || from >= to) break
            const last = yield* Stream.runFold(
              slices({ from, to }, missing),
              EventBatch.fromEvents([]),
              (held, batches) => EventLog.lastEvents([held, ...batches]),
            )
            found.push(last)
            const seen = new Set(Array.from(last.agent, (index) => last.agents[index]))
            missing = missing?.filter((agent) => !seen.has(agent))
            to = from
          }
          return EventLog.lastEvents(found)
        })

        const before = window.from < window.to && lookBackSeconds > 0 ? Stream.fromEffect(carryIn) : Stream.empty
        const inside = slices(window, agents).pipe(Stream.flatMap((batches) => Stream.fromIterable(batches)))
        const settle = Ref.update(progress, (current) => ({
          ...current,
          phase: "window" as const,
          done: current.all - (window.to - window.from),
        }))
        return Stream.concat(before, Stream.concat(Stream.drain(Stream.fromEffect(settle)), inside)).pipe(
          Stream.filter((batch) => batch.length > 0),
        )
      }),
    )

  return { query, read }
})

/** The service. */
export const layer: Layer.Layer<StatusLog, never, ContactNow | Token> = Layer.effect(StatusLog, make)
