/**
 * From options to a question and the log that answers it.
 *
 * Fails    `UsageError` for options, before anything is read; else as the source does
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import * as EventLog from "@dwell/core/EventLog"
import type * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readFromVendor, readVendorDirectory, withNameFallback } from "../accounts/connection.ts"
import { UsageError } from "../errors.ts"
import { accountSource } from "./account.ts"
import { fileSource, readText } from "./file.ts"
import type { LogWindow } from "./LogSource.ts"
import type { FigureOptions, SourceOptions } from "./options.ts"
import { accountZone, orUsageError, resolveQuery, windowOf } from "./query.ts"

/** A question about a window, and its log. */
export interface ReportInput {
  readonly log: EventLog.EventLog
  readonly question: Report.Question
}

/** Refuses a key that no API gets. */
const rejectUnusedKey = ({ api, key }: SourceOptions) =>
  Option.isSome(key) && Option.isNone(api)
    ? new UsageError({
        message: "--key: it is the key of a Dwell API. Give the URL with --api, or leave out --key.",
      })
    : Effect.void

/** The source that options name. */
const openSource = (options: SourceOptions, needsNames: boolean) =>
  Effect.gen(function* () {
    yield* rejectUnusedKey(options)
    if (Option.isSome(options.api)) {
      // Loaded only when an API is read.
      const { apiSource } = yield* Effect.promise(() => import("./api.ts"))
      return yield* apiSource(options.api.value, options)
    }
    return Option.isSome(options.input)
      ? yield* fileSource(options.input.value, options)
      : accountSource(options, needsNames)
  })

/** The log as it was read, its window, and the gaps. */
export const loadEvents = (options: SourceOptions) =>
  Effect.gen(function* () {
    const query = yield* resolveQuery(options, yield* accountZone(options))
    const source = yield* openSource(options, false)
    const { log, uncovered, window } = yield* source.read(query)
    return { log: query.agents === undefined ? log : EventLog.ofAgents(log, query.agents), window, uncovered }
  })

/** Everything but the log. */
const prepare = (options: FigureOptions, timezone: Option.Option<Calendar.Zone>) =>
  Effect.gen(function* () {
    const query = yield* resolveQuery(options, timezone)
    const categories = yield* Effect.transposeMapOption(options.categories, (name) =>
      Effect.flatMap(readText(name), (content) => Category.parse(content, name)),
    )
    const directory = yield* Effect.transposeMapOption(options.agents, (name) =>
      Effect.flatMap(readText(name), (content) => AgentDirectory.fromCsv(content, name)),
    )
    const inputOf = ({ log, names, uncovered, window }: LogWindow): ReportInput => ({
      log,
      question: {
        window,
        now: Option.getOrElse(query.now, () => Math.min(window.to, query.reference)),
        zone: query.zone,
        categories: Option.getOrElse(categories, () => Category.defaults),
        directory: Option.getOrElse(directory, () => names),
        ...(query.agents === undefined ? {} : { agents: query.agents }),
        capStale: options.capStale,
        uncovered,
      },
    })
    return { query, needsNames: Option.isNone(directory), inputOf }
  })

/** A question about a window, and its log. */
export const loadQuestion = (options: FigureOptions) =>
  Effect.gen(function* () {
    const { inputOf, needsNames, query } = yield* prepare(options, yield* accountZone(options))
    const source = yield* openSource(options, needsNames)
    return inputOf(yield* source.read(query))
  })

/** A question about a window, and its log from ContactNow itself; nothing is stored. */
export const loadFromVendor = (options: FigureOptions) =>
  Effect.gen(function* () {
    const { inputOf, needsNames, query } = yield* prepare(options, Option.none())
    const window = yield* windowOf(query)
    const [log, names] = yield* Effect.all(
      [
        readFromVendor(window, query.agents),
        needsNames ? withNameFallback(new Map(), readVendorDirectory(window)) : Effect.succeed(new Map()),
      ],
      { concurrency: 2 },
    )
    return inputOf({ log, window, names, uncovered: [] })
  })

/** A question about an instant, and its log. */
export const loadMoment = (text: string, options: Omit<FigureOptions, "from" | "to">) =>
  Effect.gen(function* () {
    const whole = { ...options, from: Option.none(), to: Option.none() }
    const { inputOf, needsNames, query } = yield* prepare(whole, yield* accountZone(whole))
    const at = yield* orUsageError(Calendar.parseInstant(text, { zone: query.zone, now: query.reference, what: "T" }))
    const source = yield* openSource(whole, needsNames)
    const moment = yield* source.statusAround(query, at)
    const { agents, known } = moment
    const {
      log,
      question: { window: _, ...rest },
    } = inputOf(moment)
    return { log, question: { ...rest, ...(agents === undefined ? {} : { agents }), instant: at, now: known } }
  })
