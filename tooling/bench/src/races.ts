/**
 * Who runs against whom, over which data.
 *
 * Shape    runners of a race answer the same question; those over as many rows have to find the same figures
 */
import type { Kind } from "../../../packages/core/bench/dataset.ts"
import { apis, bundlesOf, hour, peer, root, screens } from "./places.ts"

export interface Entry {
  readonly id: string
  readonly title: string
  readonly isOurs: boolean
  readonly rows: number
  /** What has to lie in the folder. */
  readonly kinds: ReadonlyArray<Kind>
  /** A bundle and its subject, or arguments of the command for the folder. */
  readonly program: string
  readonly subject: string | ((folder: string) => ReadonlyArray<string>)
  /** Runs in the first round alone. */
  readonly isSlow: boolean
  /** Options of Node for it. */
  readonly options: ReadonlyArray<string>
  /** Of its readings, where it has some in place of its time. */
  readonly unit?: string
}

export interface Race {
  readonly id: string
  readonly title: string
  readonly entries: ReadonlyArray<Entry>
  /** One run of the first entry's program measures all entries, and prints what it has found by their ids. */
  readonly isTogether?: boolean
}

type Details = Partial<Pick<Entry, "isSlow" | "kinds" | "options">>

const bundles = bundlesOf(root)

const columnKinds = ["columns"] as const

const ours = (subject: string, title: string, rows: number, kinds: ReadonlyArray<Kind> = columnKinds): Entry => ({
  id: `dwell ${subject}`,
  title,
  isOurs: true,
  rows,
  kinds,
  program: bundles.ours,
  subject,
  isSlow: false,
  options: [],
})

const other = (name: string, subject: string, title: string, rows: number, details: Details = {}): Entry => ({
  id: `${name} ${subject}`,
  title,
  isOurs: false,
  rows,
  kinds: ["columns"],
  program: peer(name),
  subject,
  isSlow: false,
  options: [],
  ...details,
})

/** `dwell` itself. */
const command = (title: string, rows: number, subject: Entry["subject"]): Entry => ({
  ...ours("report", title, rows, ["json"]),
  program: bundles.dwell,
  subject,
})

/** What people type. */
export const reportOf =
  (more: ReadonlyArray<string> = []) =>
  (folder: string): ReadonlyArray<string> => [
    "report",
    "--input",
    `${folder}/log.json`,
    "--tz",
    "UTC",
    "--format",
    "table",
    ...more,
  ]

const count = new Intl.NumberFormat("en-GB")

/** Objects for ten million rows need more than a process is given. */
const roomy = ["--max-old-space-size=12288"]

/** The same work over more and more rows. */
const growth = (title: string, subject: "sums" | "json", most: number): Race => ({
  id: `growth ${subject}`,
  title: `Growth: ${title}`,
  entries: [most / 100, most / 10, most].map((rows, step) => ({
    ...ours(subject, `${count.format(rows)} rows`, rows, subject === "json" ? ["json"] : ["columns"]),
    id: String(step),
  })),
})

