/**
 * Loads a window: its log, and the question as core has it.
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import type { EventLog } from "@dwell/core/EventLog"
import type * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as StoredLog from "../../logSource/storedLog.ts"
import { resolveQuery } from "../../logSource/query.ts"
import type { WindowQuestion } from "./protocol/question.ts"
import { type Problem, problemOf } from "./protocol/problem.ts"
import type { AccountSession } from "./session.ts"

/** The log that a question is about, and the question as core has it. */
interface LoadedWindow {
  readonly session: AccountSession
  readonly log: EventLog
  readonly question: Report.Question
  readonly problem: Problem | null
}

/** Reads a log, and fetches what is missing unless `isOffline`. What can't be fetched stays missing; `problem` says why. */
export const fetchOrRead = <A, E, R>(
  read: (wanted: Pick<StoredLog.ReadOptions, "offline" | "refresh">) => Effect.Effect<A, E, R>,
  isOffline = false,
) =>
  Effect.gen(function* () {
    const fetched = yield* Effect.either(read({ offline: isOffline, refresh: false }))
    if (fetched._tag === "Right") return { ...fetched.right, problem: null }
    if (!(fetched.left instanceof ContactNowError)) return yield* Effect.fail(fetched.left)
    return { ...(yield* read({ offline: true, refresh: false })), problem: problemOf(fetched.left) }
  })

/** Loads the window of a question; makes no request if `isOffline`. */
export const loadWindow = (
  session: AccountSession,
  { from, timezone, to }: Omit<WindowQuestion, "account" | "refreshCount">,
  agents?: ReadonlyArray<number>,
  isOffline = false,
) =>
  Effect.gen(function* () {
    const none = Option.none()
    const understood = yield* resolveQuery(
      {
        from: Option.some(from),
        to: Option.some(to),
        tz: Option.fromNullable(timezone),
        now: none,
        agent: none,
      },
      Option.some(session.zone),
    )
    const window = {
      from: Option.getOrElse(understood.from, () => understood.reference),
      to: Option.getOrElse(understood.to, () => understood.reference),
    }
    const { log, problem, uncovered } = yield* fetchOrRead(
      (wanted) => StoredLog.readWindow({ ...wanted, window, agents, isEndGiven: true }),
      isOffline,
    )
    if (!isOffline) yield* session.renewNames
    const found: LoadedWindow = {
      session,
      log,
      question: {
        window,
        now: Math.min(window.to, understood.reference),
        zone: understood.zone,
        directory: yield* session.names,
        uncovered,
        ...(agents === undefined ? {} : { agents }),
      },
      problem,
    }
    return found
  }).pipe(Effect.provide(session.services))
