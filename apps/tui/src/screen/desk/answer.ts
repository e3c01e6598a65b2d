/**
 * What the desk does with a question.
 *
 * Shape    one answer, or, of what goes on, one after another
 * Fails    `Trouble`, which is plain data
 */
import * as Category from "@dwell/core/Category"
import { ContactNowError } from "@dwell/core/ContactNowError"
import { type EventLog } from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Kept from "../../kept.ts"
import { understand } from "../../source.ts"
import { figuresOf } from "./figures.ts"
import { live } from "./live.ts"
import {
  type Answer,
  type Asked,
  type Group,
  type Question,
  type ReportAnswer,
  type ReportQuestion,
  type StaffingAnswer,
  type StaffingQuestion,
  type Trouble,
} from "./Question.ts"
import { troubleOf } from "./trouble.ts"
import { type World, type Worlds } from "./world.ts"

/** The log that a question is about, and the question as core has it. */
export interface Ground {
  readonly world: World
  readonly log: EventLog
  readonly question: Report.Question
  readonly trouble: Trouble | null
}

/** Reads what a question is about; what can't be fetched is missing, and the answer says why. */
export const ground = (world: World, { from, timezone, to }: Omit<Asked, "place" | "turn">, agents?: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const none = Option.none()
    const understood = yield* understand(
      {
        from: Option.some(from),
        to: Option.some(to),
        tz: Option.fromNullable(timezone),
        now: none,
        input: none,
        agent: none,
        account: none,
        offline: false,
        refresh: false,
      },
      Option.some(world.zone),
    )
    const window = {
      from: Option.getOrElse(understood.from, () => understood.reference),
      to: Option.getOrElse(understood.to, () => understood.reference),
    }
    const wanted = { window, agents, refresh: false }
    const fetched = yield* Effect.either(Kept.log({ ...wanted, offline: false }))
    const isVendor = fetched._tag === "Left" && fetched.left instanceof ContactNowError
    const { log, uncovered } =
      fetched._tag === "Right"
        ? fetched.right
        : yield* isVendor ? Kept.log({ ...wanted, offline: true }) : fetched.left
    yield* world.renewNames
    const found: Ground = {
      world,
      log,
      question: {
        window,
        now: Math.min(window.to, understood.reference),
        zone: understood.zone,
        directory: yield* world.names,
        uncovered,
        ...(agents === undefined ? {} : { agents }),
      },
      trouble: fetched._tag === "Left" ? troubleOf(fetched.left) : null,
    }
    return found
  }).pipe(Effect.provide(world.services))

const groupOf = (of: Pick<Group, "agent" | "name" | "team" | "agents">, figures: Parameters<typeof figuresOf>[0]) => ({
  ...of,
  ...figuresOf(figures),
})

const bucketsOf = (rows: NonNullable<Report.Document["buckets"]>): NonNullable<ReportAnswer["buckets"]> =>
  Array.from(
    Map.groupBy(rows, ({ start }) => start),
    ([start, all]) => {
      const seconds: Record<string, number> = {}
      for (const row of all) seconds[row.status] = (seconds[row.status] ?? 0) + row.seconds
      return { start, end: all[0]?.end ?? start, label: all[0]?.label ?? "", seconds }
    },
  )

/** The document that `dwell report` would print. */
export const reportDocument = (world: World, { bucket, isStaleCut, ...asked }: ReportQuestion) =>
  Effect.map(ground(world, asked), ({ log, question, trouble }) => ({
    trouble,
    zone: question.zone,
    document: Report.make(
      log,
      { ...question, capStale: isStaleCut },
      { teams: true, ...(bucket === null ? {} : { bucket }) },
    ),
  }))

const report = (world: World, question: ReportQuestion) =>
  Effect.map(reportDocument(world, question), ({ document, trouble }): ReportAnswer => ({
    _tag: "report",
    place: world.info,
    window: document.window,
    quality: document.quality,
    trouble,
    statuses: document.statuses,
    agents: document.agents.map((one) =>
      groupOf({ agent: one.agent, name: one.name, team: one.team, agents: 1 }, one),
    ),
    teams: (document.teams ?? []).map((one) =>
      groupOf({ agent: null, name: null, team: one.team, agents: one.agents }, one),
    ),
    buckets: document.buckets === undefined ? null : bucketsOf(document.buckets),
  }))

const staffing = (world: World, { stepSeconds, ...asked }: StaffingQuestion) =>
  Effect.map(ground(world, asked), ({ log, question, trouble }): StaffingAnswer => {
    const document = Report.staffing(log, { ...question, stepSeconds })
    const statuses = new Set(document.staffing.map(({ status }) => status))
    return {
      _tag: "staffing",
      place: world.info,
      window: document.window,
      quality: document.quality,
      trouble,
      stepSeconds,
      rows: document.staffing,
      categories: Object.fromEntries(
        Array.from(statuses, (status) => [status, Category.of(Category.defaults, status)]),
      ),
    }
  })

type Needs = FileSystem.FileSystem | HttpClient.HttpClient | Path.Path

/** Answers a question. */
export const answer = (worlds: Worlds) => {
  const about = <A extends Answer, E, R>(
    { place }: Pick<Asked, "place">,
    run: (world: World) => Effect.Effect<A, E, R>,
  ) => Stream.fromEffect(Effect.flatMap(worlds.open(place), run))
  const stream = (question: Question): Stream.Stream<Answer, unknown, Needs> => {
    switch (question._tag) {
      case "live":
        return Stream.unwrap(Effect.map(worlds.open(question.place), live))
      case "report":
        return about(question, (world) => report(world, question))
      case "staffing":
        return about(question, (world) => staffing(world, question))
      case "agent":
      case "coverage":
      case "connect":
      case "export":
      case "write":
        return Stream.empty
    }
  }
  return (question: Question): Stream.Stream<Answer, Trouble, Needs> =>
    Stream.catchAllCause(stream(question), (cause) => Stream.fail(troubleOf(Cause.squash(cause))))
}
