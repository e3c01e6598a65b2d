import { afterAll } from "vitest"
import { onNode } from "./onNode.ts"
import { suite } from "./suite.ts"

const opened = onNode()

afterAll(async () => (await opened).close())

suite("on Node", () => opened)
