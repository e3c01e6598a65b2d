import { AgentsDocument } from "@dwell/client/contract"
import { env, SELF } from "cloudflare:test"
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import worker from "../../src/worker/worker.ts"
import { type Api, issue, showing } from "../Api.ts"
import * as badInput from "../badInput.ts"
import * as security from "../security.ts"
import { suite } from "../suite.ts"

it("a Worker reads what is new of the accounts whose credentials it has when its schedule says so", async () => {
  await worker.scheduled(null, env)
  const { key } = await issue(api, { accounts: ["clockwork"] })
  const response = await api.fetch("/v1/accounts/clockwork/agents", { headers: showing(key) })
  const { agents, asOf } = Schema.decodeUnknownSync(AgentsDocument)(await response.json())
  expect(asOf).not.toBeNull()
  expect(agents.map(({ name }) => name !== null)).toEqual([true, true, true, true, true, true])
})

/** As vitest.config.ts has it. */
const maxBodyBytes = 10_000_000

const api: Api = {
  adminKey: "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  fetch: (path, init) => SELF.fetch(`https://dwell.example${path}`, { redirect: "manual", ...init }),
}

suite("in workerd", async () => api)
security.suite("in workerd", async () => api, { metrics: false })
badInput.suite("in workerd", async () => api, { every: 53, maxBodyBytes })
