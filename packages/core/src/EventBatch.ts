/**
 * Status events as columns in typed arrays: the one form in which rows travel.
 *
 * Shape    row `i` is `uid[i], uts[i], agents[agent[i]], statuses[status[i]], subcodes[subcode[i]], callid[i]`, in
 *          delivery order; batches taken from one builder share its dictionaries, which only ever grow
 * Units    `uts` in Unix seconds, exact to 2^53; `uid` and `callid` exact to 2^63 - 1; `callid` 0 = no call
 * Fails    never: whoever fills a batch has checked the values
 * Cost     36 bytes a row
 */
import { type StatusEvent } from "./StatusEvent.ts"

export interface EventBatch {
  readonly length: number
  readonly uid: BigInt64Array
  readonly uts: Float64Array
  readonly callid: BigInt64Array
  /** Index into `agents`. */
  readonly agent: Uint32Array
  /** Index into `statuses`. */
  readonly status: Uint32Array
  /** Index into `subcodes`; 0 is the empty text: none. */
  readonly subcode: Uint32Array
  readonly agents: ReadonlyArray<number>
  readonly statuses: ReadonlyArray<string>
  readonly subcodes: ReadonlyArray<string>
}

/** Collects rows into batches that share dictionaries. */
export interface Builder {
  /** Rows pushed since the last `take`. */
  readonly length: number
  /** Appends a row. `status` must already be trimmed and lower-cased. */
  readonly push: (uid: bigint, uts: number, agent: number, status: string, subcode: string, callid: bigint) => void
  /** Hands over the rows pushed so far, in order, and starts the next batch. */
  readonly take: () => EventBatch
}

interface Dictionary<A> {
  readonly values: Array<A>
  readonly indexOf: (value: A) => number
}

const dictionary = <A>(first: ReadonlyArray<A>): Dictionary<A> => {
  const values = [...first]
  const indices = new Map(values.map((value, index) => [value, index]))
  return {
    values,
    indexOf: (value) => {
      let index = indices.get(value)
      if (index === undefined) {
        index = values.length
        values.push(value)
        indices.set(value, index)
      }
      return index
    },
  }
}

const columns = (capacity: number) => ({
  uid: new BigInt64Array(capacity),
  uts: new Float64Array(capacity),
  callid: new BigInt64Array(capacity),
  agent: new Uint32Array(capacity),
  status: new Uint32Array(capacity),
  subcode: new Uint32Array(capacity),
})

/** Makes an empty builder; `capacity` is how many rows it expects between two `take`s (it grows past that). */
export const builder = (capacity = 4096): Builder => {
  const agents = dictionary<number>([])
  const statuses = dictionary<string>([])
  const subcodes = dictionary<string>([""])
  let held = columns(capacity)
  let length = 0
  const grow = () => {
    const wider = columns(Math.max(16, held.uts.length * 2))
    wider.uid.set(held.uid)
    wider.uts.set(held.uts)
    wider.callid.set(held.callid)
    wider.agent.set(held.agent)
    wider.status.set(held.status)
    wider.subcode.set(held.subcode)
    held = wider
  }
  return {
    get length() {
      return length
    },
    push: (uid, uts, agent, status, subcode, callid) => {
      if (length === held.uts.length) grow()
      held.uid[length] = uid
      held.uts[length] = uts
      held.callid[length] = callid
      held.agent[length] = agents.indexOf(agent)
      held.status[length] = statuses.indexOf(status)
      held.subcode[length] = subcodes.indexOf(subcode)
      length += 1
    },
    take: () => {
      const taken: EventBatch = {
        length,
        uid: held.uid.subarray(0, length),
        uts: held.uts.subarray(0, length),
        callid: held.callid.subarray(0, length),
        agent: held.agent.subarray(0, length),
        status: held.status.subarray(0, length),
        subcode: held.subcode.subarray(0, length),
        agents: agents.values,
        statuses: statuses.values,
        subcodes: subcodes.values,
      }
      held = columns(capacity)
      length = 0
      return taken
    },
  }
}

/**
 * Makes one batch of objects, in their order.
 *
 * @example
 * EventBatch.fromEvents([{ uid: 7n, uts: 100, agent: 1, status: "call", subcode: "", callid: 9n }]).length // => 1
 */
export const fromEvents = (events: Iterable<StatusEvent>): EventBatch => {
  const rows = builder()
  for (const { uid, uts, agent, status, subcode, callid } of events) rows.push(uid, uts, agent, status, subcode, callid)
  return rows.take()
}

/** The rows of a batch as objects, in their order: for people and tests, since it costs an object a row. */
export const toEvents = (batch: EventBatch): ReadonlyArray<StatusEvent> =>
  Array.from({ length: batch.length }, (_, row) => ({
    uid: batch.uid[row] ?? 0n,
    uts: batch.uts[row] ?? 0,
    agent: batch.agents[batch.agent[row] ?? 0] ?? 0,
    status: batch.statuses[batch.status[row] ?? 0] ?? "",
    subcode: batch.subcodes[batch.subcode[row] ?? 0] ?? "",
    callid: batch.callid[row] ?? 0n,
  }))

/** The rows of a batch that fulfil a condition, in their order. */
export const filter = (batch: EventBatch, isKept: (row: number) => boolean): EventBatch => {
  const rows = new Uint32Array(batch.length)
  let length = 0
  for (let row = 0; row < batch.length; row++) if (isKept(row)) rows[length++] = row
  if (length === batch.length) return batch
  const kept = columns(length)
  for (let row = 0; row < length; row++) {
    const source = rows[row] ?? 0
    kept.uid[row] = batch.uid[source] ?? 0n
    kept.uts[row] = batch.uts[source] ?? 0
    kept.callid[row] = batch.callid[source] ?? 0n
    kept.agent[row] = batch.agent[source] ?? 0
    kept.status[row] = batch.status[source] ?? 0
    kept.subcode[row] = batch.subcode[source] ?? 0
  }
  return { ...batch, ...kept, length }
}

/** The rows from one number up to another, sharing the columns. */
export const slice = (batch: EventBatch, from: number, to: number): EventBatch => {
  const uid = batch.uid.subarray(from, to)
  return {
    ...batch,
    length: uid.length,
    uid,
    uts: batch.uts.subarray(from, to),
    callid: batch.callid.subarray(from, to),
    agent: batch.agent.subarray(from, to),
    status: batch.status.subarray(from, to),
    subcode: batch.subcode.subarray(from, to),
  }
}
