import { afterAll } from "vitest"
import { onNode } from "./onNode.ts"
import * as badInput from "./badInput.ts"
import * as security from "./security.ts"
import { suite } from "./suite.ts"

const largestBody = 10_000_000
const opened = onNode({ DWELL_ORIGINS: security.allowedOrigin, DWELL_LARGEST_BODY: `${largestBody}` })

afterAll(async () => (await opened).close())

suite("on Node", () => opened)
security.suite("on Node", () => opened, { metrics: true })
badInput.suite("on Node", () => opened, { every: 7, largestBody })
