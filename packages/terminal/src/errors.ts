/**
 * The errors that end a command, by who can do something about them.
 */
import * as Data from "effect/Data"

/** A wrong option or argument: exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** Something outside the program, such as a file, that the person can fix: exit code 1. */
export class UserError extends Data.TaggedError("UserError")<{ readonly message: string }> {}

/** A Dwell API refused, is unreachable, or is not a Dwell API: exit code 3. */
export class ApiUnavailable extends Data.TaggedError("ApiUnavailable")<{ readonly message: string }> {}

/** The exit code of an unexpected failure: a bug of ours. */
export const bugCode = 70

/** The exit code of one of these errors; any other failure is a bug. */
export const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof UsageError) return 2
  if (failure instanceof ApiUnavailable) return 3
  return failure instanceof UserError ? 1 : bugCode
}
