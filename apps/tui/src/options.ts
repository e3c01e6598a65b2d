/**
 * The options that commands share, as text; `question` makes sense of them.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"

/** How an instant is given. */
export const instants = "Unix seconds, ISO 8601 (without an offset: in --tz), 14:52, now, today, yesterday, -7d, -90m"

const text = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

const input = text(
  "input",
  "FILE",
  "Read a log instead of asking the vendor: vendor JSON or XML, NDJSON or CSV; - = standard input",
)
/** A Dwell API to read from, and the key for it. */
const fromApi = {
  api: text("api", "URL", "Read from a Dwell API instead, of the account there that --account names"),
  key: text("key", "FILE", "A file (0600) with the key for --api. Default: DWELL_API_KEY"),
}

const from = text("from", "T", `Begin of the window: ${instants}. Default: today, or the file's first event`)
const to = text("to", "T", "End of the window, not part of it. Default: now, or just after the file's last event")
const agent = text("agent", "ID,..", "Only these agents")

/** Which of the accounts of `dwell login` to use. */
export const account = text("account", "NAME", "One of `dwell accounts`. Default: DWELL_ACCOUNT, else the default one")

const tz = text("tz", "ZONE", "IANA time zone of days, buckets and times. Default: the account's, else this machine's")

/** Options about what is kept of an account. */
const kept = {
  offline: Options.boolean("offline").pipe(
    Options.withDescription("Answer from what is kept, without the network, and say what is missing"),
  ),
  refresh: Options.boolean("refresh").pipe(
    Options.withDescription("Read all of the window from the vendor again, kept or not"),
  ),
}

/** Options of every command that reads a log. */
export const source = {
  account,
  ...kept,
  ...fromApi,
  input,
  from,
  to,
  now: text("now", "T", "Until when open intervals run. Default: now, at most --to"),
  tz,
  agent,
}

/** What figures depend on besides the log. */
const reading = {
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

/** Options of every command that answers with figures. */
export const figures = { ...source, ...reading }

/** Options of a command about an instant. */
export const moment = {
  account,
  ...kept,
  ...fromApi,
  input,
  now: text("now", "T", "Up to when the log is known. Default: now, or the file's last event"),
  tz,
  agent,
  ...reading,
}

/** The instant that such a command is about. */
export const instant = Args.text({ name: "T" }).pipe(Args.withDescription(`The instant: ${instants}`))

/** How an answer is printed. */
export const format = Options.choice("format", ["table", "json", "csv", "ndjson", "markdown"]).pipe(
  Options.withDescription("How to print the answer. Default: table"),
  Options.withDefault("table" as const),
)
export type Format = "table" | "json" | "csv" | "ndjson" | "markdown"

/** The calendar size of buckets. */
export const bucket = text("bucket", Calendar.sizes.join("|"), "Sums per bucket of the local calendar as well")
