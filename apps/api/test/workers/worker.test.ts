import { SELF } from "cloudflare:test"
import { suite } from "../suite.ts"

suite("in workerd", async () => ({
  adminKey: "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  fetch: (path, init) => SELF.fetch(`https://dwell.example${path}`, { redirect: "manual", ...init }),
}))
