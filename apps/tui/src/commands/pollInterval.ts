/**
 * How often `sync --watch` and `tail` poll ContactNow.
 */
import * as Poller from "@dwell/core/Poller"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { UsageError } from "../errors.ts"
import { plural } from "../format.ts"

/** The time between two polls. */
export const interval = Options.integer("interval").pipe(
  Options.withPseudoName("SECONDS"),
  Options.withDescription("Seconds between polls, give or take a random 10 %; under 10 only with --fast. Default: 20"),
  Options.withDefault(20),
)

/** Allows a short interval. */
export const fast = Options.boolean("fast").pipe(Options.withDescription("Allow --interval under 10 seconds"))

/** Refuses a too short interval, before anything is read. */
export const checkInterval = (intervalSeconds: number, isFastAllowed: boolean) => {
  const shortest = Poller.minIntervalSeconds(isFastAllowed)
  if (intervalSeconds >= shortest) return Effect.void
  const hint = isFastAllowed ? "" : ", or add --fast"
  return new UsageError({
    message: `--interval: ${plural(intervalSeconds, "second")} is too short. Give ${shortest} or more${hint}.`,
  })
}
