/**
 * What ends a command early, and who can do something about it.
 */
import * as Data from "effect/Data"

/** An option that can't be used: exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** Something outside that the person can put right: exit code 1. */
export class UserError extends Data.TaggedError("UserError")<{ readonly message: string }> {}

/** A deployed API that is unreachable, or does not do what it should: exit code 3. */
export class ApiUnavailable extends Data.TaggedError("ApiUnavailable")<{ readonly message: string }> {}
