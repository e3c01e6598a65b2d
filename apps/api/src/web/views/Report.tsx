/**
 * The report of a range: the form that picks it, everyone together, each agent, and what each rate is made of.
 */
import * as Calendar from "@dwell/core/Calendar"
import { covered, type Document } from "@dwell/core/Report"
import * as Statistics from "@dwell/core/Statistics"
import { displayName, stripControls, loggedInRoles, type Role, labels } from "../charts/palette.ts"
import { count, duration, percent, plural } from "./format.ts"

/** The range as it was asked for, to fill the form with; without `to` it ends where the log is known to. */
export interface ReportOptions {
  readonly from: string
  readonly to: string
  readonly tz: string
  readonly bucket: string | null
}

type Figures = Pick<Document["agents"][number], "statuses" | "untracked" | "loggedIn" | "calls" | "rates">

interface Column {
  readonly head: string
  /** What the figure is, and its formula if it is a rate. */
  readonly definition: string
  readonly text: (figures: Figures) => string
}

const secondsIn = ({ statuses }: Figures, role: Role): number =>
  statuses.reduce((sum, { category, seconds }) => (category === role ? sum + seconds : sum), 0)

const columns: ReadonlyArray<Column> = [
  {
    head: "Logged in",
    definition: "Time not offline and not untracked.",
    text: (figures) => duration(figures.loggedIn),
  },
  ...loggedInRoles.map((role) => ({
    head: labels[role],
    definition:
      role === "other"
        ? "Time in statuses that no category names."
        : `Time in statuses of the category ${labels[role].toLowerCase()}.`,
    text: (figures: Figures) => duration(secondsIn(figures, role)),
  })),
  {
    head: "Untracked",
    definition: "Time of which nothing is known: neither offline nor idle.",
    text: ({ untracked }) => duration(untracked),
  },
  {
    head: "Calls",
    definition: "Distinct calls; one that several agents had a part in is one call of everyone's.",
    text: ({ calls }) => count(calls),
  },
  {
    head: "Handle time",
    definition: Statistics.formulas.averageHandleTime,
    text: ({ rates: { averageHandleTime } }) => (averageHandleTime === null ? "–" : duration(averageHandleTime)),
  },
  { head: "Occupancy", definition: Statistics.formulas.occupancy, text: ({ rates }) => percent(rates.occupancy) },
  { head: "Utilisation", definition: Statistics.formulas.utilisation, text: ({ rates }) => percent(rates.utilisation) },
  {
    head: "Availability",
    definition: Statistics.formulas.availability,
    text: ({ rates }) => percent(rates.availability),
  },
  {
    head: "Not ready",
    definition: Statistics.formulas.notReadyShare,
    text: ({ rates }) => percent(rates.notReadyShare),
  },
]

const Cells = ({ figures }: { readonly figures: Figures }) => (
  <>
    {columns.map(({ text }) => (
      <td>{text(figures)}</td>
    ))}
  </>
)

