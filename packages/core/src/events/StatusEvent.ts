/**
 * One row of `status_log` as an object, for people and public surfaces; inside, rows are columns (`EventBatch`).
 *
 * Shape    from second `uts` on, `agent` is in `status`, until that agent's next event
 * Units    `uts` in Unix seconds, UTC
 * Source   vendor article "Using status_log API" [D]; exactness rules in docs/definitions.md
 */
import * as Schema from "effect/Schema"

/** The largest `uid` and `callid`: 2^63 - 1. */
export const maxId = 9_223_372_036_854_775_807n

/** A 64-bit id as decimal text on the wire and a `bigint` in memory: never a float. */
const Id = Schema.BigInt.pipe(
  Schema.betweenBigInt(0n, maxId),
  Schema.annotations({ description: "a whole number from 0 to 2^63-1, as decimal text" }),
)

/** A whole number that a double holds exactly. */
const SafeInteger = Schema.Number.pipe(Schema.int(), Schema.between(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))

/**
 * A status change.
 *
 * `subcode` is empty where there is none; `callid` is `0n` where there is no call.
 */
export const StatusEvent = Schema.Struct({
  uid: Id,
  uts: SafeInteger.annotations({ description: "when the status began, Unix seconds" }),
  agent: SafeInteger.annotations({ description: "the agent's id" }),
  status: Schema.String.annotations({ description: "trimmed, lower-cased" }),
  subcode: Schema.String.annotations({ description: "reason code, verbatim; empty = none" }),
  callid: Id,
}).annotations({ identifier: "StatusEvent" })

export type StatusEvent = typeof StatusEvent.Type

/** Whether two rows of one `uid` say the same. */
export const isSame = (one: StatusEvent, other: StatusEvent): boolean =>
  one.uts === other.uts &&
  one.agent === other.agent &&
  one.status === other.status &&
  one.subcode === other.subcode &&
  one.callid === other.callid
