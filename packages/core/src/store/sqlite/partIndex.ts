/**
 * What a part has of whom, and where: read before any of its columns is.
 *
 * Shape    one entry an agent in each column, agents ascending
 */
import * as binaryLayout from "./binaryLayout.ts"

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

/** What an index has of one agent. */
export interface Agent {
  readonly agent: number
  readonly uidMin: number
  readonly uidMax: number
  readonly count: number
  readonly late: number
  escapes: number
  readonly uidBytes: number
  readonly callidBytes: number
}

export const encode = (
  agents: ReadonlyArray<Agent>,
  statuses: ReadonlyArray<string>,
  subcodes: ReadonlyArray<string>,
): Uint8Array => {
  const texts = [binaryLayout.textBytes(statuses), binaryLayout.textBytes(subcodes)]
  return binaryLayout.concat([
    Uint32Array.of(agents.length, ...texts.map(({ length }) => length), 0),
    Float64Array.from(agents, ({ agent }) => agent),
    Float64Array.from(agents, ({ uidMin }) => uidMin),
    Float64Array.from(agents, ({ uidMax }) => uidMax),
    Uint32Array.from(agents, ({ count }) => count),
    Uint32Array.from(agents, ({ late }) => late),
    Uint32Array.from(agents, ({ escapes }) => escapes),
    Uint32Array.from(agents, ({ uidBytes }) => uidBytes),
    Uint32Array.from(agents, ({ callidBytes }) => callidBytes),
    ...texts,
  ])
}

export const decode = (bytes: Uint8Array): PartIndex => {
  const { float64, uint32, uint8 } = binaryLayout.sectionReader(bytes)
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
    statuses: binaryLayout.textsOf(uint8(statuses)),
    subcodes: binaryLayout.textsOf(uint8(subcodes)),
  }
}
