/**
 * What whole days are summed from: of each agent of a part, where its rows begin and end, and the seconds between by status.
 *
 * Shape    bytes: four counts, then columns from the widest to the narrowest, then the statuses as JSON. Summaries of
 *          parts and days that follow one another compose: from an agent's last row its status goes on to its next first
 * Units    seconds since the beginning of the day
 */
import * as Schema from "effect/Schema"
import { type EventLog } from "../log/EventLog.ts"

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

const headerBytes = 16

const Statuses = Schema.parseJson(Schema.Array(Schema.String))
const decodeStatuses = Schema.decodeSync(Statuses)

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
  const statuses = new TextEncoder().encode(JSON.stringify([...places.keys()].map((status) => log.statuses[status])))
  const columns = [
    Uint32Array.of(agents.length, pairs.length, statuses.length, 0),
    agents,
    first,
    last,
    Uint32Array.from(pairs, ([, seconds]) => seconds),
    lastStatus,
    count,
    Uint16Array.from(pairs, ([status]) => status),
    statuses,
  ]
  const bytes = new Uint8Array(columns.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const { buffer, byteLength, byteOffset } of columns) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return bytes
}

/** Reads a summary. */
export const decode = (bytes: Uint8Array): Summary => {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
  const [agents = 0, pairs = 0, texts = 0] = new Uint32Array(buffer, byteOffset, 3)
  let at = byteOffset + headerBytes
  const next = (length: number): number => {
    const from = at
    at += length
    return from
  }
  return {
    agents: new Float64Array(buffer, next(8 * agents), agents),
    first: new Uint32Array(buffer, next(4 * agents), agents),
    last: new Uint32Array(buffer, next(4 * agents), agents),
    seconds: new Uint32Array(buffer, next(4 * pairs), pairs),
    lastStatus: new Uint16Array(buffer, next(2 * agents), agents),
    count: new Uint16Array(buffer, next(2 * agents), agents),
    status: new Uint16Array(buffer, next(2 * pairs), pairs),
    statuses: decodeStatuses(new TextDecoder().decode(new Uint8Array(buffer, next(texts), texts))),
  }
}
