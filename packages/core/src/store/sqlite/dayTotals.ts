/**
 * Seconds of each agent in each status, day after day: whole days by their summaries, others row by row.
 *
 * Shape    days are given in their order; between them an agent's last status goes on
 * Source   docs/definitions.md, sections "Intervals" and "Window and sums"
 */
import { inOrder } from "../../log/rows.ts"
import type { Window } from "../../time/Window.ts"
import type { Reader } from "./columnCodec.ts"
import type { StatusTotals } from "../EventStore.ts"
import type { Summary } from "./summary.ts"

/** Gives values numbers in the order in which they first come. */
const interner = <A>() => {
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
export interface DayTotals {
  /** A part of a whole day of the window, that begins at `dayStart`. */
  readonly whole: (summary: Summary, dayStart: number) => void
  /** Any part: its rows before the window and after it are left out. */
  readonly part: (reader: Reader) => void
  readonly sums: () => StatusTotals
}

/** What is known of one agent, and its seconds by status. */
interface Account {
  /** Since when it is in which status; unknown before its first event. */
  since: number
  state: number
  untracked: number
  readonly seconds: Array<number>
}

const unknown = Number.NEGATIVE_INFINITY

export const make = ({ from, to }: Window, now: number): DayTotals => {
  const statuses = interner<string>()
  const accounts = new Map<number, Account>()

  const accountOf = (agent: number): Account => {
    let account = accounts.get(agent)
    if (account === undefined) {
      account = { since: unknown, state: 0, untracked: 0, seconds: [] }
      accounts.set(agent, account)
    }
    return account
  }

  const add = ({ seconds }: Account, status: number, length: number) => {
    while (seconds.length <= status) seconds.push(0)
    seconds[status] = (seconds[status] ?? 0) + length
  }

  /** An agent's next event: what went on before it ends. */
  const change = (account: Account, uts: number, status: number) => {
    if (account.since === unknown) account.untracked = Math.max(0, Math.min(uts, to, now) - from)
    else {
      const length = Math.min(uts, to) - Math.max(account.since, from)
      if (length > 0) add(account, account.state, length)
    }
    account.since = uts
    account.state = status
  }

  let uts = new Float64Array(1024)
  let states = new Uint32Array(1024)

  return {
    whole: ({ agents, count, first, last, lastStatus, seconds, status, statuses: own }, dayStart) => {
      const statusOf = own.map(statuses.of)
      let pair = 0
      for (let place = 0; place < agents.length; place++) {
        const account = accountOf(agents[place] ?? 0)
        const end = pair + (count[place] ?? 0)
        change(account, dayStart + (first[place] ?? 0), 0)
        for (; pair < end; pair++) add(account, statusOf[status[pair] ?? 0] ?? 0, seconds[pair] ?? 0)
        account.since = dayStart + (last[place] ?? 0)
        account.state = statusOf[lastStatus[place] ?? 0] ?? 0
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
        if (count === 0 || (uts[0] ?? to) >= to) continue
        const account = accountOf(id)
        for (let row = 0; row < count && (uts[row] ?? 0) < to; row++) {
          change(account, uts[row] ?? 0, statusOf[states[row] ?? 0] ?? 0)
        }
      }
    },
    sums: () => {
      const order = [...accounts].toSorted(([one], [other]) => one - other)
      const { ascending, places } = inOrder([...statuses.numbers.keys()])
      const sums = {
        agents: order.map(([agent]) => agent),
        statuses: ascending,
        seconds: new Float64Array(order.length * ascending.length),
        untracked: Float64Array.from(order, ([, { untracked }]) => untracked),
      }
      for (const [index, [, account]] of order.entries()) {
        const open = Math.max(account.since, Math.min(to, now)) - Math.max(account.since, from)
        if (open > 0) add(account, account.state, open)
        for (const [status, length] of account.seconds.entries()) {
          if (length > 0) sums.seconds[index * ascending.length + (places[status] ?? 0)] = length
        }
      }
      return sums
    },
  }
}
