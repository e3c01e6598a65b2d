/**
 * The floor as it is shown: the order of the list, and the counts of the tiles. The server renders it, and the script of the
 * page renders it again with each message.
 *
 * Units    Unix seconds
 */
import type { AtDocument } from "@dwell/core/Report"
import { stripControls, type Role, roles } from "../charts/palette.ts"
import { duration } from "./format.ts"

/** The fields of an agent on a card. */
export type Agent = Pick<
  AtDocument["agents"][number],
  "agent" | "name" | "status" | "category" | "since" | "visitSince"
>

/** The counts of the tiles. */
export type Counts = Pick<AtDocument, "statuses" | "untracked">

export const roleOf = ({ category }: Pick<Agent, "category">): Role => category ?? "untracked"

/** The text of an agent's status. */
export const statusOf = ({ status }: Pick<Agent, "status">): string =>
  status === null ? "untracked" : stripControls(status) || "(no text)"

/** The start of an agent's visit, if it is known. */
export interface Visit {
  readonly began: number | null
  /** The visit may have started before the known log. */
  readonly isAtLeast: boolean
}

export const visitOf = ({ since, visitSince }: Agent): Visit => ({
  began: visitSince ?? since,
  isAtLeast: visitSince === null,
})

/** Older data no longer shows the present. */
const oldSeconds = 120

export const isOld = (asOf: number, now: number): boolean => now - asOf > oldSeconds

/** The end of running durations: the present, or the end of the known log if that is old. */
export const durationsEnd = (asOf: number, now: number): number => (isOld(asOf, now) ? asOf : now)

/** `14:40:00`, with the date unless it is today; both arguments are labels of `Calendar.label`. */
export const asOfText = (label: string, today: string): string =>
  label.slice(0, 10) === today.slice(0, 10) ? label.slice(11, 19) : label.slice(0, 19).replace("T", " ")

/** The duration of a visit, with a mark if it may be longer; empty if it is unknown. */
export const visitText = ({ began, isAtLeast }: Visit, now: number): string =>
  began === null ? "" : `${isAtLeast ? "≥ " : ""}${duration(now - began)}`

// Agents without a start come last. Two infinities would have no difference.
const compare = (one: number | null, other: number | null): number =>
  (one ?? Number.MAX_SAFE_INTEGER) - (other ?? Number.MAX_SAFE_INTEGER)

/** Sorts by category, the busiest first and untracked last, then by duration, the longest first. */
export const sortAgents = (agents: ReadonlyArray<Agent>): ReadonlyArray<Agent> =>
  agents.toSorted(
    (one, other) =>
      roles.indexOf(roleOf(one)) - roles.indexOf(roleOf(other)) ||
      compare(visitOf(one).began, visitOf(other).began) ||
      one.agent - other.agent,
  )

export interface Tile {
  readonly role: Role
  readonly agents: number
  /** `call 10, hold 1`: the statuses of the category. */
  readonly statuses: string
}

/** A tile for each category, and one for untracked agents; each agent counts in one. */
export const tiles = ({ statuses, untracked }: Counts): ReadonlyArray<Tile> =>
  roles.map((role) => {
    if (role === "untracked") return { role, agents: untracked, statuses: untracked === 0 ? "" : "nothing is known" }
    const those = statuses.filter(({ category }) => category === role)
    return {
      role,
      agents: those.reduce((sum, { agents }) => sum + agents, 0),
      statuses: those.map(({ agents, status }) => `${statusOf({ status })} ${agents}`).join(", "),
    }
  })
