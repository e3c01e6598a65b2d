/**
 * The floor as it is looked at: who stands where in the list, and what the tiles count. The server renders it, and the script
 * of the page renders it again with what it hears.
 *
 * Units    Unix seconds
 */
import type { AtDocument } from "@dwell/core/Report"
import { stripControls, type Role, roles } from "../charts/palette.ts"
import { duration } from "./format.ts"

/** What a card shows of an agent. */
export type Agent = Pick<
  AtDocument["agents"][number],
  "agent" | "name" | "status" | "category" | "since" | "visitSince"
>

/** What tiles count. */
export type Counts = Pick<AtDocument, "statuses" | "untracked">

export const roleOf = ({ category }: Pick<Agent, "category">): Role => category ?? "untracked"

/** What an agent's status is called. */
export const statusOf = ({ status }: Pick<Agent, "status">): string =>
  status === null ? "untracked" : stripControls(status) || "(no text)"

/** When an agent's visit began, as far as is known. */
export interface Visit {
  readonly began: number | null
  /** It may have begun before anything is known. */
  readonly isAtLeast: boolean
}

export const visitOf = ({ since, visitSince }: Agent): Visit => ({
  began: visitSince ?? since,
  isAtLeast: visitSince === null,
})

/** From this age on, what is known no longer says what is the case now. */
const oldSeconds = 120

export const isOld = (asOf: number, now: number): boolean => now - asOf > oldSeconds

/** Up to when durations run: to the clock, but not past what is known where that is old. */
export const durationsEnd = (asOf: number, now: number): number => (isOld(asOf, now) ? asOf : now)

/** `14:40:00`, with its date where that is not today's; both are local labels as of `Calendar.label`. */
export const asOfText = (label: string, today: string): string =>
  label.slice(0, 10) === today.slice(0, 10) ? label.slice(11, 19) : label.slice(0, 19).replace("T", " ")

/** How long a visit has gone on, with a mark where it is at least so long; empty where nothing is known. */
export const visitText = ({ began, isAtLeast }: Visit, now: number): string =>
  began === null ? "" : `${isAtLeast ? "≥ " : ""}${duration(now - began)}`

// Those without a begin come last: two infinities have no difference.
const compare = (one: number | null, other: number | null): number =>
  (one ?? Number.MAX_SAFE_INTEGER) - (other ?? Number.MAX_SAFE_INTEGER)

/** By category, from the busiest to those untracked; then the longest first. */
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

/** A tile for each category, and one for those untracked; nobody is in two. */
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
