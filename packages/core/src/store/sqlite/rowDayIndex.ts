/**
 * Where the rows of open days are: for each quarter of an hour, between which ids they lie, and which agents have some.
 *
 * Shape    bounds are never too narrow, and no agent is missing; they may be too wide after rows were moved or removed
 * Cost     two small statements for each slot that a batch has rows of
 */
import { halves, isLarger } from "../../events/columns.ts"
import type { EventBatch } from "../../events/EventBatch.ts"
import { agentIn } from "./dictionary.ts"
import type { Driver, Value } from "../drivers/Driver.ts"
import type { Window } from "../../time/Window.ts"

const secondsPerSlot = 900

const slotOf = (instant: number): number => Math.floor(instant / secondsPerSlot)

/** Ids from one up to another, both of them included. */
export interface IdRange {
  readonly least: bigint
  readonly most: bigint
}

interface Slot extends IdRange {
  readonly window: Window
  /** Whether somebody may have a row who is not among these numbers of agents. */
  readonly hasOthers: (agents: AgentSet) => boolean
}

/** Numbers of agents. */
export interface AgentSet {
  readonly has: (agent: number) => boolean
  readonly add: (agent: number) => void
  /** A byte an agent, 1 where it is in. */
  readonly bytes: () => Uint8Array
}

export const agentSet = (): AgentSet => {
  let bytes = new Uint8Array(64)
  // Bytes of no length are taken for NULL.
  let end = 1
  return {
    has: (agent) => bytes[agent] === 1,
    add: (agent) => {
      if (agent >= bytes.length) {
        const wider = new Uint8Array(2 * agent)
        wider.set(bytes)
        bytes = wider
      }
      bytes[agent] = 1
      end = Math.max(end, agent + 1)
    },
    bytes: () => bytes.subarray(0, end),
  }
}

/** Bits of agents, as many as there are bytes for. */
const withBit = (bits: Uint8Array, agent: number): Uint8Array => {
  const byte = agent >>> 3
  const wide = byte < bits.length ? bits : new Uint8Array(Math.max(byte + 1, 2 * bits.length))
  if (wide !== bits) wide.set(bits)
  wide[byte] = (wide[byte] ?? 0) | (1 << (agent & 7))
  return wide
}

const hasOthers =
  (bits: Value | undefined) =>
  ({ has }: AgentSet): boolean => {
    // Of an slot of an older store nobody knows.
    if (!(bits instanceof Uint8Array)) return true
    for (let byte = 0; byte < bits.length; byte++) {
      for (let rest = bits[byte] ?? 0; rest !== 0; rest &= rest - 1) {
        if (!has(8 * byte + 31 - Math.clz32(rest & -rest))) return true
      }
    }
    return false
  }

const mergeAgents = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const [long, short] = one.length < other.length ? [other, one] : [one, other]
  return long.map((byte, index) => byte | (short[index] ?? 0))
}

/** Joins what overlaps; ascending. */
export const mergeRanges = (ranges: ReadonlyArray<IdRange>): ReadonlyArray<IdRange> => {
  const found: Array<IdRange> = []
  for (const { least, most } of ranges.toSorted((one, other) => (one.least < other.least ? -1 : 1))) {
    const last = found.at(-1)
    if (last === undefined || last.most < least) found.push({ least, most })
    else if (most > last.most) found[found.length - 1] = { least: last.least, most }
  }
  return found
}

/** How many ids there may be in some ranges. */
export const width = (ranges: ReadonlyArray<IdRange>): bigint =>
  ranges.reduce((sum, { least, most }) => sum + most - least + 1n, 0n)

/** An id that was asked for as text. */
const idOf = (cell: Value | undefined): bigint => (typeof cell === "string" ? BigInt(cell) : 0n)

export interface RowDayIndex {
  /** The slots that meet a window, the last one first. */
  readonly of: (window: Window) => ReadonlyArray<Slot>
  /** Takes in rows that are about to be written. */
  readonly widen: (batch: EventBatch, codeOf: (row: number) => number) => void
  /** Forgets the slots of which a window is all. */
  readonly remove: (window: Window) => void
}

export const make = ({ all, run }: Driver): RowDayIndex => ({
  of: ({ from, to }) =>
    all(
      `SELECT slot, CAST(uid_min AS TEXT), CAST(uid_max AS TEXT), agents FROM hot_slot
        WHERE slot >= ? AND slot < ? ORDER BY slot DESC`,
      slotOf(from),
      Math.ceil(to / secondsPerSlot),
    ).map(([slot, least, most, agents]) => {
      const begin = Number(slot) * secondsPerSlot
      return {
        window: { from: Math.max(from, begin), to: Math.min(to, begin + secondsPerSlot) },
        least: idOf(least),
        most: idOf(most),
        hasOthers: hasOthers(agents),
      }
    }),
  widen: ({ length, uid, uts }, codeOf) => {
    const ids = halves(uid)
    /** By slot, the rows with the least and the largest id, and the agents. */
    const slots = new Map<number, { least: number; most: number; agents: Uint8Array }>()
    for (let row = 0; row < length; row++) {
      const slot = slotOf(uts[row] ?? 0)
      const known = slots.get(slot) ?? { least: row, most: row, agents: new Uint8Array(0) }
      slots.set(slot, known)
      if (isLarger(ids, known.least, row)) known.least = row
      if (isLarger(ids, row, known.most)) known.most = row
      known.agents = withBit(known.agents, agentIn(codeOf(row)))
    }
    for (const [slot, { agents, least, most }] of slots) {
      const [known] = all("SELECT agents FROM hot_slot WHERE slot = ?", slot)
      const before = known === undefined ? new Uint8Array(0) : known[0]
      run(
        `INSERT INTO hot_slot(slot, uid_min, uid_max, agents) VALUES (?, CAST(? AS INTEGER), CAST(? AS INTEGER), ?)
          ON CONFLICT(slot) DO UPDATE SET
            uid_min = min(uid_min, excluded.uid_min), uid_max = max(uid_max, excluded.uid_max), agents = excluded.agents`,
        slot,
        `${uid[least]}`,
        `${uid[most]}`,
        before instanceof Uint8Array ? mergeAgents(before, agents) : null,
      )
    }
  },
  remove: ({ from, to }) => {
    run("DELETE FROM hot_slot WHERE slot >= ? AND slot < ?", Math.ceil(from / secondsPerSlot), slotOf(to))
  },
})
