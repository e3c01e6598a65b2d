/**
 * Everything known of some agents, normalised: each event once, agent by agent, in the order in which it happened.
 *
 * Shape    events of agent `a` are the rows `offsets[a]` up to `offsets[a + 1]`, ordered by (`uts`, `uid`); `agents`
 *          ascends; no two rows share a `uid`
 * Source   docs/definitions.md, section "Events"
 */

export interface EventLog {
  readonly length: number
  /** Agent ids, ascending. */
  readonly agents: ReadonlyArray<number>
  /** `agents.length + 1` row numbers. */
  readonly offsets: Uint32Array
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into `statuses`. */
  readonly status: Uint32Array
  /** Index into `subcodes`; 0 is the empty text: none. */
  readonly subcode: Uint32Array
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
  /** `uts` of each row dropped because an equal row with its `uid` was delivered too. */
  readonly duplicates: Float64Array
  /** `uts` of each row dropped because another row with its `uid` was delivered later. */
  readonly conflicts: Float64Array
}
