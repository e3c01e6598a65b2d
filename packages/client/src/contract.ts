/**
 * The contract of a Dwell API: each operation with its path, what it takes and what it answers.
 *
 * Shape    one table, from which the server validates, documents and types its routes, and the client its requests
 * Units    instants in Unix seconds, lengths in seconds
 * Source   docs/api.md, docs/definitions.md
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Schema from "effect/Schema"
import { paths } from "./paths.ts"

export { Problem, type ProblemCode, problems } from "./problem.ts"

// ---- what is asked ----

const instants =
  "Unix seconds, ISO 8601 (without an offset: in `tz`), 14:52, now, today, yesterday, or a time ago such as -7d, -90m"

const Instant = (description: string, example: string) =>
  Schema.String.pipe(Schema.minLength(1), Schema.maxLength(40)).annotations({
    description: `${description}: ${instants}`,
    examples: [example],
  })

const optional = <A extends Schema.Schema.Any>(schema: A) => Schema.optionalWith(schema, { exact: true })

const Zone = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64)).annotations({
  description: "IANA time zone of days, buckets and times. Default: the server's setting, else UTC",
  examples: ["Europe/London"],
})

/** At most this many agents are asked about by their ids. */
export const maxAgents = 1000

const Agents = Schema.String.pipe(
  Schema.maxLength(17 * maxAgents),
  Schema.pattern(/^\d{1,16}(,\d{1,16})*$/),
).annotations({
  description: `Only these agents: ids, comma-separated, at most ${maxAgents}. Each is answered for, known or not`,
  examples: ["700101,700102"],
})

const Flag = Schema.Literal("true", "false")

/** How a list can be had. */
export const formats = ["json", "ndjson", "csv", "parquet"] as const
export type Format = (typeof formats)[number]

const format = <F extends ReadonlyArray<Format>>(...given: F) =>
  optional(
    Schema.Literal(...given).annotations({
      description: "How the answer is written. It goes before the Accept header; default: json",
      examples: [given[0] ?? "json"],
    }),
  )

const window = {
  from: optional(Instant("Begin of the window. Default: today", "2026-11-24T00:00:00Z")),
  to: optional(
    Instant("End of the window, not part of it. Default: as far as the log is known", "2026-11-25T00:00:00Z"),
  ),
  tz: optional(Zone),
  agent: optional(Agents),
}

const figures = {
  ...window,
  now: optional(Instant("Until when open intervals run. Default: now, at most `to`", "2026-11-25T00:00:00Z")),
  "cap-stale": optional(
    Flag.annotations({
      description:
        "Cut intervals that last longer than 16 h, unless offline, and call the rest untracked. Default: false",
      examples: ["true"],
    }),
  ),
}

/** At most this many rows come in one page. */
export const maxRows = 10_000

const page = {
  limit: optional(
    Schema.String.pipe(Schema.pattern(/^[1-9]\d{0,4}$/)).annotations({
      description: `How many rows a page of JSON has, at most ${maxRows}. Default: 1000`,
      examples: ["1000"],
    }),
  ),
  cursor: optional(
    Schema.String.pipe(Schema.minLength(1), Schema.maxLength(400), Schema.pattern(/^[\w-]+$/)).annotations({
      description: "Where to go on: the `next` of the page before, with the same question",
      examples: ["eyJhZ2VudCI6NzAwMTAxLCJyb3ciOjI1MH0"],
    }),
  ),
}

const ReportQuery = Schema.Struct({
  ...figures,
  bucket: optional(
    Schema.Literal(...Calendar.sizes).annotations({
      description: "Sums per bucket of the local calendar as well",
      examples: ["P1D"],
    }),
  ),
  group: optional(
    Schema.Literal("agent", "status", "team").annotations({
      description:
        "Of what CSV and NDJSON have a row each; `team` adds the figures of teams. Default: each agent's statuses",
      examples: ["team"],
    }),
  ),
  format: format("json", "ndjson", "csv"),
})
const IntervalsQuery = Schema.Struct({ ...figures, ...page, format: format("json", "ndjson", "csv", "parquet") })
const SessionsQuery = Schema.Struct({ ...figures, format: format("json", "ndjson", "csv") })