/** The usual races: over `most` rows, and over no more than a million where text is read. */
export const usual = (most: number): ReadonlyArray<Race> => {
  const text = Math.min(most, 1_000_000)
  const columns = { kinds: columnKinds }
  const table = { kinds: ["csv"] } as const
  const duckdb = "DuckDB, 2 threads"
  const trusting = "DuckDB, 2 threads, duplicates not dropped"
  const chdb = "ClickHouse's engine (chdb), 2 threads"
  const textSizes = text === most ? [text] : [text, most]
  return [
    {
      id: "json",
      title: `Vendor JSON, ${count.format(text)} rows → all figures of a report`,
      entries: [
        ours("json", "Dwell", text, ["json"]),
        command("`dwell report`, the whole command", text, reportOf()),
        other("jsonParse", "json", "`JSON.parse` alone: no reading, no figures", text, { kinds: ["json"] }),
        other("naive", "json", "plain JavaScript: objects, Map, sort; sums only", text, { kinds: ["json"] }),
        other("floor", "json", "C, text in memory, this layout only; sums only", text, { kinds: ["json"] }),
      ],
    },
    {
      id: "jsonAny",
      title: `JSON with keys and spaces in another order each row, ${count.format(text)} rows → all figures`,
      entries: [
        ours("jsonAny", "Dwell", text, ["jsonAny"]),
        other("jsonParse", "jsonAny", "`JSON.parse` alone", text, { kinds: ["jsonAny"] }),
      ],
    },
    {
      id: "jsonOther",
      title: `JSON with keys in an order of its own, ${count.format(text)} rows → all figures`,
      entries: [
        ours("jsonOther", "Dwell", text, ["jsonOther"]),
        other("jsonParse", "jsonOther", "`JSON.parse` alone", text, { kinds: ["jsonOther"] }),
      ],
    },
    {
      id: "xml",
      title: `Vendor XML, ${count.format(text)} rows → all figures`,
      entries: [
        ours("xml", "Dwell", text, ["xml"]),
        other("saxes", "xml", "saxes alone: no reading, no values, no figures", text, { kinds: ["xml"] }),
      ],
    },
    ...(["ndjson", "csv"] as const).flatMap((kind) =>
      textSizes.map((rows) => ({
        id: `${kind} ${rows === text ? "" : "most"}`.trim(),
        title: `${kind === "csv" ? "CSV" : "NDJSON"}, ${count.format(rows)} rows → seconds per agent and status`,
        entries: [ours(kind, "Dwell", rows, [kind]), other("duckdb", kind, duckdb, rows, { kinds: [kind] })],
      })),
    ),
    {
      id: "sums",
      title: `Columns in memory, ${count.format(most)} rows → seconds per agent and status`,
      entries: [
        ours("sums", "Dwell", most),
        other("floor", "sums", "C", most, columns),
        other("chdb", "sums", chdb, most, table),
        other("duckdb", "sums", duckdb, most, table),
        other("duckdb", "sumsTrusting", trusting, most, table),
        other("naive", "sums", "plain JavaScript: objects, Map, sort", most, { isSlow: true, options: roomy }),
        other("sqlite", "sums", "SQLite (node:sqlite)", most, { isSlow: true }),
      ],
    },
    {
      id: "buckets",
      title: `Columns in memory, ${count.format(most)} rows → seconds per half hour, agent and status`,
      entries: [
        ours("buckets", "Dwell", most),
        other("floor", "buckets", "C", most, columns),
        other("chdb", "buckets", chdb, most, table),
        other("duckdb", "buckets", duckdb, most, table),
        other("duckdb", "bucketsTrusting", trusting, most, table),
      ],
    },
    {
      id: "order",
      title: `Normalising ${count.format(text)} rows, a batch or row by row, by order of delivery`,
      entries: [
        ours("delivered", "As the vendor delivers them", text),
        ours("newestFirst", "Newest first", text),
        ours("shuffled", "Shuffled", text),
        ours("collected", "Row by row, as the vendor delivers them", text),
        ours("collectedNewestFirst", "Row by row, newest first", text),
        ours("collectedShuffled", "Row by row, shuffled", text),
      ],
    },
    growth("Columns → seconds per agent and status", "sums", most),
    growth("Vendor JSON → all figures", "json", most),
  ]
}

/** A month of a large centre: 1,500 agents. */
const storeRows = 7_500_000

