/**
 * What the API does wherever it runs: the same tests pass on Node and in workerd.
 */
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Report from "@dwell/core/Report"
import { type StatusEvent } from "@dwell/core/StatusEvent"
import { beforeAll, describe, expect, it } from "vitest"
import { type Api, feed, issue, showing } from "./Api.ts"

const london = { name: "Europe/London" }

/** Yesterday, of UTC: over, and settled. */
const now = Math.floor(Date.now() / 1000)
const day = { from: Math.floor(now / 86_400) * 86_400 - 86_400, to: Math.floor(now / 86_400) * 86_400 }

const statuses = ["available", "call", "wrap", "idle", "offline"]

/** Some agents' days, invented; the same each time. */
export const events: ReadonlyArray<StatusEvent> = Array.from({ length: 600 }, (_, index) => ({
  uid: BigInt(10_000 + index),
  uts: day.from + ((index * 7919) % 86_400),
  agent: 700_101 + (index % 5),
  status: statuses[(index * 31 + (index % 7)) % statuses.length] ?? "idle",
  subcode: index % 11 === 0 ? "break, late" : "",
  callid: index % 3 === 0 ? BigInt(5000 + index) : 0n,
}))

export const suite = (name: string, open: () => Promise<Api>) =>
  describe(name, () => {
    let api: Api
    let key: string
    beforeAll(async () => {
      api = await open()
      ;({ key } = await issue(api))
      await feed(api, "london", key, events, { ...day, asOf: now })
    })
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      api.fetch(`/v1/accounts/london/${path}`, { headers: { ...showing(key), ...headers } })

    it("answers with the figures of core", async () => {
      const response = await get(`report?from=${day.from}&to=${day.to}&tz=Europe/London`)
      const log = EventLog.normalise([EventBatch.fromEvents(events)])
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual(Report.make(log, { window: day, now: day.to, zone: london }))
    })
  })
