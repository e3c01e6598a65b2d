/**
 * What a question about a window rests on: its log, and the question as core has it.
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import { type EventLog } from "@dwell/core/EventLog"
import type * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Kept from "../../kept.ts"
import { understand } from "../../source.ts"
import { type Asked, type Trouble } from "./Question.ts"
import { troubleOf } from "./trouble.ts"
import { type World } from "./world.ts"

/** The log that a question is about, and the question as core has it. */
export interface Ground {
  readonly world: World
  readonly log: EventLog
  readonly question: Report.Question
  readonly trouble: Trouble | null
}

/** Reads what a question is about; what can't be fetched is missing, and the answer says why. */
export const ground = (
  world: World,
  { from, timezone, to }: Omit<Asked, "place" | "turn">,
  agents?: ReadonlyArray<number>,
) =>
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
      fetched._tag === "Right" ? fetched.right : yield* isVendor ? Kept.log({ ...wanted, offline: true }) : fetched.left
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
