/**
 * The errors that end a command, and their exit codes.
 *
 * Shape    0 done, 1 the person can fix it, 2 usage, 3 ContactNow or a Dwell API refused or is unreachable, 70 a bug of ours
 */
import { ContactNowError, type Reason } from "@dwell/core/ContactNowError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import * as Terminal from "@dwell/terminal/errors"
import * as Data from "effect/Data"

export { ApiUnavailable, UsageError, UserError } from "@dwell/terminal/errors"

/** The screens' refusal where there is no terminal. */
export const needsTerminal = "The screens need a terminal for their input and output. Without one, use `dwell report`."

/** There are no credentials for ContactNow: exit code 1. */
export class NoCredentials extends Data.TaggedError("NoCredentials")<{ readonly message: string }> {}

/** Makes a usage error of what core says about an option. */
export const toUsageError = ({ message }: InvalidInput): Terminal.UsageError => new Terminal.UsageError({ message })

/** The reader of our output has closed it, as `head` does. This is no failure. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** The exit code of a failure; an unexpected failure is a bug. */
export const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof OutputClosed) return 0
  if (failure instanceof ContactNowError) return 3
  if (failure instanceof NoCredentials || failure instanceof InvalidInput || failure instanceof StoreError) return 1
  return Terminal.exitCodeOf(failure)
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
