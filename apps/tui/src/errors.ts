/**
 * The errors that end a command, and their exit codes.
 *
 * Shape    0 done, 1 the person can fix it, 2 usage, 3 ContactNow or a Dwell API refused or is unreachable, 70 a bug of ours
 */
import { ContactNowError, type Reason } from "@dwell/core/ContactNowError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import * as Data from "effect/Data"

/** A wrong option or argument: exit code 2. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** Something outside the program, such as a file, that the person can fix: exit code 1. */
export class UserError extends Data.TaggedError("UserError")<{ readonly message: string }> {}

/** The screens' refusal where there is no terminal. */
export const needsTerminal = "The screens need a terminal for their input and output. Without one, use `dwell report`."

/** There are no credentials for ContactNow: exit code 1. */
export class NoCredentials extends Data.TaggedError("NoCredentials")<{ readonly message: string }> {}

/** A Dwell API refused, is unreachable, or is not a Dwell API: exit code 3. */
export class ApiUnavailable extends Data.TaggedError("ApiUnavailable")<{ readonly message: string }> {}

/** Makes a usage error of what core says about an option. */
export const toUsageError = ({ message }: InvalidInput): UsageError => new UsageError({ message })

/** The reader of our output has closed it, as `head` does. This is no failure. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** The exit code of a failure; an unexpected failure is a bug. */
export const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof OutputClosed) return 0
  if (failure instanceof UsageError) return 2
  if (failure instanceof ContactNowError || failure instanceof ApiUnavailable) return 3
  if (failure instanceof NoCredentials) return 1
  if (failure instanceof UserError || failure instanceof InvalidInput || failure instanceof StoreError) return 1
  return 70
}

/** How `dwell` can help with what ContactNow refused. */
const hints: Partial<Record<Reason, string>> = {
  AddressRejected: "Name them with `dwell login --account NAME --address` or DWELL_ADDRESS.",
  CredentialsRejected: "`dwell login --account NAME` asks for them again.",
  TokenRejected: "`dwell doctor` checks the clock.",
  ResponseInvalid: "`dwell login --account NAME --region` or DWELL_BASE_URL sets the base URL.",
  TransportFailed: "`dwell doctor` checks what can be reached; --offline uses stored events.",
}

/** The message of a failure. */
export const messageOf = (failure: unknown): string => {
  if (!(failure instanceof Error)) return String(failure)
  const hint = failure instanceof ContactNowError ? hints[failure.reason] : undefined
  return hint === undefined ? failure.message : `${failure.message} ${hint}`
}
