import { afterAll } from "vitest"
import { onNode } from "./onNode.ts"
import * as security from "./security.ts"
import { suite } from "./suite.ts"

const opened = onNode({ DWELL_ORIGINS: security.allowedOrigin })

afterAll(async () => (await opened).close())

suite("on Node", () => opened)
security.suite("on Node", () => opened, { metrics: true })
