/**
 * Failures as banners show them: what they mean, and who has to act.
 */
import { type Reason as VendorReason, ContactNowError } from "@dwell/core/ContactNowError"
import { InvalidInput } from "@dwell/core/InvalidInput"
import { type Reason as StoreReason, StoreError } from "@dwell/core/StoreError"
import { UserError, messageOf, UsageError } from "../../../errors.ts"
import { skewText } from "../../../accounts/connectivity.ts"
import { printable } from "@dwell/terminal/text"

/** Who has to act. */
export type Actor = "you" | "administrator" | "vendor" | "none"

/** Why there is no answer, or no newer one. */
export interface Problem {
  /** A few words for the banner: "Token expired". */
  readonly title: string
  /** What it means and what to do. */
  readonly message: string
  readonly actor: Actor
  /** Whether dwell tries again by itself. */
  readonly isRetried: boolean
}

interface Meaning {
  readonly title: string
  readonly actor: Actor
  readonly isRetried: boolean
}

const ofVendor: Readonly<Record<VendorReason, Meaning>> = {
  TransportFailed: { title: "ContactNow can't be reached", actor: "none", isRetried: true },
  RateLimited: { title: "Too many requests to ContactNow", actor: "none", isRetried: true },
  TokenRejected: { title: "ContactNow rejected the token", actor: "you", isRetried: true },
  AddressRejected: { title: "This address is not allowed", actor: "administrator", isRetried: false },
  CredentialsRejected: { title: "Wrong user name or password", actor: "you", isRetried: false },
  ResponseInvalid: { title: "Unexpected response from ContactNow", actor: "you", isRetried: true },
  VendorRefused: { title: "ContactNow refused the request", actor: "vendor", isRetried: true },
  Incomplete: { title: "ContactNow's response is incomplete", actor: "vendor", isRetried: true },
}

const ofStore: Readonly<Record<StoreReason, Meaning>> = {
  Locked: { title: "The store is in use", actor: "none", isRetried: true },
  Full: { title: "The disk is full", actor: "you", isRetried: false },
  ReadOnly: { title: "The store can't be written", actor: "you", isRetried: false },
  Damaged: { title: "The store is damaged", actor: "you", isRetried: false },
  Newer: { title: "A newer version wrote the store", actor: "you", isRetried: false },
  Foreign: { title: "That file is not this account's store", actor: "you", isRetried: false },
  Unavailable: { title: "The store can't be opened", actor: "you", isRetried: false },
}

const meaningOf = (failure: unknown): Meaning => {
  if (failure instanceof ContactNowError) return ofVendor[failure.reason]
  if (failure instanceof StoreError) return ofStore[failure.reason]
  const isTheirs = failure instanceof UserError || failure instanceof UsageError || failure instanceof InvalidInput
  return isTheirs
    ? { title: "Invalid input", actor: "you", isRetried: false }
    : { title: "This is a bug in dwell", actor: "none", isRetried: false }
}

/** A failure as a banner shows it. */
export const problemOf = (failure: unknown): Problem => ({
  ...meaningOf(failure),
  message: printable(messageOf(failure)),
})

/** The problem of a clock that is `seconds` ahead of the vendor's. */
export const wrongClock = (seconds: number): Problem => ({
  title: `This clock is ${skewText(seconds)} ContactNow's`,
  message: "Durations and the start of today are wrong by the same amount. Set this machine's clock right.",
  actor: "you",
  isRetried: false,
})