const AgentTable = ({ report }: { readonly report: Document }) => (
  <div class="scroll" role="region" aria-label="Figures by agent" tabindex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">Agent</th>
          {columns.map(({ definition, head }) => (
            <th scope="col" title={definition}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {report.everyone === undefined ? null : (
        <tbody class="everyone">
          <tr>
            <th scope="row">Everyone</th>
            <Cells figures={report.everyone} />
          </tr>
        </tbody>
      )}
      <tbody>
        {report.agents.map((agent) => (
          <tr>
            <th scope="row">{displayName(agent)}</th>
            <Cells figures={agent} />
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** The time of all agents by bucket and category, where buckets were asked for. */
const BucketTable = ({ report: { buckets = [], statuses } }: { readonly report: Document }) => {
  if (buckets.length === 0) return null
  const categories = new Map(statuses.map(({ category, status }) => [status, category]))
  const rows = Map.groupBy(buckets, ({ start }) => start)
  return (
    <div class="scroll" role="region" aria-label="Time by bucket" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Bucket</th>
            {loggedInRoles.map((role) => (
              <th scope="col">{labels[role]}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from(rows.values(), (some) => (
            <tr>
              <th scope="row">{some[0]?.label.replace("T", " ")}</th>
              {loggedInRoles.map((role) => (
                <td>
                  {duration(
                    some.reduce(
                      (sum, { seconds, status }) => (categories.get(status) === role ? sum + seconds : sum),
                      0,
                    ),
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const uncoveredSeconds = ({ quality }: Document): number =>
  quality.uncovered.reduce((sum, { from, to }) => sum + to - from, 0)

/** Whether there is a range, of which nothing has been read. */
const isUncovered = (report: Document): boolean => {
  const { from, to } = report.window
  return to > from && uncoveredSeconds(report) >= covered(report.window)
}

const Quality = ({ known, report }: { readonly report: Document; readonly known: number | null }) => {
  const { quality, window } = report
  const uncovered = isUncovered(report) ? 0 : uncoveredSeconds(report)
  const says = [
    plural(quality.unique, "event"),
    known === null
      ? null
      : `all that is known ends at ${Calendar.label({ name: window.timezone }, known).slice(0, 19).replace("T", " ")}`,
    uncovered === 0 ? null : `${duration(uncovered)} of the range could not be read`,
    quality.agentsWithoutCarryIn.length === 0
      ? null
      : `what came before the range is not known of ${plural(quality.agentsWithoutCarryIn.length, "agent")}`,
    quality.unknownStatuses.length === 0
      ? null
      : `in no category, so counted as other: ${quality.unknownStatuses.map(stripControls).join(", ")}`,
  ]
  return <p class="faint">{says.filter((text) => text !== null).join("; ")}.</p>
}

const ranges = [
  { text: "Today", from: "today", to: "" },
  { text: "Yesterday", from: "yesterday", to: "today" },
  { text: "Last 7 days", from: "-7d", to: "" },
] as const

const link = ({ bucket, tz }: ReportOptions, { from, to }: (typeof ranges)[number]): string =>
  `/?${new URLSearchParams({ from, ...(to === "" ? {} : { to }), tz, ...(bucket === null ? {} : { bucket }) })}#report`

const bucketWords: Readonly<Record<Calendar.Size, string>> = {
  PT15M: "15 minutes",
  PT30M: "30 minutes",
  PT1H: "1 hour",
  P1D: "1 day",
  P1W: "1 week",
  P1M: "1 month",
}

const Picker = ({ asked, problem }: { readonly asked: ReportOptions; readonly problem: string | null }) => {
  const isWrong = problem === null ? {} : { "aria-invalid": "true" as const, "aria-describedby": "problem" }
  return (
    <form method="get" action="/#report" class="picker">
      <label>
        From
        <input
          name="from"
          value={asked.from}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...isWrong}
        />
      </label>
      <label>
        To
        <input
          name="to"
          value={asked.to}
          placeholder="as far as known"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          {...isWrong}
        />
      </label>
      <label>
        Time zone
        <input name="tz" value={asked.tz} autocomplete="off" autocapitalize="none" spellcheck={false} {...isWrong} />
      </label>
      <label>
        By
        <select name="bucket">
          <option value="" selected={asked.bucket === null}>
            agent only
          </option>
          {Calendar.sizes.map((size) => (
            <option value={size} selected={asked.bucket === size}>
              {bucketWords[size]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
      <nav aria-label="Ranges">
        {ranges.map((range) => (
          <a
            href={link(asked, range)}
            {...(range.from === asked.from && range.to === asked.to ? { "aria-current": "true" } : {})}
          >
            {range.text}
          </a>
        ))}
      </nav>
      {problem === null ? (
        <p class="faint">today, yesterday, now, -90m, -7d, 10:30, 2026-03-10 or 2026-03-10T10:30</p>
      ) : (
        <p class="problem" role="alert" id="problem">
          {problem}
        </p>
      )}
    </form>
  )
}

const Definitions = () => (
  <details>
    <summary>What the figures mean</summary>
    <dl>
      {columns.map(({ definition, head }) => (
        <div>
          <dt>{head}</dt>
          <dd>{definition}</dd>
        </div>
      ))}
    </dl>
    <p>A dash stands where there is nothing to divide by.</p>
  </details>
)

interface ReportProps {
  readonly report: Document | null
  readonly asked: ReportOptions
  readonly problem: string | null
  /** Up to when anything is known. */
  readonly known: number | null
}

/** The section of the page. */
export const Report = ({ asked, known, problem, report }: ReportProps) => (
  <section id="report" class="card report" aria-labelledby="report-heading">
    <h2 id="report-heading">Report</h2>
    <Picker asked={asked} problem={problem} />
    {report === null ? null : (
      <>
        {isUncovered(report) ? (
          <p>Nothing of this range has been read.</p>
        ) : report.agents.length === 0 ? (
          <p>Nobody has an event in this range or before it.</p>
        ) : (
          <>
            <AgentTable report={report} />
            <BucketTable report={report} />
          </>
        )}
        <Definitions />
        <Quality report={report} known={known} />
      </>
    )}
  </section>
)
