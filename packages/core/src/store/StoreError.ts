/**
 * What can go wrong between us and what is kept, and who can do what about it.
 */
import * as Data from "effect/Data"

/**
 * - `Locked`       somebody else has been writing for longer than we wait; asking again helps
 * - `Full`         there is no room left; nothing of the last write was kept
 * - `ReadOnly`     it may be read and not written
 * - `Damaged`      what is there is not what was written; nothing of it is shown
 * - `Newer`        it was written by a later version of Dwell
 * - `Foreign`      it is something else, or another account's
 * - `Unavailable`  it can't be opened
 */
export type Reason = "Locked" | "Full" | "ReadOnly" | "Damaged" | "Newer" | "Foreign" | "Unavailable"

export class StoreError extends Data.TaggedError("StoreError")<{
  readonly reason: Reason
  /** What happened, naming the store. */
  readonly issue: string
  /** What the reader can do. */
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.issue}. ${this.remedy}`
  }
}
