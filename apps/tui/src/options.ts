/**
 * The options that commands share, as text; `question` makes sense of them.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Options from "@effect/cli/Options"

/** How an instant is given. */
export const instants = "Unix seconds, ISO 8601 (without an offset: in --tz), now, today, yesterday, -7d, -90m"

const text = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

const input = text(
  "input",
  "FILE",
  "Read a log instead of asking the vendor: vendor JSON or XML, NDJSON or CSV; - = standard input",
)
const from = text("from", "T", `Begin of the window: ${instants}. Default: today, or the file's first event`)
const to = text("to", "T", "End of the window, not part of it. Default: now, or just after the file's last event")
const agent = text("agent", "ID,..", "Only these agents")

/** Options of every command that reads a log. */
export const source = {
  input,
  from,
  to,
  now: text("now", "T", "Until when open intervals run. Default: now, at most --to"),
  tz: text("tz", "ZONE", "IANA time zone of days, buckets and times. Default: this machine's"),
  agent,
}

/** Options of every command that answers with figures. */
export const figures = {
  ...source,
  capStale: Options.boolean("cap-stale").pipe(
    Options.withDescription("Cut intervals that last longer than 16 h, unless offline, and call the rest untracked"),
  ),
  categories: text(
    "categories",
    "FILE",
    "JSON: status to category (available, handling, afterCall, idle, offline, other)",
  ),
  agents: text("agents", "FILE", "CSV: agent,name,team. Default: the vendor's own names"),
}

/** How an answer is printed. */
export const format = Options.choice("format", ["table", "json", "csv", "ndjson", "markdown"]).pipe(
  Options.withDescription("How to print the answer. Default: table"),
  Options.withDefault("table" as const),
)
export type Format = "table" | "json" | "csv" | "ndjson" | "markdown"

/** The calendar size of buckets. */
export const bucket = text("bucket", Calendar.sizes.join("|"), "Sums per bucket of the local calendar as well")
