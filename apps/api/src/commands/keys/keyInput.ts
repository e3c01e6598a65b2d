/** The arguments of `dwell-api keys`: lists, durations, and new keys. */
import * as Calendar from "@dwell/core/Calendar"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { NewKey, Rotation } from "../../keys/schemas.ts"
import { UsageError } from "@dwell/terminal/errors"
import { time } from "./keyOutput.ts"

export const listOf = (text: string): ReadonlyArray<string> => text.split(",").map((part) => part.trim())

const secondsOf: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 604_800 }

/** The seconds of `90d`, `12h`, `4w`. */
const durationOf = (text: string): Option.Option<number> => {
  const [, count, unit = ""] = /^(\d{1,6})([hdw])$/.exec(text.trim()) ?? []
  return count === undefined ? Option.none() : Option.some(Number(count) * (secondsOf[unit] ?? 0))
}

/** The expiry: a duration from now, or an instant (in UTC without an offset). */
export const parseExpiry = (text: string, now: number) =>
  Effect.gen(function* () {
    const end = yield* Option.match(durationOf(text), {
      onNone: () =>
        Effect.mapError(
          Calendar.parseInstant(text, { zone: { name: "UTC" }, now, what: "--expires" }),
          ({ issue, what }) => new UsageError({ message: `${what}: ${issue}. ${remedyOf["expiresAt"]}` }),
        ),
      onSome: (seconds) => Effect.succeed(now + seconds),
    })
    if (end > now) return end
    return yield* new UsageError({
      message: `--expires: ${time(end)} is in the past (it is now ${time(now)}). Give a later time.`,
    })
  })

/** The grace period of a rotated key. */
export const parseGrace = (text: string) =>
  Effect.mapError(
    Effect.flatMap(durationOf(text), (graceSeconds) => Schema.decode(Rotation)({ graceSeconds })),
    () => new UsageError({ message: `--grace: "${text}" can't be used. Give at most 31 days, such as 24h or 7d.` }),
  )

const optionOf: Readonly<Record<string, string>> = {
  name: "--name",
  scopes: "--scope",
  accounts: "--account",
  expiresAt: "--expires",
}

const remedyOf: Readonly<Record<string, string>> = {
  name: "Give 1 to 100 characters.",
  scopes: "Give one or more of read, ingest and admin, separated by commas.",
  accounts:
    "Give names of at most 64 letters, digits, dots, underscores and dashes, separated by commas, or '*'; --scope admin needs '*'.",
  expiresAt: "Give 90d, 12h, or a date such as 2027-06-01.",
}

export const parseKey = (given: { readonly [Field in keyof NewKey]: unknown }) =>
  Effect.mapError(Schema.decodeUnknown(NewKey)(given), (error) => {
    const field = String(ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path[0] ?? "")
    return new UsageError({
      message: `${optionOf[field] ?? "A key"}: the value is not valid. ${remedyOf[field] ?? ""}`,
    })
  })
