/**
 * The rows of the floor as a person has arranged it: sorted, filtered, by team.
 */
import type * as Alert from "@dwell/core/Alert"
import * as Filter from "../app/filter.ts"
import { memoizeLast } from "../app/memoizeLast.ts"
import type { Person, Figures, Floor, Group } from "../worker/protocol/answer.ts"
import type { ColumnName, FloorState } from "./state.ts"

export type Row =
  | { readonly kind: "person"; readonly person: Person }
  | { readonly kind: "team"; readonly team: TeamHead }

interface TeamHead {
  readonly team: string | null
  /** How many of it are shown. */
  readonly people: number
  /** Figures of the whole team; `null` while they are being counted, or where the filter hides some of it. */
  readonly day: Figures | null
}

/** The order of categories in bars. */
const ranks = { handling: 0, afterCall: 1, available: 2, idle: 3, other: 4, offline: 5 } as const

const text = (one: string | null, other: string | null): number =>
  one === other ? 0 : one === null ? 1 : other === null ? -1 : one.toLowerCase() < other.toLowerCase() ? -1 : 1

/** Unknown values come last in either order. */
const number = (value: (person: Person) => number | null) => (one: Person, other: Person, sign: number) => {
  const [a, b] = [value(one), value(other)]
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return sign * (a - b)
}

const comparisons: Readonly<Record<ColumnName, (one: Person, other: Person, sign: number) => number>> = {
  agent: number(({ agent }) => agent),
  name: (one, other, sign) => sign * text(one.name, other.name),
  team: (one, other, sign) => sign * text(one.team, other.team),
  status: (one, other, sign) => {
    const rank = ({ category }: Person) => (category === null ? 9 : ranks[category])
    return sign * (rank(one) - rank(other) || text(one.status, other.status))
  },
  // The visit that started first is the longest.
  running: number(({ since }) => (since === null ? null : -since)),
  day: number(({ day }) => day?.loggedIn ?? null),
  calls: number(({ day }) => day?.calls ?? null),
  handle: number(({ day }) => day?.rates.averageHandleTime ?? null),
  occupancy: number(({ day }) => day?.rates.occupancy ?? null),
  since: number(({ loggedInSince }) => loggedInSince),
}

const arrangeRows = memoizeLast(
  (
    { people }: Floor,
    teams: ReadonlyArray<Group>,
    sort: FloorState["sort"],
    filter: string,
    isByTeam: boolean,
    thresholds: ReadonlyArray<Alert.Threshold>,
    now: number,
  ): ReadonlyArray<Row> => {
    const passes = Filter.parse(filter, thresholds)
    const compare = comparisons[sort.column]
    const sign = sort.isDescending ? -1 : 1
    const shown = people
      .filter((person) => passes(person, now))
      .toSorted((one, other) => compare(one, other, sign) || one.agent - other.agent)
    const rowsOf = (all: ReadonlyArray<Person>) => all.map((person): Row => ({ kind: "person", person }))
    if (!isByTeam) return rowsOf(shown)
    return [...Map.groupBy(shown, ({ team }) => team)]
      .toSorted(([one], [other]) => text(one, other))
      .flatMap(([team, members]) => {
        const day = teams.find((known) => known.team === team) ?? null
        const isWhole = people.filter((person) => person.team === team).length === members.length
        const head: TeamHead = { team, people: members.length, day: isWhole ? day : null }
        return [{ kind: "team", team: head }, ...rowsOf(members)] satisfies ReadonlyArray<Row>
      })
  },
)

/** The rows of the floor. They are arranged again only after a change. */
export const rows = (
  floor: Floor,
  teams: ReadonlyArray<Group>,
  { filter, isByTeam, sort }: FloorState,
  thresholds: ReadonlyArray<Alert.Threshold>,
  now: number,
): ReadonlyArray<Row> => arrangeRows(floor, teams, sort, filter, isByTeam, thresholds, Filter.isTimed(filter) ? now : 0)

/** The first threshold that a person's visit is over. */
export const breach = (
  person: Pick<Person, "status" | "category" | "since">,
  thresholds: ReadonlyArray<Alert.Threshold>,
  now: number,
): Alert.Threshold | undefined => thresholds.find((threshold) => Filter.isOver(person, threshold, now))
