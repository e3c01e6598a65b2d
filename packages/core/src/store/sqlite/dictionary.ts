/**
 * Whose event it is and what it says, as one number: few cells make rows fast to write and to read.
 *
 * Shape    `code = state * 2^23 + agent`: numbers of the tables `agent` and `state`, which only grow. What is known of
 *          them is kept, and what others have added is read when a transaction begins
 * Fails    with a defect beyond 8 million agents or a thousand million different states
 */
import type { EventBatch } from "../../events/EventBatch.ts"
import type { Driver } from "../drivers/Driver.ts"

/** What the number of a state is multiplied by. */
export const AGENTS = 2 ** 23
const STATES = 2 ** 30

/** The number of the agent in a code. */
export const agentIn = (code: number): number => code % AGENTS

export interface Dictionary {
  /** Reads what is new; to be called as a transaction begins. */
  readonly refresh: () => void
  /** Forgets what is known, since a transaction failed that may have added to it. */
  readonly forget: () => void
  /** The codes of a batch's rows; adds those that are new. */
  readonly of: (batch: EventBatch) => (row: number) => number
  readonly agentNumber: (id: number) => number
  readonly agentOf: (code: number) => number
  readonly stateNumberOf: (code: number) => number
  readonly states: ReadonlyArray<readonly [status: string, subcode: string]>
}

export const make = ({ all, run }: Driver): Dictionary => {
  const agents: Array<number> = []
  const states: Array<readonly [status: string, subcode: string]> = []
  const agentNumbers = new Map<number, number>()
  const stateNumbers = new Map<string, Map<string, number>>()

  const knowAgent = (id: number) => {
    agentNumbers.set(id, agents.length)
    agents.push(id)
  }
  const knowState = (status: string, subcode: string) => {
    const subcodes = stateNumbers.get(status) ?? new Map<string, number>()
    stateNumbers.set(status, subcodes)
    subcodes.set(subcode, states.length)
    states.push([status, subcode])
  }

  const agentNumber = (id: number): number => {
    const known = agentNumbers.get(id)
    if (known !== undefined) return known
    const number = agents.length
    if (number === AGENTS) throw new Error(`more than ${AGENTS} agents`)
    run("INSERT INTO agent(number, id) VALUES (?, ?)", number, id)
    knowAgent(id)
    return number
  }

  const stateNumber = (status: string, subcode: string): number => {
    const known = stateNumbers.get(status)?.get(subcode)
    if (known !== undefined) return known
    const number = states.length
    if (number === STATES) throw new Error(`more than ${STATES} states`)
    run("INSERT INTO state(number, status, subcode) VALUES (?, ?, ?)", number, status, subcode)
    knowState(status, subcode)
    return number
  }

  return {
    refresh: () => {
      for (const [id] of all("SELECT id FROM agent WHERE number >= ? ORDER BY number", agents.length)) {
        knowAgent(Number(id))
      }
      for (const [status, subcode] of all(
        "SELECT status, subcode FROM state WHERE number >= ? ORDER BY number",
        states.length,
      )) {
        knowState(String(status), String(subcode))
      }
    },
    forget: () => {
      agents.length = 0
      states.length = 0
      agentNumbers.clear()
      stateNumbers.clear()
    },
    of: (batch) => {
      const agentOf = batch.agents.map(agentNumber)
      const statesOf = batch.statuses.map((): Array<number | undefined> => [])
      return (row) => {
        const status = batch.status[row] ?? 0
        const subcode = batch.subcode[row] ?? 0
        const known = statesOf[status]?.[subcode]
        const state = known ?? stateNumber(batch.statuses[status] ?? "", batch.subcodes[subcode] ?? "")
        const own = statesOf[status]
        if (known === undefined && own !== undefined) own[subcode] = state
        return state * AGENTS + (agentOf[batch.agent[row] ?? 0] ?? 0)
      }
    },
    agentNumber,
    agentOf: (code) => agents[agentIn(code)] ?? 0,
    stateNumberOf: (code) => Math.floor(code / AGENTS),
    states,
  }
}
