/**
 * The rules of a row, for all four formats: so that the same fault has the same words everywhere.
 *
 * Shape    `uid` and `callid` whole numbers to 2^63 - 1, `uts` and `agent` exact in a double, `agent` never below 0
 *          `status` trimmed, lower-cased and not blank; `subcode` verbatim; no or empty `callid` = 0, `subcode` = ""
 * Fails    `FormatError` with the row's number, the byte where the row begins, the field and its text
 * Cost     a number already read from bytes is not checked again
 */
import * as EventBatch from "../events/EventBatch.ts"
import { maxId } from "../events/StatusEvent.ts"
import type { Envelope } from "./Decoder.ts"
import { type Format, FormatError } from "./FormatError.ts"

/** A whole number as its text, or already read: then it is 0 or larger and exact. `null` = absent. */
export type NumericText = string | number | bigint | null

/** Text quoted for a message: some 60 characters at most, however it has to be escaped. */
export const quote = (text: string): string => {
  const quoted = JSON.stringify((text.length > 40 ? `${text.slice(0, 40)}…` : text).toWellFormed())
  return quoted.length > 60 ? `${quoted.slice(0, 58)}…"` : quoted
}

const whole = /^-?[0-9]+$/

/** Reads whole-number text; gives a number between the limits or throws the issue by `fail`. */
const integer = (
  name: string,
  text: string,
  least: bigint,
  most: bigint,
  fail: (issue: string) => FormatError,
): bigint => {
  if (!whole.test(text)) throw fail(`${name} ${quote(text)} is not a whole number`)
  // Leading zeros are no value: a text longer than any number allowed must not become a huge bigint first.
  const significant = text.replace(/^(-?)0+(?=[0-9])/, "$1")
  const negative = significant.startsWith("-")
  const value = significant.length > 20 ? null : BigInt(significant)
  if (negative && (value === null || value < least)) {
    throw fail(`${name} ${quote(text)} is ${least === 0n ? "below 0" : `smaller than ${least}`}`)
  }
  if (value === null || value > most) throw fail(`${name} ${quote(text)} is larger than ${most}`)
  return value
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER)

/** Takes rows as texts, checks them and collects them as columns. */
export interface RowBuilder {
  /** Rows pushed since the beginning. */
  readonly count: number
  /** Rows pushed and not yet taken. */
  readonly length: number
  readonly take: () => EventBatch.EventBatch
  /** Makes the error for a fault in the row being read. */
  readonly fault: (offset: number | null, issue: string) => FormatError
  /** Makes the error for a fault outside the rows. */
  readonly faultOutside: (offset: number | null, issue: string) => FormatError
  /** The index of a status, trimmed and lower-cased; -1 when nothing is left of it. */
  readonly statusIndex: (text: string) => number
  readonly subcodeIndex: (text: string) => number
  /** Where the rows go. */
  readonly into: EventBatch.Builder
  /** Commits rows that were filled into its block: their values are known to be sound. */
  readonly commit: (row: number) => void
  /** Checks and appends a row that begins at byte `offset`; `status` and `subcode` are indices, -1 = none. */
  readonly push: (
    offset: number | null,
    uid: NumericText,
    uts: NumericText,
    agent: NumericText,
    status: number,
    subcode: number,
    callid: NumericText,
  ) => void
}

/** Collects rows in a builder: one of its own, or the one given. */
export const rowBuilder = (format: Format, built: EventBatch.Builder = EventBatch.builder()): RowBuilder => {
  let count = 0

  const fault = (offset: number | null, issue: string) => new FormatError({ format, row: count + 1, offset, issue })

  const id = (offset: number | null, name: string, value: NumericText): number | bigint => {
    if (typeof value === "number" || typeof value === "bigint") return value
    if (value === null || value === "") throw fault(offset, `${name} is missing`)
    return integer(name, value, 0n, maxId, (issue) => fault(offset, issue))
  }

  const safe = (offset: number | null, name: string, value: NumericText, least: bigint): number => {
    if (typeof value === "number") return value
    if (value === null || value === "") throw fault(offset, `${name} is missing`)
    return Number(integer(name, String(value), least, maxSafe, (issue) => fault(offset, issue)))
  }

  return {
    get count() {
      return count
    },
    get length() {
      return built.length
    },
    take: () => built.take(),
    fault,
    faultOutside: (offset, issue) => new FormatError({ format, row: null, offset, issue }),
    statusIndex: (text) => {
      const status = text.trim().toLowerCase()
      return status === "" ? -1 : built.statusIndex(status)
    },
    subcodeIndex: built.subcodeIndex,
    into: built,
    commit: (row) => {
      count += row - built.next()
      built.commit(row)
    },
    push: (offset, uid, uts, agent, status, subcode, callid) => {
      const row = [
        id(offset, "uid", uid),
        safe(offset, "uts", uts, -maxSafe),
        safe(offset, "agent", agent, 0n),
      ] as const
      if (status < 0) throw fault(offset, "status is missing")
      const call = callid === null || callid === "" ? 0 : id(offset, "callid", callid)
      built.append(row[0], row[1], built.agentIndex(row[2]), status, Math.max(subcode, 0), call)
      count += 1
    },
  }
}

/** Collects what the envelope says, each as its text (`null` = nothing said). */
export interface EnvelopeReader {
  readonly envelope: Envelope
  readonly success: (text: string | null) => void
  readonly error: (text: string | null) => void
  readonly total: (text: string | null) => void
  readonly expire: (text: string | null) => void
}

/** `fail` makes the error of a value that cannot be read. */
export const envelopeReader = (fail: (issue: string) => FormatError): EnvelopeReader => {
  let success: boolean | null = null
  let error: string | null = null
  let total: number | null = null
  let expire: number | null = null
  const number = (name: string, text: string | null, least: bigint): number | null =>
    text === null || text === "" ? null : Number(integer(name, text, least, maxSafe, fail))
  return {
    get envelope() {
      return { success, error, total, expire }
    },
    success: (text) => {
      if (text === null || text === "") success = null
      else if (text === "true" || text === "1") success = true
      else if (text === "false" || text === "0") success = false
      else throw fail(`success ${quote(text)} is neither true nor false`)
    },
    error: (text) => {
      error = text === null || text.trim() === "" ? null : text
    },
    total: (text) => {
      total = number("total", text, 0n)
    },
    expire: (text) => {
      expire = number("expire", text, -maxSafe)
    },
  }
}

/** A document of rows without an envelope says nothing. */
export const noEnvelope: Envelope = { success: null, error: null, total: null, expire: null }
