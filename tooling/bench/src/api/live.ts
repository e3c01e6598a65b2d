/**
 * Listeners on `live`, and writes that they shall hear.
 *
 * Shape    a write is heard with the first event whose instant is not before the end of what the write covers: writes that
 *          come close together are told together
 * Units    milliseconds
 */
import { get } from "node:http"
import { createInterface } from "node:readline"
import { setTimeout as pause } from "node:timers/promises"
import * as Schema from "effect/Schema"
import { authorization, type Program } from "./processes.ts"
import { send } from "./requests.ts"
import { later } from "./rows.ts"

/** An event that was heard: when, and up to where the log was known. */
export interface Heard {
  readonly at: number
  readonly instant: number
}

/** A write that was answered: when, and up to where it covers the log. */
export interface Written {
  readonly at: number
  readonly to: number
}

/** From each write to when a listener heard of it; `Infinity` where it never did. */
export const delaysOf = (writes: ReadonlyArray<Written>, heard: ReadonlyArray<Heard>): ReadonlyArray<number> =>
  writes.map(({ at, to }) => {
    const first = heard.find(({ instant }) => instant >= to)
    return first === undefined ? Infinity : Math.max(first.at - at, 0)
  })

const Data = Schema.parseJson(Schema.Struct({ at: Schema.optional(Schema.Struct({ instant: Schema.Number })) }))

interface Listener {
  readonly heard: ReadonlyArray<Heard>
  readonly leave: () => void
}

/** Answered when the first event was heard. */
const listen = ({ url }: Program, account: string): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const heard: Array<Heard> = []
    const options = { agent: false, headers: { authorization, accept: "text/event-stream" } } as const
    const asked = get(`${url}/v1/accounts/${account}/live`, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`error: live was answered with ${answer.statusCode}`))
      const lines = createInterface({ input: answer })
      // A listener whose connection ends hears no more, and is counted so.
      lines.on("error", reject)
      lines.on("line", (line) => {
        if (!line.startsWith("data: ")) return
        const { at } = Schema.decodeUnknownSync(Data)(line.slice(6))
        if (at === undefined) return
        heard.push({ at: performance.now(), instant: at.instant })
        resolve({ heard, leave: () => asked.destroy() })
      })
    })
    asked.on("error", reject)
  })

const betweenMs = 200
/** Who has heard nothing for so long never will. */
const patienceMs = 5000

export interface Live {
  readonly listeners: number
  readonly delays: ReadonlyArray<number>
  /** How many heard of every write. */
  readonly hearing: number
  readonly resident: number
}

/** So many listen, while rows are written for some seconds from an instant on up to which the log is known. */
export const live = async (
  program: Program,
  account: string,
  options: { readonly listeners: number; readonly agents: number; readonly seconds: number; readonly from: number },
): Promise<Live> => {
  const { agents, from, listeners: count, seconds } = options
  const listeners = await Promise.all(Array.from({ length: count }, () => listen(program, account)))
  const writes: Array<Written> = []
  const begin = performance.now()
  for (let number = 0; number < (1000 * seconds) / betweenMs; number++) {
    await pause(Math.max(begin + number * betweenMs - performance.now(), 0))
    const at = from + number
    await send(program, account, { from: at, to: at + 1, asOf: at + 1 }, later(number, agents, at))
    writes.push({ at: performance.now(), to: at + 1 })
  }
  const last = from + writes.length
  const isWaiting = () => listeners.some(({ heard }) => (heard.at(-1)?.instant ?? 0) < last)
  const end = performance.now()
  while (isWaiting() && performance.now() - end < patienceMs) await pause(50)
  const resident = program.resident()
  const delays = listeners.map(({ heard }) => delaysOf(writes, heard))
  for (const { leave } of listeners) leave()
  return {
    listeners: count,
    delays: delays.flat().filter(Number.isFinite),
    hearing: delays.filter((each) => each.every(Number.isFinite)).length,
    resident,
  }
}
