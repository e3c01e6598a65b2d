/**
 * What whole days are summed from: of each agent of a part, where its rows begin and end, and the seconds between by status.
 *
 * Shape    summaries of parts and days that follow one another compose: from an agent's last row its status goes on to its
 *          next first
 * Units    seconds since the beginning of the day
 */
import { type EventLog } from "../log/EventLog.ts"
import * as layout from "./layout.ts"

export interface Summary {
  readonly statuses: ReadonlyArray<string>
  readonly agents: Float64Array
  /** Per agent, when its first and its last row are. */
  readonly first: Uint32Array
  readonly last: Uint32Array
  /** Per agent, its last row's index into `statuses`. */
  readonly lastStatus: Uint16Array
  /** Per agent, how many of `status` and `seconds` are its own. */
  readonly count: Uint16Array
  readonly status: Uint16Array
  readonly seconds: Uint32Array
}

interface Stretch {
  readonly agent: number
  readonly from: number
  readonly to: number
}

/** Summarises stretches of rows, one an agent. */
export const encode = (log: EventLog, dayStart: number, stretches: ReadonlyArray<Stretch>): Uint8Array => {
  const places = new Map<number, number>()
  const place = (status: number): number => {
    const known = places.get(status)
    if (known !== undefined) return known
    places.set(status, places.size)
    return places.size - 1
  }
  const agents = new Float64Array(stretches.length)
  const first = new Uint32Array(stretches.length)
  const last = new Uint32Array(stretches.length)
  const lastStatus = new Uint16Array(stretches.length)
  const count = new Uint16Array(stretches.length)
  const pairs: Array<readonly [status: number, seconds: number]> = []
  for (const [index, { agent, from, to }] of stretches.entries()) {
    const { status, uts } = log.rows(agent)
    const seconds = new Map<number, number>()
    for (let row = from; row < to - 1; row++) {
      const length = (uts[row + 1] ?? 0) - (uts[row] ?? 0)
      const state = place(status[row] ?? 0)
      if (length > 0) seconds.set(state, (seconds.get(state) ?? 0) + length)
    }
    agents[index] = log.agents[agent] ?? 0
    first[index] = (uts[from] ?? 0) - dayStart
    last[index] = (uts[to - 1] ?? 0) - dayStart
    lastStatus[index] = place(status[to - 1] ?? 0)
    count[index] = seconds.size
    for (const pair of seconds) pairs.push(pair)
  }
  const statuses = layout.textBytes([...places.keys()].map((status) => log.statuses[status] ?? ""))
  return layout.joined([
    Uint32Array.of(agents.length, pairs.length, statuses.length, 0),
    agents,
    first,
    last,
    Uint32Array.from(pairs, ([, seconds]) => seconds),
    lastStatus,
    count,
    Uint16Array.from(pairs, ([status]) => status),
    statuses,
  ])
}

/** Reads a summary. */
export const decode = (bytes: Uint8Array): Summary => {
  const { float64, uint16, uint32, uint8 } = layout.taker(bytes)
  const [agents = 0, pairs = 0, statuses = 0] = uint32(4)
  return {
    agents: float64(agents),
    first: uint32(agents),
    last: uint32(agents),
    seconds: uint32(pairs),
    lastStatus: uint16(agents),
    count: uint16(agents),
    status: uint16(pairs),
    statuses: layout.textsOf(uint8(statuses)),
  }
}
