/**
 * Rows that share their id: for each id the row delivered last stays.
 *
 * Shape    a filter finds rows that may have an equal, and only these, the candidates, are compared
 * Fails    never
 * Source   docs/definitions.md, section "Events"
 * Cost     two readings of all ids; 4 bytes a row, and some 16 a candidate besides what the caller keeps of it
 */
import { bloomFilter, highHalf, lowHalf, idInterner } from "../events/columns.ts"
import type { EventBatch } from "../events/EventBatch.ts"

/** Ids as halves, the first `length` of them, with what rises with the order of delivery; default: their place. */
interface Part {
  readonly length: number
  readonly ids: Uint32Array
  readonly delivered?: Uint32Array
}

/** Reads all rows, part by part, always in the same order. */
export type Reading = (visit: (part: Part, number: number) => void) => void

/** Candidates are numbered in the order of the reading. */
export interface Duplicates {
  /** Those that go, each with the one that is kept. */
  readonly dropped: () => Iterable<readonly [dropped: number, kept: number]>
  /** The candidate that is kept of an id; none when the id has no candidate. */
  readonly keptOf: (low: number, high: number) => number | undefined
}

/** Finds rows with equal ids among `rows` rows; hears of each candidate as it is found. */
export const find = (reading: Reading, rows: number, onCandidate: (row: number, part: number) => void): Duplicates => {
  const { mayHaveEqual, see } = bloomFilter(rows)
  reading(({ ids, length }) => {
    for (let row = 0; row < length; row++) see(ids[2 * row + lowHalf] ?? 0, ids[2 * row + highHalf] ?? 0)
  })
  const known = idInterner()
  /** Of each candidate, the number of its id, and when it was delivered. */
  const idOf: Array<number> = []
  const deliveredAt: Array<number> = []
  /** Per id, the candidate delivered last. */
  const last: Array<number> = []
  reading(({ delivered, ids, length }, part) => {
    for (let row = 0; row < length; row++) {
      const low = ids[2 * row + lowHalf] ?? 0
      const high = ids[2 * row + highHalf] ?? 0
      if (!mayHaveEqual(low, high)) continue
      const id = known.of(low, high)
      const at = delivered === undefined ? row : (delivered[row] ?? 0)
      const other = last[id]
      if (other === undefined || at > (deliveredAt[other] ?? 0)) last[id] = idOf.length
      idOf.push(id)
      deliveredAt.push(at)
      onCandidate(row, part)
    }
  })
  return {
    dropped: function* () {
      for (let candidate = 0; candidate < idOf.length; candidate++) {
        const kept = last[idOf[candidate] ?? 0] ?? candidate
        if (kept !== candidate) yield [candidate, kept]
      }
    },
    keptOf: (low, high) => {
      const count = known.count
      const id = known.of(low, high)
      return id < count ? last[id] : undefined
    },
  }
}

/** A row of a batch. */
export interface Row {
  readonly batch: EventBatch
  readonly row: number
}

/** Whether two rows with one id say the same. */
const isSame = (one: Row, other: Row): boolean => {
  const statusOf = ({ batch, row }: Row) => batch.statuses[batch.status[row] ?? 0]
  const subcodeOf = ({ batch, row }: Row) => batch.subcodes[batch.subcode[row] ?? 0]
  return (
    one.batch.uts[one.row] === other.batch.uts[other.row] &&
    one.batch.callid[one.row] === other.batch.callid[other.row] &&
    agentAt(one) === agentAt(other) &&
    statusOf(one) === statusOf(other) &&
    subcodeOf(one) === subcodeOf(other)
  )
}

const agentAt = ({ batch, row }: Row): number => batch.agents[batch.agent[row] ?? 0] ?? 0

/** Rows that were dropped, as columns, and what they count for. */
export interface Dropped {
  readonly length: number
  /** The time, and the id of the agent, of the row kept. */
  readonly uts: Float64Array
  readonly agent: Float64Array
  /** 1 where the row said anything else than the row kept: a conflict, not a duplicate. */
  readonly isConflict: Uint8Array
}

/** Lists rows that go, each with the one that is kept. */
export const droppedOf = (rows: Iterable<readonly [dropped: Row, kept: Row]>): Dropped => {
  const [uts, agent, isConflict]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
  for (const [row, kept] of rows) {
    uts.push(kept.batch.uts[kept.row] ?? 0)
    agent.push(agentAt(kept))
    isConflict.push(isSame(row, kept) ? 0 : 1)
  }
  return {
    length: uts.length,
    uts: Float64Array.from(uts),
    agent: Float64Array.from(agent),
    isConflict: Uint8Array.from(isConflict),
  }
}
