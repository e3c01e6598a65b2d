/**
 * The contract of a Dwell API: each operation with its path, its parameters and its response.
 *
 * Shape    one table; the server validates, documents and types its routes from it, and the client its requests
 * Units    instants in Unix seconds, lengths in seconds
 * Source   docs/api.md, docs/definitions.md
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import * as Schema from "effect/Schema"
import { paths } from "./paths.ts"

export { Problem, type ProblemCode, problems } from "./problem.ts"

// ---- parameters ----

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

/** A query names at most this many agents. */
export const maxAgents = 1000

const Agents = Schema.String.pipe(
  Schema.maxLength(17 * maxAgents),
  Schema.pattern(/^\d{1,16}(,\d{1,16})*$/),
).annotations({
  description: `Only these agents: ids, comma-separated, at most ${maxAgents}. Each gets a result, known or not`,
  examples: ["700101,700102"],
})

const Flag = Schema.Literal("true", "false")

/** The formats of a list. */
export const formats = ["json", "ndjson", "csv", "parquet"] as const
export type Format = (typeof formats)[number]

const format = <F extends ReadonlyArray<Format>>(...given: F) =>
  optional(
    Schema.Literal(...given).annotations({
      description: "Response format. Overrides the Accept header. Default: json",
      examples: [given[0] ?? "json"],
    }),
  )

const window = {
  from: optional(Instant("Start of the window. Default: today", "2026-11-24T00:00:00Z")),
  to: optional(Instant("End of the window (exclusive). Default: as far as the log is known", "2026-11-25T00:00:00Z")),
  tz: optional(Zone),
  agent: optional(Agents),
}

const figures = {
  ...window,
  now: optional(Instant("End of open intervals. Default: now, at most `to`", "2026-11-25T00:00:00Z")),
  "cap-stale": optional(
    Flag.annotations({
      description: "Cut intervals longer than 16 h, unless offline, and count the rest as untracked. Default: false",
      examples: ["true"],
    }),
  ),
}

/** A page has at most this many rows. */
export const maxRows = 10_000

const page = {
  limit: optional(
    Schema.String.pipe(Schema.pattern(/^[1-9]\d{0,4}$/)).annotations({
      description: `Rows per page of JSON, at most ${maxRows}. Default: 1000`,
      examples: ["1000"],
    }),
  ),
  cursor: optional(
    Schema.String.pipe(Schema.minLength(1), Schema.maxLength(400), Schema.pattern(/^[\w-]+$/)).annotations({
      description: "Where the page starts: the `next` of the page before, with the same query",
      examples: ["eyJhZ2VudCI6NzAwMTAxLCJyb3ciOjI1MH0"],
    }),
  ),
}

