import { effort } from "@dwell/testing/effort"
import * as badInput from "./badInput.ts"
import { onNode } from "./onNode.ts"
import * as security from "./security.ts"
import { suite } from "./suite.ts"

const maxBodyBytes = 10_000_000

let opened: ReturnType<typeof onNode> | undefined
/** One server for all of them. */
const open = () => (opened ??= onNode({ DWELL_ORIGINS: security.allowedOrigin, DWELL_LARGEST_BODY: `${maxBodyBytes}` }))

suite("on Node", open)
security.suite("on Node", open, { metrics: true })
badInput.suite("on Node", open, { every: Math.max(1, Math.round(7 / effort)), maxBodyBytes })
