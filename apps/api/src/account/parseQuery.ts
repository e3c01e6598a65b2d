/**
 * From a query to a question and the log that answers it.
 *
 * Shape    what is kept answers; what of the window is not covered is told in the answer, never shown as zero
 * Units    Unix seconds
 * Fails    `InvalidInput` and `Refusal` name the parameter; `StoreError`
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import type { EventLog } from "@dwell/core/EventLog"
import { EventStore } from "@dwell/core/EventStore"
import type * as Report from "@dwell/core/Report"
import * as Window from "@dwell/core/Window"
import { maxAgents } from "@dwell/client/contract"
import * as Effect from "effect/Effect"
import { nowSeconds } from "../clock.ts"
import { ApiError } from "../http/problem.ts"
import type { CacheKey } from "./cachedResponse.ts"
import { knownUntil } from "./knownUntil.ts"
import { AgentNames } from "./AgentNames.ts"
import { AccountSettings } from "./AccountSettings.ts"

/** The parameters of a window, as texts. */
export interface WindowQuery {
  readonly from?: string
  readonly to?: string
  readonly now?: string
  readonly tz?: string
  readonly agent?: string
  readonly "cap-stale"?: "true" | "false"
}

/** What a query says, before any event is read. */
export interface ParsedQuery {
  readonly window: Window.Window
  readonly now: number
  readonly zone: Calendar.Zone
  readonly agents: ReadonlyArray<number> | undefined
  readonly capStale: boolean
  /** Up to when the log is known; `null` where nothing is. */
  readonly asOf: number | null
  /** What of the window is not covered. */
  readonly uncovered: ReadonlyArray<Window.Window>
  /** Whether the same query asks the same whenever it is asked. */
  readonly isTimeInvariant: boolean
  /** When the log is known up to here, the window is over and all of it settled; `Infinity` where it can't be. */
  readonly immutableFrom: number
}

/** Longer windows are refused, 400 days: what a year is compared with fits in. */
const maxWindowSeconds = 400 * 86_400

/** A window from one instant to another; what is wrong with both of them is told of the end. */
export const windowOf = (from: number, to: number): Effect.Effect<Window.Window, ApiError> =>
  Effect.gen(function* () {
    const window = yield* Effect.mapError(
      Window.make(from, to),
      ({ issue }) =>
        new ApiError({
          code: "invalid_request",
          parameter: "to",
          detail: `to: ${issue}. Give one that is not before from.`,
        }),
    )
    if (Window.seconds(window) <= maxWindowSeconds) return window
    return yield* new ApiError({
      code: "question_too_large",
      parameter: "from",
      detail: `from: the window is longer than ${maxWindowSeconds / 86_400} days. Ask for less at once.`,
    })
  })

/** The zone that is asked for, else the account's. */
export const zoneOf = (tz: string | undefined) =>
  Effect.gen(function* () {
    return tz === undefined ? (yield* AccountSettings).zone : yield* Calendar.zone(tz)
  })

/** Agents by id, each once. */
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
      const detail = `agent: ${ids.length} agents are too many. Give at most ${maxAgents}, or none to ask about all.`
      return new ApiError({ code: "question_too_large", parameter, detail })
    }
    return Effect.succeed(ids)
  })

/** Whether a text means the same whenever it is read. */
export const isAbsolute = (text: string): boolean => /^\d+$|^\d{4}-/.test(text.trim())

export const parseQuery = (query: WindowQuery) =>
  Effect.gen(function* () {
    const clock = yield* nowSeconds
    const zone = yield* zoneOf(query.tz)
    const agents = yield* agentsOf(query.agent)
    const known = yield* knownUntil
    const instant = (what: string, text: string, now: number) => Calendar.parseInstant(text, { zone, now, what })
    const now = query.now === undefined ? undefined : yield* instant("now", query.now, clock)
    if (now !== undefined && now > clock) {
      const detail = "now: it is in the future, of which nothing is known. Leave it out, or give an earlier one."
      return yield* new ApiError({ code: "invalid_request", parameter: "now", detail })
    }
    const reference = now ?? clock
    const from =
      query.from === undefined ? Calendar.startOfDay(zone, reference) : yield* instant("from", query.from, reference)
    // Who asks for no end asks as far as things are known.
    const end = known !== null && known > from ? Math.min(known, Math.max(from, reference)) : Math.max(from, reference)
    const to = query.to === undefined ? end : yield* instant("to", query.to, reference)
    const window = yield* windowOf(from, to)
    const { coverage } = yield* EventStore
    const { spans } = yield* coverage
    const until = now ?? Math.min(to, clock)
    const uncovered = Coverage.missing({ spans, carriedIn: [] }, { from, to: Math.max(from, Math.min(to, clock)) })
    // What is covered may reach a little into the future, where clocks differ, and then the clock moves the end.
    const isEndFixed =
      query.to === undefined
        ? query.now === undefined && known !== null && known > from && known === spans.at(-1)?.to
        : isAbsolute(query.to) && to <= clock
    const isTimeInvariant =
      query.from !== undefined &&
      isAbsolute(query.from) &&
      isEndFixed &&
      (query.now === undefined || isAbsolute(query.now))
    // What was read too soon for late rows is read again.
    const isSettled = spans.every((span) => span.to <= from || span.from >= to || Coverage.isSettled(span))
    const isClosed = isTimeInvariant && query.to !== undefined && uncovered.length === 0 && isSettled
    const immutableFrom = isClosed ? to + Coverage.lateArrivalSeconds : Infinity
    const parsed: ParsedQuery = {
      window,
      now: until,
      zone,
      agents,
      capStale: query["cap-stale"] === "true",
      asOf: known,
      uncovered,
      isTimeInvariant,
      immutableFrom,
    }
    return parsed
  })

/** What an answer about a window depends on, with what else it depends on. */
export const cacheKeyOf = ({ to }: WindowQuery, parsed: ParsedQuery, more: object = {}): CacheKey => {
  const { agents, capStale, immutableFrom, isTimeInvariant, now, uncovered, window, zone } = parsed
  return {
    key: JSON.stringify({ window, now, zone: zone.name, agents, capStale, uncovered, ...more }),
    // Where no end is asked for, the next thing that is known moves it.
    to: to === undefined ? Infinity : window.to,
    isTimeInvariant,
    immutableFrom,
  }
}

/** The log that answers a question, and the question as core puts it. */
export const read = ({ agents, capStale, now, uncovered, window, zone }: ParsedQuery) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { categories } = yield* AccountSettings
    const coverage = yield* store.coverage
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
