import { SELF } from "cloudflare:test"
import { suite } from "../suite.ts"

suite("in workerd", async () => ({
  adminKey: "administrator-of-tests",
  fetch: (path, init) => SELF.fetch(`https://dwell.example${path}`, { redirect: "manual", ...init }),
}))
