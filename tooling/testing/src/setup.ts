// Runs before each test file, once more for every file.
import { afterAll } from "vitest"
import { closeAll } from "./resources.ts"

afterAll(closeAll)
