/**
 * The Worker of the benchmarks: a Durable Object that keeps rows as it is told.
 *
 * Shape    `/prepare?rows=N&day=D` makes rows of a day and has them at hand; `/append` writes them, 5,000 a transaction, and
 *          `/compact` puts the day into columns; each answers with how many rows that were. Whoever asks has the clock
 */
import * as zlib from "node:zlib"
import { DurableObject } from "cloudflare:workers"
import * as Effect from "effect/Effect"
import * as EventBatch from "../src/events/EventBatch.ts"
import * as durableObjectDriver from "../src/store/drivers/durableObjectDriver.ts"
import { EventStore, type Service } from "../src/store/EventStore.ts"
import * as sqlite from "../src/store/sqlite/sqlite.ts"

const firstDay = 1_782_864_000
const secondsADay = 86_400
const agents = 1000
const statuses = ["available", "ringing", "call", "hold", "wrap", "idle", "break", "offline"]

/** Rows in the order of time, as a floor of a thousand leaves them: each agent's status changes some 170 times. */
const rowsOf = (count: number, day: number): EventBatch.EventBatch => {
  const begin = firstDay + day * secondsADay
  const rows = EventBatch.builder()
  const numbers = statuses.map(rows.statusIndex)
  for (let row = 0; row < count; row++) {
    const status = Math.imul(row, 0x9e3779b1) >>> 29
    const callid = status === 2 || status === 4 ? 3_000_000_000 + (row >>> 2) : 0
    const agent = rows.agentIndex(700_101 + ((row * 17) % agents))
    rows.append(
      60_000_000_000 + day * count + row,
      begin + Math.floor((row * secondsADay) / count),
      agent,
      numbers[status] ?? 0,
      0,
      callid,
    )
  }
  return rows.take()
}

const rowsAnAppend = 5000

const spanOf = (day: number) => {
  const from = firstDay + day * secondsADay
  return { from, to: from + secondsADay, asOf: from + 2 * secondsADay }
}

interface State {
  readonly storage: durableObjectDriver.Storage
}

export class Account extends DurableObject {
  rows = rowsOf(0, 0)
  day = 0
  readonly store: Service

  constructor(state: State, env: unknown) {
    super(state, env)
    const driver = durableObjectDriver.make(state.storage, zlib)
    this.store = Effect.runSync(
      Effect.provide(EventStore, sqlite.layer({ driver, name: "the object", account: "one" })),
    )
  }

  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url)
    const { rows, store } = this
    const span = spanOf(this.day)
    if (pathname === "/prepare") {
      this.day = Number(searchParams.get("day"))
      this.rows = rowsOf(Number(searchParams.get("rows")), this.day)
    } else if (pathname === "/append") {
      for (let row = 0; row < rows.length; row += rowsAnAppend) {
        const part = EventBatch.slice(rows, row, Math.min(rows.length, row + rowsAnAppend))
        Effect.runSync(store.append([part]))
      }
      Effect.runSync(store.append([], { span }))
    } else return Response.json(Effect.runSync(store.compact(span.to)))
    return Response.json(this.rows.length)
  }
}

interface Env {
  readonly OBJECT: {
    readonly idFromName: (name: string) => unknown
    readonly get: (id: unknown) => { readonly fetch: (request: Request) => Promise<Response> }
  }
}

export default {
  fetch: (request: Request, { OBJECT }: Env): Promise<Response> => OBJECT.get(OBJECT.idFromName("one")).fetch(request),
}