const step = optional(
  Schema.String.pipe(Schema.minLength(1), Schema.maxLength(12)).annotations({
    description: "Length of a step: seconds, or PT1M, PT15M, PT1H; at most a day. Default: a minute",
    examples: ["PT15M"],
  }),
)
const StaffingQuery = Schema.Struct({ ...figures, step, format: format("json", "ndjson", "csv") })
const EventsQuery = Schema.Struct({ ...window, ...page, format: format("json", "ndjson", "csv", "parquet") })
const AtQuery = Schema.Struct({
  instant: Instant("The instant", "2026-11-24T14:52:00Z"),
  tz: figures.tz,
  agent: figures.agent,
  "cap-stale": figures["cap-stale"],
  format: format("json", "ndjson", "csv"),
})
const SnapshotQuery = Schema.Struct({
  tz: figures.tz,
  agent: figures.agent,
  format: format("json", "ndjson", "csv"),
})
const ListQuery = Schema.Struct({ format: format("json", "ndjson", "csv") })
/** Effect's empty struct is whatever there is. */
const NoQuery = Schema.Struct({}).pipe(
  Schema.filter((query) => {
    const [given] = Object.keys(query)
    return given === undefined || { path: [given], message: "there are no parameters here" }
  }),
)

const width = optional(
  Schema.String.pipe(Schema.pattern(/^[1-9]\d{2,3}$/)).annotations({
    description: "Width of the picture in its own units, 100 to 9999. Default: 960",
    examples: ["1280"],
  }),
)
const TimelineQuery = Schema.Struct({ ...figures, width })
const StaffingPictureQuery = Schema.Struct({ ...figures, step, width })

const Digits = (description: string, example: string) =>
  Schema.String.pipe(Schema.pattern(/^\d{1,15}$/)).annotations({ description, examples: [example] })

const IngestQuery = Schema.Struct({
  from: optional(Digits("The span that the rows are all of: its begin, Unix seconds", "1795478400")),
  to: optional(Digits("Its end, not part of it", "1795564800")),
  asOf: optional(Digits("When the span was read from the vendor", "1795564860")),
  carriedIn: optional(
    Digits("An instant for which every agent's last event before it has been looked for", "1795478400"),
  ),
  format: optional(
    Schema.Literal("json", "xml", "ndjson", "csv").annotations({
      description: "The format of the body. Default: as its first bytes show",
      examples: ["ndjson"],
    }),
  ),
})

const SyncQuery = Schema.Struct({
  from: optional(Instant("Begin of what to fetch. Default: -1d", "-1d")),
  to: optional(Instant("End of what to fetch. Default: now", "now")),
  tz: optional(Zone),
  refresh: optional(Flag.annotations({ description: "Read all of it again. Default: false", examples: ["true"] })),
})

// ---- what is answered ----

const Seconds = Schema.Number.annotations({ description: "Unix seconds" })
const AsOf = Schema.NullOr(Schema.Number).annotations({
  description: "Up to when the log is known, Unix seconds; null where nothing is",
})
const Next = Schema.NullOr(Schema.String).annotations({
  description: "The `cursor` of the next page; null on the last one",
})
const Count = Schema.Number.annotations({ description: "a count" })
const Name = Schema.NullOr(Schema.String)
const AgentId = Schema.Number.annotations({ description: "id of an agent, as ContactNow has it" })

/** A page of intervals, and what the whole answer was made of. */
export const IntervalsPage = Schema.Struct({ ...Report.IntervalsDocument.fields, next: Next }).annotations({
  identifier: "IntervalsPage",
})

const Event = Schema.Struct({
  uid: Schema.String.annotations({ description: "whole number up to 2^63 - 1, as text" }),
  uts: Seconds,
  agent: AgentId,
  status: Schema.String,
  subcode: Schema.String,
  callid: Schema.String.annotations({ description: "whole number, as text; 0 = no call" }),
})

/** A page of events: first each agent's last one before the window, then those of the window, agent by agent. */
export const EventsPage = Schema.Struct({
  window: Schema.Struct({ from: Seconds, to: Seconds }),
  events: Schema.Array(Event),
  next: Next,
}).annotations({ identifier: "EventsPage" })

const Agent = Schema.Struct({
  agent: AgentId,
  name: Name,
  team: Name,
  first: Schema.NullOr(Schema.Number).annotations({
    description: "its first event, Unix seconds; null = none is known",
  }),
  last: Schema.NullOr(Schema.Number).annotations({ description: "its last event, Unix seconds; null = none is known" }),
})

/** Who has an event, or a name. */
export const AgentsDocument = Schema.Struct({ asOf: AsOf, agents: Schema.Array(Agent) }).annotations({
  identifier: "Agents",
})

