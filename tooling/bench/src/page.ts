/**
 * The page of figures, docs/performance.md, and what the terminal shows of it.
 */
import { check, type Finding } from "./limits.ts"
import { type Kept, median, quantile, type Race, ratio, type Results, type Runner } from "./Results.ts"

const marks = { met: "✓", missed: "✗", unknown: "–" } as const

type Row = ReadonlyArray<string>

/** `left` columns from the left are texts, the others figures. */
const table = (head: Row, rows: ReadonlyArray<Row>, left: number): string => {
  const rule = head.map((_, index) => (index < left ? "---" : "---:"))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

const time = (ms: number): string =>
  ms >= 9995 ? `${(ms / 1000).toFixed(1)} s` : ms >= 999.5 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(0)} ms`

const spread = (values: ReadonlyArray<number>): string =>
  values.length < 2 ? "one run" : `${time(Math.min(...values))} to ${time(Math.max(...values))}`

const times = (value: number): string => (Number.isNaN(value) ? "" : `${value.toFixed(value < 10 ? 2 : 1)} ×`)

const runnerRow = (runner: Runner, first: Runner | undefined): Row => {
  if (runner.missing !== null) return [runner.title, runner.missing, "", "", "", ""]
  const all = runner.runs.map(({ ms }) => ms)
  const middle = median(all)
  const relative =
    first === undefined || first.missing !== null ? Number.NaN : ratio(runner, first, ({ ms, rows }) => ms / rows)
  return [
    runner.isOurs ? `**${runner.title}**` : runner.title,
    time(middle),
    spread(all),
    times(relative),
    (runner.rows / middle / 1000).toFixed(2),
    `${median(runner.runs.map(({ peakMB }) => peakMB)).toFixed(0)} MB`,
  ]
}

const reading = (value: number, unit: string): string =>
  unit === "ms" && value >= 999.5 ? time(value) : `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`

/** Of runners that take readings: medians of what is found in each run, and the worst of all. */
const readingsRow = ({ missing, runs, title, unit = "" }: Runner): Row => {
  if (missing !== null) return [title, missing, "", "", "", ""]
  const of = (part: number) => median(runs.map(({ readings = [] }) => quantile(readings, part)))
  const all = runs.flatMap(({ readings = [] }) => readings)
  const peak = median(runs.map(({ peakMB }) => peakMB))
  return [
    `**${title}**`,
    reading(of(0.5), unit),
    reading(of(0.95), unit),
    reading(Math.max(...all), unit),
    `${all.length}`,
    peak === 0 ? "" : `${peak.toFixed(0)} MB`,
  ]
}

const readingsText = ({ runners, title }: Race): string =>
  `### ${title}\n\n${table(["", "median", "95th percentile", "maximum", "readings", "memory"], runners.map(readingsRow), 1)}\n`

const raceText = (race: Race): string => {
  const { runners, title } = race
  if (runners.some(({ unit }) => unit !== undefined)) return readingsText(race)
  const [first] = runners
  const isGrowing = runners.some(({ rows }) => rows !== first?.rows)
  const relative = `relative to “${first?.title ?? ""}”${isGrowing ? ", per row" : ""}`
  const head = ["", "time", "spread", relative, "million rows per second", "memory"]
  const rows = runners.map((runner) => runnerRow(runner, first))
  return `### ${title}\n\n${table(head, rows, 1)}\n`
}

const findingsText = (findings: ReadonlyArray<Finding>): string =>
  table(
    ["", "what", "limit", "measured"],
    findings.map(({ claim, limit, measured, verdict }) => [marks[verdict], claim, limit, measured]),
    2,
  )

const shortcomings = (findings: ReadonlyArray<Finding>): string => {
  const list = (verdict: Finding["verdict"]) =>
    findings
      .filter((finding) => finding.verdict === verdict)
      .map(({ claim, limit, measured }) => `- ${claim}: ${measured}, and should be ${limit}.`)
  const missed = list("missed")
  const unknown = list("unknown")
  return [
    missed.length === 0 ? "Nothing that was measured." : missed.join("\n"),
    ...(unknown.length === 0 ? [] : ["Not measured:", unknown.join("\n")]),
  ].join("\n\n")
}

const circumstancesText = ({ circumstances, rounds }: Results): string =>
  `${circumstances.machine}. ${circumstances.versions.join(", ")}. ${circumstances.date}, commit ` +
  `${circumstances.commit}; ${rounds} ${rounds === 1 ? "round" : "rounds"}.`

