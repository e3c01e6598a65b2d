import { SELF } from "cloudflare:test"
import { type Api } from "../Api.ts"
import * as security from "../security.ts"
import { suite } from "../suite.ts"

const api: Api = {
  adminKey: "administrator-of-tests",
  fetch: (path, init) => SELF.fetch(`https://dwell.example${path}`, { redirect: "manual", ...init }),
}

suite("in workerd", async () => api)
security.suite("in workerd", async () => api, { metrics: false })