/** One agent, and its status as far as the log is known. */
export const AgentDocument = Schema.Struct({
  asOf: AsOf,
  ...Agent.fields,
  standing: Schema.NullOr(Report.AtDocument.fields.agents.value),
}).annotations({ identifier: "Agent" })

/** What a screen can show in a line: neither control characters nor what turns the direction of writing. */
const Text = Schema.String.pipe(Schema.maxLength(200), Schema.pattern(/^[^\p{Cc}\p{Bidi_Control}]*$/u))

/** Names to keep: those given are written over, others stay. */
export const AgentNames = Schema.Struct({
  agents: Schema.Array(
    Schema.Struct({
      agent: Schema.Int.pipe(Schema.positive(), Schema.lessThanOrEqualTo(Number.MAX_SAFE_INTEGER)),
      name: Schema.NullOr(Text),
      team: Schema.NullOr(Text),
    }),
  ).pipe(Schema.maxItems(20_000)),
}).annotations({
  identifier: "AgentNames",
  examples: [{ agents: [{ agent: 700_101, name: "Ada 01", team: "Sales" }] }],
})

/** What became of names. */
export const StoredNames = Schema.Struct({ changed: Count }).annotations({ identifier: "StoredNames" })

const Span = Schema.Struct({ from: Seconds, to: Seconds, asOf: Seconds })

/** Which spans of the log are known complete, and how much is kept. */
export const CoverageDocument = Schema.Struct({
  asOf: AsOf,
  spans: Schema.Array(Span),
  carriedIn: Schema.Array(Seconds),
  forgottenBefore: Schema.NullOr(Schema.Number).annotations({
    description: "What was before this instant was deleted, Unix seconds; null = nothing was",
  }),
  events: Count,
  bytes: Schema.Number.annotations({ description: "of the database" }),
}).annotations({ identifier: "Coverage" })

/** What became of the rows; together they are all of them. */
export const Appended = Schema.Struct({ added: Count, unchanged: Count, changed: Count }).annotations({
  identifier: "Appended",
})

/** What a sync did. */
export const Synced = Schema.Struct({ ...Appended.fields, requests: Count, asOf: Seconds }).annotations({
  identifier: "Synced",
})

/** What changed on the floor: the rows of `At` that did, and how many are in which status now. */
export const Change = Schema.Struct({
  at: Report.AtDocument.fields.at,
  statuses: Report.AtDocument.fields.statuses,
  untracked: Count,
  agents: Report.AtDocument.fields.agents,
}).annotations({ identifier: "Change" })
export type Change = typeof Change.Type

const Picture = Schema.String.annotations({ description: "an SVG document" })

// ---- operations ----

/** What a key may do. */
export type Scope = "read" | "ingest" | "admin"

export interface Operation {
  readonly method: "get" | "post" | "put"
  readonly path: `/v1/accounts/:account/${string}`
  readonly scope: Scope
  readonly summary: string
  readonly description: string
  readonly query: Schema.Schema.AnyNoContext
  readonly answer: Schema.Schema.AnyNoContext
  /** The document that is sent. Default: nothing, or rows of the log, which are a stream. */
  readonly body?: Schema.Schema.AnyNoContext
  /** What the answer can be written as; the first is the default. */
  readonly media: readonly [string, ...ReadonlyArray<string>]
}

const json = "application/json"
const rows = [json, "application/x-ndjson", "text/csv"] as const
const table = [...rows, "application/vnd.apache.parquet"] as const

