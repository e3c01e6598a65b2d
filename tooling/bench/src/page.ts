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
  `### ${title}\n\n${table(["", "median", "19 of 20", "most", "readings", "memory"], runners.map(readingsRow), 1)}\n`

const raceText = (race: Race): string => {
  const { runners, title } = race
  if (runners.some(({ unit }) => unit !== undefined)) return readingsText(race)
  const [first] = runners
  const isGrowing = runners.some(({ rows }) => rows !== first?.rows)
  const relative = `of “${first?.title ?? ""}”${isGrowing ? ", a row" : ""}`
  const head = ["", "time", "spread", relative, "million rows a second", "memory"]
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

- Each run is a process of its own, bundled into one file as users run it, on one log in every format: that of the
  [emulator's](../packages/emulator) invented centre, with rows that come twice, rows recorded late and changes within one
  second. Nothing is warmed up. The machine's file cache is: each file has been written or read before.
- Runners of a race take turns, round by round. Times are medians, the spread is the least and the most, and ratios are
  medians of the ratios within each round.
- Our time of text runs from opening the file to the last figure, with checks of every value, removal of duplicates and
  ordering. That of columns, ours and others', begins when the rows are in memory in the order of delivery.
- **memory** is the most that was resident of the process, runtime included, in millions of bytes; for columns it
  includes what the measured work was given.
- What we are held against does less where less is known to be enough: \`JSON.parse\` and saxes have the text in memory and
  find no figures; C knows its layout beforehand and checks only that; DuckDB and ClickHouse keep their answers in memory
  of their own, where ours are ready for use. They drop duplicates by the quickest of five queries; DuckDB without that is
  shown too, because equal rows happen not to change these sums (corrected rows would).
- Whoever answers with figures finds the same, or nothing is printed: agent, status and seconds of all are compared.
- The command's time is that of its whole process, start-up and table included, and not of the first run ever, which leaves
  compiled code in the cache folder; what it prints is checked by its own tests.
- The screens are those of a pseudo-terminal of 120 by 40 cells, five in the afternoon, with an emulated centre in a
  process of its own and all that the floor asks for kept. Keys and rest begin when the day is counted and two polls
  have passed. A key's time ends when the terminal has the frame that shows what it does; the next key comes then, and
  no sooner than 50 ms after it. Rest is a minute. The hour goes by in steps of a second on a clock that is turned by
  hand: the emulator, the store, what counts, the state and what draws are the program's, in one process, and figures of
  the heap follow a full collection.
- Of a Durable Object, the time is that of an HTTP answer of workerd on this machine, whose own clock stands still.
- The API is \`dwell-api serve\`, its log going to a file, or the modules that Wrangler would deploy, in workerd, with its
  limits of requests lifted. Whoever asks is a process of its own: one client on a connection that stays, whose questions
  to Dwell and to Hono alone take turns, or autocannon with 200 connections. Of the Durable Object, the first question
  follows a start of workerd with what it had kept, the others each have a \`now\` of their own, and the sums, which have
  no route, are those of the API's Worker with one more. Memory is all of the process's, where Cloudflare counts that of
  the isolate alone. A part's weight is what the script loses, gzipped, when the part and all that only it needs are left
  out; they do not add up.

\`npm run bench\` repeats it (some quarter of an hour, 10 GB of disk in \`node_modules/.cache\`), \`npm run bench -- --large\` the
file of 3 GB, \`npm run bench -- --store\` the event store, \`npm run bench -- --screen\` the screens, \`npm run bench -- --api\` the API (some
five minutes), and \`npm run bench -- compare REF\` holds the working tree against another commit. More in
[tooling/bench](../tooling/bench/README.md).
`

/** Renders the page; nothing where there is nothing to show. */
export const render = ({ api, large, screen, store, usual }: Kept): string => {
  const races = [usual, large, store, screen, api].flatMap((results) => results?.races ?? [])
  const findings = check(races)
  return [
    "# How fast it is\n",
    "Written by `npm run bench`; figures are of one machine, and ratios are what to look at.\n",
    ...(usual === undefined ? [] : [`${circumstancesText(usual)}\n`]),
    ...(large === undefined ? [] : [`The file of 3 GB: ${circumstancesText(large)}\n`]),
    ...(store === undefined ? [] : [`The event store: ${circumstancesText(store)}\n`]),
    ...(screen === undefined ? [] : [`The screens: ${circumstancesText(screen)}\n`]),
    ...(api === undefined ? [] : [`The API: ${circumstancesText(api)}\n`]),
    "![Times of others relative to Dwell](performance.svg)\n",
    "## What Dwell holds itself to\n",
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
