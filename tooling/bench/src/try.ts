import { withSite } from "./screen/site.ts"
import { writeFileSync } from "node:fs"
await withSite(5000, async (env) => { writeFileSync("/tmp/bench-site.json", JSON.stringify(env)); await new Promise((r) => setTimeout(r, 900_000)) })
