/**
 * Rows that share their id: for each id the row delivered last stays.
 *
 * Shape    equal ids that follow one another are found as they come (see EventLog.ts). Where the ids of the delivery
 *          have descended, equal ones may lie anywhere: a filter finds rows that may have an equal, and only these are
 *          compared
 * Fails    never
 * Source   docs/definitions.md, section "Events"
 * Cost     nothing where ids never descend; else two more readings, 4 bytes a row, and some 50 a row that may have an equal
 */
import { filter, HIGH, halves, LOW, numbering } from "../columns.ts"
import { type Builder, type EventBatch } from "../EventBatch.ts"
import { type Memory } from "./chain.ts"

/** A row of a batch. */
export interface Row {
  readonly batch: EventBatch
  readonly row: number
}

/** Whether two rows with one id say the same. */
export const isSame = (one: Row, other: Row): boolean => {
  const agentOf = ({ batch, row }: Row) => batch.agents[batch.agent[row] ?? 0]
  const statusOf = ({ batch, row }: Row) => batch.statuses[batch.status[row] ?? 0]
  const subcodeOf = ({ batch, row }: Row) => batch.subcodes[batch.subcode[row] ?? 0]
  return (
    one.batch.uts[one.row] === other.batch.uts[other.row] &&
    one.batch.callid[one.row] === other.batch.callid[other.row] &&
    agentOf(one) === agentOf(other) &&
    statusOf(one) === statusOf(other) &&
    subcodeOf(one) === subcodeOf(other)
  )
}

/** Reads all rows, agent by agent, in the order of delivery, with the number of descents before each. */
export type Reading = (visit: (rows: Memory, agent: number, descents: Uint32Array) => void) => void

/** A row to leave out, and the one that is kept in its place. */
interface Repeat {
  /** The number of its agent, and its place among the agent's rows as they were delivered. */
  readonly agent: number
  readonly place: number
  readonly row: Row
  readonly kept: Row
}

export interface Repeats {
  readonly rows: () => Iterable<Repeat>
  /** The row kept for the id of a row; none when no descent lies between rows with it. */
  readonly kept: (row: Row) => Row | undefined
}

/** Finds rows with equal ids among `rows` rows. Of those with one id, the one after the most descents is kept. */
export const find = (reading: Reading, rows: number, into: Builder, append: Append): Repeats => {
  const { mayHaveEqual, see } = filter(rows)
  reading(({ length, uidHalves }) => {
    for (let row = 0; row < length; row++) see(uidHalves[2 * row + LOW] ?? 0, uidHalves[2 * row + HIGH] ?? 0)
  })
  const ids = numbering()
  /** Of each candidate: its id's number, its agent, its place there, and the descents before it. */
  const candidates: Record<"id" | "agent" | "place" | "descents", Array<number>> = {
    id: [],
    agent: [],
    place: [],
    descents: [],
  }
  /** Per id, the candidate delivered last. */
  const last: Array<number> = []
  reading((memory, agent, descents) => {
    const { length, uidHalves } = memory
    for (let row = 0; row < length; row++) {
      const low = uidHalves[2 * row + LOW] ?? 0
      const high = uidHalves[2 * row + HIGH] ?? 0
      if (!mayHaveEqual(low, high)) continue
      const id = ids.of(low, high)
      const candidate = candidates.id.length
      const before = descents[row] ?? 0
      const other = last[id]
      if (other === undefined || before > (candidates.descents[other] ?? 0)) last[id] = candidate
      candidates.id.push(id)
      candidates.agent.push(agent)
      candidates.place.push(row)
      candidates.descents.push(before)
      append(into, memory, agent, row)
    }
  })
  const batch = into.take()
  return {
    rows: function* () {
      for (let row = 0; row < candidates.id.length; row++) {
        const winner = last[candidates.id[row] ?? 0] ?? row
        if (winner === row) continue
        const [agent = 0, place = 0] = [candidates.agent[row], candidates.place[row]]
        yield { agent, place, row: { batch, row }, kept: { batch, row: winner } }
      }
    },
    kept: (row) => {
      const own = halves(row.batch.uid.subarray(row.row, row.row + 1))
      const known = ids.count
      const id = ids.of(own[LOW] ?? 0, own[HIGH] ?? 0)
      const winner = id < known ? last[id] : undefined
      return winner === undefined ? undefined : { batch, row: winner }
    },
  }
}

/** Appends a row of an agent to a builder. */
export type Append = (into: Builder, rows: Memory, agent: number, row: number) => void
