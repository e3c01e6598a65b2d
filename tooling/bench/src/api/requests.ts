/**
 * Requests of one client, one after another, on connections that stay.
 *
 * Units    milliseconds, from sending a request to the last byte of its answer
 * Fails    where the answer is none that was asked for
 */
import { Agent, type OutgoingHttpHeaders, request } from "node:http"
import { authorization, type Program } from "./processes.ts"

const agent = new Agent({ keepAlive: true })

interface Sent {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
}

export interface Answered {
  readonly ms: number
  readonly body: Buffer
}

/** Asks a program. */
export const ask = (
  { url }: Program,
  path: string,
  { body, headers = {}, method = "GET" }: Sent = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const begin = performance.now()
    const asked = request(`${url}${path}`, { agent, method, headers: { authorization, ...headers } }, (answer) => {
      const chunks: Array<Buffer> = []
      answer.on("data", (chunk: Buffer) => chunks.push(chunk))
      answer.on("error", reject)
      answer.on("end", () => {
        const ms = performance.now() - begin
        const whole = Buffer.concat(chunks)
        if (answer.statusCode === 200) resolve({ ms, body: whole })
        else reject(new Error(`error: ${method} ${path} was answered with ${answer.statusCode}: ${whole.toString()}`))
      })
    })
    asked.on("error", reject)
    asked.end(body)
  })

/** Sends rows that are all of a span; those before it are of no interest. */
export const send = (
  program: Program,
  account: string,
  span: { readonly from: number; readonly to: number; readonly asOf: number },
  body: Uint8Array | string,
  headers: OutgoingHttpHeaders = {},
): Promise<Answered> =>
  ask(
    program,
    `/v1/accounts/${account}/events?from=${span.from}&to=${span.to}&asOf=${span.asOf}&carriedIn=${span.from}`,
    {
      method: "POST",
      body,
      headers: { "content-type": "application/x-ndjson", ...headers },
    },
  )

/** Asks several things in turn, so many times, after some that do not count; gives the times of each. */
export const inTurn = async (
  times: number,
  ...things: ReadonlyArray<() => Promise<Answered>>
): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  const readings = things.map(() => new Array<number>())
  for (let time = -Math.ceil(times / 5); time < times; time++) {
    for (const [index, thing] of things.entries()) {
      const { ms } = await thing()
      if (time >= 0) readings[index]?.push(ms)
    }
  }
  return readings
}