const method = `## How it is measured

- Each run is a separate process, bundled into one file as users run it. All runs use one log in every format: that of the
  [emulator's](../packages/emulator) demo centre, with rows that come twice, rows that were recorded late and changes within one
  second. Nothing is warmed up, except for the machine's file cache: each file has been written or read before.
- The runners of a race take turns, round by round. Times are medians, the spread is the minimum and the maximum, and ratios are
  medians of the ratios within each round.
- Our time for text runs from opening the file to the last figure. It includes checks of every value, removal of duplicates and
  ordering. The time for columns, ours and others', starts when the rows are in memory in the order of delivery.
- **memory** is the peak of the process's resident memory, runtime included, in millions of bytes. For columns it includes the data
  that the measured work was given.
- Where less is known to be enough, the competitors do less. \`JSON.parse\` and saxes have the text in memory and compute no figures. C
  knows its layout in advance and checks only that. DuckDB and ClickHouse keep their answers in their own memory, where ours are ready
  for use. They drop duplicates by the fastest of five queries. DuckDB without that is shown too, because equal rows happen not to
  change these sums (corrected rows would).
- All runners that compute figures must agree, or nothing is printed: agent, status and seconds are compared.
- The command's time is that of its whole process, with start-up and table. It is not the first run ever, which leaves compiled code in
  the cache folder. The command's own tests check what it prints.
- The screens run in a pseudo-terminal of 120 by 40 cells, at five in the afternoon. An emulated centre runs in its own process, and
  everything that the floor asks for is in the store. Keys and rest begin when the day is counted and two polls have passed. A key's time
  ends when the terminal has the frame that shows its effect. The next key comes then, but no sooner than 50 ms after the last one. Rest
  is a minute. The hour passes in steps of a second on a clock that the benchmark turns: the emulator, the store, the sums, the state and
  the drawing are the program's own, in one process, and the heap is measured after a full collection.
- For a Durable Object, the time is that of an HTTP response of workerd on this machine, because workerd's own clock stands still.
- The API is \`dwell-api serve\`, with its log going to a file, or the modules that Wrangler would deploy, in workerd; its request limits
  are lifted. The client is a separate process: either one client on a persistent connection, whose questions to Dwell and to Hono alone
  take turns, or autocannon with 200 connections. For the Durable Object, the first question follows a start of workerd with its stored
  data, and each of the others has a different \`now\`. The sums have no route, so they are measured on the API's Worker with one more
  route. Memory is that of the whole process, while Cloudflare counts only the isolate's. The weight of a part is what the script
  loses, gzipped, when the part and everything that only it needs are left out; these weights do not add up.

\`npm run bench\` repeats the measurements (about a quarter of an hour, and 10 GB of disk in \`node_modules/.cache\`).
\`npm run bench -- --large\` measures the file of 3 GB, \`npm run bench -- --store\` the event store, \`npm run bench -- --screen\` the screens,
\`npm run bench -- --api\` the API (some five minutes). \`npm run bench -- compare REF\` compares the working tree with another commit. More
in [tooling/bench](../tooling/bench/README.md).
`

/** Renders the page; nothing where there is nothing to show. */
export const render = ({ api, large, screen, store, usual }: Kept): string => {
  const races = [usual, large, store, screen, api].flatMap((results) => results?.races ?? [])
  const findings = check(races)
  return [
    "# Performance\n",
    "`npm run bench` writes this page. The figures are of one machine, so compare ratios rather than times.\n",
    ...(usual === undefined ? [] : [`${circumstancesText(usual)}\n`]),
    ...(large === undefined ? [] : [`The file of 3 GB: ${circumstancesText(large)}\n`]),
    ...(store === undefined ? [] : [`The event store: ${circumstancesText(store)}\n`]),
    ...(screen === undefined ? [] : [`The screens: ${circumstancesText(screen)}\n`]),
    ...(api === undefined ? [] : [`The API: ${circumstancesText(api)}\n`]),
    "![Times of others relative to Dwell](performance.svg)\n",
    "## Limits\n",
    `${findingsText(findings)}\n`,
    "## What falls short\n",
    `${shortcomings(findings)}\n`,
    "## All figures\n",
    ...races.map(raceText),
    method,
  ].join("\n")
}

/** What the terminal shows at the end. */
export const summary = (results: Results): string => {
  const findings = check(results.races)
  return `${circumstancesText(results)}\n\n${results.races.map(raceText).join("\n")}\n${findingsText(findings)}\n`
}
