/**
 * The kernel's intervals and sums as one SQL query over exported events, for the engines that analysts have.
 *
 * Shape    one `SELECT` with common table expressions; no settings, no temporary tables. Both answers have rows with the
 *          status NULL for time that is untracked: `intervals` one a stretch, `sums` one an agent
 * Units    instants in Unix seconds, lengths in seconds
 * Fails    never
 * Source   docs/definitions.md, sections "Events", "Intervals" and "Window and sums"
 */
import type { Window } from "../time/Window.ts"

export const dialects = ["duckdb", "clickhouse", "postgres"] as const
export type Dialect = (typeof dialects)[number]

export const queries = ["sums", "intervals"] as const
export type Query = (typeof queries)[number]

export interface Question {
  readonly dialect: Dialect
  readonly what: Query
  /** A Parquet file, or a folder of them; in PostgreSQL a table, `events` or `schema.events`. */
  readonly source: string
  readonly window: Window
  /** Up to when open intervals run, Unix seconds. */
  readonly now: number
}

/** What the dialects say differently. */
interface Words {
  /** The rows of an export and their place in the order of delivery: `file` and `place` ascend with it. */
  readonly delivered: (source: string) => ReadonlyArray<string>
  /** The next event of the agent, and the status of the one before; NULL when there is none. */
  readonly next: string
  readonly previous: string
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** A file as it is; of a folder, all Parquet files in it. */
const files = (path: string): string => (path.endsWith(".parquet") ? path : `${path.replace(/\/+$/, "")}/**/*.parquet`)

const identifier = (name: string): string =>
  name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".")

/** A comment ends with its line. */
const inComment = (value: string): string => value.replaceAll(/[\r\n]/g, " ")

const inOrder = "PARTITION BY agent ORDER BY uts, uid"

const standard = {
  next: `lead(uts) OVER (${inOrder})`,
  previous: `lag(status) OVER (${inOrder})`,
}

const words: { readonly [D in Dialect]: Words } = {
  duckdb: {
    ...standard,
    delivered: (source) => [
      "SELECT uid, uts, agent, status, subcode, callid, filename AS file, file_row_number AS place",
      `FROM read_parquet(${text(files(source))}, hive_partitioning = false, filename = true, file_row_number = true)`,
    ],
  },
  clickhouse: {
    next: `leadInFrame(toNullable(uts)) OVER (${inOrder} ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)`,
    previous: `lagInFrame(toNullable(status)) OVER (${inOrder} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`,
    delivered: (source) => [
      "SELECT uid, uts, agent, status, subcode, callid, _path AS file, _row_number AS place",
      `FROM file(${text(files(source).replaceAll("\\", "\\\\"))}, Parquet,`,
      "  'uid Int64, uts Int64, agent Int64, status String, subcode String, callid Int64')",
    ],
  },
  postgres: {
    ...standard,
    delivered: (source) => [
      "SELECT uid, uts, agent, status, subcode, callid, 1 AS file, ctid AS place",
      `FROM ${identifier(source)}`,
    ],
  },
}

/** How the table comes to be. */
const preparation = (source: string): ReadonlyArray<string> => [
  "-- The table, and how an export becomes it (dwell export --format csv --output events.csv):",
  `--   CREATE TABLE ${inComment(identifier(source))} (`,
  "--     uid bigint NOT NULL, uts bigint NOT NULL, agent bigint NOT NULL,",
  "--     status text NOT NULL, subcode text NOT NULL, callid bigint NOT NULL);",
  `--   \\copy ${inComment(identifier(source))} FROM 'events.csv' WITH (FORMAT csv, HEADER true, FORCE_NOT_NULL (subcode))`,
]

const common = ({ now, source, window }: Question, { delivered, next }: Words): ReadonlyArray<string> => [
  "WITH",
  "-- What was exported, with its place in the order of delivery.",
  "delivered AS (",
  ...delivered(source).map((line) => `  ${line}`),
  "),",
  "-- The window, its end not part of it, and until when open intervals run: Unix seconds. Change them here.",
  "bounds AS (",
  `  SELECT CAST(${window.from} AS BIGINT) AS window_from, CAST(${window.to} AS BIGINT) AS window_to,`,
  `    CAST(${now} AS BIGINT) AS window_now`,
  "),",
  "-- Each event once: of rows that share a uid the one delivered last. Exports of days that follow one another share some.",
  "latest AS (",
  "  SELECT uid, uts, agent, status, subcode, callid,",
  "    row_number() OVER (PARTITION BY uid ORDER BY file DESC, place DESC) AS recency",
  "  FROM delivered",
  "),",
  "-- The events before the window's end, each with the time of the agent's next one.",
  "known AS (",
  "  SELECT uid, uts, agent, status, subcode, callid, window_from, window_to, window_now,",
  `    ${next} AS next_uts`,
  "  FROM latest CROSS JOIN bounds",
  "  WHERE recency = 1 AND uts < window_to AND window_from < window_to",
  "),",
  "-- An event lasts until the next one; the last one is open until the window's end or now, and never ends before it begins.",
  "lasting AS (",
  "  SELECT uid, uts, agent, status, subcode, callid, window_from, next_uts IS NULL AS is_open,",
  "    coalesce(next_uts, greatest(uts, least(window_to, window_now))) AS end_uts",
  "  FROM known",
  "),",
  "-- Clipped to the window. What happens in it counts even without time; what was going on before it (carry-in) with some.",
  "clipped AS (",
  "  SELECT uid, uts, agent, status, subcode, callid, is_open, end_uts,",
  "    greatest(uts, window_from) AS start_uts, CASE WHEN uts >= window_from THEN 1 ELSE 0 END AS entry",
  "  FROM lasting",
  "  WHERE uts >= window_from OR end_uts > window_from",
  "),",
  "-- Before an agent's first event its status is not known: untracked.",
  "untracked AS (",
  "  SELECT agent, min(window_from) AS start_uts,",
  "    greatest(min(window_from), least(min(uts), min(window_to), min(window_now))) AS end_uts",
  "  FROM known",
  "  GROUP BY agent",
  ")",
]

