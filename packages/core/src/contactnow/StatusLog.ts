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
import * as EventBatch from "../events/EventBatch.ts"
import * as EventLog from "../log/EventLog.ts"
import * as json from "../format/json/decoder.ts"
import * as xml from "../format/xml/decoder.ts"
import type { Window } from "../time/Window.ts"
import type { ReaderFor } from "./responseReader.ts"
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

/** A span read whole. */
export interface Slice {
  readonly batches: ReadonlyArray<EventBatch.EventBatch>
  readonly rows: number
  /** How many requests it took. */
  readonly requests: number
}

/** Whose last event to look for. */
export interface CarryInOptions {
  readonly before: number
  readonly agents: ReadonlyArray<number>
  /** How far back to look. Default: 7 days. */
  readonly lookBackSeconds?: number
}

export interface ReadOptions {
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
    readonly read: (reading: ReadOptions) => Stream.Stream<EventBatch.EventBatch, ContactNowError>
    /** All rows of a span at once; it is halved and read again while the vendor hands over less than it has. */
    readonly slice: (window: Window, agents?: ReadonlyArray<number>) => Effect.Effect<Slice, ContactNowError>
    /** The last event of each of some agents before an instant, where it has one so far back. */
    readonly carryIn: (looking: CarryInOptions) => Effect.Effect<EventBatch.EventBatch, ContactNowError>
  }
>() {}

/** One week: logins forgotten over a week-end are found. */
export const defaultLookBackSeconds = 604_800

const minSliceSeconds = 60
/** The seconds of the first slice, 6 hours, before anything is known of how many rows there are. */
export const firstSliceSeconds = 21_600
const maxSliceSeconds = 86_400
const rowsPerSlice = 20_000

/** The seconds of the next slice, after one of `seconds` had so many rows; it grows fourfold at most. */
export const nextSliceSeconds = (current: number, seconds: number, rows: number): number =>
  Math.round(
    Math.min(
      maxSliceSeconds,
      Math.max(minSliceSeconds, Math.min(4 * current, (seconds * rowsPerSlice) / Math.max(1, rows))),
    ),
  )

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

  /** Whether the vendor's bounds include their seconds is inferred, not documented: so one more is asked for at each end. */
  const slice = ({ from, to }: Window, agents?: ReadonlyArray<number>): Effect.Effect<Slice, ContactNowError> =>
    Effect.gen(function* () {
      const answer = yield* ask({
        tstart: Math.max(0, from - 1),
        tstop: to,
        ...(agents === undefined ? {} : { agents }),
      })
      if (isWhole(answer)) {
        const { uts } = answer.batch
        const batch = EventBatch.filter(answer.batch, (row) => (uts[row] ?? to) >= from && (uts[row] ?? to) < to)
        return { batches: [batch], rows: batch.length, requests: 1 }
      }
      if (to - from <= 1) return yield* incomplete(answer, `for the second ${from}`)
      const middle = from + Math.floor((to - from) / 2)
      const first = yield* slice({ from, to: middle }, agents)
      const second = yield* slice({ from: middle, to }, agents)
      return {
        batches: [...first.batches, ...second.batches],
        rows: first.rows + second.rows,
        requests: 1 + first.requests + second.requests,
      }
    })

  /** Hears of each slice, and how many seconds of the log it is. */
  type OnSlice = (slice: Slice, seconds: number) => Effect.Effect<void>

  const slices = (whole: Window, agents: ReadonlyArray<number> | undefined, onSlice: OnSlice) =>
    Stream.unwrap(
      Effect.map(Ref.make(firstSliceSeconds), (size) =>
        Stream.unfoldEffect(whole.from, (from) =>
          Effect.map(Ref.get(size), (seconds) => {
            const to = Math.min(whole.to, from + seconds)
            return from < whole.to ? Option.some([{ from, to }, to] as const) : Option.none()
          }),
        ).pipe(
          Stream.mapEffect(
            (span) =>
              slice(span, agents).pipe(
                Effect.tap(({ rows }) =>
                  Ref.update(size, (current) => nextSliceSeconds(current, span.to - span.from, rows)),
                ),
                Effect.tap((found) => onSlice(found, span.to - span.from)),
              ),
            { concurrency: 2 },
          ),
        ),
      ),
    )

  /**
   * The last events before an instant, found by looking back further and further. Of agents who were asked for, only
   * those not yet found are looked for; who else there may be, nobody knows, so then all is read.
   */
  const lookBack = (
    before: number,
    agents: ReadonlyArray<number> | undefined,
    lookBackSeconds: number,
    onSlice: OnSlice,
  ): Effect.Effect<EventBatch.EventBatch, ContactNowError> =>
    Effect.gen(function* () {
      const found: Array<EventBatch.EventBatch> = []
      let missing = agents
      let to = before
      for (const back of [...lookBackSteps.filter((step) => step < lookBackSeconds), lookBackSeconds]) {
        const from = before - back
        if (missing?.length === 0 || from >= to) break
        const last = yield* Stream.runFold(
          slices({ from, to }, missing, onSlice),
          EventBatch.fromEvents([]),
          (held, { batches }) => EventLog.lastEvents([held, ...batches]),
        )
        found.push(last)
        const seen = new Set(Array.from(last.agent, (index) => last.agents[index]))
        missing = missing?.filter((agent) => !seen.has(agent))
        to = from
      }
      return EventLog.lastEvents(found)
    })

  /** Nothing is before 1970, and a vendor may refuse to be asked. */
  const reach = (lookBackSeconds: number, before: number) => Math.max(0, Math.min(lookBackSeconds, before))

  const carryIn = ({ agents, before, lookBackSeconds = defaultLookBackSeconds }: CarryInOptions) =>
    lookBack(before, agents, reach(lookBackSeconds, before), () => Effect.void)

  const read = ({
    agents,
    lookBackSeconds: asked = defaultLookBackSeconds,
    onProgress = () => Effect.void,
    window,
  }: ReadOptions): Stream.Stream<EventBatch.EventBatch, ContactNowError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const lookBackSeconds = reach(asked, window.from)
        const progress = yield* Ref.make<Progress>({
          phase: "carryIn",
          rows: 0,
          requests: 0,
          done: 0,
          all: window.to - window.from + lookBackSeconds,
        })
        const onSlice: OnSlice = ({ requests, rows }, seconds) =>
          Ref.updateAndGet(progress, (current) => ({
            ...current,
            rows: current.rows + rows,
            requests: current.requests + requests,
            done: current.done + seconds,
          })).pipe(Effect.flatMap(onProgress))

        const isAsked = window.from < window.to && lookBackSeconds > 0
        const before = isAsked
          ? Stream.fromEffect(lookBack(window.from, agents, lookBackSeconds, onSlice))
          : Stream.empty
        const inside = slices(window, agents, onSlice).pipe(
          Stream.flatMap(({ batches }) => Stream.fromIterable(batches)),
        )
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

  return { query, read, slice, carryIn }
})

/** The service. */
export const layer: Layer.Layer<StatusLog, never, ContactNow | Token> = Layer.effect(StatusLog, make)
