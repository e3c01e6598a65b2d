/**
 * The span a question is about: half-open `[from, to)`.
 *
 * Shape    `from <= to`; `from == to` asks about nothing and gets an empty answer
 * Units    Unix seconds, UTC
 * Fails    `InvalidInput` when the ends are reversed or not whole seconds
 */
import * as Either from "effect/Either"
import { InvalidInput } from "../InvalidInput.ts"

export interface Window {
  readonly from: number
  readonly to: number
}

/** `2026-03-09T10:30:00Z`, or the number where no calendar has it. */
const utc = (instant: number): string => {
  const date = new Date(instant * 1000)
  return Number.isNaN(date.getTime()) ? `${instant}` : date.toISOString().replace(".000", "")
}

/**
 * Makes a window of two instants.
 *
 * @example
 * Either.getOrThrow(Window.make(1700000000, 1700003600)).to // => 1700003600
 */
export const make = (from: number, to: number): Either.Either<Window, InvalidInput> => {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    return Either.left(
      new InvalidInput({
        what: "window",
        issue: `${from} to ${to} is not a span of whole seconds`,
        remedy: "Give both ends as whole Unix seconds.",
      }),
    )
  }
  if (from > to) {
    return Either.left(
      new InvalidInput({
        what: "window",
        issue: `it ends (${utc(to)}) before it begins (${utc(from)})`,
        remedy: "Give a --from that is not after --to.",
      }),
    )
  }
  return Either.right({ from, to })
}

/** The length of a window in seconds. */
export const seconds = (window: Window): number => window.to - window.from
