/**
 * The options that commands share, as text. `query` and `question` parse them.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"
import type * as Option from "effect/Option"

type Text = Option.Option<string>

/** What is asked, apart from the owner of the log. */
export interface QueryOptions {
  readonly from: Text
  readonly to: Text
  readonly now: Text
  readonly tz: Text
  readonly agent: Text
}

/** What is asked, and where the log is read. */
export interface SourceOptions extends QueryOptions {
  readonly account: Text
  readonly api: Text
  readonly input: Text
  readonly key: Text
  readonly offline: boolean
  readonly refresh: boolean
}

/** The same, and what figures depend on. */
export interface FigureOptions extends SourceOptions {
  readonly agents: Text
  readonly capStale: boolean
  readonly categories: Text
}

/** The forms of an instant, for help. */
export const instants = "Unix seconds, ISO 8601 (in --tz if it has no offset), 14:52, now, today, yesterday, -7d, -90m"

const text = (name: string, value: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description), Options.optional)

const input = text(
  "input",
  "FILE",
  "Read the log from a file: ContactNow's JSON or XML, NDJSON or CSV; - = standard input",
)
/** A Dwell API to read from, and its key. */
const fromApi = {
  api: text("api", "URL", "Read from a Dwell API; --account names the account there"),
  key: text("key", "FILE", "File (mode 0600) with the key for --api. Default: DWELL_API_KEY"),
}

const from = text(
  "from",
  "T",
  `Start of the window: ${instants}. Default: today; with --input, the first event of the file`,
)
const to = text(
  "to",
  "T",
  "End of the window (exclusive). Default: now; with --input, just after the last event of the file",
)
const agent = text("agent", "ID,..", "Only these agents")

/** The account of `dwell login` to use. */
export const account = text(
  "account",
  "NAME",
  "One of `dwell accounts`. Default: DWELL_ACCOUNT, else the default account",
)

const tz = text("tz", "ZONE", "IANA time zone for days, buckets and times. Default: the account's, else this machine's")

/** Options about stored events. */
const stored = {
  offline: Options.boolean("offline").pipe(
    Options.withDescription("Use stored events only (no network) and list what is missing"),
  ),
  refresh: Options.boolean("refresh").pipe(
    Options.withDescription("Fetch the whole window from ContactNow again, even what is stored"),
  ),
}

/** Options of every command that reads a log. */
export const source = {
  account,
  ...stored,
  ...fromApi,
  input,
  from,
  to,
  now: text("now", "T", "Count open intervals up to this instant. Default: now, or --to if that is earlier"),
  tz,
  agent,
}

/** What figures depend on besides the log. */
const rules = {
  capStale: Options.boolean("cap-stale").pipe(
    Options.withDescription("Cut intervals longer than 16 h, except offline ones, and count the rest as untracked"),
  ),
  categories: text(
    "categories",
    "FILE",
    "JSON file that maps statuses to categories (available, handling, afterCall, idle, offline, other)",
  ),
  agents: text("agents", "FILE", "CSV file with the columns agent,name,team. Default: the names in ContactNow"),
}

/** Options of every command that answers with figures. */
export const figures = { ...source, ...rules }

/** Options of a command about an instant. */
export const moment = {
  account,
  ...stored,
  ...fromApi,
  input,
  now: text("now", "T", "Until when the log is complete. Default: now; with --input, the last event of the file"),
  tz,
  agent,
  ...rules,
}

/** The instant of such a command. */
export const instant = Args.text({ name: "T" }).pipe(Args.withDescription(`The instant: ${instants}`))

/** The output format of a report. */
export const format = Options.choice("format", ["table", "json", "csv", "ndjson", "markdown"]).pipe(
  Options.withDescription("Output format. Default: table"),
  Options.withDefault("table" as const),
)
export type Format = "table" | "json" | "csv" | "ndjson" | "markdown"

/** The calendar size of buckets. */
export const bucket = text("bucket", Calendar.sizes.join("|"), "Also sum per bucket of the local calendar")