/** What is kept, and asked. */
export const store = (rows = storeRows): ReadonlyArray<Race> => {
  const kept = (subject: string, title: string): Entry => ours(subject, title, rows, ["columns", "store"])
  const offline = (): ReadonlyArray<string> => [
    "report",
    "--offline",
    "--from",
    "2026-07-01",
    "--to",
    "2026-09-30",
    "--now",
    "2026-09-30",
    "--tz",
    "UTC",
    "--format",
    "table",
  ]
  return [
    {
      id: "store sums",
      title: `In the store, ${count.format(rows)} events → seconds per agent and status`,
      entries: [
        kept("storeSums", "Dwell, a fresh process"),
        kept("storeSumsWarm", "Dwell, asked before"),
        other("sqlite", "sums", "SQLite's `LEAD` over a table of rows", rows, { isSlow: true }),
      ],
    },
    {
      id: "store days",
      title: `In the store, ${count.format(rows)} events → seconds of whole days (UTC)`,
      entries: [kept("storeDays", "Dwell, asked before")],
    },
    {
      id: "store report",
      title: `\`dwell report --offline\` of ${count.format(rows)} events: every figure, the whole command`,
      entries: [{ ...command("Dwell", rows, offline), kinds: ["store"] }],
    },
    {
      id: "store write",
      title: "Writing to the store",
      entries: [
        ours("storeAppend", "Appending rows, 5,000 at once", 1_000_000),
        { ...ours("storeCompact", "Putting a day into columns", rows), kinds: ["columns"] },
        kept("storeSize", "On disk: the columns (as memory)"),
      ],
    },
    {
      id: "object write",
      title: "Writing to the store in a Durable Object (workerd on this machine)",
      entries: [
        { ...other("object", "append", "Appending rows, 5,000 at once", 170_000, { kinds: [] }), isOurs: true },
        { ...other("object", "compact", "Putting a day into columns", 170_000, { kinds: [] }), isOurs: true },
      ],
    },
  ]
}

/** Vendor JSON of more than 3 GB: 108 bytes a row. */
const largeRows = 28_000_000

export const large = (rows = largeRows): ReadonlyArray<Race> => [
  {
    id: "large",
    title: `\`dwell report --input\` of vendor JSON with ${count.format(rows)} rows`,
    entries: [
      { ...command("All of it", rows, reportOf()), id: "all" },
      { ...command("A week of it", rows, reportOf(["--from", "2026-07-06", "--to", "2026-07-13"])), id: "week" },
    ],
  },
]

/** An hour goes by faster with fewer. */
const agentsOfHour = 100

/** The program as people run it, with so many agents live. */
export const screen = (agents = 5000): ReadonlyArray<Race> => {
  const shown = (subject: string, title: string, unit = "ms"): Entry => ({
    ...ours(subject, title, agents, []),
    program: screens,
    unit,
  })
  return [
    {
      id: "screen start",
      title: `Starting the screens, ${count.format(agents)} agents`,
      entries: [
        shown("firstFrame", "Until agents and their statuses are shown, from the store"),
        shown("day", "Until the figures of their day are shown as well"),
        shown("report", "From its key to the first report of today"),
        shown("version", "`dwell --version`, the whole command"),
      ],
    },
    {
      id: "screen keys",
      title: `Keys on the floor, ${count.format(agents)} agents`,
      entries: [
        shown("keys", "From a key to the frame that shows it"),
        shown("keysDuringPolls", "The slowest key around a poll"),
        shown("repeat", "Rows that are drawn while `down` is held, 30 per second, 90 times", "of 90"),
      ],
    },
    {
      id: "screen rest",
      title: `The idle floor, ${count.format(agents)} agents`,
      entries: [shown("rest", "Processor time per second, all threads", "ms")],
    },
    {
      id: "screen hour",
      title: `An hour of the floor, ${count.format(agentsOfHour)} agents, in this process with its own clock`,
      entries: [
        {
          ...shown("hour", "Heap after an hour, relative to ten minutes", "×"),
          program: hour,
          rows: agentsOfHour,
          options: ["--expose-gc"],
        },
      ],
    },
  ]
}

/** What a month of 1,000 agents leaves, 250 events each a day. */
const apiRows = 7_500_000

/** Each entry: its id, its title, and the unit of its readings. */
type ApiEntry = readonly [id: string, title: string, unit?: string]

