/**
 * What a person gave that cannot be used: an option, a window, a zone, an agent id, a table.
 *
 * Source   docs/definitions.md, section "Bad input"
 */
import * as Data from "effect/Data"

/** Says which thing is wrong, what it held, and what to do instead. The person who gave it can fix it. */
export class InvalidInput extends Data.TaggedError("InvalidInput")<{
  /** The thing as its giver knows it: `--from`, `categories.json, line 3`. */
  readonly what: string
  /** Why it cannot be used, naming the value: `"25:00" is not a time`. */
  readonly issue: string
  /** What to do: `Give Unix seconds, an ISO 8601 time, today, yesterday or -7d.` */
  readonly remedy: string
}> {
  override get message(): string {
    return `${this.what}: ${this.issue}. ${this.remedy}`
  }
}
