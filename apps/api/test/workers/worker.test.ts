import { SELF } from "cloudflare:test"
import { type Api } from "../Api.ts"
import * as badInput from "../badInput.ts"
import * as security from "../security.ts"
import { suite } from "../suite.ts"

/** As vitest.config.ts has it. */
const largestBody = 10_000_000

const api: Api = {
  adminKey: "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  fetch: (path, init) => SELF.fetch(`https://dwell.example${path}`, { redirect: "manual", ...init }),
}

suite("in workerd", async () => api)
security.suite("in workerd", async () => api, { metrics: false })
badInput.suite("in workerd", async () => api, { every: 53, largestBody })
