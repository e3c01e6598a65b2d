/**
 * What ends a command early, and with which exit code.
 *
 * Shape    0 done, 1 the person can fix it, 2 usage, 3 the vendor or a Dwell API refused or is unreachable, 70 a bug of ours
 */
import { ContactNowError, type Reason } from "@dwell/core/ContactNowError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { StoreError } from "@dwell/core/StoreError"
import * as Data from "effect/Data"

/** An option that can't be used: exit code 2. */
export class Usage extends Data.TaggedError("Usage")<{ readonly message: string }> {}

/** Something outside, such as a file, that the person can put right: exit code 1. */
export class Fixable extends Data.TaggedError("Fixable")<{ readonly message: string }> {}

/** What the screens say where they can't be. */
export const needsTerminal = "The screens need a terminal for their input and output. Without one, use `dwell report`."

/** Nobody has said how to reach ContactNow: exit code 1. */
export class NoCredentials extends Data.TaggedError("NoCredentials")<{ readonly message: string }> {}

/** A Dwell API refused, is unreachable, or is none: exit code 3. */
export class ApiUnavailable extends Data.TaggedError("ApiUnavailable")<{ readonly message: string }> {}

/** Turns what was said of an option into a usage error. */
export const usage = ({ message }: InvalidInput): Usage => new Usage({ message })

/** The reader of our output has gone, as `head` does when it has enough: nothing to complain about. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** The exit code of a failure; one that is not ours to expect is a bug. */
export const exitCodeOf = (failure: unknown): number => {
  if (failure instanceof OutputClosed) return 0
  if (failure instanceof Usage) return 2
  if (failure instanceof ContactNowError || failure instanceof ApiUnavailable) return 3
  if (failure instanceof NoCredentials) return 1
  if (failure instanceof Fixable || failure instanceof InvalidInput || failure instanceof StoreError) return 1
  return 70
}

/** What `dwell` itself can do about what the vendor says. */
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