/** Every operation on an account, by its operation id. */
export const operations = {
  getReport: {
    method: "get",
    path: paths.getReport,
    scope: "read",
    summary: "How long who was in which status, and the rates that follow",
    description: "The document that `dwell report --format json` prints.",
    query: ReportQuery,
    answer: Report.Document,
    media: rows,
  },
  getIntervals: {
    method: "get",
    path: paths.getIntervals,
    scope: "read",
    summary: "Who was in which status from when to when",
    description:
      "JSON comes in pages, all of the window of the first; NDJSON, CSV and Parquet are the whole answer, streamed.",
    query: IntervalsQuery,
    answer: IntervalsPage,
    media: table,
  },
  getSessions: {
    method: "get",
    path: paths.getSessions,
    scope: "read",
    summary: "From when to when who was logged in",
    description: "The document that `dwell sessions --format json` prints.",
    query: SessionsQuery,
    answer: Report.SessionsDocument,
    media: rows,
  },
  getStaffing: {
    method: "get",
    path: paths.getStaffing,
    scope: "read",
    summary: "How many agents were in each status at once",
    description: "Average, least and most of every step, up to `now`.",
    query: StaffingQuery,
    answer: Report.StaffingDocument,
    media: rows,
  },
  getEvents: {
    method: "get",
    path: paths.getEvents,
    scope: "read",
    summary: "The log itself, normalised",
    description:
      "Each agent's last event before the window, then the events of the window, agent by agent in order, so that a " +
      "report of them is the report of the source. JSON comes in pages; NDJSON, CSV and Parquet are all of it, streamed.",
    query: EventsQuery,
    answer: EventsPage,
    media: table,
  },
  getAgents: {
    method: "get",
    path: paths.getAgents,
    scope: "read",
    summary: "Who has an event or a name",
    description: "Agents ascend.",
    query: ListQuery,
    answer: AgentsDocument,
    media: rows,
  },
  getAgent: {
    method: "get",
    path: paths.getAgent,
    scope: "read",
    summary: "One agent, and its status as far as the log is known",
    description: "404 where neither an event nor a name of it is known.",
    query: NoQuery,
    answer: AgentDocument,
    media: [json],
  },
  getSnapshot: {
    method: "get",
    path: paths.getSnapshot,
    scope: "read",
    summary: "Who is in which status, as far as the log is known",
    description: "The answer to `at` for the last instant that is known. 404 where nothing is.",
    query: SnapshotQuery,
    answer: Report.AtDocument,
    media: rows,
  },
  getAt: {
    method: "get",
    path: paths.getAt,
    scope: "read",
    summary: "Who was in which status at an instant, since when and until when",
    description: "The document that `dwell at T --format json` prints.",
    query: AtQuery,
    answer: Report.AtDocument,
    media: rows,
  },
  getCoverage: {
    method: "get",
    path: paths.getCoverage,
    scope: "read",
    summary: "Which spans of the log are known complete, and as of when",
    description: "What is outside of them is unknown, and counted as untracked.",
    query: NoQuery,
    answer: CoverageDocument,
    media: [json],
  },
  getLive: {
    method: "get",
    path: paths.getLive,
    scope: "read",
    summary: "The floor as it changes",
    description:
      "Server-sent events: first `snapshot` with everyone, as `At`; then a `change` with the rows that changed whenever " +
      "the log is known further. Both have an id, and `Last-Event-ID` goes on after it. `beat` comes each 15 s, so that a " +
      "listener knows that it is still told.",
    query: NoQuery,
    answer: Change,
    media: ["text/event-stream"],
  },
  getTimelinePicture: {
    method: "get",
    path: paths.getTimelinePicture,
    scope: "read",
    summary: "Who was in which status, as a picture",
    description: "A strip for each agent, at most 200 of them.",
    query: TimelineQuery,
    answer: Picture,
    media: ["image/svg+xml"],
  },
  getStaffingPicture: {
    method: "get",
    path: paths.getStaffingPicture,
    scope: "read",
    summary: "How many agents were in each status, as a picture",
    description: "Stacked averages of the steps.",
    query: StaffingPictureQuery,
    answer: Picture,
    media: ["image/svg+xml"],
  },
  postEvents: {
    method: "post",
    path: paths.postEvents,
    scope: "ingest",
    summary: "Takes in rows of the log",
    description:
      "NDJSON, CSV, or the vendor's JSON or XML, plain or gzipped, as a stream. Each row is kept once by its `uid`: sent " +
      "again, it changes nothing. `from`, `to` and `asOf` together say which span the rows are all of; it counts as " +
      "covered once the whole body was sound. Where a body breaks off, the rows before the break are kept and nothing is covered.",
    query: IngestQuery,
    answer: Appended,
    media: [json],
  },
  putAgents: {
    method: "put",
    path: paths.putAgents,
    scope: "ingest",
    summary: "Takes in names and teams of agents",
    description: "Those given are written over, others stay.",
    query: NoQuery,
    body: AgentNames,
    answer: StoredNames,
    media: [json],
  },
  postSync: {
    method: "post",
    path: paths.postSync,
    scope: "ingest",
    summary: "Fetches what is missing from ContactNow",
    description: "Where the server has the account's credentials, and an address that ContactNow knows.",
    query: SyncQuery,
    answer: Synced,
    media: [json],
  },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