/** The API on Node and in a Durable Object, over HTTP. */
export const api = (rows = apiRows): ReadonlyArray<Race> => {
  const race = (
    subject: string,
    title: string,
    others: ReadonlySet<string>,
    entries: ReadonlyArray<ApiEntry>,
  ): Race => ({
    id: `api ${subject}`,
    title,
    isTogether: true,
    entries: entries.map(([id, name, unit]) => ({
      ...ours(subject, name, rows, []),
      id,
      isOurs: !others.has(id),
      program: apis,
      ...(unit === undefined ? {} : { unit }),
    })),
  })
  const none: ReadonlySet<string> = new Set()
  return [
    race(
      "report",
      "`GET report`: a day of 200 agents (50,000 events), on Node, one client",
      new Set(["bare", "barePacked"]),
      [
        ["ours", "Dwell, asked before", "ms"],
        ["bare", "Hono, a handler that answers with the same bytes", "ms"],
        ["oursPacked", "Dwell, asked before, with `Accept-Encoding: gzip`", "ms"],
        ["barePacked", "Hono, the same bytes, with its `compress`", "ms"],
        ["fresh", "Dwell, not asked before", "ms"],
        ["size", "The answer", "kB"],
      ],
    ),
    race("load", "`GET snapshot`: 200 agents, on Node, 200 clients at once, 30 s", new Set(["bareRate", "bareP99"]), [
      ["rate", "Dwell, answers per second", "per second"],
      ["bareRate", "Hono, a handler that answers with the same bytes, 10 s before and after", "per second"],
      ["p50", "Dwell, from question to answer, median", "ms"],
      ["p99", "Dwell, from question to answer, 99th percentile", "ms"],
      ["bareP99", "Hono, from question to answer, 99th percentile", "ms"],
      ["errors", "Dwell, failed questions", "questions"],
      ["growth", "Dwell, memory after 30 s, relative to 15 s", "×"],
      ["size", "The answer", "kB"],
    ]),
    race("ingest", "`POST events`: a million rows of NDJSON in one body, on Node", none, [
      ["plain", "Dwell, plain"],
      ["packed", "Dwell, gzipped"],
    ]),
    race(
      "object",
      `In one Durable Object (workerd on this machine), ${count.format(rows)} events of 1,000 agents, over HTTP`,
      none,
      [
        ["feed", "`POST events`, plain NDJSON, a day per body", "rows/s"],
        ["sums", "Seconds per agent and status, asked before", "ms"],
        ["first", "`GET report` of all, the first question after a start", "ms"],
        ["later", "`GET report` of all, not asked before", "ms"],
        ["fedMemory", "Most memory above an idle workerd while it received rows", "MB"],
        ["onceMemory", "Most memory above an idle workerd for one question", "MB"],
        ["askedMemory", "Most memory above an idle workerd while it answered question after question", "MB"],
        ["idleMemory", "Memory of an idle workerd", "MB"],
        ["bytes", "On disk, per event", "bytes"],
        ["room", "Events that fit into 10 GB", "million"],
      ],
    ),
    race("bundle", "The Worker, gzipped, and how much smaller it is without a part", none, [
      ["whole", "All of it", "kB"],
      ["effect", "Without Effect", "kB less"],
      ["core", "Without Dwell's core", "kB less"],
      ["hono", "Without Hono and its OpenAPI", "kB less"],
      ["pages", "Without pages, charts and D3", "kB less"],
      ["parquet", "Without Parquet", "kB less"],
      ["saxes", "Without saxes", "kB less"],
      ["jose", "Without jose", "kB less"],
      ["otlp", "Without the OTLP exporter", "kB less"],
      ["start", "Starting it, as measured by `wrangler check startup`", "ms"],
    ]),
    race("live", "`GET live`: 200 listeners on Node, a row every 0.2 s for 10 s", none, [
      ["delay", "From a write's response to the event that reports it", "ms"],
      ["hearing", "Listeners that received every write", "% of them"],
      ["memory", "Memory of the server afterwards", "MB"],
    ]),
  ]
}
