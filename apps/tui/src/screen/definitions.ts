/**
 * What the figures mean: for each column of the floor and the report, its definition, formula and unit.
 *
 * Source   docs/definitions.md
 */
import * as Category from "@dwell/core/Category"
import { formulas } from "@dwell/core/Statistics"
import { printable } from "@dwell/terminal/text"
import type { ColumnName } from "./floor/state.ts"
import type { ReportColumn } from "./report/table.ts"
import { statusOfColumn } from "./report/bucketTable.ts"

export interface Definition {
  readonly title: string
  readonly text: string
  readonly formula?: string
  readonly unit: string
}

const time = "h:mm:ss; seconds; or per cent of the time logged in"
const timeOfCovered = "h:mm:ss; seconds; or per cent of the time covered"
const ratio = "per cent; a dash if there is nothing to divide by"

/** The statuses of a category, unless a table of categories changes them. */
const statusesOf = (category: Category.Category): string =>
  Array.from(Category.defaults)
    .flatMap(([status, of]) => (of === category ? [status] : []))
    .join(", ")

const category = (title: string, of: Category.Category, says: string): Definition => ({
  title,
  text: `Time in statuses of this category: ${says}. Intervals are clipped to the window before they are summed.`,
  formula: `sum of ${statusesOf(of)}`,
  unit: of === "offline" ? timeOfCovered : time,
})

const definitions: Readonly<Record<ColumnName | ReportColumn, Definition>> = {
  agent: { title: "Agent", text: "The agent's number in ContactNow.", unit: "an id" },
  name: {
    title: "Name",
    text: "The agent's name as ContactNow has it; where it has none, the agent's number.",
    unit: "text",
  },
  team: {
    title: "Team",
    text: "The agent's team as ContactNow has it. A team's rates come from the sums over its agents, not from their rates.",
    unit: "text",
  },
  agents: { title: "Agents", text: "How many agents the row covers.", unit: "a count" },
  status: {
    title: "Status",
    text: "An agent has a status until the agent's next event. Any word can be a status. Before the first known event the agent is untracked: neither offline nor idle.",
    unit: "text",
  },
  category: {
    title: "Category",
    text: "What a status counts as in rates. A status in no category counts as other.",
    unit: "available, handling, afterCall, idle, offline or other",
  },
  running: {
    title: "For",
    text: "How long the current visit has lasted. A visit is a maximal run of one agent's consecutive events with the same status. A new call or subcode does not end it. A dash means that it may have started before the first known event.",
    formula: "now - start of the visit",
    unit: "h:mm:ss",
  },
  day: {
    title: "Day so far",
    text: "Time logged in since the start of the day, by category: handling, after call, available, idle, other.",
    formula: "logged in = time not offline and not untracked",
    unit: "a bar of the whole time logged in",
  },
  since: {
    title: "Since",
    text: "When the current session started. A session is a maximal run of one agent's events whose category is not offline. A < means that it started before the day.",
    unit: "local time",
  },
  handle: {
    title: "Average handle time (AHT)",
    text: "Average time per call, including after-call work. Calls are counted over these two categories.",
    formula: formulas.averageHandleTime,
    unit: "h:mm:ss a call; a dash without calls",
  },
  loggedIn: {
    title: "Logged in",
    text: "Time not offline and not untracked.",
    formula: "logged in = handling + after call + available + idle + other",
    unit: timeOfCovered,
  },
  handling: category("Handling", "handling", "with a customer or reaching one"),
  afterCall: category("After call", "afterCall", "after-call work"),
  available: category("Available", "available", "ready for a call"),
  idle: category("Idle", "idle", 'logged in, not ready. In ContactNow idle means this, not "waiting for a call"'),
  other: {
    title: "Other",
    text: "Time in statuses of no category. It counts as logged in. Rows by status show each under its own name.",
    formula: "sum of all statuses in no other category",
    unit: time,
  },
  offline: category("Offline", "offline", "logged out"),
  untracked: {
    title: "Untracked",
    text: "Time for which the status is not known: before an agent's first known event, where the log could not be read, and where a stale status was cut. It is neither offline nor idle.",
    formula: "untracked = covered - sum of all statuses; covered = min(to, now) - from, for each agent",
    unit: timeOfCovered,
  },
  calls: {
    title: "Calls",
    text: "Distinct calls on events that touch the window. In a total, a call that several agents took part in counts once.",
    unit: "a count",
  },
  averageHandleTime: {
    title: "Average handle time (AHT)",
    text: "Average time per call, including after-call work. Calls are counted over these two categories.",
    formula: formulas.averageHandleTime,
    unit: "h:mm:ss or seconds a call; a dash without calls",
  },
  occupancy: {
    title: "Occupancy",
    text: "The share of the time for calls that was spent on calls and after-call work.",
    formula: formulas.occupancy,
    unit: ratio,
  },
  utilisation: {
    title: "Utilisation",
    text: "The share of the time logged in that was spent on calls and after-call work. Some sources call this occupancy, and the other one utilisation.",
    formula: formulas.utilisation,
    unit: ratio,
  },
  availability: {
    title: "Availability",
    text: "The share of the time logged in during which the agent was ready for a call.",
    formula: formulas.availability,
    unit: ratio,
  },
  notReadyShare: {
    title: "Not ready",
    text: "The share of the time logged in that was neither spent on calls nor ready for them.",
    formula: formulas.notReadyShare,
    unit: ratio,
  },
  as: {
    title: "Logged in as",
    text: "The time logged in by category: handling, after call, available, idle, other. Sorted by the time logged in.",
    unit: "a bar of the whole time logged in",
  },
  seconds: {
    title: "Time",
    text: "Sum of the lengths of all intervals with this status, clipped to the window.",
    unit: "h:mm:ss; seconds; or per cent of the time logged in (offline and totals: of the time covered)",
  },
  share: {
    title: "Of logged in",
    text: "The share of the time logged in. Offline time is not part of it.",
    formula: "time / logged in",
    unit: ratio,
  },
  entries: { title: "Entries", text: "Events with this status in the window.", unit: "a count" },
  visits: {
    title: "Visits",
    text: "Visits with time in the window: a visit is a maximal run of one agent's consecutive events with the same status.",
    unit: "a count",
  },
  longest: { title: "Longest", text: "The longest visit, clipped to the window.", unit: "h:mm:ss or seconds" },
  average: {
    title: "Average",
    text: "The average length of a visit.",
    formula: "time / visits",
    unit: "h:mm:ss or seconds a visit; a dash without visits",
  },
  bucket: {
    title: "Bucket",
    text: "A part of the window by the local calendar, clipped to the window. A clock change starts another bucket; a day is as long as the local day. Buckets in the future, and those not read yet, show dashes.",
    unit: "local time of its start",
  },
}

const isKnown = (name: string): name is keyof typeof definitions => Object.hasOwn(definitions, name)

/** What a column means; `null` = there is no such column. */
export const definitionOf = (name: string): Definition | null => {
  const status = statusOfColumn(name)
  if (status !== null) {
    const of = Category.of(Category.defaults, status)
    return {
      title: printable(status),
      text: `Sum of the lengths of all intervals with the status ${printable(status)}, of all agents, clipped to the bucket. Its category is ${of}.`,
      unit: of === "offline" ? timeOfCovered : time,
    }
  }
  return isKnown(name) ? definitions[name] : null
}
