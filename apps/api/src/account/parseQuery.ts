/**
 * From the parameters of a request to a question, and to the log that answers it.
 *
 * Shape    the stored events answer; time that is not covered is reported in the response, never shown as zero
 * Units    Unix seconds
 * Fails    `InvalidInput` and `ApiError` name the parameter; `StoreError`
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import type { EventLog } from "@dwell/core/EventLog"
import { EventStore } from "@dwell/core/EventStore"
import type * as Report from "@dwell/core/Report"
import * as Window from "@dwell/core/Window"
import { maxAgents } from "@dwell/client/contract"
import * as Effect from "effect/Effect"
import { nowSeconds } from "@dwell/core/clock"
import { ApiError } from "../http/problem.ts"
import type { CacheKey } from "./cachedResponse.ts"
import { knownUntilOf } from "./knownUntil.ts"
import { AgentNames } from "./AgentNames.ts"
import { AccountSettings } from "./AccountSettings.ts"

/** The parameters of a window, as the texts of the request. */
export interface WindowQuery {
  readonly from?: string
  readonly to?: string
  readonly now?: string
  readonly tz?: string
  readonly agent?: string
  readonly "cap-stale"?: "true" | "false"
}

/** A query with all defaults filled in, before any event is read. */
export interface ParsedQuery {
  readonly window: Window.Window
  readonly now: number
  readonly zone: Calendar.Zone
  readonly agents: ReadonlyArray<number> | undefined
  readonly capStale: boolean
  /** The coverage of the store, read once for the query. */
  readonly coverage: Coverage.Coverage
  /** The instant up to which the log is known; `null` if nothing is known. */
  readonly asOf: number | null
  /** The parts of the window that are not covered. */
  readonly uncovered: ReadonlyArray<Window.Window>
  /** Whether the same query means the same at any time. */
  readonly isTimeInvariant: boolean
  /** Once the log is known up to this instant, the window is past and settled; `Infinity` if that can't be. */
  readonly immutableFrom: number
}

/** Longer windows are refused. 400 days hold a year and a month to compare it with. */
const maxWindowSeconds = 400 * 86_400

/** A window from one instant to another. A failure names `to`. */
export const windowOf = (from: number, to: number): Effect.Effect<Window.Window, ApiError> =>
  Effect.gen(function* () {
    const window = yield* Effect.mapError(
      Window.make(from, to),
      ({ issue }) =>
        new ApiError({
          code: "invalid_request",
          parameter: "to",
          detail: `to: ${issue}. Give a time that is not before from.`,
        }),
    )
    if (Window.seconds(window) <= maxWindowSeconds) return window
    return yield* new ApiError({
      code: "question_too_large",
      parameter: "from",
      detail: `from: the window is longer than ${maxWindowSeconds / 86_400} days. Ask for a shorter window.`,
    })
  })

/** The time zone of the query, else that of the account. */
export const zoneOf = (tz: string | undefined) =>
  Effect.gen(function* () {
    return tz === undefined ? (yield* AccountSettings).zone : yield* Calendar.zone(tz)
  })

/** The ids in a list, each once. */
export const agentsOf = (text: string | undefined): Effect.Effect<ReadonlyArray<number> | undefined, ApiError> =>
  Effect.suspend(() => {
    if (text === undefined) return Effect.succeed(undefined)
    const ids = [...new Set(text.split(",").map(Number))]
    const parameter = "agent"
    if (ids.some((id) => !Number.isSafeInteger(id))) {
      return new ApiError({
        code: "invalid_request",
        parameter,
        detail: "agent: an id is too large. Give ids such as 700101.",
      })
    }
    if (ids.length > maxAgents) {
      const detail = `agent: ${ids.length} agents are too many. Give at most ${maxAgents}, or leave it out to ask about all.`
      return new ApiError({ code: "question_too_large", parameter, detail })
    }
    return Effect.succeed(ids)
  })

/** Whether an instant as text means the same at any time. */
export const isAbsolute = (text: string): boolean => /^\d+$|^\d{4}-/.test(text.trim())

export const parseQuery = (query: WindowQuery) =>
  Effect.gen(function* () {
    const clock = yield* nowSeconds
    const zone = yield* zoneOf(query.tz)
    const agents = yield* agentsOf(query.agent)
    const coverage = yield* (yield* EventStore).coverage
    const known = yield* knownUntilOf(coverage)
    const instant = (what: string, text: string, now: number) => Calendar.parseInstant(text, { zone, now, what })
    const now = query.now === undefined ? undefined : yield* instant("now", query.now, clock)
    if (now !== undefined && now > clock) {
      const detail = "now: it lies in the future. Leave it out, or give an earlier time."
      return yield* new ApiError({ code: "invalid_request", parameter: "now", detail })
    }
    const reference = now ?? clock
    const from =
      query.from === undefined ? Calendar.startOfDay(zone, reference) : yield* instant("from", query.from, reference)
    // Without `to`, the window ends where the known log does.
    const end = known !== null && known > from ? Math.min(known, Math.max(from, reference)) : Math.max(from, reference)
    const to = query.to === undefined ? end : yield* instant("to", query.to, reference)
    const window = yield* windowOf(from, to)
    const { spans } = coverage
    const until = now ?? Math.min(to, clock)
    const uncovered = Coverage.missing({ spans, carriedIn: [] }, { from, to: Math.max(from, Math.min(to, clock)) })
    // If clocks differ, the coverage may reach a little into the future; then the clock moves the end.
    const isEndFixed =
      query.to === undefined
        ? query.now === undefined && known !== null && known > from && known === spans.at(-1)?.to
        : isAbsolute(query.to) && to <= clock
    const isTimeInvariant =
      query.from !== undefined &&
      isAbsolute(query.from) &&
      isEndFixed &&
      (query.now === undefined || isAbsolute(query.now))
    // A span that was read too early for late rows is read again.
    const isSettled = spans.every((span) => span.to <= from || span.from >= to || Coverage.isSettled(span))
    const isClosed = isTimeInvariant && query.to !== undefined && uncovered.length === 0 && isSettled
    const immutableFrom = isClosed ? to + Coverage.lateArrivalSeconds : Infinity
    const parsed: ParsedQuery = {
      window,
      now: until,
      zone,
      agents,
      capStale: query["cap-stale"] === "true",
      coverage,
      asOf: known,
      uncovered,
      isTimeInvariant,
      immutableFrom,
    }
    return parsed
  })

/** What a response about a window depends on; `more` holds further parameters. */
export const cacheKeyOf = ({ to }: WindowQuery, parsed: ParsedQuery, more: object = {}): CacheKey => {
  const { agents, asOf, capStale, immutableFrom, isTimeInvariant, now, uncovered, window, zone } = parsed
  return {
    key: JSON.stringify({ window, now, zone: zone.name, agents, capStale, uncovered, ...more }),
    // Without `to`, the next event that becomes known moves the end.
    to: to === undefined ? Infinity : window.to,
    isTimeInvariant,
    immutableFrom,
    asOf,
  }
}

/** The log that answers a query, and the question for core. */
export const read = ({ agents, capStale, coverage, now, uncovered, window, zone }: ParsedQuery) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { categories } = yield* AccountSettings
    const log: EventLog = yield* store.read({
      window,
      since: Coverage.carryInFrom(coverage, window.from),
      ...(agents === undefined ? {} : { agents }),
    })
    const question: Report.Question = {
      window,
      now,
      zone,
      categories,
      directory: yield* (yield* AgentNames).all,
      ...(agents === undefined ? {} : { agents }),
      capStale,
      uncovered,
    }
    return { log, question }
  })