const ReportQuery = Schema.Struct({
  ...figures,
  bucket: optional(
    Schema.Literal(...Calendar.sizes).annotations({
      description: "Also give sums per bucket of the local calendar",
      examples: ["P1D"],
    }),
  ),
  group: optional(
    Schema.Literal("agent", "status", "team").annotations({
      description:
        "What each CSV or NDJSON row stands for; `team` adds the figures of teams. Default: each agent's statuses",
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
/** Effect's empty struct accepts anything, so this one refuses every key. */
const NoQuery = Schema.Struct({}).pipe(
  Schema.filter((query) => {
    const [given] = Object.keys(query)
    return given === undefined || { path: [given], message: "this operation has no parameters" }
  }),
)

const width = optional(
  Schema.String.pipe(Schema.pattern(/^[1-9]\d{2,3}$/)).annotations({
    description: "Width of the chart in its own units, 100 to 9999. Default: 960",
    examples: ["1280"],
  }),
)
const TimelineQuery = Schema.Struct({ ...figures, width })
const StaffingPictureQuery = Schema.Struct({ ...figures, step, width })

const Digits = (description: string, example: string) =>
  Schema.String.pipe(Schema.pattern(/^\d{1,15}$/)).annotations({ description, examples: [example] })

const IngestQuery = Schema.Struct({
  from: optional(Digits("Start of the span whose rows are all in the body, Unix seconds", "1795478400")),
  to: optional(Digits("End of the span (exclusive), Unix seconds", "1795564800")),
  asOf: optional(Digits("When the span was read from the vendor, Unix seconds", "1795564860")),
  carriedIn: optional(
    Digits("An instant, Unix seconds: each agent's last event before it was looked for as well", "1795478400"),
  ),
  format: optional(
    Schema.Literal("json", "xml", "ndjson", "csv").annotations({
      description: "Format of the body. Default: detected from its first bytes",
      examples: ["ndjson"],
    }),
  ),
})

const SyncQuery = Schema.Struct({
  from: optional(Instant("Start of the window to fetch. Default: -1d", "-1d")),
  to: optional(Instant("End of the window to fetch. Default: now", "now")),
  tz: optional(Zone),
  refresh: optional(
    Flag.annotations({ description: "Fetch the whole window again. Default: false", examples: ["true"] }),
  ),
})

// ---- responses ----

const Seconds = Schema.Number.annotations({ description: "Unix seconds" })
const AsOf = Schema.NullOr(Schema.Number).annotations({
  description: "The log is known up to this instant, Unix seconds; null = nothing is known",
})
const Next = Schema.NullOr(Schema.String).annotations({
  description: "The `cursor` of the next page; null on the last one",
})
const Count = Schema.Number.annotations({ description: "a count" })
const Name = Schema.NullOr(Schema.String)
const AgentId = Schema.Number.annotations({ description: "id of an agent in ContactNow" })

/** A page of intervals, with the data quality of the whole window. */
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
    description: "its first known event, Unix seconds; null = none",
  }),
  last: Schema.NullOr(Schema.Number).annotations({ description: "its last known event, Unix seconds; null = none" }),
})

/** All agents that have an event or a name. */
export const AgentsDocument = Schema.Struct({ asOf: AsOf, agents: Schema.Array(Agent) }).annotations({
  identifier: "Agents",
})

/** One agent, with its status at the last known instant. */
export const AgentDocument = Schema.Struct({
  asOf: AsOf,
  ...Agent.fields,
  standing: Schema.NullOr(Report.AtDocument.fields.agents.value),
}).annotations({ identifier: "Agent" })

/** Text that a screen can show in one line: no control characters, no change of writing direction. */
const Text = Schema.String.pipe(Schema.maxLength(200), Schema.pattern(/^[^\p{Cc}\p{Bidi_Control}]*$/u))

/** Names to store: the given agents are overwritten, the others stay. */
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

/** The result of storing names. */
export const StoredNames = Schema.Struct({ changed: Count }).annotations({ identifier: "StoredNames" })

const Span = Schema.Struct({ from: Seconds, to: Seconds, asOf: Seconds })

/** Which spans of the log are complete, and how much is stored. */
export const CoverageDocument = Schema.Struct({
  asOf: AsOf,
  spans: Schema.Array(Span),
  carriedIn: Schema.Array(Seconds),
  prunedBefore: Schema.NullOr(Schema.Number).annotations({
    description: "Events before this instant were deleted, Unix seconds; null = none were",
  }),
  events: Count,
  bytes: Schema.Number.annotations({ description: "of the database" }),
}).annotations({ identifier: "Coverage" })

/** What happened to the rows of a body; the counts add up to all of them. */
export const Appended = Schema.Struct({ added: Count, unchanged: Count, changed: Count }).annotations({
  identifier: "Appended",
})

/** The result of a sync. */
export const Synced = Schema.Struct({ ...Appended.fields, requests: Count, asOf: Seconds }).annotations({
  identifier: "Synced",
})

/** A change of the floor: the rows of `At` that changed, and the number of agents in each status now. */
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
  /** The JSON document of the request. Default: none, or a stream of rows of the log. */
  readonly body?: Schema.Schema.AnyNoContext
  /** Media types of the response; the first is the default. */
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
    summary: "Time per agent and status, with the derived rates",
    description: "The document that `dwell report --format json` prints.",
    query: ReportQuery,
    answer: Report.Document,
    media: rows,
  },
  getIntervals: {
    method: "get",
    path: paths.getIntervals,
    scope: "read",
    summary: "Status intervals of each agent",
    description:
      "JSON comes in pages, all for the window of the first page; NDJSON, CSV and Parquet stream the whole result.",
    query: IntervalsQuery,
    answer: IntervalsPage,
    media: table,
  },
  getSessions: {
    method: "get",
    path: paths.getSessions,
    scope: "read",
    summary: "Logins and logouts of each agent, clipped to the window",
    description: "The document that `dwell sessions --format json` prints.",
    query: SessionsQuery,
    answer: Report.SessionsDocument,
    media: rows,
  },
  getStaffing: {
    method: "get",
    path: paths.getStaffing,
    scope: "read",
    summary: "Number of agents in each status over time",
    description: "Average, minimum and maximum of each step, up to `now`.",
    query: StaffingQuery,
    answer: Report.StaffingDocument,
    media: rows,
  },
  getEvents: {
    method: "get",
    path: paths.getEvents,
    scope: "read",
    summary: "The events of the log, normalised",
    description:
      "Each agent's last event before the window, then the events of the window, agent by agent in order. A " +
      "report of these events equals the report of the source. JSON comes in pages; NDJSON, CSV and Parquet stream all events.",
    query: EventsQuery,
    answer: EventsPage,
    media: table,
  },
  getAgents: {
    method: "get",
    path: paths.getAgents,
    scope: "read",
    summary: "All agents that have an event or a name",
    description: "Sorted by id.",
    query: ListQuery,
    answer: AgentsDocument,
    media: rows,
  },
  getAgent: {
    method: "get",
    path: paths.getAgent,
    scope: "read",
    summary: "One agent, with its status at the last known instant",
    description: "404 if the agent has neither an event nor a name.",
    query: NoQuery,
    answer: AgentDocument,
    media: [json],
  },
  getSnapshot: {
    method: "get",
    path: paths.getSnapshot,
    scope: "read",
    summary: "Status of each agent at the last known instant",
    description: "The same as `at` for the last known instant. 404 if nothing is known.",
    query: SnapshotQuery,
    answer: Report.AtDocument,
    media: rows,
  },
  getAt: {
    method: "get",
    path: paths.getAt,
    scope: "read",
    summary: "Status of each agent at an instant, with its start and end",
    description: "The document that `dwell at T --format json` prints.",
    query: AtQuery,
    answer: Report.AtDocument,
    media: rows,
  },
  getCoverage: {
    method: "get",
    path: paths.getCoverage,
    scope: "read",
    summary: "Which spans of the log are complete, and when they were read",
    description: "Time outside of these spans is unknown and counts as untracked.",
    query: NoQuery,
    answer: CoverageDocument,
    media: [json],
  },
  getLive: {
    method: "get",
    path: paths.getLive,
    scope: "read",
    summary: "Changes of the floor, live",
    description:
      "Server-sent events: first a `snapshot` of all agents, as `At`; then a `change` with the changed rows whenever " +
      "more of the log is known. Both have an id; `Last-Event-ID` resumes after it. A `beat` every 15 s shows that " +
      "the connection is alive.",
    query: NoQuery,
    answer: Change,
    media: ["text/event-stream"],
  },
  getTimelinePicture: {
    method: "get",
    path: paths.getTimelinePicture,
    scope: "read",
    summary: "Status intervals as an SVG chart",
    description: "One strip per agent, at most 200.",
    query: TimelineQuery,
    answer: Picture,
    media: ["image/svg+xml"],
  },
  getStaffingPicture: {
    method: "get",
    path: paths.getStaffingPicture,
    scope: "read",
    summary: "Number of agents in each category over time, as an SVG chart",
    description: "The averages of the steps, stacked.",
    query: StaffingPictureQuery,
    answer: Picture,
    media: ["image/svg+xml"],
  },
  postEvents: {
    method: "post",
    path: paths.postEvents,
    scope: "ingest",
    summary: "Add rows of the log",
    description:
      "NDJSON, CSV, or the vendor's JSON or XML, plain or gzipped, as a stream. Each row is stored once by its `uid`: sent " +
      "again, it changes nothing. `from`, `to` and `asOf` together name the span whose rows are all in the body; it counts as " +
      "covered once the whole body has been read without an error. If a body breaks off, the rows before the break are stored and nothing is covered.",
    query: IngestQuery,
    answer: Appended,
    media: [json],
  },
  putAgents: {
    method: "put",
    path: paths.putAgents,
    scope: "ingest",
    summary: "Set names and teams of agents",
    description: "The given agents are overwritten, the others stay.",
    query: NoQuery,
    body: AgentNames,
    answer: StoredNames,
    media: [json],
  },
  postSync: {
    method: "post",
    path: paths.postSync,
    scope: "ingest",
    summary: "Fetch missing events from ContactNow",
    description: "Needs the account's credentials on the server, and a server address that ContactNow accepts.",
    query: SyncQuery,
    answer: Synced,
    media: [json],
  },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operations
