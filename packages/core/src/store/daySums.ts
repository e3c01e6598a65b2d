/**
 * Seconds of each agent in each status, day after day: whole days by their summaries, others row by row.
 *
 * Shape    days are given in their order; between them an agent's last status goes on
 * Source   docs/definitions.md, sections "Intervals" and "Window and sums"
 */
import { inOrder } from "../log/rows.ts"
import { type Window } from "../Window.ts"
import { type Reader } from "./chunk.ts"
import { type Sums } from "./EventStore.ts"
import { type Summary } from "./summary.ts"

/** Gives values numbers in the order in which they first come. */
const numbering = <A>() => {
  const numbers = new Map<A, number>()
  return {
    numbers,
    of: (value: A): number => {
      const known = numbers.get(value)
      if (known !== undefined) return known
      numbers.set(value, numbers.size)
      return numbers.size - 1
    },
  }
}

/** Sums that grow by days. */
export interface DaySums {
  /** A part of a whole day of the window, that begins at `dayStart`. */
  readonly whole: (summary: Summary, dayStart: number) => void
  /** Any part: its rows before the window and after it are left out. */
  readonly part: (reader: Reader) => void
  readonly sums: () => Sums
}

export const make = ({ from, to }: Window, now: number): DaySums => {
  const agents = numbering<number>()
  const statuses = numbering<string>()
  /** Per agent, since when it is in which status; seconds by status. */
  const since: Array<number> = []
  const state: Array<number> = []
  const seconds: Array<Array<number>> = []
  const untracked: Array<number> = []

  const add = (agent: number, status: number, length: number) => {
    const own = (seconds[agent] ??= [])
    own[status] = (own[status] ?? 0) + length
  }

  /** An agent's next event: what went on before it ends. */
  const change = (agent: number, uts: number, status: number) => {
    const before = since[agent]
    if (before === undefined) untracked[agent] = Math.max(0, Math.min(uts, to, now) - from)
    else {
      const length = Math.min(uts, to) - Math.max(before, from)
      if (length > 0) add(agent, state[agent] ?? 0, length)
    }
    since[agent] = uts
    state[agent] = status
  }

  let uts = new Float64Array(1024)
  let states = new Uint32Array(1024)

  return {
    whole: (summary, dayStart) => {
      const statusOf = summary.statuses.map(statuses.of)
      let pair = 0
      for (let place = 0; place < summary.agents.length; place++) {
        const agent = agents.of(summary.agents[place] ?? 0)
        const end = pair + (summary.count[place] ?? 0)
        change(agent, dayStart + (summary.first[place] ?? 0), 0)
        for (; pair < end; pair++) add(agent, statusOf[summary.status[pair] ?? 0] ?? 0, summary.seconds[pair] ?? 0)
        since[agent] = dayStart + (summary.last[place] ?? 0)
        state[agent] = statusOf[summary.lastStatus[place] ?? 0] ?? 0
      }
    },
    part: (reader) => {
      const statusOf = reader.statuses.map(statuses.of)
      for (const [place, id] of reader.agents.entries()) {
        const count = reader.count(place)
        if (uts.length < count) {
          uts = new Float64Array(2 * count)
          states = new Uint32Array(2 * count)
        }
        reader.times(place, uts, states, 0)
        if ((uts[0] ?? to) >= to) continue
        const agent = agents.of(id)
        for (let row = 0; row < count && (uts[row] ?? 0) < to; row++) {
          change(agent, uts[row] ?? 0, statusOf[states[row] ?? 0] ?? 0)
        }
      }
    },
    sums: () => {
      const order = [...agents.numbers].toSorted(([one], [other]) => one - other)
      const { ascending, places } = inOrder([...statuses.numbers.keys()])
      const sums = {
        agents: order.map(([agent]) => agent),
        statuses: ascending,
        seconds: new Float64Array(order.length * ascending.length),
        untracked: new Float64Array(order.length),
      }
      for (const [index, [, agent]] of order.entries()) {
        const at = since[agent] ?? to
        const open = Math.max(at, Math.min(to, now)) - Math.max(at, from)
        if (open > 0) add(agent, state[agent] ?? 0, open)
        sums.untracked[index] = untracked[agent] ?? 0
        for (const [status, length] of (seconds[agent] ?? []).entries()) {
          if (length > 0) sums.seconds[index * ascending.length + (places[status] ?? 0)] = length
        }
      }
      return sums
    },
  }
}
