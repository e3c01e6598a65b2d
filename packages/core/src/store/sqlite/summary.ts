/**
 * What whole days are summed from: of each agent of a part, where its rows begin and end, and the seconds between by status.
 *
 * Shape    summaries of parts and days that follow one another compose: from an agent's last row its status goes on to its
 *          next first
 * Units    seconds since the beginning of the day
 */
import * as binaryLayout from "./binaryLayout.ts"

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

/** Summarises the rows of agents, one agent after another. */
export const summaryBuilder = () => {
  const summary = {
    agents: Array<number>(),
    first: Array<number>(),
    last: Array<number>(),
    lastStatus: Array<number>(),
    count: Array<number>(),
    status: Array<number>(),
    seconds: Array<number>(),
  }
  /** By status, the seconds of the agent at hand; all 0 between agents. */
  let sums = new Float64Array(64)
  return {
    /**
     * Takes in the rows of an agent, from one on up to another: `delta` has the seconds since the row before, of the first
     * since the day began.
     */
    add: (agent: number, delta: Uint32Array, status: Uint32Array, from: number, to: number): void => {
      const met: Array<number> = []
      let last = delta[from] ?? 0
      for (let row = from; row < to - 1; row++) {
        const length = delta[row + 1] ?? 0
        if (length === 0) continue
        const state = status[row] ?? 0
        if (state >= sums.length) {
          const wider = new Float64Array(2 * state)
          wider.set(sums)
          sums = wider
        }
        if (sums[state] === 0) met.push(state)
        sums[state] = (sums[state] ?? 0) + length
        last += length
      }
      summary.agents.push(agent)
      summary.first.push(delta[from] ?? 0)
      summary.last.push(last)
      summary.lastStatus.push(status[to - 1] ?? 0)
      summary.count.push(met.length)
      for (const state of met) {
        summary.status.push(state)
        summary.seconds.push(sums[state] ?? 0)
        sums[state] = 0
      }
    },
    /** The bytes of the summary; `statuses` is what the numbers of statuses stand for. */
    end: (statuses: ReadonlyArray<string>): Uint8Array => {
      const texts = binaryLayout.textBytes(statuses)
      return binaryLayout.concat([
        Uint32Array.of(summary.agents.length, summary.status.length, texts.length, 0),
        Float64Array.from(summary.agents),
        Uint32Array.from(summary.first),
        Uint32Array.from(summary.last),
        Uint32Array.from(summary.seconds),
        Uint16Array.from(summary.lastStatus),
        Uint16Array.from(summary.count),
        Uint16Array.from(summary.status),
        texts,
      ])
    },
  }
}

/** Reads a summary. */
export const decode = (bytes: Uint8Array): Summary => {
  const { float64, uint16, uint32, uint8 } = binaryLayout.sectionReader(bytes)
  const [agents = 0, pairs = 0, statuses = 0] = uint32(4)
  return {
    agents: float64(agents),
    first: uint32(agents),
    last: uint32(agents),
    seconds: uint32(pairs),
    lastStatus: uint16(agents),
    count: uint16(agents),
    status: uint16(pairs),
    statuses: binaryLayout.textsOf(uint8(statuses)),
  }
}
