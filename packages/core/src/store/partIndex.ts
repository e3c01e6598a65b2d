/**
 * What a part has of whom, and where: read before any of its columns is.
 *
 * Shape    one entry an agent in each column, agents ascending
 */
import * as layout from "./layout.ts"

export interface PartIndex {
  readonly agents: Float64Array
  /** The least and the largest id of the agent's rows; -1 where a double won't do. */
  readonly uidMin: Float64Array
  readonly uidMax: Float64Array
  /** How many rows the agent has. */
  readonly counts: Uint32Array
  /** How many of them were recorded late: a later one of them has a lower id. */
  readonly late: Uint32Array
  /** How many have a status or time that 16 bits won't do for. */
  readonly escapes: Uint32Array
  /** How many bytes its ids and its calls take. */
  readonly uidBytes: Uint32Array
  readonly callidBytes: Uint32Array
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
}

/** An index of so many agents, to be filled in. */
export const empty = (agents: number): Omit<PartIndex, "statuses" | "subcodes"> => ({
  agents: new Float64Array(agents),
  uidMin: new Float64Array(agents),
  uidMax: new Float64Array(agents),
  counts: new Uint32Array(agents),
  late: new Uint32Array(agents),
  escapes: new Uint32Array(agents),
  uidBytes: new Uint32Array(agents),
  callidBytes: new Uint32Array(agents),
})

export const encode = (index: PartIndex): Uint8Array => {
  const statuses = layout.textBytes(index.statuses)
  const subcodes = layout.textBytes(index.subcodes)
  return layout.joined([
    Uint32Array.of(index.agents.length, statuses.length, subcodes.length, 0),
    index.agents,
    index.uidMin,
    index.uidMax,
    index.counts,
    index.late,
    index.escapes,
    index.uidBytes,
    index.callidBytes,
    statuses,
    subcodes,
  ])
}

export const decode = (bytes: Uint8Array): PartIndex => {
  const { float64, uint32, uint8 } = layout.taker(bytes)
  const [agents = 0, statuses = 0, subcodes = 0] = uint32(4)
  return {
    agents: float64(agents),
    uidMin: float64(agents),
    uidMax: float64(agents),
    counts: uint32(agents),
    late: uint32(agents),
    escapes: uint32(agents),
    uidBytes: uint32(agents),
    callidBytes: uint32(agents),
    statuses: layout.textsOf(uint8(statuses)),
    subcodes: layout.textsOf(uint8(subcodes)),
  }
}
