/**
 * The failures of a command, by who can do something about them.
 */
import * as Data from "effect/Data"

/** A wrong option: exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** A problem that the user can fix: exit code 1. */
export class UserError extends Data.TaggedError("UserError")<{ readonly message: string }> {}

/** A deployed API that is unreachable or does not behave as expected: exit code 3. */
export class ApiUnavailable extends Data.TaggedError("ApiUnavailable")<{ readonly message: string }> {}
