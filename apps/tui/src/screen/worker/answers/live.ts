/**
 * The floor as it is now, as a stream: first from the store, then from the vendor.
 */
import type * as Calendar from "@dwell/core/Calendar"
import * as Category from "@dwell/core/Category"
import * as LiveFloor from "@dwell/core/LiveFloor"
import type * as Report from "@dwell/core/Report"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { probe, clockSkew } from "../../../accounts/connectivity.ts"
import { figuresOf } from "./figures.ts"
import type { LiveQuestion } from "../protocol/question.ts"
import type { Curve, Floor as Shown, LiveAnswer, Person } from "../protocol/answer.ts"
import { problemOf, wrongClock } from "../protocol/problem.ts"
import type { AccountSession } from "../session.ts"

const zeros = (length: number): Array<number> => Array.from({ length }, () => 0)

/** The staffing curve by category: at every step, how many agents were in the statuses of each on average. */
const curveOf = ({ staffing, window }: Report.StaffingDocument): Curve => {
  const starts = [...new Set(staffing.map(({ start }) => start))]
  const stepOf = new Map(starts.map((start, step) => [start, step]))
  const empty = () => zeros(starts.length)
  const values = {
    available: empty(),
    handling: empty(),
    afterCall: empty(),
    idle: empty(),
    offline: empty(),
    other: empty(),
  }
  for (const { average, start, status } of staffing) {
    const column = values[Category.of(Category.defaults, status)]
    const step = stepOf.get(start) ?? 0
    column[step] = (column[step] ?? 0) + average
  }
  return { starts, end: Math.min(window.to, window.now), values }
}

type AgentDay = Report.Document["agents"][number]

/** The session that is still open at the end of the day so far. */
const openSession = (day: AgentDay | undefined, asOf: number) =>
  day?.sessions.findLast(({ end, open }) => open && end === asOf)

const peopleOf = ({ asOf, day, directory, standings }: LiveFloor.Floor): ReadonlyArray<Person> => {
  const days = new Map(day?.report.agents.map((agent) => [agent.agent, agent]))
  const standing = new Map(standings.map((one) => [one.agent, one]))
  const agents = [...new Set([...standing.keys(), ...days.keys()])].toSorted((one, other) => one - other)
  return agents.map((agent) => {
    const found = standing.get(agent)
    const figures = days.get(agent)
    const session = openSession(figures, asOf)
    const { name, team } = directory.get(agent) ?? { name: null, team: null }
    return {
      agent,
      name,
      team,
      status: found?.status ?? null,
      category: found === undefined ? null : Category.of(Category.defaults, found.status),
      subcode: found?.subcode ?? "",
      since: found?.visitSince ?? null,
      loggedInSince: session?.start ?? null,
      isSinceBefore: session?.before ?? false,
      day: figures === undefined ? null : figuresOf(figures),
    }
  })
}

const shownOf = (floor: LiveFloor.Floor, { name }: Calendar.Zone): Shown => ({
  asOf: floor.asOf,
  timezone: name,
  from: floor.day?.report.window.from ?? floor.asOf,
  people: peopleOf(floor),
  curve: floor.day === null ? null : curveOf(floor.day.staffing),
  quality: floor.day?.report.quality ?? null,
})

/** The last answer, after a failure. */
const afterFailure = (last: Ref.Ref<LiveAnswer>, cause: Cause.Cause<unknown>) =>
  Ref.updateAndGet(last, (before) => ({
    ...before,
    problem: { ...problemOf(Cause.squash(cause)), isRetried: false },
    progress: null,
  }))

/** What is wrong with this clock; `undefined` = not known. */
const clockOf = (baseUrl: string) =>
  Effect.gen(function* () {
    const { serverTime } = yield* probe({ baseUrl })
    if (serverTime === null) return undefined
    const { isTolerated, seconds } = yield* clockSkew(serverTime)
    return isTolerated ? null : wrongClock(seconds)
  }).pipe(Effect.orElseSucceed(() => undefined))

const readingText = "some are not known yet: reading earlier events"

/** Follows an account until only a person can help, which the last answer says. */
export const live = (
  { baseUrl, info, names, pace, renewNames, services, warning: known, zone: own }: AccountSession,
  { timezone }: Pick<LiveQuestion, "timezone">,
): Stream.Stream<LiveAnswer, never, HttpClient.HttpClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const zone = timezone === null ? own : { name: timezone }
      const last = yield* Ref.make<LiveAnswer>({
        _tag: "live",
        account: info,
        floor: null,
        problem: null,
        warning: known,
        progress: "Reading the current statuses",
      })
      const first = yield* Ref.get(last)
      const isGood = yield* Deferred.make<void>()
      const updates = LiveFloor.follow({ ...pace, zone, directory: names }).pipe(
        Stream.tap(({ floor, trouble }) =>
          floor !== null && trouble === null
            ? Effect.zipRight(renewNames, Deferred.succeed(isGood, undefined))
            : Effect.void,
        ),
        Stream.mapEffect(({ floor, isReading, trouble }) =>
          Ref.updateAndGet(last, (before) => ({
            ...before,
            floor: floor === null ? null : shownOf(floor, zone),
            problem: trouble === null ? null : problemOf(trouble),
            progress: isReading ? readingText : null,
          })),
        ),
        Stream.provideContext(services),
        Stream.catchAllCause((cause) => Stream.fromEffect(afterFailure(last, cause))),
      )
      // The clock is compared after the vendor's first answer, and then every hour.
      const clocks =
        baseUrl === null
          ? Stream.empty
          : Stream.fromEffect(Deferred.await(isGood)).pipe(
              Stream.flatMap(() => Stream.repeatEffectWithSchedule(clockOf(baseUrl), Schedule.spaced("1 hour"))),
              Stream.filter((warning) => warning !== undefined),
              Stream.mapEffect((warning) =>
                Ref.updateAndGet(last, (before) => ({ ...before, warning: warning ?? known })),
              ),
            )
      return Stream.concat(Stream.make(first), Stream.merge(updates, clocks, { haltStrategy: "left" }))
    }),
  )
