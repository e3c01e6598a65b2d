/**
 * What is asked of a log: its window, zone and agents, parsed from options before anything is read.
 *
 * Units    Unix seconds
 * Fails    `UsageError`, naming the option
 */
import * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import type { InvalidInput } from "@dwell/core/InvalidInput"
import * as Window from "@dwell/core/Window"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import * as Option from "effect/Option"
import { settings, timezoneAtApi, timezoneOption } from "../accounts/settings.ts"
import { toUsageError, UsageError } from "../errors.ts"
import { instant } from "../format.ts"
import type { QueryOptions, SourceOptions } from "./options.ts"

export const orUsageError = <A>(checked: Either.Either<A, InvalidInput>): Effect.Effect<A, UsageError> =>
  Effect.mapError(checked, toUsageError)

export const makeWindow = (from: number, to: number) => orUsageError(Window.make(from, to))

/** The zone of this machine. */
const localZone = Effect.suspend(() => {
  // If TZ is not valid there is none, whatever the type says.
  const name: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return Effect.mapError(
    Calendar.zone(name ?? ""),
    () =>
      new UsageError({
        message: "This machine's time zone can't be determined (see TZ). Give --tz, such as --tz Europe/London.",
      }),
  )
})

/** The zone, else this machine's. */
export const zoneOr = (zone: Option.Option<Calendar.Zone>): Effect.Effect<Calendar.Zone, UsageError> =>
  Option.match(zone, { onNone: () => localZone, onSome: Effect.succeed })

/**
 * The zone of the account. A file has no account unless one is named; an account at an API has the zone of the account of
 * the same name here. Errors of the account are reported when it is used.
 */
export const accountZone = ({ account, api, input }: Pick<SourceOptions, "account" | "api" | "input">) =>
  Effect.gen(function* () {
    if (Option.isSome(api)) return yield* timezoneAtApi(account)
    if (Option.isSome(input)) return yield* timezoneOption(account)
    return Option.flatMap(yield* Effect.option(settings(account)), ({ timezone }) => timezone)
  })

/** Parses options. `timezone` is the zone to use without `--tz`; `reference` is `--now`, else the clock. */
export const resolveQuery = (options: QueryOptions, timezone: Option.Option<Calendar.Zone>) =>
  Effect.gen(function* () {
    const clock = yield* nowSeconds
    const zone = Option.isSome(options.tz)
      ? yield* orUsageError(Calendar.zone(options.tz.value))
      : yield* zoneOr(timezone)
    const instantOf = (what: string, text: Option.Option<string>, now: number) =>
      Effect.transposeMapOption(text, (value) => orUsageError(Calendar.parseInstant(value, { zone, now, what })))
    const now = yield* instantOf("--now", options.now, clock)
    const reference = Option.getOrElse(now, () => clock)
    const from = yield* instantOf("--from", options.from, reference)
    const to = yield* instantOf("--to", options.to, reference)
    if (Option.isSome(from) && Option.isSome(to)) yield* makeWindow(from.value, to.value)
    const agents = yield* Effect.transposeMapOption(options.agent, (ids) => orUsageError(AgentDirectory.parseIds(ids)))
    return { zone, now, reference, from, to, agents: Option.getOrUndefined(agents) }
  })

export type Query = Effect.Effect.Success<ReturnType<typeof resolveQuery>>

/** The window of a query, where nothing else is given: from the start of today until now. */
export const windowOf = ({ from, reference, to, zone }: Query) =>
  Effect.gen(function* () {
    const today = yield* orUsageError(Calendar.parseInstant("today", { zone, now: reference, what: "--from" }))
    return yield* makeWindow(
      Option.getOrElse(from, () => today),
      Option.getOrElse(to, () => reference),
    )
  })

/** The window, zone and agents of options that are about an account. */
export const accountWindow = (options: Pick<SourceOptions, "account" | "from" | "to" | "tz" | "agent">) =>
  Effect.gen(function* () {
    const none = Option.none()
    const timezone = yield* accountZone({ account: options.account, api: none, input: none })
    const query = yield* resolveQuery({ ...options, now: none }, timezone)
    const window = yield* windowOf(query)
    return { window, zone: query.zone, agents: query.agents }
  })

/** Refuses an instant about which nothing can be known yet. */
export const rejectFuture = (at: number, { reference, zone }: Query) =>
  at > reference
    ? new UsageError({
        message: `T: ${instant(zone, at)} is in the future; it is ${instant(zone, reference)} now. Give an earlier T.`,
      })
    : Effect.void