const sums = ({ previous }: Words): ReadonlyArray<string> => [
  ",",
  "-- A visit is a run of one status: it begins where the status before is another one.",
  "begun AS (",
  "  SELECT uid, uts, agent, status, end_uts - start_uts AS length,",
  `    CASE WHEN status = ${previous} THEN 0 ELSE 1 END AS begins`,
  "  FROM clipped",
  "),",
  "numbered AS (",
  "  SELECT agent, status, length,",
  `    sum(begins) OVER (${inOrder} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS visit`,
  "  FROM begun",
  "),",
  "visited AS (",
  "  SELECT agent, status, visit, sum(length) AS length FROM numbered GROUP BY agent, status, visit",
  "),",
  "by_visit AS (",
  "  SELECT agent, status, count(CASE WHEN length > 0 THEN 1 END) AS visits, max(length) AS longest",
  "  FROM visited",
  "  GROUP BY agent, status",
  "),",
  "by_event AS (",
  "  SELECT agent, status, sum(end_uts - start_uts) AS seconds, sum(entry) AS entries,",
  "    count(DISTINCT CASE WHEN callid <> 0 THEN callid END) AS calls",
  "  FROM clipped",
  "  GROUP BY agent, status",
  ")",
  "SELECT agent, status, seconds, entries, visits, longest, average, calls",
  "FROM (",
  "  SELECT by_event.agent AS agent, by_event.status AS status, CAST(seconds AS BIGINT) AS seconds,",
  "    CAST(entries AS BIGINT) AS entries, CAST(visits AS BIGINT) AS visits, CAST(longest AS BIGINT) AS longest,",
  "    CASE WHEN visits > 0 THEN CAST(seconds AS DOUBLE PRECISION) / visits END AS average,",
  "    CAST(calls AS BIGINT) AS calls",
  "  FROM by_event JOIN by_visit ON by_event.agent = by_visit.agent AND by_event.status = by_visit.status",
  "  UNION ALL",
  "  SELECT agent, NULL, end_uts - start_uts, NULL, NULL, NULL, NULL, NULL FROM untracked",
  ") AS figures",
  "ORDER BY agent, status NULLS LAST",
]

const intervals: ReadonlyArray<string> = [
  "",
  'SELECT agent, start_uts AS "start", end_uts AS "end", seconds, status, subcode, callid, uid, is_open AS "open"',
  "FROM (",
  "  SELECT agent, uts, start_uts, end_uts, end_uts - start_uts AS seconds, status, subcode, callid, uid, is_open",
  "  FROM clipped",
  "  UNION ALL",
  "  SELECT agent, start_uts, start_uts, end_uts, end_uts - start_uts, NULL, '', 0, NULL, 1 = 0",
  "  FROM untracked",
  "  WHERE end_uts > start_uts",
  ") AS stretches",
  "ORDER BY agent, uts, uid NULLS FIRST",
]

const titles = {
  sums: "Agent time by agent and status; the row without a status is time of which nothing is known (untracked).",
  intervals:
    "Who was in which status from when to when; the status of time of which nothing is known is NULL (untracked).",
}

/**
 * The query.
 *
 * @example
 * const query = WarehouseSql.sql({ dialect: "duckdb", what: "sums", source: "lake", window: { from: 0, to: 60 }, now: 60 })
 * query.includes("read_parquet('lake/**\/*.parquet', hive_partitioning = false") // => true
 */
export const sql = (question: Question): string => {
  const { dialect, source, what } = question
  const [head = "", ...rest] = what === "sums" ? sums(words[dialect]) : intervals
  const begun = common(question, words[dialect])
  return `${[
    `-- ${titles[what]}`,
    ...(dialect === "postgres" ? preparation(source) : []),
    ...begun.slice(0, -1),
    `${begun.at(-1) ?? ""}${head}`,
    ...rest,
  ].join("\n")};\n`
}
