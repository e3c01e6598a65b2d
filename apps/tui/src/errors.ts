/**
 * What ends a command early, and with which exit code.
 *
 * Shape    0 done, 1 the person can fix it, 2 usage, 3 the vendor refused or is unreachable, 70 a bug of ours
 */
import { ContactNowError } from "@dwell/core/ContactNowError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Data from "effect/Data"

/** An option that can't be used: exit code 2. */
export class Usage extends Data.TaggedError("Usage")<{ readonly message: string }> {}

/** Something outside, such as a file, that the person can put right: exit code 1. */
export class Fixable extends Data.TaggedError("Fixable")<{ readonly message: string }> {}

/** Turns what was said of an option into a usage error. */
export const usage = ({ message }: InvalidInput): Usage => new Usage({ message })

/** The reader of our output has gone, as `head` does when it has enough: nothing to complain about. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** The exit code of a failure; one that is not ours to expect is a bug. */
export const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof OutputClosed) return 0
  if (failure instanceof Usage) return 2
  if (failure instanceof ContactNowError) return 3
  if (failure instanceof Fixable || failure instanceof InvalidInput) return 1
  return 70
}
